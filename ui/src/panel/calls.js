// Other processes and decisions that the diagram calls.

import { choiceField, section, textField } from "../dom.js";
import { t, tell } from "../words.js";

export function calls({ element, moddle, studio, is }) {
  if (is("bpmn:CallActivity")) {
    const known = studio.catalogue.processes.map((each) => [each.key, tell(each.name)]);
    return [
      section(
        t("calls"),
        choiceField({ label: t("called_process"), name: "called", value: moddle.calledElement ?? "", options: [["", t("not_chosen")], ...known], save: (calledElement) => studio.modeling.updateProperties(element, { calledElement: calledElement || undefined }) }),
      ),
    ];
  }
  if (is("bpmn:BusinessRuleTask")) {
    return [
      section(
        t("decides"),
        textField({ label: t("decision"), hint: t("decision_hint"), name: "decision", code: true, value: studio.extensions.text(moddle, "calledDecisionId"), save: (text) => studio.extensions.setText(element, moddle, "calledDecisionId", text) }),
      ),
    ];
  }
  return [];
}
