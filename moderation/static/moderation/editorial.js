// Words that are marked in the comment go to the list of the button that is pressed. The
// page works without.
(() => {
  "use strict";
  const text = document.getElementById("comment-text");
  const pick = document.querySelector(".pick");
  const note = document.querySelector(".problem-note");
  if (note) note.focus();
  if (!text || !pick) return;
  pick.hidden = false;
  pick.addEventListener("click", (event) => {
    const button = event.target.closest("[data-into]");
    if (!button) return;
    const words = text.value
      .slice(text.selectionStart, text.selectionEnd)
      .replace(/\s+/g, " ")
      .trim();
    const list = document.getElementById(button.dataset.into);
    if (!words) {
      text.focus();
      return;
    }
    const lines = list.value.split("\n").filter((line) => line.trim());
    if (!lines.includes(words)) lines.push(words);
    list.value = lines.join("\n");
  });
})();
