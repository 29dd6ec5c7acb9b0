// The properties of what is selected, in plain words.

import { is } from "bpmn-js/lib/util/ModelUtil";
import { h } from "./dom.js";
import { t } from "./words.js";
import { kindOf } from "./kinds.js";
import { general, labels } from "./panel/general.js";
import { work } from "./panel/work.js";
import { service } from "./panel/service.js";
import { flow } from "./panel/flow.js";
import { events } from "./panel/events.js";
import { repetition } from "./panel/repetition.js";
import { calls } from "./panel/calls.js";

const PARTS = [labels, work, service, flow, events, calls, repetition, general];

export class Panel {
  constructor(place, studio) {
    this.place = place;
    this.studio = studio;
    this.folds = new Map();
    this.element = null;
    const { eventBus } = studio;
    eventBus.on("selection.changed", ({ newSelection }) => this.show(newSelection));
    eventBus.on("elements.changed", () => this.refresh());
    eventBus.on(["import.done", "root.set"], () => this.show([]));
  }

  show(selection) {
    this.several = selection.length > 1;
    this.element = selection.length === 1 ? selection[0] : null;
    if (this.element?.labelTarget) this.element = this.element.labelTarget;
    this.refresh(true);
  }

  refresh(now = false) {
    if (this.waiting) return;
    this.waiting = true;
    const draw = () => {
      this.waiting = false;
      this.draw();
    };
    if (now) draw();
    else setTimeout(draw);
  }

  draw() {
    const same = this.drawn === this.element;
    this.drawn = this.element;
    const focused = same && this.place.contains(document.activeElement) ? document.activeElement : null;
    const field = focused?.dataset.field;
    // what is being typed and not saved yet
    const typed = focused?.shown !== undefined && focused.value !== focused.shown ? focused.value : null;
    const place = focused && focused.type === "text" ? [focused.selectionStart, focused.selectionEnd] : null;
    for (const each of this.place.querySelectorAll("details[data-fold]")) this.folds.set(each.dataset.fold, each.open);
    const scrolled = this.place.scrollTop;
    this.place.replaceChildren(...this.content());
    for (const each of this.place.querySelectorAll("details[data-fold]")) {
      if (this.folds.has(each.dataset.fold)) each.open = this.folds.get(each.dataset.fold);
    }
    this.place.scrollTop = same ? scrolled : 0;
    const again = field && this.place.querySelector(`[data-field="${CSS.escape(field)}"]`);
    if (!again) return;
    again.focus({ preventScroll: true });
    if (typed !== null) again.value = typed;
    if (place) again.setSelectionRange?.(...place);
  }

  content() {
    const { studio } = this;
    if (this.several) return [h("h2", {}, t("several")), h("p", { class: "muted" }, t("several_lead"))];
    const element = this.element ?? studio.processElement();
    if (!element) return [h("p", { class: "muted" }, t("nothing_selected"))];
    const moddle = this.element ? element.businessObject : studio.process();
    const subject = { element, moddle, studio, is: (type) => is(moddle, type), redraw: () => this.refresh() };
    const parts = PARTS.flatMap((part) => part(subject)).filter(Boolean);
    return [
      h("p", { class: "panel-kind" }, kindOf(moddle)),
      h("h2", {}, studio.nameOf(moddle) || t("no_name")),
      studio.problems.listFor(moddle.id),
      ...parts,
    ].filter(Boolean);
  }
}
