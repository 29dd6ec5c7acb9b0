/* Typing a day in: the cursor stands in the first field of the visitor who comes next; a lone hour gets its colon. */
"use strict";

(() => {
  const wanted = document.querySelector("[aria-invalid]") ?? (location.hash ? document.querySelector(location.hash)?.querySelector("select, input:not([type=hidden]), textarea") : null);
  (wanted ?? document.querySelector("main form select, main form input:not([type=hidden])"))?.focus();
  document.getElementById("main").addEventListener("change", ({ target }) => {
    if (!/^(came_at|began_at|finished_at)$/.test(target.name ?? "")) return;
    const digits = target.value.replace(/\D/g, "");
    if (/^\d{3,4}$/.test(digits)) target.value = `${digits.slice(0, -2).padStart(2, "0")}:${digits.slice(-2)}`;
  });
})();
