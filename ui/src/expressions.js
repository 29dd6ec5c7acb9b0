// Expressions that the panel can show in plain words; what it cannot read stays an expression.

const CONDITION = /^([A-Za-z_]\w*)\s*(==|!=|<=|>=|<|>)\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|-?\d+(?:\.\d+)?|True|False|None)$/;
const TERM = /^(deadline|opens)\(\s*"([^"]+)"\s*,\s*([^()]+?(?:\(\))?)\s*\)$/;
const DURATION = /^P(?:(\d+)([YMWD])|T(\d+)([HM]))$/;

export const OPERATORS = ["==", "!=", "<", "<=", ">", ">="];
export const UNITS = { M: "minutes", H: "hours", D: "days", W: "weeks", MO: "months", Y: "years" };

export function readCondition(text) {
  const found = CONDITION.exec(text.trim());
  if (!found) return null;
  return { variable: found[1], operator: found[2], value: fromLiteral(found[3]) };
}

export function writeCondition({ variable, operator, value }) {
  return `${variable} ${operator} ${toLiteral(value)}`;
}

export function fromLiteral(text) {
  return /^["']/.test(text) ? text.slice(1, -1).replace(/\\(.)/g, "$1") : text;
}

export function toLiteral(value) {
  if (/^-?\d+(\.\d+)?$/.test(value) || ["True", "False", "None"].includes(value)) return value;
  return JSON.stringify(value);
}

export function readTerm(text) {
  const found = TERM.exec((text ?? "").trim());
  return found ? { call: found[1], rule: found[2], anchor: found[3].trim() } : null;
}

export function writeTerm({ call = "deadline", rule, anchor }) {
  return rule ? `${call}("${rule}", ${anchor || "now_iso()"})` : "";
}

export function readDuration(text) {
  const found = DURATION.exec((text ?? "").trim());
  if (!found) return null;
  if (found[3]) return { number: found[3], unit: found[4] };
  return { number: found[1], unit: found[2] === "M" ? "MO" : found[2] };
}

export function writeDuration({ number, unit }) {
  if (!number) return "";
  return unit === "H" || unit === "M" ? `PT${number}${unit}` : `P${number}${unit === "MO" ? "M" : unit}`;
}
