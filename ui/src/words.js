// The words of the page's language; they come from the server with everything else.

let words = {};
let speech = "ru";

export function setWords(found, language) {
  words = found;
  speech = language;
}

export function t(key, values = {}) {
  const said = words[key] ?? key;
  return said.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place);
}

export function tell(text) {
  if (!text) return "";
  return typeof text === "string" ? text : text[speech] || text.ru || text.kk || text.en || "";
}

export function language() {
  return speech;
}
