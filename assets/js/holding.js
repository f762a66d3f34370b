// A form sent without network is held in this browser and sent once when the network is back: its own key (uuid) makes a
// second arrival the same thing. What is held is encrypted with a key that only the pages of its person bring, so that the
// next person at this computer can neither read nor send it; the server refuses it for anybody else (X-Held-For).
import { $, $$, csrf, say, send } from "./common.js";
import { toast } from "./toasts.js";
import { fill, values } from "./values.js";

const PREFIX = "ventanilla-held-";
const KEPT = 30 * 24 * 3600 * 1000;
const AGAIN = 15000;
const person = document.body.dataset.person;
const secret = document.body.dataset.hold;
const able = Boolean(person && secret && window.crypto?.subtle && navigator.locks);
let vault = null;
let told401 = false;

const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(Array.from(new Uint8Array(buffer), (c) => String.fromCharCode(c)).join(""));
const opened = () => vault ||= crypto.subtle.importKey("raw", bytes(secret), "AES-GCM", false, ["encrypt", "decrypt"]);
const bound = (id) => new TextEncoder().encode(`${person} ${id}`);

async function put(entry) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(entry));
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound(entry.id) }, await opened(), plain);
  localStorage.setItem(PREFIX + entry.id, JSON.stringify({ person, at: entry.at, iv: text(iv), sealed: text(sealed) }));
}

async function read(id) {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + id));
    if (!kept || kept.person !== person) return null;
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv: bytes(kept.iv), additionalData: bound(id) }, await opened(), bytes(kept.sealed));
    return JSON.parse(new TextDecoder().decode(plain));
  } catch {
    return null;
  }
}

async function mine() {
  const ids = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
  const found = (await Promise.all(ids.map(read))).filter(Boolean);
  return found.sort((a, b) => a.at - b.at);
}

const forget = (id) => localStorage.removeItem(PREFIX + id);

function forgetOld() {
  for (const key of Object.keys(localStorage).filter((name) => name.startsWith(PREFIX))) {
    let at = 0;
    try { at = JSON.parse(localStorage.getItem(key)).at; } catch { /* not ours to read: it goes */ }
    if (Date.now() - at > KEPT) localStorage.removeItem(key);
  }
}

// Holds the form and tells the person; what cannot be held stays on the page, and that is told too.
export async function hold(form, submitter) {
  const id = form.elements.uuid?.value;
  const sent = [...new FormData(form, submitter)];
  const files = sent.some(([, value]) => value instanceof File && value.name);
  if (!able || !id || $("input[type=password]", form)) return toast(say("offline"), "error");
  const data = sent.filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  const title = $("h1")?.textContent.trim() || document.title;
  try {
    const url = new URL(submitter?.getAttribute("formaction") || form.getAttribute("action") || "", location.href).href;
    await put({ id, at: Date.now(), url, page: location.pathname + location.search, title, data, kept: values(form), draft: form.dataset.draft || "", state: files ? "files" : "waiting" });
  } catch {
    return toast(say("offline"), "error");
  }
  form.dataset.held = id;
  delete form.dataset.typed;
  await draw();
  $("#held")?.scrollIntoView({ block: "nearest" });
}

// What is edited afterwards is in the person's hands again: it would be sent as it was, and the change be lost.
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.dataset.held) return;
  forget(form.dataset.held);
  delete form.dataset.held;
  toast(say("held_changed"), "warning");
  draw();
});

// Before anything else looks at the sending (but the question "¿…?"): without network no form of ours leaves the page.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (navigator.onLine || event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  hold(form, event.submitter);
}, true);

// One tab at a time, one form after the other; whatever fails for want of network waits for the next time.
async function sendAll() {
  if (!able || !navigator.onLine) return;
  await navigator.locks.request("ventanilla-held", { ifAvailable: true }, async (lock) => {
    if (!lock) return;
    for (const entry of (await mine()).filter((one) => one.state === "waiting")) if (!await deliver(entry)) break;
  });
  await draw();
}

async function deliver(entry) {
  const headers = { "X-CSRFToken": csrf(), "X-Held-For": person };
  const body = new URLSearchParams(entry.data);
  const answer = await fetch(entry.url, { method: "POST", body, headers, credentials: "same-origin" }).catch(() => null);
  if (!answer || answer.status >= 500 || [401, 403, 408, 409, 429].includes(answer.status)) {
    if (answer?.status === 401 && !told401) document.dispatchEvent(new CustomEvent("signed-out"));
    told401 ||= answer?.status === 401;
    return false;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (answer.ok) return arrived(entry, answer, page);
  const why = [...page.querySelectorAll(".error-summary li")].map((item) => item.textContent.trim()).join(" ") || $("h1", page)?.textContent.trim() || "";
  await put({ ...entry, state: "refused", why });
  return true;
}

function arrived(entry, answer, page) {
  forget(entry.id);
  const told = $("#messages", page)?.textContent.trim().replace(/\s+/g, " ");
  toast(`${say("held_sent", { title: entry.title })} ${told || ""}`, "success", 30);
  if ($$("form[data-held]").some((form) => form.dataset.held === entry.id)) location.assign(answer.url);
  return true;
}

async function draw() {
  const place = $("#held");
  if (!place) return;
  place.replaceChildren(...(able ? await mine() : []).map(note));
}

function note(entry) {
  const box = document.createElement("div");
  box.className = `alert alert-${entry.state === "refused" ? "error" : "warning"}`;
  const inner = document.createElement("div");
  const words = document.createElement("p");
  words.textContent = say(`held_${entry.state}`, { title: entry.title, why: entry.why });
  const actions = document.createElement("div");
  actions.className = "cluster";
  if (entry.state !== "waiting") actions.append(button("held_open", () => reopen(entry)));
  actions.append(button("held_discard", () => { forget(entry.id); return draw(); }, say("held_discard_sure", { title: entry.title })));
  inner.append(words, actions);
  box.append(inner);
  return box;
}

function button(word, act, question = "") {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm";
  made.textContent = say(word);
  let asked = !question;
  made.addEventListener("click", () => {
    if (asked) return act();
    asked = true;
    made.textContent = question;
  });
  return made;
}

// The form again, with what was typed: by its draft, or straight into the form of its page.
async function reopen(entry) {
  if (!navigator.onLine) return toast(say("offline"), "error");
  if (!entry.draft) return location.assign(`${entry.page}#retomar=${entry.id}`);
  const url = `/borradores/${encodeURIComponent(entry.draft)}/`;
  const answer = await send(url, { method: "PUT", body: JSON.stringify(entry.kept), headers: { "Content-Type": "application/json" } }).catch(() => null);
  if (!answer?.ok) return toast(say("offline"), "error");
  forget(entry.id);
  for (const form of $$("form[data-typed]")) delete form.dataset.typed;
  location.assign(entry.page);
}

async function resume() {
  const id = location.hash.match(/^#retomar=([\w-]+)$/)?.[1];
  const entry = id && await read(id);
  const form = entry && $$("form").find((one) => new URL(one.getAttribute("action") || "", location.href).href === entry.url);
  if (!form) return;
  history.replaceState(null, "", location.pathname + location.search);
  fill(form, entry.kept);
  forget(id);
}

if (able) {
  forgetOld();
  resume().then(draw).then(sendAll);
  window.addEventListener("online", sendAll);
  window.addEventListener("storage", (event) => event.key?.startsWith(PREFIX) && draw());
  setInterval(() => $("#held")?.childElementCount && sendAll(), AGAIN);
}
