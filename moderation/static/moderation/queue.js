// Wires the page of the queue: decisions without a new page, ticks, the first card.
// The page works without any of it.
"use strict";

(() => {
  const note = document.querySelector(".problem-note");
  if (note) note.focus();
  const { queue } = window;
  if (!queue) return;
  const { root, form } = queue;
  root.classList.add("live");
  document.body.classList.add("live");

  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    // Other people's buttons go where they say.
    if (!button || button.hasAttribute("formaction")) return;
    if (button.name === "one") {
      event.preventDefault();
      queue.decide(button.closest(".card"), button.value);
    } else if (button.name === "many") {
      event.preventDefault();
      queue.decideTicked(button.value, button.closest(".bulk"));
    }
  });

  // Where somebody clicks or tabs, there they read.
  queue.list.addEventListener("focusin", ({ target }) => {
    const card = target.closest(".card");
    if (card && card !== queue.current()) queue.go(card, { scroll: false });
  });
  queue.list.addEventListener("click", ({ target }) => {
    const card = target.closest(".card");
    if (card && card !== queue.current() && queue.isOpen(card)) queue.go(card, { focus: false, scroll: false });
  });

  const all = document.getElementById("tick-all");
  if (all) {
    const count = document.getElementById("ticked");
    const boxes = () => queue.open().map((card) => card.querySelector('input[name="item"]')).filter(Boolean);
    const tell = () => {
      const found = boxes();
      const ticked = found.filter((box) => box.checked).length;
      all.checked = ticked > 0 && ticked === found.length;
      all.indeterminate = ticked > 0 && ticked < found.length;
      found.forEach((box) => box.closest(".card").classList.toggle("ticked", box.checked));
      count.textContent = ticked ? `${ticked} ticked` : `all ${found.length}`;
    };
    all.addEventListener("change", () => {
      boxes().forEach((box) => { box.checked = all.checked; });
      tell();
    });
    form.addEventListener("change", tell);
    all.closest("[hidden]").hidden = false;
    tell();
  }

  let still = 0;
  const rest = () => {
    clearTimeout(still);
    still = setTimeout(queue.fold, 200);
  };
  addEventListener("scroll", rest, { passive: true });

  const named = location.hash.startsWith("#c-") && queue.find(location.hash.slice(3));
  const first = named || queue.list.querySelector(".card.has-problem") || queue.open()[0];
  if (first) queue.go(first, { focus: false, scroll: false });
})();
