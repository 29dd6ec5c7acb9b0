// Playing with tokens: the drawing comes alive, nothing is changed.

import { translateTitles } from "./translate.js";
import { language, t } from "./words.js";

const READABLE = 0.6;

export class Tokens {
  constructor(studio) {
    this.studio = studio;
    this.button = document.querySelector("[data-act=tokens]");
    this.mode = studio.modeler.get("toggleMode");
    this.place = document.getElementById("studio-canvas");
    this.on = false;
    this.watch = new MutationObserver(() => translateTitles(this.place, language()));
  }

  toggle() {
    this.on = !this.on;
    this.mode.toggleMode(this.on);
    this.button.setAttribute("aria-pressed", String(this.on));
    document.getElementById("studio-panel").inert = this.on;
    this.studio.say(this.on ? t("tokens_on") : t("tokens_off"));
    if (!this.on) {
      this.watch.disconnect();
      return;
    }
    this.watch.observe(this.place, { childList: true, subtree: true });
    translateTitles(this.place, language());
    this.come();
  }

  // Its controls are shown from half size on; the play begins where the process begins.
  come() {
    const { canvas, elementRegistry } = this.studio;
    const start = elementRegistry.find((element) => element.type === "bpmn:StartEvent" && element.parent);
    if (canvas.zoom() < READABLE) canvas.zoom(READABLE);
    if (start) canvas.scrollToElement(start, { top: 120, left: 160, right: 400, bottom: 200 });
  }
}
