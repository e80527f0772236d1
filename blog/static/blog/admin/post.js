/* Comfort for the page on which a post is written; it works without. A live preview,
   completion of every label of the list, and text that was not saved is kept in this
   tab, for the evening when the session ends before the post is finished. */
"use strict";

(() => {
  const KEPT = "candour-post:";
  const PAUSE = 600; // ms without a key before the preview is drawn anew
  const form = document.getElementById("post_form");

  if (document.querySelector(".messagelist .success")) {
    for (const key of Object.keys(sessionStorage)) {
      if (key.startsWith(KEPT)) sessionStorage.removeItem(key);
    }
  }
  const body = form && form.elements.namedItem("body");
  if (!body) return;

  const fields = ["title", "body", "label_names"].map((name) => form.elements.namedItem(name));
  const texts = () => JSON.stringify(fields.map((field) => field.value));
  const key = KEPT + location.pathname;
  const atFirst = texts();
  let mayLeave = false;

  offerKeptText();
  livePreview();
  completeLabels(form.elements.namedItem("label_names"));

  form.addEventListener("input", () => {
    try {
      if (texts() === atFirst) sessionStorage.removeItem(key);
      else sessionStorage.setItem(key, texts());
    } catch {
      // The storage is full or forbidden: the page goes on without it.
    }
  });
  form.addEventListener("submit", (event) => {
    mayLeave = !event.submitter || !event.submitter.hasAttribute("formtarget");
  });
  addEventListener("pageshow", () => { mayLeave = false; });
  addEventListener("beforeunload", (event) => {
    if (!mayLeave && texts() !== atFirst) event.preventDefault();
  });

  function offerKeptText() {
    const kept = sessionStorage.getItem(key);
    // After an error the form itself holds what was typed.
    if (!kept || kept === atFirst) return;
    const offer = element("div", "kept-text");
    offer.setAttribute("role", "status");
    const back = element("button", "", "Put it back");
    const drop = element("button", "", "Throw it away");
    back.type = drop.type = "button";
    back.addEventListener("click", () => {
      JSON.parse(kept).forEach((value, index) => { fields[index].value = value; });
      body.dispatchEvent(new Event("input", { bubbles: true }));
      offer.remove();
      body.focus();
    });
    drop.addEventListener("click", () => {
      sessionStorage.removeItem(key);
      offer.remove();
    });
    offer.append(element("span", "", "Text that you wrote here was not saved."), back, drop);
    form.before(offer);
  }

  function livePreview() {
    const button = form.querySelector("[name=_preview]");
    if (!button) return;
    const address = new URL(button.formAction);
    address.searchParams.set("fragment", "1");
    const pane = element("section", "live-preview");
    pane.setAttribute("aria-label", "What readers will see");
    const title = element("p", "live-title", "What readers will see");
    title.setAttribute("aria-live", "polite");
    const text = element("div", "live-text");
    text.tabIndex = 0;
    pane.append(title, text);
    const row = body.closest(".form-row");
    row.classList.add("has-preview");
    row.querySelector(".flex-container").after(pane);

    let timer = 0;
    let running = null;
    const draw = async () => {
      if (running) running.abort();
      running = new AbortController();
      try {
        const answer = await fetch(address, {
          method: "POST",
          body: new FormData(form),
          redirect: "error",
          signal: running.signal,
        });
        if (!answer.ok) throw new Error(answer.status);
        text.innerHTML = await answer.text();
        title.textContent = "What readers will see";
        mayLeave = false;
      } catch (error) {
        if (error.name === "AbortError") return;
        title.replaceChildren(
          element("strong", "", "The preview does not answer."),
          " You may have been signed out. Your text is kept in this tab: load the page anew, ",
          "sign in, and put it back.",
        );
        mayLeave = true;
      }
    };
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(draw, PAUSE);
    });
    draw();
  }

  function completeLabels(input) {
    const list = input && input.list;
    if (!list) return;
    const known = Array.from(list.options, (option) => option.value);
    input.autocomplete = "off";
    const offer = () => {
      // A browser compares suggestions with the whole line: each one carries the
      // labels that stand before it.
      const before = input.value.match(/^(?:(?:"(?:[^"]|"")*"|[^",])*,)*\s*/)[0];
      const taken = before.toLowerCase().split(",").map((word) => word.trim());
      const begun = input.value.slice(before.length).toLowerCase();
      const found = known.filter(
        (word) => word.toLowerCase().includes(begun) && !taken.includes(word.toLowerCase()),
      );
      list.replaceChildren(...found.slice(0, 50).map((word) => {
        const option = document.createElement("option");
        option.value = before + word;
        return option;
      }));
    };
    input.addEventListener("input", offer);
    input.addEventListener("focus", offer);
  }

  function element(tag, className, words = "") {
    const made = document.createElement(tag);
    if (className) made.className = className;
    made.textContent = words;
    return made;
  }
})();
