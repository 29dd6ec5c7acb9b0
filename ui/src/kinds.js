// What an element is called.

import { t } from "./words.js";

export function kindOf(moddle) {
  const type = moddle.$type.split(":").pop();
  const definition = moddle.eventDefinitions?.[0]?.$type.split(":").pop().replace("EventDefinition", "");
  const kind = t(`kind_${snake(type)}`);
  return definition ? `${kind}: ${t(`event_${snake(definition)}`)}` : kind;
}

export function snake(name) {
  return name.replace(/(?<=[a-z])([A-Z])/g, "_$1").toLowerCase();
}
