// Playing with tokens: the drawing comes alive, nothing is changed.

import { t } from "./words.js";

export class Tokens {
  constructor(studio) {
    this.studio = studio;
    this.button = document.querySelector("[data-act=tokens]");
    this.mode = studio.modeler.get("toggleMode");
    this.on = false;
  }

  toggle() {
    this.on = !this.on;
    this.mode.toggleMode(this.on);
    this.button.setAttribute("aria-pressed", String(this.on));
    document.getElementById("studio").toggleAttribute("data-playing", this.on);
    this.studio.say(this.on ? t("tokens_on") : t("tokens_off"));
    if (this.on) this.come();
  }

  // Its controls are shown from half size on; the play begins where the process begins.
  come() {
    const { canvas, elementRegistry } = this.studio;
    const start = elementRegistry.find((element) => element.type === "bpmn:StartEvent" && element.parent);
    if (canvas.zoom() < 0.6) canvas.zoom(0.6);
    if (start) canvas.scrollToElement(start, { top: 120, left: 160, right: 400, bottom: 200 });
    for (const each of document.querySelectorAll("#studio [title]")) each.title = t(`tokens_${each.title}`) === `tokens_${each.title}` ? each.title : t(`tokens_${each.title}`);
  }
}
