// Comfort for the form of a comment: without it, links and buttons lead to pages.
"use strict";

(() => {
  const page = document.querySelector(".write form.contribution");
  let count = 0;

  // Ids must stay single when a form stands on the page twice.
  const renumber = (part) => {
    count += 1;
    part.querySelectorAll("[id]").forEach((item) => { item.id += `-${count}`; });
    part.querySelectorAll("[for]").forEach((item) => { item.htmlFor += `-${count}`; });
    for (const name of ["aria-describedby", "aria-labelledby"]) {
      part.querySelectorAll(`[${name}]`).forEach((item) => {
        const ids = item.getAttribute(name).split(" ");
        item.setAttribute(name, ids.map((id) => `${id}-${count}`).join(" "));
      });
    }
  };

  // Reply opens the page's own form below the comment.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.reply");
    if (!link || !page || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const article = link.closest("article");
    const open = article.querySelector(".in-place");
    if (open) {
      open.querySelector("textarea").focus();
      return;
    }
    const place = document.createElement("div");
    place.className = "in-place";
    const form = page.cloneNode(true);
    form.reset();
    form.elements.parent.value = link.pathname.split("/")[2];
    renumber(form);
    form.querySelector("label[for^=f-text]").textContent = "Your reply";
    // As on the page without JavaScript, it begins with what the reply is to.
    const called = article.querySelector(".handle > a");
    const named = called.querySelector("bdi") || article.querySelector(".details time");
    if (named) form.elements.text.value = `@${called.textContent} `;
    const cancel = document.createElement("button");
    cancel.type = "button";
    cancel.className = "quiet";
    cancel.textContent = "Close";
    cancel.addEventListener("click", () => { place.remove(); link.focus(); });
    form.querySelector("button").after(" ", cancel);
    place.append(form);
    article.append(place);
    const text = form.elements.text;
    text.focus();
    text.setSelectionRange(text.value.length, text.value.length);
  });

  // The preview opens where the form stands.
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    const previews = form.matches("form.contribution") && form.elements.post &&
      !(event.submitter && event.submitter.hasAttribute("formaction"));
    const place = previews && form.closest(".in-place, .write, [data-preview]");
    if (!place) return;
    event.preventDefault();
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: new URLSearchParams(new FormData(form)),
      });
      const text = await answer.text();
      const found = new DOMParser().parseFromString(text, "text/html").querySelector("[data-preview]");
      if (!found) throw new Error("no preview");
      const shown = document.importNode(found, true);
      renumber(shown);
      shown.className = "in-place";
      if (!place.matches("[data-preview]")) shown.querySelector(".dateline")?.remove();
      const title = shown.querySelector("h1");
      const heading = document.createElement("h2");
      heading.textContent = title.textContent;
      heading.tabIndex = -1;
      title.replaceWith(heading);
      shown.querySelectorAll("h2 ~ form h2, .warnings h2").forEach((old) => {
        const smaller = document.createElement("h3");
        smaller.textContent = old.textContent;
        if (old.id) smaller.id = old.id;
        old.replaceWith(smaller);
      });
      if (place.matches(".write")) {
        form.replaceWith(shown);
      } else {
        place.replaceWith(shown);
      }
      heading.focus();
    } catch {
      HTMLFormElement.prototype.submit.call(form);
    }
  });

  // The receipt is one click from the clipboard.
  document.querySelectorAll("[data-copy]").forEach((field) => {
    field.addEventListener("focus", () => field.select());
    if (!navigator.clipboard) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(field.value);
      button.textContent = "Copied";
    });
    field.after(" ", button);
  });
})();
