// What the system does: a handler of the server with its parameters, a script.

import { choiceField, details, h, section, textField } from "../dom.js";
import { t, tell } from "../words.js";
import { fromLiteral } from "../expressions.js";

export function service(subject) {
  const { is } = subject;
  if (is("bpmn:ServiceTask") || (is("bpmn:SendTask") && subject.studio.extensions.operator(subject.moddle).id)) return handler(subject);
  if (is("bpmn:ScriptTask")) return script(subject);
  return [];
}

function handler({ element, moddle, studio }) {
  const operator = studio.extensions.operator(moddle);
  const known = studio.catalogue.handlers;
  const chosen = known.find((each) => each.name === operator.id);
  const save = (change) => studio.extensions.setOperator(element, moddle, { ...operator, ...change });
  const names = [...(chosen?.parameters ?? []), ...unknown(operator.parameters, chosen)];
  return [
    section(
      t("does"),
      choiceField({
        label: t("handler"),
        name: "handler",
        value: operator.id,
        options: [["", t("handler_none")], ...known.map((each) => [each.name, tell(each.label)])],
        save: (id) => save({ id, parameters: {} }),
      }),
      chosen
        ? details(t("handler_help"), "handler-help", false, h("p", { class: "pre small", lang: "en" }, chosen.help), h("p", { class: "small muted" }, t(`handler_${chosen.kind}`)))
        : null,
      ...names.map((each) => parameter(each, operator, save, studio)),
      details(
        t("result"),
        "result",
        Boolean(operator.result),
        textField({ label: t("result_variable"), hint: t("result_hint"), name: "result", code: true, value: operator.result, save: (result) => save({ result }) }),
      ),
    ),
  ];
}

function unknown(parameters, chosen) {
  const known = new Set((chosen?.parameters ?? []).map((each) => each.name));
  return Object.keys(parameters)
    .filter((name) => !known.has(name))
    .map((name) => ({ name, required: false, default: null }));
}

function parameter(each, operator, save, studio) {
  const value = operator.parameters[each.name] ?? "";
  const keep = (text) => save({ parameters: { ...operator.parameters, [each.name]: text } });
  const words = studio.words[`parameter_${each.name}`] ?? each.name;
  const templates = { template: studio.catalogue.letters, document: studio.catalogue.documents }[each.name];
  const plain = value === "" || /^"[^"]*"$/.test(value);
  if (templates && plain) {
    return choiceField({
      label: words,
      name: `parameter-${each.name}`,
      value: fromLiteral(value),
      options: [["", t("not_chosen")], ...templates.map((name) => [name, name])],
      save: (name) => keep(name ? JSON.stringify(name) : ""),
    });
  }
  return textField({
    label: words,
    hint: each.default === null ? t("parameter_hint") : t("parameter_default", { value: each.default }),
    name: `parameter-${each.name}`,
    code: true,
    optional: each.required ? undefined : t("optional"),
    required: each.required,
    value,
    save: keep,
  });
}

function script({ element, moddle, studio }) {
  return [
    section(
      t("does"),
      textField({
        label: t("script"),
        hint: t("script_hint"),
        name: "script",
        code: true,
        rows: 5,
        value: moddle.script,
        save: (text) => studio.modeling.updateProperties(element, { script: text }),
      }),
    ),
  ];
}
