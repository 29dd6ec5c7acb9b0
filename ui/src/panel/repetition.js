// An activity that is done several times.

import { choiceField, section, textField } from "../dom.js";
import { t } from "../words.js";

export function repetition({ element, moddle, studio, is }) {
  if (!is("bpmn:Activity")) return [];
  const loop = moddle.loopCharacteristics;
  const kind = !loop ? "" : loop.$type === "bpmn:StandardLoopCharacteristics" ? "loop" : loop.isSequential ? "sequential" : "parallel";
  const parts = [
    choiceField({
      label: t("repetition"),
      name: "repetition",
      value: kind,
      options: ["", "parallel", "sequential", "loop"].map((each) => [each, t(`repetition_${each || "none"}`)]),
      save: (value) => studio.setRepetition(element, moddle, value),
    }),
  ];
  if (kind === "loop") {
    parts.push(
      textField({ label: t("loop_condition"), hint: t("condition_hint"), name: "loop", code: true, value: loop.loopCondition?.body ?? "", save: (body) => studio.setExpression(element, loop, "loopCondition", body) }),
      textField({ label: t("loop_maximum"), name: "maximum", value: loop.loopMaximum ?? "", save: (value) => studio.update(element, loop, { loopMaximum: value ? Number(value) : undefined }) }),
    );
  } else if (kind) {
    parts.push(
      textField({ label: t("for_each"), hint: t("for_each_hint"), name: "for-each", code: true, value: loop.loopDataInputRef?.id, save: (value) => studio.setDataRef(element, loop, "loopDataInputRef", value) }),
      textField({ label: t("each_called"), name: "each", code: true, value: loop.inputDataItem?.name ?? loop.inputDataItem?.id ?? "", save: (value) => studio.setDataItem(element, loop, "inputDataItem", value) }),
      textField({ label: t("how_often"), hint: t("how_often_hint"), name: "cardinality", code: true, value: loop.loopCardinality?.body ?? "", save: (body) => studio.setExpression(element, loop, "loopCardinality", body) }),
      textField({ label: t("enough_when"), hint: t("condition_hint"), name: "completion", code: true, value: loop.completionCondition?.body ?? "", save: (body) => studio.setExpression(element, loop, "completionCondition", body) }),
    );
  }
  return [section(t("several_times"), ...parts)];
}
