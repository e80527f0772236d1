// What is new since the reader's last visit. Only for who asks for it, and in this
// browser alone: nothing of it is ever sent. docs/privacy.md says what is kept.
"use strict";

(() => {
  const NAME = "candour.visits";
  const VISIT = 30;         // minutes without a sign of the reader end a visit
  const MOST_PLACES = 200;  // the least recently visited are dropped
  const MOST_PAGES = 50;

  const minutes = (time = Date.now()) => Math.floor(time / 60000);
  const isNumber = Number.isSafeInteger;

  // Storage: {"of": {KEY: visit}}, which exists only while the reader wants it.
  //   at: minute of the reader's last sign     b: minute of the latest publication seen
  //   n: how many of that minute, on page p    c: comments of the discussion
  //   s: pages opened in this visit            l: {page: b} of pages left with new ones
  //   was: the visit before, or null
  const isVisit = (v) => v !== null && typeof v === "object" && isNumber(v.at) &&
    isNumber(v.b) && isNumber(v.n) && isNumber(v.c) && Array.isArray(v.s) &&
    v.l !== null && typeof v.l === "object" && (v.was === null || isVisit(v.was));
  const parsed = (text) => {
    try {
      const of = JSON.parse(text).of;
      return Object.fromEntries(Object.entries(of).filter(([, v]) => isVisit(v)));
    } catch {
      return null;
    }
  };
  const load = () => parsed(localStorage.getItem(NAME));
  const store = (of) => {
    const places = Object.entries(of).sort((a, b) => b[1].at - a[1].at);
    try {
      const kept = Object.fromEntries(places.slice(0, MOST_PLACES));
      localStorage.setItem(NAME, JSON.stringify({ of: kept }));
      return true;
    } catch {
      return false;
    }
  };
  try {
    localStorage.getItem(NAME);
  } catch {
    return;
  }

  // Not to be read at a glance; it hides nothing from somebody who takes the trouble.
  const keyOf = (path) => {
    let hash = 2166136261;
    for (const sign of path) hash = Math.imul(hash ^ sign.codePointAt(0), 16777619);
    return (hash >>> 0).toString(36);
  };
  const pageOf = (address) => {
    const asked = new URL(address, location.href).searchParams;
    return `${asked.get("comments") === "newest" ? "newest" : ""}${asked.get("page") || 1}`;
  };

  const bar = document.querySelector(".visits");
  const place = bar || document.getElementById("latest");
  if (!place) return;
  const KEY = keyOf(bar ? location.pathname : "/");
  // An address may name a page that there is not: the nearest is shown.
  const current = document.querySelector(".discussion a[aria-current=page][data-latest]");
  const PAGE = bar ? pageOf(current ? current.href : location.href) : "1";
  const shownOf = (item) => Number(item.dataset.shown);
  const items = [...document.querySelectorAll("[data-shown]")];
  const pages = bar ? [...document.querySelectorAll(".discussion a[data-latest]")] : [];
  const here = Math.max(0, ...items.map(shownOf));
  const latest = Math.max(here, ...pages.map((link) => Number(link.dataset.latest) || 0));
  const ofMinute = (minute) => items.filter((item) => shownOf(item) === minute).length;

  const base = (was, page) => (isNumber(was.l[page]) ? was.l[page] : was.b);
  // Where times are cut to hours or days, whole visits pass within one: then of the
  // last one seen all are new, on every page, if the discussion has more comments now.
  const goesOnWithin = (was, shown) => Boolean(bar) && "cut" in bar.dataset &&
    shown === was.b && (Number(bar.dataset.count) || 0) > was.c;
  const pageIsNew = (was, link) => {
    const shown = Number(link.dataset.latest);
    return shown > base(was, pageOf(link.href)) || goesOnWithin(was, shown);
  };
  const isNew = (was, item) => {
    const shown = shownOf(item);
    // Times are whole minutes: of the last one seen all are new if there are more now.
    return shown > base(was, PAGE) ||
      (shown === was.b && was.p === PAGE && ofMinute(shown) > was.n) ||
      (was.p !== PAGE && goesOnWithin(was, shown));
  };

  // The visit to this place, as it is from now on.
  const arrive = (of) => {
    const now = minutes();
    const last = Object.hasOwn(of, KEY) ? of[KEY] : null;
    const goesOn = last && last.at <= now && now - last.at <= VISIT;
    const before = last && { ...last, s: [], was: null };
    const visit = goesOn ? last : { s: [], l: {}, was: before };
    visit.at = now;
    visit.b = Math.max(latest, last ? last.b : 0);
    visit.n = ofMinute(visit.b);
    visit.p = PAGE;
    visit.c = bar ? Number(bar.dataset.count) || 0 : 0;
    if (!visit.s.includes(PAGE)) visit.s = [...visit.s, PAGE].slice(-MOST_PAGES);
    if (visit.was) {
      const left = { ...visit.was.l };
      pages.filter((link) => pageIsNew(visit.was, link)).forEach((link) => {
        left[pageOf(link.href)] = base(visit.was, pageOf(link.href));
      });
      visit.s.forEach((page) => { delete left[page]; });
      visit.l = Object.fromEntries(Object.entries(left).slice(-MOST_PAGES));
    }
    of[KEY] = visit;
    return visit;
  };

  const element = (name, properties, ...content) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...content);
    return made;
  };
  const button = (words, key, act) => {
    const made = element("button", { type: "button", onclick: act }, words);
    if (key) {
      made.setAttribute("aria-keyshortcuts", key);
      made.append(" ", element("kbd", {}, key));
    }
    return made;
  };
  const inWords = (minute) => {
    const then = new Date(minute * 60000);
    const form = Date.now() - then < 6 * 24 * 3600000 ? { weekday: "long" } :
      { day: "numeric", month: "short", year: "numeric" };
    const day = then.toLocaleDateString("en-GB", form);
    const mark = form.weekday ? "" : ",";
    return `${day}${mark} ${then.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`;
  };

  let was = null;     // the visit with which this one is compared
  let fresh = [];     // the new comments of this page, in its order
  let walk = null;    // the strip with next and previous
  const status = element("p", { className: "vh" });
  status.setAttribute("role", "status");
  const say = (words) => { status.textContent = words; };

  const mark = (item) => {
    const tag = element("span", { className: "new" }, "new");
    item.classList.add("is-new");
    (item.querySelector(".details") || item).append(" ", tag);
  };
  const unmark = () => {
    document.querySelectorAll(".is-new").forEach((item) => item.classList.remove("is-new"));
    document.querySelectorAll("span.new").forEach((tag) => tag.remove());
    if (walk) walk.remove();
    was = walk = null;
    fresh = [];
  };

  // Where an item is drawn: one in a folded branch where the fold is.
  const drawn = (item) => {
    let found = item.querySelector("article");
    for (let at = item.parentElement; at; at = at.parentElement) {
      if (at.matches("details:not([open])")) found = at;
    }
    return found;
  };
  const go = (item, words = "") => {
    for (let fold = item.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      fold.open = true;
    }
    const article = item.querySelector("article");
    article.tabIndex = -1;
    article.focus({ preventScroll: true });
    article.scrollIntoView();
    const number = `${fresh.indexOf(item) + 1} of ${fresh.length} new`;
    walk.querySelector("span").textContent = number;
    say(`${words}${number}`);
  };
  // The other pages with new ones, a link to each, by their numbers.
  const numberOf = (link) => Number(pageOf(link.href).replace("newest", ""));
  const HERE = Number(PAGE.replace("newest", ""));
  const otherPages = () => {
    const found = pages.filter((link) => pageIsNew(was, link) && numberOf(link) !== HERE);
    const once = new Map(found.map((link) => [numberOf(link), link]));
    return [...once.values()].sort((a, b) => numberOf(a) - numberOf(b));
  };
  const pageBeyond = (step) => {
    const others = step > 0 ? otherPages() : otherPages().reverse();
    return others.find((link) => step * (numberOf(link) - HERE) > 0) || others[0];
  };
  const move = (step) => {
    if (!was || !walk) return;
    const current = fresh.find((item) => item.querySelector("article") === document.activeElement);
    let next;
    if (current) {
      next = fresh[fresh.indexOf(current) + step];
    } else {
      const below = (item) => drawn(item).getBoundingClientRect().top >= 0;
      next = step > 0 ? fresh.find(below) : fresh.findLast((item) => !below(item));
    }
    if (next) return go(next);
    const page = pageBeyond(step);
    if (page) {
      const there = new URL(page.href);
      there.hash = step > 0 ? "new" : "last-new";
      location.assign(there);
    } else if (step > 0) {
      go(fresh[0], "That was the last one. From the first again: ");
    } else {
      go(fresh[fresh.length - 1], "That was the first one. From the last again: ");
    }
  };

  const forget = () => {
    localStorage.removeItem(NAME);
    unmark();
    offer();
    say("Forgotten. Nothing of it is left in this browser.");
    bar.querySelector("button").focus();
  };
  const controls = (words, ...buttons) => {
    bar.replaceChildren(element("p", {}, words), element("p", {}, ...buttons), status);
  };
  const offer = () => {
    controls(
      "Only this browser remembers what you read.",
      button("Show me what is new next time", "", () => {
        const of = load() || {};
        arrive(of);
        if (!store(of)) {
          controls("This browser lets no page remember anything.");
          return;
        }
        tell();
        say(bar.firstChild.textContent);
        bar.querySelector("button").focus();
      }),
    );
  };
  const tell = () => {
    const others = was ? otherPages().map(numberOf) : [];
    const more = others.length > 3 ? `${others.length} other pages` :
      `page${others.length > 1 ? "s" : ""} ${others.join(", ")}`;
    const last = was && inWords(was.at);
    const number = fresh.length ? fresh.length.toLocaleString("en-GB") : "Nothing";
    const words = !was ? "What is new will be marked from now on." :
      !others.length ? `${number} new since your last visit, ${last}` :
      fresh.length ? `${number} new here since your last visit, ${last}; more on ${more}` :
      `New since your last visit, ${last}, on ${more}`;
    const first = fresh.length || others.length ?
      [button("First new", "", () => (fresh.length ? go(fresh[0]) : move(1))), " "] : [];
    controls(words, ...first, button("Forget what I have read", "", forget));
    if (!first.length || walk) return;
    walk = element("div", { className: "walk" },
      element("span", {}, fresh.length ? `${number} new` : "New on other pages"),
      button("Previous", "p", () => move(-1)), button("Next", "n", () => move(1)));
    walk.setAttribute("role", "group");
    walk.setAttribute("aria-label", "New comments");
    bar.parentElement.append(walk);
  };

  const showDiscussion = () => {
    if (was) {
      fresh = items.filter((item) => isNew(was, item));
      fresh.forEach(mark);
      pages.filter((link) => pageIsNew(was, link)).forEach((link) => {
        link.classList.add("is-new");
        link.append(element("span", { className: "new vh" }, ", new"));
      });
    }
    tell();
    const wanted = location.hash;
    if (wanted !== "#new" && wanted !== "#last-new") return;
    // A reload must not jump again.
    history.replaceState(history.state, "", location.pathname + location.search);
    if (fresh.length) go(wanted === "#new" ? fresh[0] : fresh[fresh.length - 1]);
  };
  const showHome = (of) => {
    if (was) items.filter((item) => isNew(was, item)).forEach(mark);
    document.querySelectorAll(".listed[data-count]").forEach((listed) => {
      const key = keyOf(listed.querySelector("h2 a").pathname);
      const more = Object.hasOwn(of, key) ? Number(listed.dataset.count) - of[key].c : 0;
      if (more < 1) return;
      const words = `${more.toLocaleString("en-GB")} more comment${more > 1 ? "s" : ""}`;
      listed.querySelector(".dateline").append(element("span", { className: "new" }, words));
    });
  };

  const known = load();
  if (known) {
    was = arrive(known).was;
    store(known);
    if (bar) showDiscussion();
    else showHome(known);
  } else if (bar) {
    offer();
  }

  // A visit lasts as long as somebody reads, and not as long as the tab is open.
  let sign = minutes();
  let over = false;
  const alive = () => {
    if (minutes() - sign > VISIT) over = true;
    if (!over) sign = minutes();
  };
  for (const kind of ["scroll", "pointerdown", "keydown"]) {
    addEventListener(kind, alive, { passive: true });
  }
  addEventListener("pagehide", leave);
  document.addEventListener("visibilitychange", () => { if (document.hidden) leave(); });
  function leave() {
    const of = load();
    if (!of || !Object.hasOwn(of, KEY) || of[KEY].at >= sign) return;
    of[KEY].at = sign;
    store(of);
  }

  // Another tab forgot everything.
  addEventListener("storage", (event) => {
    if ((event.key !== NAME && event.key !== null) || load()) return;
    unmark();
    if (bar) offer();
  });

  if (!bar) return;
  document.addEventListener("keydown", (event) => {
    const step = { n: 1, p: -1 }[event.key];
    if (!step || event.defaultPrevented || event.isComposing || event.ctrlKey ||
      event.altKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    if (!walk) return;
    event.preventDefault();
    move(step);
  });
})();
