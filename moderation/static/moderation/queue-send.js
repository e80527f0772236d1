// Decisions go out one after the other, in the order in which they were made; the next
// card is there at once. Whatever fails is said on the card, and can be done again.
"use strict";

(() => {
  const { queue } = window;
  if (!queue) return;
  const AT_ONCE = 100; // as many as one form may hold
  const SECONDS = 10;
  const PATIENCE = 30000; // ms
  const { root, form } = queue;
  const undone = []; // what can be taken back: {seqs, words}
  let chain = Promise.resolve();

  const token = () => form.querySelector("[name=csrfmiddlewaretoken]").value;
  const setToken = (value) => {
    document.querySelectorAll("[name=csrfmiddlewaretoken]").forEach((each) => { each.value = value; });
  };

  const ask = (address, fields) => fetch(address, {
    method: fields ? "POST" : "GET",
    body: fields && new URLSearchParams([...fields, ["csrfmiddlewaretoken", token()]]),
    headers: { Accept: "application/json" },
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE),
  });
  const signInLink = () => {
    const link = document.createElement("a");
    link.href = root.dataset.login;
    link.target = "_blank";
    link.textContent = "Sign in again in another tab";
    return link;
  };
  const signIn = () => ["Not done: your session has ended. ", signInLink(), ", then press it again here. What you typed is kept."];
  // Gives {said} or {problem}; never throws.
  const post = async (address, fields, again = true) => {
    let answer;
    try {
      answer = await ask(address, fields);
      if (answer.type === "opaqueredirect") return { problem: signIn() };
      if (answer.status === 403 && again) {
        // Signed in again elsewhere: the page has an old token.
        const fresh = await ask(queue.newsAddress());
        if (fresh.type === "opaqueredirect") return { problem: signIn() };
        if (fresh.ok) {
          setToken((await fresh.json()).token);
          return post(address, fields, false);
        }
      }
      if (answer.ok) return { said: await answer.json() };
      if (answer.status === 422) return { problem: (await answer.json()).problem };
      if (answer.status === 403) return { problem: "Not done: your account may not decide about comments." };
      return {
        problem: `The server could not answer (${answer.status}). Press it again: nothing is done twice.`,
      };
    } catch {
      return {
        problem: "No answer came: the network may be down. Press it again: nothing is done twice.",
      };
    }
  };
  const then = (does) => {
    chain = chain.then(does);
    return chain;
  };

  // The bar with the way back

  const bar = document.getElementById("undo-bar");
  const left = document.getElementById("undo-seconds");
  let clock = 0;
  const hide = () => {
    clearInterval(clock);
    const focused = bar.contains(document.activeElement);
    bar.hidden = true;
    if (focused) queue.current()?.focus({ preventScroll: true });
  };
  const tell = (words, { seqs = 0, more = [] } = {}) => {
    clearInterval(clock);
    const lines = more.map((line) => {
      const item = document.createElement("li");
      item.textContent = line;
      return item;
    });
    const items = document.createElement("ul");
    items.append(...lines);
    document.getElementById("undo-words").replaceChildren(words);
    bar.querySelector("ul")?.remove();
    if (lines.length) bar.append(items);
    const back = document.getElementById("undo-last");
    back.hidden = !seqs;
    back.firstChild.textContent = seqs > 1 ? `Undo all ${seqs} ` : "Undo ";
    bar.hidden = false;
    queue.say([words, ...more].join(" "));
    if (lines.length) { // to be read at leisure
      left.textContent = "";
      return;
    }
    let seconds = SECONDS;
    left.textContent = `${seconds} s`;
    clock = setInterval(() => {
      seconds -= 1;
      left.textContent = `${seconds} s`;
      if (seconds <= 0) hide();
    }, 1000);
  };

  // What came back

  // Until they are published, those of one minute are called the same.
  const called = (card) => {
    const name = card.dataset.called;
    if (queue.all().filter((other) => other.dataset.called === name).length < 2) return name;
    const text = card.querySelector(".text.own")?.textContent.trim().split(/\s+/) || [];
    return text.length ? `${name} (“${text.slice(0, 4).join(" ").slice(0, 40)}…”)` : name;
  };
  const lateOnes = (said) => said.notDone.map((each) => {
    const card = queue.find(each.id);
    return `${card ? called(card) : each.called}: ${each.words}`;
  });
  const words = (said) => {
    const bare = said.words.split(" Not done:")[0].replace(/^[\d,]+ /, "").replace(/\.( \d.*)?$/, "");
    return bare.charAt(0).toUpperCase() + bare.slice(1);
  };
  const apply = (said, cards) => {
    queue.count(said.counts);
    for (const card of cards) {
      const { id } = card.dataset;
      if (id in said.done) {
        const seq = said.done[id];
        const back = seq ? [queue.button("Undo", () => undo({ seqs: [seq] }))] : [];
        card.dataset.version = Number(card.dataset.version) + (seq ? 1 : 0);
        queue.decided(card, words(said), ...back);
      } else if (id in said.cards) {
        const late = said.notDone.find((each) => each.id === id);
        if (late) queue.stale(card, said.cards[id], late.words);
        else queue.replace(card, said.cards[id]); // it stays, with more on it
      } else queue.failed(card, "It was not done. Load the page again.");
    }
    queue.fold();
  };
  const advance = () => {
    const card = queue.next();
    queue.go(card);
    queue.more();
    queue.end();
  };
  const send = (cards, fields) => {
    cards.forEach(queue.sending);
    if (cards.includes(queue.current()) || !queue.current()) advance();
    return then(async () => {
      const done = { seqs: [], number: 0, words: "", more: [] };
      for (let at = 0; at < cards.length; at += AT_ONCE) {
        const some = cards.slice(at, at + AT_ONCE);
        const { said, problem } = await post(form.action, fields(some));
        if (problem) {
          some.forEach((card) => queue.failed(card, problem));
          const text = Array.isArray(problem) ? "Not done: your session has ended." : problem;
          done.problem = text;
          continue;
        }
        apply(said, some);
        done.seqs.push(...said.seqs);
        done.number += Object.keys(said.done).length;
        done.words = words(said);
        done.said = said.words;
        done.more.push(...lateOnes(said));
      }
      const one = cards.length === 1;
      if (done.seqs.length) undone.push({ seqs: done.seqs });
      const lower = done.words.charAt(0).toLowerCase() + done.words.slice(1);
      const told = [];
      if (done.number) told.push(one ? `${called(cards[0])}: ${lower}.` : `${done.number} ${lower}.`);
      if (done.more.length) told.push(`${done.more.length} not done:`);
      if (!told.length && done.said) told.push(done.said);
      if (done.problem) told.push(one ? `${called(cards[0])}: ${done.problem}` : done.problem);
      tell(told.join(" "), { seqs: done.seqs.length && done.number, more: done.more });
      queue.end();
    });
  };

  const fieldsOf = (prefix, within) => [...within.querySelectorAll("input, select, textarea")]
    .filter((field) => field.name.startsWith(`${prefix}-`) && field.value)
    .map((field) => [field.name, field.value]);
  // ``value`` is a button's: "approve:id:version".
  const decide = (card, value) => {
    if (!queue.isOpen(card)) return;
    const own = fieldsOf(card.dataset.id, card);
    send([card], () => [["one", value], ...own]);
  };
  const decideTicked = (action, within) => {
    const cards = queue.open().filter((card) => card.querySelector('input[name="item"]')?.checked);
    if (!cards.length) {
      tell("Tick at least one comment first.");
      return;
    }
    const own = fieldsOf("many", within);
    const needs = within.querySelector(`button[value="${action}"]`).hasAttribute("data-needs-reason");
    if (needs && !own.some(([name]) => name === "many-reason")) {
      tell("Choose one reason for all that is ticked.");
      within.querySelector("details").open = true;
      return;
    }
    const seen = new Map(cards.map((card) => [card, card.querySelector('input[name="item"]').value]));
    send(cards, (some) => [["many", action], ...own, ...some.map((card) => ["item", seen.get(card)])]);
    within.querySelectorAll("details[open]").forEach((each) => { each.open = false; });
  };

  // ``what`` is one thing, else the last that was done.
  const undo = (what) => then(async () => {
    const back = what || undone.pop();
    if (!back) {
      tell("Nothing of this page is left to take back. The log has the rest.");
      return;
    }
    const cards = [];
    let failure = "";
    const more = [];
    for (let at = 0; at < back.seqs.length && !failure; at += AT_ONCE) {
      const some = back.seqs.slice(at, at + AT_ONCE);
      const { said, problem } = await post(root.dataset.undo, some.map((seq) => ["seq", seq]));
      if (problem) {
        failure = Array.isArray(problem) ? "Not done: your session has ended." : problem;
        if (!what) undone.push({ seqs: back.seqs.slice(at) });
        continue;
      }
      queue.count(said.counts);
      more.push(...lateOnes(said));
      for (const [id, html] of Object.entries(said.cards)) {
        const card = queue.find(id);
        if (card) cards.push(queue.replace(card, html, { quietly: true }));
      }
    }
    for (const seq of back.seqs) {
      // Taken back by its own button: not a second time by the key.
      for (const each of undone) each.seqs = each.seqs.filter((other) => other !== seq || failure);
    }
    for (let n = undone.length; n--;) if (!undone[n].seqs.length) undone.splice(n, 1);
    const open = cards.filter(queue.isOpen);
    if (open.length) {
      const first = queue.all().find((card) => open.includes(card));
      queue.go(first);
    }
    const told = open.length === 1 ? `${called(open[0])}: taken back.` : `${open.length} taken back.`;
    tell(failure || (open.length ? told : "Not done:"), { more });
    queue.end();
  });

  document.getElementById("undo-last").addEventListener("click", () => undo());
  Object.assign(queue, { ask, decide, decideTicked, undo, setToken, signInLink, token, tell, settledAll: () => chain });
})();
