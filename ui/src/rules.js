// A new deadline rule of the office.

import { ask, choiceField, h, numberField, textField } from "./dom.js";
import { t } from "./words.js";
import { post } from "./server.js";

const UNITS = ["working days", "calendar days", "working hours", "working minutes", "weeks", "months"];

// Answers the key of the rule that was made, or null.
export function makeRule(studio) {
  const rule = { number: "5", unit: UNITS[0], direction: "after", event: "", roll: "none", clause: "" };
  for (const name of ["name_kk", "name_ru", "name_en", "basis_kk", "basis_ru", "basis_en"]) rule[name] = "";
  const text = (name, more = {}) => textField({ label: t(`rule_${name}`), name, value: rule[name], save: (value) => (rule[name] = value), ...more });
  const pick = (name, values) =>
    choiceField({
      label: t(`rule_${name}`),
      name,
      value: rule[name],
      options: values.map((each) => [each, t(`${name}_${each.replace(" ", "_")}`)]),
      save: (value) => (rule[name] = value),
    });
  return ask({
    title: t("rule_new_title"),
    confirm: t("rule_keep"),
    cancel: t("cancel"),
    wide: true,
    content: [
      h("p", { class: "muted" }, t("rule_new_lead")),
      h("div", { class: "thirds" }, text("name_kk", { lang: "kk" }), text("name_ru", { lang: "ru" }), text("name_en", { lang: "en", optional: t("optional") })),
      h(
        "div",
        { class: "thirds" },
        numberField({ label: t("rule_number"), name: "number", min: 1, value: rule.number, save: (value) => (rule.number = value) }),
        pick("unit", UNITS),
        pick("direction", ["after", "before"]),
      ),
      pick("roll", ["none", "next", "previous"]),
      h("div", { class: "thirds" }, text("basis_kk", { lang: "kk" }), text("basis_ru", { lang: "ru" }), text("basis_en", { lang: "en", optional: t("optional") })),
      text("clause", { optional: t("optional") }),
    ],
    read: async () => {
      const made = await post(studio.places.rules, rule);
      studio.catalogue.rules = made.rules;
      return made.key;
    },
  });
}
