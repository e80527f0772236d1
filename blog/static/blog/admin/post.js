/* Comfort for the page on which a post is written; it works without. A live preview,
   completion of every label of the list, a rule or a quotation where the cursor stands,
   and text that was not saved is kept in this
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
  let wasThere = false;
  body.addEventListener("focus", () => { wasThere = true; });

  offerKeptText();
  offerRule();
  offerQuotations(form.elements.namedItem("quote"));
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

  function offerRule() {
    const rule = body.dataset.format === "html" ? "<hr>" : "--oo00oo--";
    const tools = element("p", "writing-tools");
    const button = element("button", "", "Insert a rule ");
    button.type = "button";
    button.append(element("code", "", rule));
    button.addEventListener("click", () => insert(rule));
    tools.append(button);
    body.before(tools);
  }

  function offerQuotations(input) {
    if (!input) return;
    const button = element("button", "quote-button", "Insert it in the text");
    const said = element("p", "quote-problem");
    button.type = "button";
    said.setAttribute("role", "alert");
    const put = async () => {
      said.textContent = "";
      const address = new URL(input.dataset.quotations, location);
      address.searchParams.set("quote", input.value);
      address.searchParams.set("format", body.dataset.format);
      button.disabled = true;
      try {
        const answer = await fetch(address, { redirect: "error" });
        const words = await answer.text();
        const isOurs = (answer.headers.get("Content-Type") || "").startsWith("text/plain");
        if (!isOurs) throw new Error(answer.status);
        if (answer.ok) {
          insert(words.trimEnd(), true);
          input.value = "";
        } else said.textContent = words;
      } catch {
        said.textContent = "This does not answer. Save, and it is put at the end of the text.";
      }
      button.disabled = false;
    };
    button.addEventListener("click", put);
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !input.value.trim()) return;
      event.preventDefault();
      put();
    });
    input.after(button, said);
  }

  // A block of its own where the cursor stands, or at the end before it stood anywhere.
  // Between two quotations stands a rule.
  function insert(block, isQuotation = false) {
    const at = wasThere ? body.selectionEnd : body.value.length;
    const before = body.value.slice(0, at).trimEnd();
    const after = body.value.slice(at).trimStart();
    const isAfterQuotation = /(^|\n)>[^\n]*$|<\/blockquote>$/.test(before);
    const rule = body.dataset.format === "html" ? "<hr>" : "--oo00oo--";
    const gap = isQuotation && isAfterQuotation ? `\n\n${rule}\n\n` : "\n\n";
    const words = `${before && gap}${block}\n\n`;
    body.focus();
    body.setSelectionRange(before.length, body.value.length - after.length);
    // What browsers can undo; else what they cannot.
    if (!document.execCommand("insertText", false, words)) {
      body.setRangeText(words, body.selectionStart, body.selectionEnd, "end");
      body.dispatchEvent(new Event("input", { bubbles: true }));
    }
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
