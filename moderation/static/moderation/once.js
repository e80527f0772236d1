// A form that is sent twice is answered by the second answer alone: the recovery codes
// of the first would be lost, and its session too.
"use strict";

(() => {
  const forms = document.querySelectorAll("form.once");
  let sent = false;
  forms.forEach((form) => {
    form.addEventListener("submit", (event) => {
      if (sent) event.preventDefault();
      sent = true;
    });
  });
  // Who comes back to the page may send it again.
  addEventListener("pageshow", () => { sent = false; });
})();
