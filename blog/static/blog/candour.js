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
  const reveal = () => {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    if (!target) return;
    for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) {
      fold.open = true;
    }
    target.scrollIntoView();
  };
  window.addEventListener("hashchange", reveal);
  if (document.querySelector("details:not([open])")) reveal();

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
