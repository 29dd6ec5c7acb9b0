/* The board looks again every ten seconds and shows what has changed, line by line: what is typed, ticked, opened, focused or scrolled stays. */
"use strict";

(() => {
  const EVERY = 10000;
  const main = document.getElementById("main");
  let tag = main.querySelector("[data-fresh]")?.dataset.fresh;

  const key = (node) => (node.nodeType === 1 ? node.dataset.key || node.id : "");
  const like = (one, other) => one.nodeName === other.nodeName && key(one) === key(other);

  /* Attributes as the server says them; what a person has opened or typed is hers. */
  const dress = (old, fresh) => {
    for (const { name, value } of fresh.attributes) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
    for (const { name } of [...old.attributes]) {
      if (!fresh.hasAttribute(name) && name !== "open") old.removeAttribute(name);
    }
  };

  const change = (old, fresh) => {
    if (old.isEqualNode(fresh)) return;
    if (old.nodeType !== 1) {
      old.data = fresh.data;
      return;
    }
    dress(old, fresh);
    const waiting = [...old.childNodes];
    let place = old.firstChild;
    for (const child of [...fresh.childNodes]) {
      const at = waiting.findIndex((each) => like(each, child));
      if (at < 0) {
        old.insertBefore(child, place);
        continue;
      }
      const [mine] = waiting.splice(at, 1);
      change(mine, child);
      if (mine === place) place = place.nextSibling;
      else old.insertBefore(mine, place);
    }
    waiting.forEach((each) => each.remove());
  };

  const look = async () => {
    if (document.hidden || String(document.getSelection()) !== "" || main.querySelector("[data-dragged]")) return;
    try {
      const answer = await fetch(location.href, {
        credentials: "same-origin",
        headers: tag ? { "If-None-Match": `"${tag}"` } : {},
      });
      if (answer.status !== 200 || answer.redirected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
      const mark = fresh?.querySelector("[data-fresh]");
      if (!mark) return;
      const focused = document.activeElement;
      change(main, fresh);
      if (focused !== document.activeElement && main.contains(focused)) focused.focus({ preventScroll: true });
      tag = mark.dataset.fresh;
    } catch {
      /* no connection: what is shown stays, the next look may succeed */
    }
  };

  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
})();
