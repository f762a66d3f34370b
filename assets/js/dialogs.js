// Native dialogs: data-open="id" opens, data-close closes, a click on the backdrop closes, data-confirm asks once.
import { $, say } from "./common.js";

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.open)?.showModal();
    return;
  }
  if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  if (event.target instanceof HTMLDialogElement && event.target.open) event.target.close();
});

let asked = null;
document.addEventListener("submit", (event) => {
  const form = event.target;
  const question = event.submitter?.dataset.confirm || form.dataset.confirm;
  if (!question || asked === form || form.dataset.cleared) {  // `cleared`: asked before, sent on by holding.js
    asked = null;
    return;
  }
  event.preventDefault();
  event.stopImmediatePropagation();
  confirm(question, event.submitter?.textContent.trim()).then((yes) => {
    if (!yes) return;
    asked = form;
    form.requestSubmit(event.submitter);
  });
}, true);

function confirm(question, verb) {
  const dialog = $("#confirm");
  $("[data-question]", dialog).textContent = question;
  $("[data-yes]", dialog).textContent = verb || say("yes");
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
}

document.addEventListener("htmx:confirm", (event) => {
  if (!event.detail.question) return;
  event.preventDefault();
  confirm(event.detail.question, event.detail.elt.textContent.trim()).then((yes) => yes && event.detail.issueRequest(true));
});

// A part that htmx put into a dialog opens it: <dialog data-open-now>.
document.addEventListener("htmx:load", (event) => {
  const dialog = event.target.closest?.("dialog[data-open-now]") || event.target.querySelector?.("dialog[data-open-now]");
  if (dialog && !dialog.open) dialog.showModal();
});
