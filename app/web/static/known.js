/* The same person while she is typed: asks the server a moment after the last key and shows her earlier cases under the field. */
"use strict";

(() => {
  const FIELDS = ["full_name", "iin", "phone", "email", "address"];
  const PAUSE = 300;

  const start = (form) => {
    const controls = Object.fromEntries(
      FIELDS.map((name) => [name, form.querySelector(`[data-key="${name}"] :is(input, textarea)`)]).filter(([, control]) => control),
    );
    const place = document.createElement("div");
    place.setAttribute("role", "status");
    let timer = 0;
    let asking = null;

    const show = (words) => {
      place.innerHTML = words;
      place.querySelectorAll("[data-fill]").forEach((button) => button.removeAttribute("hidden"));
    };
    const ask = async () => {
      asking?.abort();
      asking = new AbortController();
      const typed = new FormData();
      typed.append("case", form.dataset.case ?? "");
      for (const [name, control] of Object.entries(controls)) typed.append(name, control.value);
      try {
        const answer = await fetch(form.dataset.knownUrl, {
          method: "POST",
          body: typed,
          headers: { "X-CSRF-Token": document.querySelector("meta[name=csrf]")?.content ?? "" },
          credentials: "same-origin",
          signal: asking.signal,
        });
        if (answer.ok) show(await answer.text());
      } catch {
        /* the next key asks again */
      }
    };
    form.addEventListener("input", (event) => {
      if (!Object.values(controls).includes(event.target) || !event.isTrusted) return;
      event.target.closest("[data-key]").after(place);
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE);
    });
    place.addEventListener("click", (event) => {
      const button = event.target.closest("[data-fill]");
      if (!button) return;
      for (const [name, control] of Object.entries(controls)) {
        if (!button.dataset[name] || control.readOnly) continue;
        control.value = button.dataset[name];
        control.dispatchEvent(new Event("input", { bubbles: true }));
      }
      show("");
      controls.full_name?.focus();
    });
    form.querySelectorAll("[data-known-find]").forEach((button) => button.remove());
  };

  document.querySelectorAll("form[data-known-url]").forEach(start);
})();
