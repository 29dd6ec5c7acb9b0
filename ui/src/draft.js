// The draft on the server: saved by itself a moment after each change; two who draw at once are told.

import { ask, h } from "./dom.js";
import { t } from "./words.js";
import { post } from "./server.js";

const PAUSE = 1200;
const AGAIN = 15_000;

export class Draft {
  constructor(studio, opened) {
    this.studio = studio;
    this.revision = opened.revision;
    this.base = opened.base;
    this.status = document.getElementById("studio-saved");
    this.dirty = false;
    this.busy = null;
    window.addEventListener("beforeunload", (event) => {
      if (this.dirty) event.preventDefault();
    });
  }

  touch() {
    this.dirty = true;
    this.tell(t("saving"));
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  tell(words, tone = "") {
    this.status.textContent = words;
    this.status.dataset.tone = tone;
  }

  // Saves what is not saved yet; answers whether everything is on the server now.
  async save({ over = false } = {}) {
    clearTimeout(this.timer);
    while (this.busy) await this.busy;
    if (!this.dirty) return true;
    this.busy = this.write(over).finally(() => (this.busy = null));
    return this.busy;
  }

  async write(over) {
    this.dirty = false;
    try {
      const diagram = await this.studio.text();
      const { forms, formsChanged } = this.studio;
      const body = { diagram, forms: formsChanged ? forms : null, revision: this.revision, base: this.base, over };
      const saved = await post(this.studio.places.draft, body);
      this.revision = saved.revision;
      this.studio.problems.show(saved.problems);
      if (!this.dirty) this.tell(saved.revision ? t("saved_at", { moment: saved.saved_at }) : t("as_published"), "ok");
      return true;
    } catch (refused) {
      this.dirty = true;
      if (refused.status === 409) return this.settle(refused);
      this.tell(t("not_saved", { why: refused.status ? refused.message : t("no_connection") }), "bad");
      this.timer = setTimeout(() => this.save(), AGAIN);
      return false;
    }
  }

  async settle(refused) {
    this.tell(t("conflict"), "bad");
    const choice = await ask({
      title: t("conflict"),
      content: [
        h("p", {}, refused.message),
        h("p", {}, h("label", { class: "tick" }, h("input", { type: "radio", name: "whose", value: "mine", checked: true }), " ", t("conflict_mine"))),
        h("p", {}, h("label", { class: "tick" }, h("input", { type: "radio", name: "whose", value: "theirs" }), " ", t("conflict_theirs"))),
      ],
      confirm: t("conflict_choose"),
      cancel: t("later"),
      read: () => document.querySelector("dialog [name=whose]:checked").value,
    });
    if (choice === "mine") return this.write(true);
    if (choice === "theirs") {
      const { forms, formsChanged } = this.studio;
      await post(this.studio.places.beside, { diagram: await this.studio.text(), forms: formsChanged ? forms : null });
      this.dirty = false;
      location.reload();
    }
    return false;
  }
}
