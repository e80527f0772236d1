// What happens elsewhere while the page stands open: who reads what, what others
// decide, what comes. It is told and never moves the list.
"use strict";

(() => {
  const { queue } = window;
  if (!queue) return;
  const EVERY = 20000; // ms, and only while the page is seen
  const REST = 1000; // ms on a card before it is called open
  const RENEW = 150000; // ms; a claim is kept for six minutes
  const AWAY = 300000; // ms without a key or a click: nobody reads
  const AHEAD = 10; // cards that are there before they are needed
  const { root } = queue;
  const data = root.dataset;

  const asked = (address, more) => {
    const query = new URLSearchParams(location.search);
    for (const name of ["page", "view"]) query.delete(name);
    for (const [name, value] of Object.entries(more)) query.set(name, value);
    return `${address}?${query}`;
  };
  queue.newsAddress = () => asked(data.news, { mark: data.mark, seq: data.seq });
  // Said before anything is pressed; what was typed stays where it is.
  const ended = document.getElementById("ended");
  const tellEnded = (isOver) => {
    if (ended.hidden !== isOver) return;
    ended.hidden = !isOver;
    if (isOver) ended.replaceChildren("Your session has ended. ", queue.signInLink(), " and go on here: what you typed is kept.");
    else ended.replaceChildren();
  };
  const get = async (address) => {
    try {
      const answer = await queue.ask(address);
      tellEnded(answer.type === "opaqueredirect");
      if (answer.ok) return await answer.json();
    } catch { /* The next time. */ }
    return null;
  };

  // More cards

  let loading = null;
  const load = (more) => {
    loading ||= (async () => {
      const said = await get(asked(data.cards, more));
      loading = null;
      if (!said) return [];
      data.more = said.more ? "1" : "";
      const added = queue.append(said.html);
      if (!queue.current() && added.length) queue.go(added[0]);
      queue.end();
      return added;
    })();
    return loading;
  };
  const last = () => queue.all().at(-1)?.dataset.id || "";
  queue.more = () => {
    if (!data.more || loading) return loading;
    const cards = queue.all();
    const after = cards.slice(cards.indexOf(queue.current()) + 1).filter(queue.isOpen);
    return after.length < AHEAD ? load({ after: last(), mark: data.mark }) : null;
  };

  // New ones wait until they are asked for

  const fresh = document.getElementById("new");
  let newest = 0;
  const tellNew = (number) => {
    fresh.hidden = !number;
    const button = document.getElementById("show-new");
    if (number) {
      const key = document.createElement("kbd");
      key.textContent = "n";
      button.replaceChildren(`${number} new: show ${number === 1 ? "it" : "them"} `, key);
    }
  };
  queue.showNew = async () => {
    if (fresh.hidden) return;
    // What was there before comes first.
    for (let n = 0; data.more && n < 50; n += 1) {
      if (!(await load({ after: last(), mark: data.mark })).length) break;
    }
    const above = data.mark;
    data.mark = newest;
    const added = await load({ above, mark: newest });
    if (!added.length && !data.more) data.mark = above;
    tellNew(0);
    if (added.length) queue.go(added[0]);
  };
  document.getElementById("show-new").addEventListener("click", queue.showNew);

  // What others did

  const showAgain = async (id) => {
    const said = await get(asked(data.cards, { id }));
    const card = queue.find(id);
    if (card && said?.cards[id]) queue.go(queue.replace(card, said.cards[id]));
  };
  const decided = ({ id, version, words, waits }) => {
    const card = queue.find(id);
    if (!card || card.matches(".sending") || version <= Number(card.dataset.version)) return;
    card.dataset.version = version;
    const again = queue.button("Show it as it is now", () => showAgain(id));
    if (card.matches(".decided")) queue.decided(card, words, ...(waits ? [again] : []));
    else queue.settled(card, words, ...(waits ? [again] : []));
  };
  const reading = (readers) => {
    for (const card of queue.all()) {
      const mark = card.querySelector(".reader");
      const who = readers[card.dataset.id] || "";
      mark.hidden = !who;
      mark.textContent = who && `${who} is reading this`;
    }
  };

  let polled = Date.now();
  queue.poll = async () => {
    polled = Date.now();
    const said = await get(queue.newsAddress());
    if (!said) return;
    queue.setToken(said.token);
    queue.count(said.counts);
    said.decided.forEach(decided);
    data.seq = said.seq;
    newest = said.mark;
    reading(said.reading);
    tellNew(said.new);
    queue.end();
  };
  const seen = () => document.visibilityState === "visible";
  setInterval(() => { if (seen()) { renew(); queue.poll(); } }, EVERY);
  document.addEventListener("visibilitychange", () => {
    if (seen() && Date.now() - polled > EVERY) queue.poll();
  });

  // What this moderator reads

  let wanted = 0;
  let claimed = { id: "", at: 0 };
  let active = Date.now();
  const claim = async (id) => {
    claimed = { id, at: Date.now() };
    try {
      const answer = await queue.ask(data.open, [["comment", id]]);
      if (!answer.ok) return;
      const { reader } = await answer.json();
      const mark = queue.find(id)?.querySelector(".reader");
      if (!mark) return;
      mark.hidden = !reader;
      mark.textContent = reader && `${reader} is reading this`;
    } catch { /* A courtesy: the next card tries again. */ }
  };
  const renew = () => {
    const now = Date.now();
    const id = queue.current()?.dataset.id;
    if (claimed.id && claimed.id === id && now - active < AWAY && now - claimed.at > RENEW) claim(id);
  };
  queue.onOpen((card) => {
    clearTimeout(wanted);
    if (!queue.isOpen(card) || claimed.id === card.dataset.id) return;
    wanted = setTimeout(() => {
      if (queue.current() === card && queue.isOpen(card)) claim(card.dataset.id);
    }, REST);
  });
  for (const event of ["keydown", "pointerdown"]) {
    document.addEventListener(event, () => { active = Date.now(); }, { passive: true });
  }
  addEventListener("pagehide", () => {
    if (!claimed.id) return;
    const fields = new URLSearchParams({ csrfmiddlewaretoken: queue.token(), leave: "1" });
    navigator.sendBeacon(data.open, fields);
    claimed = { id: "", at: 0 };
  });

  // Where the list ends

  const end = document.getElementById("end");
  queue.end = () => {
    const over = queue.all().length && !queue.open().length && !data.more && !loading;
    const sending = queue.list.querySelector(".sending");
    end.hidden = !over;
    if (!over || sending) return;
    const link = document.createElement("a");
    link.href = location.href;
    link.textContent = "Look again";
    const waiting = Number(document.querySelector('[data-lane="waiting"]')?.textContent || 0);
    const words = waiting ? `This list is done; ${waiting} wait elsewhere or came meanwhile. ` : "Everything has been read. ";
    if (end.dataset.words === words) return;
    end.dataset.words = words;
    end.replaceChildren(words, link);
    if (!queue.current() && queue.byKey) end.focus({ preventScroll: true });
  };
  if ("IntersectionObserver" in window) {
    new IntersectionObserver((found) => {
      if (found.some((each) => each.isIntersecting) && data.more) load({ after: last(), mark: data.mark });
    }, { rootMargin: "600px" }).observe(root.querySelector(".dock"));
  }
})();
