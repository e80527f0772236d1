// The keys. They press what stands on the card: whatever has data-key="e" there is what
// the key e presses. In a field letters are letters.
"use strict";

(() => {
  const { queue } = window;
  if (!queue) return;
  const dialog = document.getElementById("keys");
  const bulk = () => document.querySelector(".bulk");

  // The choice of a reason

  const openChoice = () => document.querySelector(".with-reason[open].choosing");
  const leave = (details) => {
    details.open = false;
    (details.closest(".card") || queue.current())?.focus({ preventScroll: true });
  };
  const notes = (details) => {
    details.classList.remove("choosing");
    details.querySelector("select").focus();
  };
  const refuse = (details) => {
    const card = details.closest(".card");
    if (card) queue.decide(card, details.querySelector(".fields .buttons button").value);
    else {
      const button = bulk().querySelector("button[data-needs-reason]");
      queue.decideTicked(button.value, bulk());
    }
  };
  const choose = (details, chosen) => {
    const select = details.querySelector("select");
    select.value = chosen.dataset.reason;
    const note = details.querySelector('input[name$="-public_note"]');
    if ("needsNote" in chosen.dataset && !note.value.trim()) {
      details.classList.remove("choosing");
      note.focus();
    } else refuse(details);
  };
  // At once, and not when the browser tells that it is open: the digit may be there first.
  const offer = (details) => {
    document.querySelectorAll(".with-reason[open].choosing").forEach((other) => {
      if (other !== details) other.open = false;
    });
    if (!details.querySelector(".reason-choice")) {
      const choice = document.getElementById("reason-choice").content.cloneNode(true);
      details.querySelector(".fields").before(choice);
    }
    details.classList.toggle("choosing", !details.querySelector("select").value);
    details.open = true;
    if (details.closest(".card")) queue.reveal(details.querySelector(".reason-choice"));
  };
  const openDetails = (details) => {
    if (details.matches(".with-reason") && !details.open) offer(details);
    else {
      details.open = true;
      details.querySelector("textarea, select").focus();
    }
  };
  queue.root.addEventListener("click", (event) => {
    const summary = event.target.closest(".with-reason > summary, .with-answer > summary");
    if (!summary || summary.parentElement.open) return;
    event.preventDefault();
    openDetails(summary.parentElement);
  });
  queue.root.addEventListener("click", ({ target }) => {
    const details = target.closest(".with-reason");
    const chosen = target.closest("[data-reason]");
    if (details && chosen) choose(details, chosen);
    else if (details && target.closest("[data-notes]")) notes(details);
  });

  // The keys

  const isTyping = (element) => element.matches?.(
    "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit])",
  );
  const press = (key, within) => {
    const found = [...(within?.querySelectorAll(`[data-key="${key}"]`) || [])].find(
      (each) => !each.disabled && each.getClientRects().length,
    );
    if (!found) return false;
    // Open already: into the field, and not closed again.
    if (found.matches("summary") && found.parentElement.open) openDetails(found.parentElement);
    else found.click();
    return true;
  };
  const move = (step) => {
    const card = queue.beside(step) || queue.current();
    if (card) queue.go(card, { scroll: true });
    queue.more();
  };
  const commands = {
    j: () => move(1),
    k: () => move(-1),
    z: () => queue.undo(),
    n: () => queue.showNew(),
    v: () => document.getElementById("other-view").click(),
    "?": () => dialog.showModal(),
  };
  const inField = (event) => {
    const field = event.target;
    const details = field.closest("details");
    if (event.key === "Escape") {
      event.preventDefault();
      (field.closest(".card") || queue.current() || document.body).focus({ preventScroll: true });
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && details) {
      event.preventDefault();
      if (details.matches(".with-reason")) refuse(details);
      else if (details.matches(".with-answer")) details.querySelector(".fields button").click();
    }
  };
  const ofChoice = (event, key, details) => {
    if (key === "Escape") leave(details);
    else if (key === "d" || (key === "Enter" && !event.target.matches("button, a, summary"))) notes(details);
    else if (key === "j" || key === "k") {
      leave(details);
      move(key === "j" ? 1 : -1);
    } else if (key === "?") dialog.showModal();
    else {
      const chosen = details.querySelector(`[data-reason-key="${CSS.escape(key)}"]`);
      if (!chosen) return false;
      choose(details, chosen);
    }
    return true;
  };
  const keyOf = (event) => {
    if (event.key.length !== 1) return event.key;
    if (/^Digit\d$/.test(event.code) && !event.shiftKey) return event.code.at(-1);
    if (/^[a-z]$/i.test(event.key)) return event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase();
    return event.key;
  };
  document.addEventListener("keydown", (event) => {
    queue.byKey = true;
    if (event.defaultPrevented || event.isComposing || dialog.open) return;
    if (isTyping(event.target)) {
      inField(event);
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = keyOf(event);
    // Held down: one moves on, and decides nothing.
    if (event.repeat && key !== "j" && key !== "k") return;
    const choice = openChoice();
    let did = false;
    if (choice) did = ofChoice(event, key, choice);
    else if (commands[key]) {
      commands[key]();
      did = true;
    } else if (/^[A-Z]$/.test(key)) did = press(key, bulk());
    else if (/^[a-z]$/.test(key)) {
      const card = queue.current();
      did = Boolean(card) && queue.isOpen(card) && press(key, card);
    }
    if (did) event.preventDefault();
  });
  document.addEventListener("pointerdown", () => { queue.byKey = false; }, true);
  document.getElementById("show-keys").addEventListener("click", () => dialog.showModal());
})();
