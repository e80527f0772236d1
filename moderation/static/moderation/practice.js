// The keys of the queue on the pages of practice. Every key is a button or a link, too.
(() => {
  "use strict";
  const page = document.querySelector(".practice");
  if (!page) return;
  const note = page.querySelector(".verdict, .problem-note");
  if (note) note.focus();
  const fields = page.querySelector("details.with-reason");
  const reasons = new Map((fields?.dataset.reasons ?? "").split(" ").map((pair) => pair.split("=")));

  // After "d": the key of a reason chooses it and presses the first button, as in the queue.
  const reasonOf = (key) => {
    if (!fields?.open || !reasons.has(key)) return false;
    fields.querySelector("select").value = reasons.get(key);
    fields.querySelector("button").click();
    return true;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const field = event.target.closest("input, textarea, select");
    if (event.key === "Escape") {
      if (field) field.blur();
      else if (fields) fields.open = false;
      return;
    }
    if (field) return;
    const key = event.key;
    if (reasonOf(key)) {
      event.preventDefault();
      return;
    }
    const pressed = [...page.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key);
    if (!pressed) return;
    event.preventDefault();
    if (pressed.matches("summary")) {
      const details = pressed.parentElement;
      details.open = !details.open;
      pressed.focus();
    } else {
      pressed.click();
    }
  });
})();
