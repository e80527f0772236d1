// The list of cards: which one is current, what became of them, what is added.
// Nothing that a hand or an eye is on ever moves: a card keeps its place and its height
// until it is out of sight above, and what it gives up then is taken off the scroll.
"use strict";

window.queue = (() => {
  const root = document.getElementById("cards");
  const form = document.getElementById("queue-form");
  const list = document.getElementById("list");
  if (!root || !form || !list) return null;
  const listeners = [];

  const all = () => [...list.querySelectorAll("article.card")];
  const isOpen = (card) => !card.matches(".sending, .decided, .settled");
  const open = () => all().filter(isOpen);
  const find = (id) => list.querySelector(`article.card[data-id="${CSS.escape(id)}"]`);
  const current = () => list.querySelector("article.card.current");
  const parse = (html) => {
    const made = document.createElement("template");
    made.innerHTML = html;
    return made.content;
  };

  // Whether there is anything to show beside a card: room is made for it.
  const surround = () => root.classList.toggle("with-context", Boolean(list.querySelector(".card > .context")));
  surround();

  // Where it is seen

  const floor = () => {
    const dock = root.querySelector(".dock");
    return innerHeight - (dock ? dock.offsetHeight : 0);
  };
  const reveal = (element) => {
    const { top, bottom } = element.getBoundingClientRect();
    if (top >= 0 && bottom <= floor()) return;
    scrollBy({ top: top - 12, behavior: "instant" });
    fold();
  };
  const hold = (card) => {
    card.style.minHeight = `${card.getBoundingClientRect().height}px`;
  };
  // What is decided and out of sight above becomes one line.
  const fold = () => {
    let less = 0;
    for (const card of list.querySelectorAll(".card.decided:not(.folded)")) {
      const { bottom, height } = card.getBoundingClientRect();
      // Those before it have moved it up already.
      if (bottom + less > 0) break;
      card.style.minHeight = "";
      card.classList.add("folded");
      less += height - card.getBoundingClientRect().height;
    }
    if (less) scrollBy({ top: -less, behavior: "instant" });
  };

  // Which one is current

  const go = (card, { focus = true, scroll = queue.byKey } = {}) => {
    const before = current();
    if (before && before !== card) {
      before.classList.remove("current");
      before.removeAttribute("aria-current");
    }
    if (!card) return;
    card.classList.add("current");
    before?.closest(".by-post")?.classList.remove("here");
    card.closest(".by-post").classList.add("here");
    card.setAttribute("aria-current", "true");
    card.tabIndex = -1;
    if (focus && !card.contains(document.activeElement)) card.focus({ preventScroll: true });
    if (scroll) reveal(card);
    if (focus) listeners.forEach((tell) => tell(card));
  };
  const beside = (step, wanted = () => true) => {
    const cards = all();
    const at = cards.indexOf(current());
    if (at < 0) return cards.find(wanted);
    for (let n = at + step; cards[n]; n += step) if (wanted(cards[n])) return cards[n];
    return null;
  };
  // The next one that can still be decided; from the top where there is none below.
  const next = () => beside(1, isOpen) || open()[0] || null;

  // What became of it

  const outcome = (card, words, ...buttons) => {
    let line = card.querySelector(".outcome");
    card.classList.add("greyed");
    if (!line) {
      line = document.createElement("span");
      line.className = "outcome";
      card.querySelector("header").append(line);
    }
    line.replaceChildren(words, ...buttons.flatMap((button) => [" · ", button]));
  };
  const button = (words, does) => {
    const made = document.createElement("button");
    made.type = "button";
    made.className = "link";
    made.textContent = words;
    made.addEventListener("click", does);
    return made;
  };
  const tick = (card, on) => {
    const box = card.querySelector('input[name="item"]');
    if (!box) return;
    box.checked = on;
    box.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const sending = (card) => {
    hold(card);
    // Else the next keys would still be for its reasons.
    card.querySelectorAll("details.choosing").forEach((each) => { each.open = false; });
    card.querySelector(".problem")?.remove();
    card.classList.remove("has-problem");
    card.classList.add("sending");
    outcome(card, "…");
  };
  const decided = (card, words, ...buttons) => {
    if (!card.style.minHeight) hold(card);
    tick(card, false);
    card.querySelectorAll("details[open]").forEach((each) => { each.open = false; });
    card.classList.remove("sending", "settled");
    card.classList.add("decided");
    outcome(card, words, ...buttons);
  };
  const settled = (card, words, ...buttons) => {
    hold(card);
    tick(card, false);
    card.classList.remove("sending");
    card.classList.add("settled");
    outcome(card, words, ...buttons);
  };
  const failed = (card, problem) => {
    card.classList.remove("sending", "greyed");
    card.classList.add("has-problem");
    card.style.minHeight = "";
    card.querySelector(".outcome")?.remove();
    const line = document.createElement("p");
    line.className = "problem";
    line.id = `${card.dataset.id}-problem`;
    line.append(...(Array.isArray(problem) ? problem : [problem]));
    card.querySelector(".actions").prepend(line);
  };
  // The card as the server has drawn it anew, in the same place. What says that the
  // reader of this page has just taken it back would only push the others down.
  const replace = (card, html, { quietly = false } = {}) => {
    const made = parse(html).querySelector("article");
    if (quietly && !card.querySelector(".last")) made.querySelector(".last")?.remove();
    const before = card.getBoundingClientRect();
    const typed = new Map(
      [...card.querySelectorAll("textarea, input:not([type=checkbox])")].map((each) => [each.name, each.value]),
    );
    const focused = card.contains(document.activeElement);
    card.replaceWith(made);
    made.querySelectorAll("textarea, input:not([type=checkbox])").forEach((field) => {
      if (typed.get(field.name)) field.value = typed.get(field.name);
    });
    if (!card.matches(".folded")) made.style.minHeight = `${before.height}px`;
    if (card.matches(".current")) go(made, { focus: focused, scroll: false });
    const after = made.getBoundingClientRect();
    if (before.top < 0) scrollBy({ top: after.height - before.height, behavior: "instant" });
    list.dispatchEvent(new Event("change", { bubbles: true }));
    return made;
  };
  // It is not as it was seen: greyed if somebody decided, as it is now if it still waits.
  const stale = (card, html, words) => {
    const { dataset, classList } = parse(html).querySelector("article");
    if (!classList.contains("settled")) return replace(card, html);
    card.dataset.version = dataset.version;
    return settled(card, words);
  };
  const append = (html) => {
    const added = [...parse(html).children];
    list.append(...added);
    surround();
    root.querySelector(".empty")?.remove();
    list.dispatchEvent(new Event("change", { bubbles: true }));
    return added.flatMap((section) => [...section.querySelectorAll("article.card")]);
  };

  const say = (words) => { document.getElementById("said").textContent = words; };
  const count = (counts) => {
    for (const [lane, number] of Object.entries(counts)) {
      const place = document.querySelector(`[data-lane="${lane}"]`);
      if (!place) continue;
      place.textContent = number;
      place.classList.toggle("none", !number);
    }
  };

  return {
    root, form, list, all, open, isOpen, find, current, go, beside, next, reveal, fold,
    sending, decided, settled, failed, replace, stale, append, button, say, count,
    byKey: false,
    onOpen: (tell) => listeners.push(tell),
  };
})();
