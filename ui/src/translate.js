// bpmn-js in the language of the page: its sentences by their English ones.

import { table } from "./translations.js";

export function translation(language) {
  const place = { kk: 0, ru: 1 }[language];
  return (template, values = {}) => {
    const words = (place === undefined ? undefined : table[template]?.[place]) ?? template;
    return words.replace(/\{([^}]+)\}/g, (whole, name) => values[name] ?? whole);
  };
}
