// A small designer of forms: fields one under the other, each in three languages.

import { ask, button, choiceField, h, textField, tick } from "./dom.js";
import { language, t, tell } from "./words.js";

const KINDS = ["textfield", "textarea", "number", "checkbox", "radio", "date", "datetime"];
const CHOICES = new Set(["radio", "select", "checklist"]);

export function titleOf(key, schema) {
  const first = (schema.components ?? []).find((each) => each.label);
  return first ? `${tell({ ru: first.label, kk: first.i18n?.kk?.label, en: first.i18n?.en?.label })}… (${key})` : key;
}

function kindOf(component) {
  if (component.type !== "datetime") return component.type;
  return component.subtype === "date" ? "date" : "datetime";
}

function setKind(component, kind) {
  delete component.subtype;
  delete component.timeSerializingFormat;
  component.type = kind === "date" ? "datetime" : kind;
  if (kind === "date") component.subtype = "date";
  if (kind === "datetime") Object.assign(component, { subtype: "datetime", timeSerializingFormat: "utc_offset" });
  if (CHOICES.has(kind)) component.values ??= [newOption(1), newOption(2)];
  else delete component.values;
}

function newOption(number) {
  return { label: "", value: `option_${number}`, i18n: { kk: { label: "" }, en: { label: "" } } };
}

function newField(number) {
  return { id: `Field_field_${number}`, type: "textfield", key: `field_${number}`, label: "", i18n: { kk: {}, en: {} } };
}

// Asks for the form's fields; answers {key, schema}, or null when nothing is to change.
export async function designForm({ studio, key, schema }) {
  const made = schema ? structuredClone(schema) : { type: "default", id: key, schemaVersion: 16, components: [newField(1)] };
  const start = { key };
  const place = h("div", { class: "stackv" });
  const draw = (focus) => {
    const active = document.activeElement?.dataset?.field;
    place.replaceChildren(...made.components.map((each, at) => fieldset(made, each, at, draw)));
    place.append(
      h("p", {}, button(t("field_add"), () => {
        made.components.push(newField(nextNumber(made)));
        draw(`label_ru-${made.components.length - 1}`);
      })),
    );
    const again = focus ?? active;
    if (again) place.querySelector(`[data-field="${CSS.escape(again)}"]`)?.focus();
  };
  draw();
  const name = schema
    ? null
    : textField({ label: t("form_key"), hint: t("form_key_hint"), name: "form-key", code: true, value: key, save: (value) => (start.key = value) });
  return ask({
    title: schema ? t("form_edit_title", { key }) : t("form_new_title"),
    content: [name, place],
    confirm: t("form_keep"),
    cancel: t("cancel"),
    wide: true,
    read: () => {
      if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(start.key)) throw new Error(t("form_key_wrong"));
      if (!schema && studio.forms[start.key]) throw new Error(t("form_key_taken"));
      made.id = start.key;
      check(made);
      return { key: start.key, schema: made };
    },
  });
}

function check(schema) {
  const keys = new Set();
  for (const each of schema.components) {
    if (!each.key) continue;
    if (!/^[A-Za-z][A-Za-z0-9_{}]*$/.test(each.key)) throw new Error(t("field_key_wrong", { key: each.key }));
    if (keys.has(each.key)) throw new Error(t("field_key_twice", { key: each.key }));
    keys.add(each.key);
    each.id ??= `Field_${each.key}`;
  }
}

function nextNumber(schema) {
  const keys = new Set(schema.components.map((each) => each.key));
  let number = schema.components.length + 1;
  while (keys.has(`field_${number}`)) number++;
  return number;
}

function fieldset(schema, component, at, draw) {
  const label = (speech) => (speech === "ru" ? component.label : component.i18n?.[speech]?.label) ?? "";
  const setLabel = (speech, words) => {
    if (speech === "ru") component.label = words;
    else ((component.i18n ??= {})[speech] ??= {}).label = words;
  };
  const labelFields = ["ru", "kk", "en"].map((speech) =>
    textField({
      label: t(`label_${speech}`),
      lang: speech,
      name: `label_${speech}-${at}`,
      optional: speech === "en" ? t("optional") : undefined,
      value: label(speech),
      save: (words) => setLabel(speech, words),
    }),
  );
  const simple = KINDS.includes(kindOf(component));
  const parts = [h("legend", {}, t("field_n", { n: at + 1 }))];
  if (component.label !== undefined || component.key) parts.push(h("div", { class: "thirds" }, labelFields));
  if (component.key) {
    parts.push(
      h(
        "div",
        { class: "thirds" },
        choiceField({
          label: t("field_kind"),
          name: `kind-${at}`,
          value: kindOf(component),
          options: [...KINDS, ...(simple ? [] : [kindOf(component)])].map((kind) => [kind, t(`field_${kind}`)]),
          save: (kind) => {
            setKind(component, kind);
            draw();
          },
        }),
        textField({ label: t("field_key"), name: `key-${at}`, code: true, value: component.key, save: (key) => (component.key = key) }),
        tick({
          label: t("field_required"),
          name: `required-${at}`,
          value: component.validate?.required ?? false,
          save: (on) => (component.validate = { ...component.validate, required: on }),
        }),
      ),
    );
  } else {
    parts.push(h("p", { class: "small muted" }, t("field_other", { type: component.type })));
  }
  if (component.values) parts.push(options(component, at, draw));
  parts.push(
    h(
      "p",
      { class: "row" },
      at > 0 ? button(t("field_up"), () => move(schema, at, -1, draw), { "data-field": `up-${at}` }) : null,
      at < schema.components.length - 1 ? button(t("field_down"), () => move(schema, at, 1, draw), { "data-field": `down-${at}` }) : null,
      button(t("field_remove", { n: at + 1 }), () => {
        schema.components.splice(at, 1);
        draw();
      }),
    ),
  );
  return h("fieldset", { class: "entry" }, parts);
}

function move(schema, at, by, draw) {
  const [moved] = schema.components.splice(at, 1);
  schema.components.splice(at + by, 0, moved);
  draw();
}

function options(component, at, draw) {
  const set = (option, speech, words) => {
    if (speech === "ru") option.label = words;
    else ((option.i18n ??= {})[speech] ??= {}).label = words;
  };
  return h(
    "div",
    { class: "field", lang: language() },
    h("p", { class: "label" }, t("options")),
    component.values.map((option, place) =>
      h(
        "div",
        { class: "thirds" },
        ["ru", "kk", "en"].map((speech) =>
          textField({
            label: t("option_n", { n: place + 1, language: t(`language_${speech}`) }),
            lang: speech,
            name: `option-${at}-${place}-${speech}`,
            value: (speech === "ru" ? option.label : option.i18n?.[speech]?.label) ?? "",
            save: (words) => set(option, speech, words),
          }),
        ),
        component.values.length > 1
          ? button(t("option_remove", { n: place + 1 }), () => {
              component.values.splice(place, 1);
              draw();
            })
          : null,
      ),
    ),
    h("p", {}, button(t("option_add"), () => {
      const taken = new Set(component.values.map((each) => each.value));
      let number = component.values.length + 1;
      while (taken.has(`option_${number}`)) number++;
      component.values.push(newOption(number));
      draw(`option-${at}-${component.values.length - 1}-ru`);
    })),
  );
}
