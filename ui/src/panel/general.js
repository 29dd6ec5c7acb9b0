import { details, section, textField } from "../dom.js";
import { language, t } from "../words.js";

export function labels({ element, moddle, studio, is }) {
  if (is("bpmn:TextAnnotation")) {
    return [
      section(
        t("note_text"),
        textField({
          label: t("note_text"),
          name: "text",
          value: moddle.text,
          rows: 4,
          save: (text) => studio.modeling.updateProperties(element, { text }),
        }),
      ),
    ];
  }
  if (!("name" in moddle) && !moddle.$descriptor.propertiesByName.name) return [];
  const property = (name) => ({
    name,
    value: studio.extensions.property(moddle, name),
    save: (value) => studio.extensions.setProperty(element, moddle, name, value),
  });
  return [
    section(
      t("names"),
      textField({ label: t("name_kk"), lang: "kk", ...property("name_kk") }),
      textField({
        label: t("name_ru"),
        lang: "ru",
        name: "name",
        value: moddle.name,
        save: (name) => studio.setName(element, moddle, name),
      }),
      textField({ label: t("name_en"), lang: "en", optional: t("optional"), ...property("name_en") }),
    ),
  ];
}

export function general({ element, moddle, studio, is }) {
  const property = (name) => ({
    name,
    value: studio.extensions.property(moddle, name),
    save: (value) => studio.extensions.setProperty(element, moddle, name, value),
  });
  const documentation = moddle.documentation?.[0]?.text ?? "";
  const steps = is("bpmn:FlowNode")
    ? textField({ label: t("step"), hint: t("step_hint"), ...property("step") })
    : null;
  return [
    details(
      t("documentation"),
      "documentation",
      false,
      textField({
        label: t("documentation_ru"),
        hint: t("documentation_hint"),
        lang: "ru",
        rows: 3,
        name: "documentation",
        value: documentation,
        save: (text) => studio.setDocumentation(element, moddle, text),
      }),
      textField({ label: t("documentation_kk"), lang: "kk", rows: 3, ...property("documentation_kk") }),
      textField({ label: t("documentation_en"), lang: "en", rows: 3, ...property("documentation_en") }),
      steps,
    ),
    details(
      t("technical"),
      "technical",
      false,
      textField({
        label: t("id"),
        hint: t("id_hint"),
        name: "id",
        code: true,
        lang: language(),
        value: moddle.id,
        save: (id) => studio.setId(element, moddle, id),
      }),
      is("bpmn:Activity")
        ? [
            textField({
              label: t("pre_script"),
              name: "preScript",
              code: true,
              rows: 2,
              value: studio.extensions.text(moddle, "preScript"),
              save: (text) => studio.extensions.setText(element, moddle, "preScript", text),
            }),
            textField({
              label: t("post_script"),
              name: "postScript",
              code: true,
              rows: 2,
              value: studio.extensions.text(moddle, "postScript"),
              save: (text) => studio.extensions.setText(element, moddle, "postScript", text),
            }),
          ]
        : null,
    ),
  ];
}
