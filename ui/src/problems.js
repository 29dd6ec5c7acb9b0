// What the server finds wrong: a mark at the element, a list that leads there.

import { h } from "./dom.js";
import { t, tell } from "./words.js";

const LAYER = "studio-problems";

export class Problems {
  constructor(studio) {
    this.studio = studio;
    this.found = [];
    this.place = document.getElementById("studio-problems");
    this.count = document.getElementById("studio-problem-count");
  }

  show(problems) {
    this.found = problems;
    this.draw();
    this.studio.panel?.refresh();
  }

  at(element) {
    return this.found.filter((each) => each.element === element && each.file === this.studio.file);
  }

  listFor(element) {
    const here = this.at(element);
    if (!here.length) return null;
    return h(
      "ul",
      { class: "problem-list" },
      here.map((each) => h("li", { "data-severity": each.severity }, h("b", {}, t(each.severity)), " ", tell(each.message))),
    );
  }

  draw() {
    const { overlays, elementRegistry } = this.studio;
    overlays.remove({ type: LAYER });
    const marks = new Map();
    for (const each of this.found) {
      if (each.element && elementRegistry.get(each.element)) marks.set(each.element, [...(marks.get(each.element) ?? []), each]);
    }
    for (const [element, here] of marks) {
      const severity = here.some((each) => each.severity === "error") ? "error" : "warning";
      overlays.add(element, LAYER, {
        position: { top: -12, left: -12 },
        html: h("div", { class: "problem-mark", "data-severity": severity, "aria-hidden": "true" }, severity === "error" ? "!" : "?"),
      });
    }
    const errors = this.found.filter((each) => each.severity === "error").length;
    const warnings = this.found.length - errors;
    this.count.textContent = this.found.length ? t("problem_count", { errors, warnings }) : t("no_problems");
    this.count.dataset.tone = errors ? "bad" : warnings ? "warn" : "ok";
    const sorted = [...this.found].sort((one, two) => (one.severity === two.severity ? 0 : one.severity === "error" ? -1 : 1));
    this.place.replaceChildren(
      ...sorted.map((each) => {
        const shape = each.element && elementRegistry.get(each.element);
        const where = (shape && this.studio.nameOf(shape.businessObject)) || each.element || each.file;
        const words = [h("b", {}, t(each.severity)), " ", shape ? h("span", {}, where) : where, ": ", tell(each.message)];
        return h(
          "li",
          { "data-severity": each.severity },
          shape ? h("button", { type: "button", class: "linklike", onclick: () => this.studio.select(each.element) }, words) : words,
        );
      }),
    );
  }
}
