// bpmn-js in the language of the page: its sentences by their English ones.

import { played, table } from "./translations.js";

const PLACES = { kk: 0, ru: 1 };

export function translation(language) {
  const place = PLACES[language];
  return (template, values = {}) => {
    const words = (place === undefined ? undefined : table[template]?.[place]) ?? template;
    return words.replace(/\{([^}]+)\}/g, (whole, name) => values[name] ?? whole);
  };
}

// The titles and headings inside `place` that were written in English.
export function translateTitles(place, language) {
  const at = PLACES[language];
  if (at === undefined) return;
  for (const each of place.querySelectorAll("[title]")) each.title = played[each.title]?.[at] ?? each.title;
  for (const each of place.querySelectorAll(".bts-header, .bts-entry.placeholder")) {
    for (const text of each.childNodes) {
      const words = text.nodeType === Node.TEXT_NODE && played[text.data.trim()]?.[at];
      if (words) text.data = ` ${words} `;
    }
  }
}
