// A sequence flow: a step put into it, and when it is taken.

import { button, choiceField, details, h, section, textField, tick } from "../dom.js";
import { t, tell } from "../words.js";
import { OPERATORS, readCondition, writeCondition } from "../expressions.js";
import { variablesOf } from "../facts.js";

const CHOOSING = ["bpmn:ExclusiveGateway", "bpmn:InclusiveGateway", "bpmn:ComplexGateway"];

export function flow({ element, moddle, studio, is }) {
  if (!is("bpmn:SequenceFlow")) return [];
  const source = moddle.sourceRef;
  const parts = [section(t("flow"), h("p", { class: "row" }, button(t("insert_step"), () => studio.insertStep(element))))];
  const activity = source?.$type.endsWith("Task") || ["bpmn:SubProcess", "bpmn:CallActivity"].includes(source?.$type);
  if (CHOOSING.includes(source?.$type) || activity || moddle.conditionExpression) parts.push(condition({ element, moddle, studio, source }));
  return parts;
}

function condition({ element, moddle, studio, source }) {
  const text = moddle.conditionExpression?.body ?? "";
  const save = (body) => studio.setExpression(element, moddle, "conditionExpression", body);
  const isDefault = source.default === moddle;
  const simple = text ? readCondition(text) : { variable: "", operator: "==", value: "" };
  const variables = variablesOf(studio.forms);
  const standard = tick({
    label: t("default_flow"),
    name: "default",
    value: isDefault,
    save: (on) => studio.modeling.updateProperties(element.source, { default: on ? moddle : undefined }),
  });
  if (isDefault) return section(t("condition"), standard);
  const known = variables.get(simple?.variable);
  const change = (part) => {
    const next = { ...simple, ...part };
    if (part.variable !== undefined && part.value === undefined) next.value = variables.get(part.variable)?.values[0]?.[0] ?? "";
    save(next.variable ? writeCondition(next) : "");
  };
  const words = [...variables].map(([name, each]) => [name, `${tell(each.label)} (${name})`]);
  return section(
    t("condition"),
    standard,
    simple
      ? [
          choiceField({ label: t("condition_variable"), name: "variable", value: simple.variable, options: [["", t("not_chosen")], ...words], save: (variable) => change({ variable }) }),
          simple.variable
            ? choiceField({ label: t("condition_operator"), name: "operator", value: simple.operator, options: OPERATORS.map((each) => [each, t(`operator_${OPERATORS.indexOf(each)}`)]), save: (operator) => change({ operator }) })
            : null,
          simple.variable && known?.values.length
            ? choiceField({ label: t("condition_value"), name: "value", value: simple.value, options: known.values.map(([value, label]) => [value, tell(label)]), save: (value) => change({ value }) })
            : simple.variable
              ? textField({ label: t("condition_value"), name: "value", value: simple.value, save: (value) => change({ value }) })
              : null,
        ]
      : h("p", { class: "small muted" }, t("condition_complex")),
    details(t("as_expression"), "condition", !simple, textField({ label: t("expression"), hint: t("condition_hint"), name: "condition", code: true, rows: 3, value: text, save })),
  );
}
