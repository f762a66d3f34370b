// <form data-draft="key"> is kept on the server while one types; it comes back after a lost session or a closed window.
import { $, $$, csrf, say, send, whenever } from "./common.js";

const SKIP = new Set(["csrfmiddlewaretoken", "uuid", "next"]);
const url = (form) => `/borradores/${encodeURIComponent(form.dataset.draft)}/`;

function values(form) {
  const kept = {};
  for (const [name, value] of new FormData(form)) {
    if (SKIP.has(name) || typeof value !== "string" || form.elements[name]?.type === "password") continue;
    (kept[name] ||= []).push(value);
  }
  return kept;
}

function fill(form, kept) {
  for (const control of form.elements) {
    if (!control.name || SKIP.has(control.name) || control.type === "file" || control.type === "hidden" || !(control.name in kept)) continue;
    const wanted = kept[control.name];
    if (control.type === "checkbox" || control.type === "radio") control.checked = wanted.includes(control.value);
    else if (control.multiple) for (const option of control.options) option.selected = wanted.includes(option.value);
    else control.value = wanted[0];
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

function status(form, text) {
  for (const place of $$("[data-saved]", form)) place.textContent = text;
}

async function keep(form) {
  const data = JSON.stringify(values(form));
  if (data === form.dataset.kept) return "same";
  try {
    const response = await send(url(form), { method: "PUT", body: data, headers: { "Content-Type": "application/json" } });
    if (response.status === 401 || response.status === 403) return expired(form);
    if (!response.ok) throw new Error(String(response.status));
    form.dataset.kept = data;
    status(form, say("saved", { time: (await response.json()).clock }));
    return "kept";
  } catch {
    status(form, say("unsaved"));
    return "failed";
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
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => keep(form), 1500); });
  form.addEventListener("click", async (event) => {
    if (!event.target.closest("[data-draft-discard]")) return;
    await send(url(form), { method: "DELETE" });
    form.reset();
    $("[data-draft-note]", form).hidden = true;
    status(form, "");
  });
  if (!$(".error-summary") && initial) restore(form);
});

// Before sending, the text is kept; with a lost session nothing is sent and a dialog offers to sign in again.
let cleared = null;
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.draft === undefined || cleared === form) { cleared = null; return; }
  event.preventDefault();
  event.stopImmediatePropagation();
  delete form.dataset.kept;
  keep(form).then((result) => {
    if (result === "expired") return;
    for (const field of $$("input[name=csrfmiddlewaretoken]", form)) field.value = csrf() || field.value;
    cleared = form;
    form.requestSubmit(event.submitter);
  });
}, true);

document.addEventListener("signed-out", () => $("#signed-out")?.showModal());
