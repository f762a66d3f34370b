// Short notices at the corner, spoken by screen readers; errors of htmx requests say what to do. One that stands there already is not
// put beside itself: without network each key pressed in a field with suggestions asks, and fails, once more.
import { $, say } from "./common.js";

export function toast(text, kind = "info", seconds = 6) {
  const shelf = $("#toasts");
  if (!shelf || [...shelf.children].some((one) => one.firstChild.textContent === text)) return;
  const note = document.createElement("div");
  note.className = `alert alert-${kind} toast-note`;
  const words = document.createElement("p");
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "icon-button";
  close.setAttribute("aria-label", say("close"));
  close.textContent = "×";
  close.addEventListener("click", () => note.remove());
  note.append(words, close);
  shelf.append(note);
  if (kind !== "error") setTimeout(() => note.remove(), seconds * 1000);
}

document.addEventListener("toast", (event) => toast(event.detail.text ?? event.detail.value, event.detail.kind));
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  if (status === 401) return document.dispatchEvent(new CustomEvent("signed-out"));
  toast(say(status === 503 ? "database" : status === 403 ? "forbidden" : status === 404 ? "missing" : "failed"), "error");
});
document.addEventListener("htmx:sendError", () => toast(say("offline"), "warning"));
