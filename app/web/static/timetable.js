/* A person dragged onto a free time leads to the form of the move with that time chosen: the reason is asked there. */
"use strict";

(() => {
  const main = document.getElementById("main");
  let dragged = null;
  const place = (event) => (dragged ? event.target.closest?.("[data-slot]") : null);

  main.addEventListener("dragstart", (event) => {
    dragged = event.target.closest?.("[data-move]");
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.dataset.move);
    dragged.setAttribute("data-dragged", "");
  });
  main.addEventListener("dragover", (event) => {
    const over = place(event);
    main.querySelectorAll("[data-over]").forEach((each) => each !== over && each.removeAttribute("data-over"));
    if (!over) return;
    event.preventDefault();
    over.setAttribute("data-over", "");
  });
  main.addEventListener("drop", (event) => {
    const over = place(event);
    if (!over) return;
    event.preventDefault();
    location.href = `${dragged.dataset.move}?slot=${over.dataset.slot}`;
  });
  main.addEventListener("dragend", () => {
    dragged?.removeAttribute("data-dragged");
    dragged = null;
    main.querySelectorAll("[data-over]").forEach((each) => each.removeAttribute("data-over"));
  });
})();
