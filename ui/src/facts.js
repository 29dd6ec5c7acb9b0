// What the open diagram and its forms say, gathered for the lists of the panel.

import { readTerm } from "./expressions.js";

export function formFields(schema) {
  const found = [];
  const visit = (components) => {
    for (const each of components ?? []) {
      if (each.key) found.push(each);
      visit(each.components);
    }
  };
  visit(schema?.components);
  return found;
}

// Variables by name with their label and, where a form offers them, their values.
export function variablesOf(forms) {
  const found = new Map();
  for (const schema of Object.values(forms)) {
    for (const field of formFields(schema)) {
      if (found.has(field.key) || field.key.includes("{")) continue;
      found.set(field.key, {
        label: { ru: field.label, kk: field.i18n?.kk?.label, en: field.i18n?.en?.label },
        type: field.type,
        values: (field.values ?? []).map((each) => [
          String(each.value),
          { ru: each.label, kk: each.i18n?.kk?.label, en: each.i18n?.en?.label },
        ]),
      });
    }
  }
  return found;
}

// Moments that terms of this diagram count from already.
export function anchorsOf(text, forms) {
  const found = new Set();
  for (const [, expression] of text.matchAll(/((?:deadline|opens)\((?:&quot;|")[^()]*\))/g)) {
    const term = readTerm(expression.replace(/&quot;/g, '"'));
    if (term) found.add(term.anchor);
  }
  for (const schema of Object.values(forms)) {
    for (const field of formFields(schema)) if (field.type === "datetime" && !field.key.includes("{")) found.add(field.key);
  }
  found.add("now_iso()");
  return [...found];
}

// The role of the lane that the element stands in.
export function laneRole(element, extensions) {
  const moddle = element.businessObject;
  let scope = moddle;
  while (scope && scope.$type !== "bpmn:Process") {
    const process = owner(scope);
    for (const lane of lanesOf(process)) {
      if ((lane.flowNodeRef ?? []).includes(scope.attachedToRef ?? scope)) {
        const role = extensions.property(lane, "role");
        if (role) return role;
      }
    }
    scope = scope.$parent;
  }
  return "";
}

function owner(moddle) {
  let found = moddle;
  while (found && found.$type !== "bpmn:Process") found = found.$parent;
  return found;
}

function lanesOf(process) {
  const found = [];
  const visit = (set) => {
    for (const lane of set?.lanes ?? []) {
      visit(lane.childLaneSet);
      found.push(lane);
    }
  };
  for (const set of process?.laneSets ?? []) visit(set);
  return found;
}
