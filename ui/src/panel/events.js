// What an event waits for or tells: timers, messages, signals, errors.

import { choiceField, details, h, numberField, section, textField, tick } from "../dom.js";
import { t } from "../words.js";
import { readDuration, readTerm, UNITS, writeDuration } from "../expressions.js";
import { termFields } from "./work.js";

const NAMED = {
  "bpmn:MessageEventDefinition": ["messageRef", "bpmn:Message", "message"],
  "bpmn:SignalEventDefinition": ["signalRef", "bpmn:Signal", "signal"],
  "bpmn:ErrorEventDefinition": ["errorRef", "bpmn:Error", "error"],
  "bpmn:EscalationEventDefinition": ["escalationRef", "bpmn:Escalation", "escalation"],
};

export function events(subject) {
  const { element, moddle, studio, is } = subject;
  const parts = [];
  if (is("bpmn:BoundaryEvent")) {
    parts.push(section(t("boundary"), tick({ label: t("interrupting"), name: "cancelActivity", value: moddle.cancelActivity !== false, save: (on) => studio.modeling.updateProperties(element, { cancelActivity: on }) })));
  }
  for (const definition of moddle.eventDefinitions ?? []) {
    if (definition.$type === "bpmn:TimerEventDefinition") parts.push(timer(subject, definition));
    else if (NAMED[definition.$type]) parts.push(named(subject, definition, NAMED[definition.$type]));
    else if (definition.$type === "bpmn:ConditionalEventDefinition") parts.push(conditional(subject, definition));
    else if (definition.$type === "bpmn:LinkEventDefinition") {
      parts.push(section(t("event_link"), textField({ label: t("link_name"), name: "link", value: definition.name, save: (name) => studio.update(element, definition, { name }) })));
    }
  }
  if (is("bpmn:ReceiveTask") || is("bpmn:SendTask")) parts.push(named(subject, moddle, NAMED["bpmn:MessageEventDefinition"]));
  return parts;
}

const TIMES = ["timeDate", "timeDuration", "timeCycle"];

function timer({ element, studio, redraw }, definition) {
  const kind = TIMES.find((each) => definition[each]) ?? "timeDate";
  const text = definition[kind]?.body ?? "";
  const term = readTerm(text);
  const duration = kind === "timeDuration" ? readDuration(text) : null;
  const chosen = studio.timerChoice.get(definition) ?? (term ? term.call : duration ? "duration" : kind === "timeCycle" ? "cycle" : text ? "expression" : "deadline");
  const set = (name, body) => studio.setTimer(element, definition, name, body);
  const choose = (value) => {
    studio.timerChoice.set(definition, value);
    if (term && (value === "deadline" || value === "opens")) set("timeDate", text.replace(/^\w+/, value));
    else redraw();
  };
  const fields = {
    deadline: () => termFields({ studio, written: term ? text : "", save: (body) => set("timeDate", body), call: "deadline", redraw, none: t("not_chosen") }),
    opens: () => termFields({ studio, written: term ? text : "", save: (body) => set("timeDate", body), call: "opens", redraw, none: t("not_chosen") }),
    duration: () => {
      const now = duration ?? { number: "", unit: "D" };
      return [
        numberField({ label: t("duration_number"), name: "number", min: 1, value: now.number, save: (number) => set("timeDuration", writeDuration({ ...now, number })) }),
        choiceField({ label: t("duration_unit"), name: "unit", value: now.unit, options: Object.entries(UNITS).map(([unit, name]) => [unit, t(`unit_${name}`)]), save: (unit) => set("timeDuration", writeDuration({ ...now, unit })) }),
        h("p", { class: "small muted" }, t("duration_hint")),
      ];
    },
    cycle: () => [textField({ label: t("cycle"), hint: t("cycle_hint"), name: "cycle", code: true, value: kind === "timeCycle" ? text : "", save: (body) => set("timeCycle", body) })],
    expression: () => [textField({ label: t("expression"), hint: t("moment_hint"), name: "moment", code: true, rows: 2, value: text, save: (body) => set(kind, body) })],
  };
  return section(
    t("event_timer"),
    choiceField({ label: t("timer_when"), name: "timer", value: chosen, options: Object.keys(fields).map((each) => [each, t(`timer_${each}`)]), save: choose }),
    ...fields[chosen](),
  );
}

function named({ element, studio }, holder, [reference, type, word]) {
  const known = studio.rootElements(type);
  const found = holder[reference];
  const code = { "bpmn:Error": "errorCode", "bpmn:Escalation": "escalationCode" }[type];
  return section(
    t(`event_${word}`),
    choiceField({
      label: t(`${word}_used`),
      name: reference,
      value: found?.id ?? "",
      options: [["", t("not_chosen")], ...known.map((each) => [each.id, each.name || each.id]), ["+", t(`${word}_new`)]],
      save: (id) => (id === "+" ? studio.addRootElement(element, holder, reference, type) : studio.update(element, holder, { [reference]: known.find((each) => each.id === id) })),
    }),
    found ? textField({ label: t(`${word}_name`), hint: t("name_shared"), name: `${reference}-name`, code: true, value: found.name, save: (name) => studio.update(element, found, { name }) }) : null,
    found && code ? textField({ label: t("code"), name: `${reference}-code`, code: true, value: found[code], save: (value) => studio.update(element, found, { [code]: value || undefined }) }) : null,
  );
}

function conditional({ element, studio }, definition) {
  return section(
    t("event_conditional"),
    textField({ label: t("expression"), hint: t("condition_hint"), name: "conditional", code: true, rows: 2, value: definition.condition?.body ?? "", save: (body) => studio.setExpression(element, definition, "condition", body) }),
    details(t("why"), "conditional-why", false, h("p", {}, t("conditional_hint"))),
  );
}
