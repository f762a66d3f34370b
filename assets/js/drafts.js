// <form data-draft="key"> is kept on the server while one types; it comes back after a lost session or a closed window.
import { $, $$, csrf, say, send, whenever } from "./common.js";
import { depart, gone, hold } from "./holding.js";
import { fill, values } from "./values.js";

const url = (form) => `/borradores/${encodeURIComponent(form.dataset.draft)}/`;

function status(form, text) {
  for (const place of $$("[data-saved]", form)) place.textContent = text;
}

async function keep(form) {
  const data = JSON.stringify(values(form));
  if (data === form.dataset.kept) return "same";
  let response = null;
  try {
    response = await send(url(form), { method: "PUT", body: data, headers: { "Content-Type": "application/json" }, keepalive: data.length < 20000 });
    if (response.status === 401 || response.status === 403) return expired(form);
    if (!response.ok) throw new Error(String(response.status));
    form.dataset.kept = data;
    delete form.dataset.typed;
    status(form, say("saved", { time: (await response.json()).clock }));
    return "kept";
  } catch {
    status(form, say("unsaved"));
    return response && !gone(response.status) ? "failed" : "unreachable";
  }
}

function expired(form) {
  const dialog = $("#signed-out");
  if (dialog && !dialog.open) dialog.showModal();
  status(form, say("unsaved"));
  return "expired";
}

async function restore(form) {
  const response = await send(url(form)).catch(() => null);
  if (!response || response.status !== 200) return;
  const draft = await response.json();
  fill(form, draft.data);
  form.dataset.kept = JSON.stringify(values(form));
  const note = $("[data-draft-note]", form);
  if (!note) return;
  $("[data-draft-when]", note).textContent = draft.when;
  note.hidden = false;
}

whenever("form[data-draft]", (form) => {
  if (form.dataset.watched) return;
  form.dataset.watched = "1";
  let timer = 0;
  const initial = new FormData(form);
  form.addEventListener("input", () => { form.dataset.typed = "1"; clearTimeout(timer); timer = setTimeout(() => keep(form), 1500); });
  window.addEventListener("online", () => { if (form.dataset.typed) keep(form); });
  document.addEventListener("visibilitychange", () => { if (document.hidden && form.dataset.typed) keep(form); });  // closed, or left, in the middle of a word
  form.addEventListener("click", async (event) => {
    if (!event.target.closest("[data-draft-discard]")) return;
    await send(url(form), { method: "DELETE" });
    clearTimeout(timer);
    form.reset();
    for (const control of form.elements) control.dispatchEvent(new Event("change", { bubbles: true }));
    delete form.dataset.typed;
    $("[data-draft-note]", form).hidden = true;
    status(form, "");
  });
  if (!$(".error-summary") && initial) restore(form);
});

// Before sending, the text is kept; with a lost session nothing is sent and a dialog offers to sign in again, without
// network the form is held.
let cleared = null;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.draft === undefined || cleared === form) { cleared = null; return; }
  event.preventDefault();
  event.stopImmediatePropagation();
  delete form.dataset.kept;
  keep(form).then(async (result) => {
    if (result === "expired") return;
    if (result === "unreachable") return hold(form, event.submitter);
    if (form.target !== "_blank") await depart(form, event.submitter);
    for (const field of $$("input[name=csrfmiddlewaretoken]", form)) field.value = csrf() || field.value;
    cleared = form;
    form.requestSubmit(event.submitter);
  });
}, true);

document.addEventListener("signed-out", () => $("#signed-out")?.showModal());
