// A glance at the comment that a link names, without leaving the place. Comfort only:
// the links lead there.
"use strict";

(() => {
  const LINKS = ".discussion a.at, .answered-by a, .in-reply-to a";
  const SHOW = 150, HIDE = 250; // milliseconds
  const fetched = new Map();
  let card = null, shownFor = null, waiting = 0;

  // What stands on this page is taken from it; the rest is asked for once.
  const find = async (link) => {
    if (link.hash && link.pathname === location.pathname) {
      const target = document.getElementById(link.hash.slice(1));
      return target && (target.querySelector(":scope > article, :scope > p"));
    }
    if (!/^\/c\/[0-9a-z]+\/$/.test(link.pathname)) return null;
    const address = `${link.pathname}card/`;
    if (!fetched.has(address)) {
      fetched.set(address, fetch(address).then(async (answer) => {
        if (!answer.ok) return null;
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        return page.querySelector("[data-card]");
      }).catch(() => null));
    }
    return fetched.get(address);
  };

  const fill = (source) => {
    const made = document.createElement("div");
    made.className = "glance";
    made.id = "glance";
    made.setAttribute("role", "tooltip");
    const called = source.querySelector(".handle > a, .handle-line > a");
    if (called) {
      const line = document.createElement("p");
      line.className = "handle-line";
      line.append(...called.cloneNode(true).childNodes);
      for (const said of called.parentElement.querySelectorAll(":scope > .tag, :scope > .of-name")) {
        line.append(" ", said.cloneNode(true));
      }
      made.append(line);
    }
    const text = source.querySelector(".text") || source;
    const body = document.createElement("div");
    body.className = "text";
    body.dir = "auto";
    body.append(...text.cloneNode(true).childNodes);
    // It is read, and not walked through: its links are those of the comment itself.
    body.querySelectorAll("[id]").forEach((item) => item.removeAttribute("id"));
    body.querySelectorAll("a").forEach((item) => item.removeAttribute("href"));
    made.append(body);
    return made;
  };

  const place = (link) => {
    const at = link.getBoundingClientRect();
    const size = card.getBoundingClientRect();
    const room = document.documentElement.clientWidth;
    const left = Math.max(8, Math.min(at.left, room - size.width - 8));
    const below = at.bottom + 6 + size.height <= window.innerHeight || at.top < size.height + 6;
    const top = below ? at.bottom + 6 : at.top - size.height - 6;
    card.style.left = `${left + window.scrollX}px`;
    card.style.top = `${top + window.scrollY}px`;
  };

  const close = () => {
    clearTimeout(waiting);
    if (card) card.remove();
    if (shownFor) shownFor.removeAttribute("aria-describedby");
    card = shownFor = null;
  };

  const open = async (link) => {
    const source = await find(link);
    // Meanwhile the pointer or the keyboard may have gone on.
    if (!source || !(link.matches(":hover") || document.activeElement === link)) return;
    close();
    card = fill(source);
    (document.querySelector("main") || document.body).append(card);
    place(link);
    link.setAttribute("aria-describedby", "glance");
    shownFor = link;
  };

  const later = (act, delay) => {
    clearTimeout(waiting);
    waiting = setTimeout(act, delay);
  };
  const over = (event) => event.target instanceof Element ? event.target : null;

  // A finger that rests on a link wants to follow it.
  document.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const target = over(event);
    const link = target && target.closest(LINKS);
    if (link && link !== shownFor) later(() => open(link), SHOW);
    else if (link || (card && target && card.contains(target))) clearTimeout(waiting);
  });
  document.addEventListener("pointerout", (event) => {
    if (event.pointerType !== "mouse") return;
    const left = over(event);
    if (!left || !(left.closest(LINKS) || left.closest(".glance"))) return;
    later(() => {
      if (document.activeElement !== shownFor) close();
    }, HIDE);
  });
  document.addEventListener("focusin", (event) => {
    const link = event.target.closest(LINKS);
    if (link && link.matches(":focus-visible")) open(link);
  });
  document.addEventListener("focusout", (event) => {
    if (event.target === shownFor) close();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  document.addEventListener("click", (event) => {
    if (event.target.closest(LINKS)) close();
  });
})();
