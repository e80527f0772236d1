// Comfort only: every page works without it.
"use strict";

(() => {
  const folds = document.querySelectorAll(".discussion details.replies");

  // One button that folds or opens every branch at once.
  const title = document.getElementById("comments-title");
  if (title && folds.length > 1) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "fold-all";
    const anyOpen = () => Array.from(folds).some((fold) => fold.open);
    const say = () => {
      button.textContent = anyOpen() ? "Fold all replies" : "Open all replies";
    };
    button.addEventListener("click", () => {
      const open = !anyOpen();
      folds.forEach((fold) => { fold.open = open; });
      say();
    });
    folds.forEach((fold) => fold.addEventListener("toggle", say));
    say();
    title.after(button);
  }

  // An address that names a comment in a folded branch opens the branch.
  // One that stands on another page of the discussion is looked up there.
  const elsewhere = async (name) => {
    const [, blogger, own] = /^c(?:([0-9]{5,30})|-([0-9a-z]{1,13}))$/.exec(name) || [];
    if (!document.querySelector(".pages") || !(blogger || own)) return;
    const permalink = blogger ? `/c/blogger/${blogger}/` : `/c/${own}/`;
    const answer = await fetch(permalink, { method: "HEAD" }).catch(() => null);
    if (!(answer && answer.ok)) return;
    // One that is gone leads to the page that it was on, which may be this one.
    const there = new URL(answer.url);
    if (there.pathname + there.search !== location.pathname + location.search) location.replace(permalink);
  };
  const reveal = () => {
    const name = location.hash.slice(1);
    const target = name && document.getElementById(name);
    if (name && !target) elsewhere(name);
    if (!target) return;
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      fold.open = true;
    }
    target.scrollIntoView();
  };
  window.addEventListener("hashchange", reveal);
  if (document.querySelector(".pages, details:not([open])")) reveal();

  // "Leave this page" takes the place of the page in the history: Back does not return.
  document.addEventListener("click", (event) => {
    const way = event.target.closest("[data-leave]");
    if (!way) return;
    event.preventDefault();
    document.body.hidden = true;
    location.replace(way.href);
  });

  // On paper nothing is folded.
  let folded = [];
  window.addEventListener("beforeprint", () => {
    folded = Array.from(folds).filter((fold) => !fold.open);
    folded.forEach((fold) => { fold.open = true; });
  });
  window.addEventListener("afterprint", () => {
    folded.forEach((fold) => { fold.open = false; });
  });
})();
