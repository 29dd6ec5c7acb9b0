// What a person does: who, with which form, until when.

import { button, choiceField, details, h, section, textField } from "../dom.js";
import { t, tell } from "../words.js";
import { readTerm, writeTerm } from "../expressions.js";
import { anchorsOf, formFields, laneRole } from "../facts.js";
import { designForm, titleOf } from "../forms.js";
import { makeRule } from "../rules.js";

export function work(subject) {
  const { is } = subject;
  if (is("bpmn:Lane") || is("bpmn:Participant")) return [role(subject)];
  if (is("bpmn:UserTask")) return [role(subject), form(subject), due(subject)];
  if (is("bpmn:ManualTask") || subject.moddle.$type === "bpmn:Task") return [role(subject), due(subject)];
  return [];
}

function role({ element, moddle, studio, is }) {
  const own = studio.extensions.property(moddle, "role");
  const inherited = is("bpmn:Lane") ? "" : laneRole(element, studio.extensions);
  const roles = studio.catalogue.roles.map((each) => [each.code, tell(each.name)]);
  const lane = roles.find(([code]) => code === inherited)?.[1] ?? inherited;
  return section(
    t("who"),
    choiceField({
      label: t("role"),
      name: "role",
      value: own,
      options: [["", lane ? t("role_of_lane", { role: lane }) : t("role_none")], ...roles],
      save: (value) => studio.extensions.setProperty(element, moddle, "role", value),
    }),
  );
}

function form({ element, moddle, studio }) {
  const key = studio.extensions.property(moddle, "formKey") || moddle.id;
  const schema = studio.forms[key];
  const known = Object.entries(studio.forms).map(([name, each]) => [name, titleOf(name, each)]);
  const choose = (value) => studio.extensions.setProperty(element, moddle, "formKey", value);
  const design = async (start, name) => {
    const made = await designForm({ studio, key: name, schema: start });
    if (made) studio.keepForm(made.key, made.schema, () => choose(made.key));
  };
  const fields = schema ? formFields(schema) : [];
  return section(
    t("form"),
    choiceField({
      label: t("form_used"),
      name: "formKey",
      value: schema ? key : "",
      options: [...(schema ? [] : [["", t("form_none")]]), ...known],
      save: choose,
    }),
    fields.length
      ? h("ul", { class: "plain small" }, fields.map((each) => h("li", {}, fieldName(each), " ", h("code", {}, each.key))))
      : null,
    h(
      "p",
      { class: "row" },
      button(t("form_new"), () => design(null, freeKey(moddle.id, studio.forms))),
      schema ? button(t("form_edit"), () => design(schema, key)) : null,
    ),
  );
}

function fieldName(field) {
  return tell({ ru: field.label, kk: field.i18n?.kk?.label, en: field.i18n?.en?.label });
}

function freeKey(id, forms) {
  const start = id.replace(/[^A-Za-z0-9_]/g, "_");
  let key = start;
  for (let n = 2; forms[key]; n++) key = `${start}_${n}`;
  return key;
}

function due({ element, moddle, studio, redraw }) {
  const written = studio.extensions.property(moddle, "due");
  const save = (text) => studio.extensions.setProperty(element, moddle, "due", text);
  return section(t("due"), ...termFields({ studio, written, save, call: "deadline", redraw, none: t("due_none") }));
}

// A rule and the moment it counts from, with the next real dates; or the expression itself.
export function termFields({ studio, written, save, call, redraw, none }) {
  const term = readTerm(written);
  const rules = studio.catalogue.rules;
  const rule = rules.find((each) => each.key === term?.rule);
  const list = "anchors";
  const choose = (key) => save(key ? writeTerm({ call, rule: key, anchor: term?.anchor ?? studio.usualAnchor() }) : "");
  const parts = [];
  if (!written || term) {
    parts.push(
      choiceField({
        label: t("rule"),
        name: `rule-${call}`,
        value: term?.rule ?? "",
        options: [["", none], ...rules.map((each) => [each.key, `${tell(each.name)}: ${tell(each.words)}`])],
        save: choose,
      }),
    );
  }
  if (term) {
    parts.push(
      textField({
        label: t("anchor"),
        hint: t("anchor_hint"),
        name: `anchor-${call}`,
        code: true,
        list,
        value: term.anchor,
        save: (anchor) => save(writeTerm({ ...term, anchor })),
      }),
      h("datalist", { id: list }, anchorsOf(studio.source, studio.forms).map((value) => h("option", { value }))),
    );
  }
  if (rule) {
    const { anchor, opens, due: last } = rule.example;
    parts.push(
      h(
        "div",
        { class: "note", "data-tone": "ok" },
        h(
          "div",
          {},
          h("p", {}, t(call === "opens" ? "example_opens" : "example_due", { anchor, moment: call === "opens" ? opens : last })),
          details(t("why"), `why-${rule.key}`, false, h("p", {}, tell(rule.example.explanation)), h("p", {}, tell(rule.basis))),
        ),
      ),
    );
  }
  parts.push(
    h(
      "p",
      { class: "row" },
      button(t("rule_new"), async () => {
        const made = await makeRule(studio);
        if (made) choose(made);
        redraw();
      }),
    ),
    details(
      t("as_expression"),
      `expression-${call}`,
      Boolean(written) && !term,
      textField({ label: t("expression"), name: `term-${call}`, code: true, rows: 2, value: written, save }),
    ),
  );
  return parts;
}
