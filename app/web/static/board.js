/* The board looks again every half a minute and shows what has changed; never while somebody types, reads an opened explanation or has it selected. */
"use strict";

(() => {
  const EVERY = 30000;
  const main = document.getElementById("main");
  let tag = null;

  const busy = () =>
    document.hidden ||
    main.contains(document.activeElement) && document.activeElement !== main ||
    main.querySelector("details[open]") !== null ||
    String(document.getSelection()) !== "";

  const look = async () => {
    if (busy()) return;
    try {
      const answer = await fetch(location.href, {
        credentials: "same-origin",
        headers: tag ? { "If-None-Match": tag } : {},
      });
      if (answer.status !== 200 || answer.redirected) return;
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
      if (!fresh || !fresh.querySelector("[data-fresh]") || busy()) return;
      const [left, top] = [scrollX, scrollY];
      const aside = main.querySelector(".table-wrap")?.scrollLeft ?? 0;
      main.replaceChildren(...fresh.childNodes);
      const table = main.querySelector(".table-wrap");
      if (table) table.scrollLeft = aside;
      scrollTo(left, top);
      tag = answer.headers.get("ETag");
    } catch {
      /* no connection: what is shown stays, the next look may succeed */
    }
  };

  setInterval(look, EVERY);
})();
