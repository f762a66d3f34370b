// A form sent while the server does not answer is held in this browser (held-store.js) and sent once when it answers again: its own
// key (uuid) makes a second arrival the same thing. The server refuses it for anybody but its person (X-Held-For).
import { $, $$, csrf, say, send } from "./common.js";
import { able, filesOf, forget, forgetOld, mine, onChange, owner, put, putFiles, read, settle } from "./held-store.js";
import { toast } from "./toasts.js";
import { fill, values } from "./values.js";

const AGAIN = 15000;
const AHEAD = 50 * 1024 * 1024;  // of files written down before each sending: more would keep the person waiting
const PATIENCE = 5000;
let told401 = false;

// Whether the server may be sent to: somebody answers, and not a proxy that finds it gone.
export const gone = (status) => [502, 503, 504].includes(status);

async function answers() {
  const reply = await fetch("/healthz", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE) }).catch(() => null);
  return Boolean(reply) && !gone(reply.status);
}

// The form's own key. What makes something has one from the server, which makes it once; the others are steps and settings that do no harm
// when they arrive twice, and get one here: of version 8, so that the server takes each of them for itself (web/ui/sendings.py).
function keyOf(form) {
  if (!form.elements.uuid) {
    const key = document.createElement("input"), random = crypto.randomUUID();
    Object.assign(key, { type: "hidden", name: "uuid", value: `${random.slice(0, 14)}8${random.slice(15)}` });
    form.append(key);
  }
  return form.elements.uuid.value;
}

// The form as it stands, with its files, under its own key; null when this browser may not or cannot keep it.
async function written(form, submitter, state, most) {
  if (!able || form.dataset.many !== undefined && !form.elements.uuid || $("input[type=password]", form)) return null;
  const id = keyOf(form);
  const sent = [...new FormData(form, submitter)];
  const chosen = sent.filter(([, value]) => value instanceof File && value.name);
  const data = sent.filter(([name, value]) => typeof value === "string" && name !== "csrfmiddlewaretoken");
  const files = chosen.map(([field, { name, type, size }]) => ({ field, name, type, size }));
  const title = $("h1")?.textContent.trim() || document.title;
  const kept = !files.length || await putFiles(id, chosen.map(([, file]) => file), most);
  const url = new URL(submitter?.getAttribute("formaction") || form.getAttribute("action") || "", location.href).href;
  await put({ id, at: Date.now(), url, page: location.pathname + location.search, title, data, files, kept: values(form), draft: form.dataset.draft || "", fits: kept, state: state || (kept ? "waiting" : "files") });
  return id;
}

// Holds the form and tells the person; what cannot be held stays on the page, and that is told too.
export async function hold(form, submitter) {
  const id = await written(form, submitter).catch(() => null);
  if (!id) return toast(say("offline"), "error");
  form.dataset.held = id;
  delete form.dataset.typed;
  await draw();
  $("#held")?.scrollIntoView({ block: "nearest" });
}

// Before a form leaves its page it is written down, until the server has answered it (cookie `answered`, web/ui/returning.py). Whatever
// happens between, its person's next page finds it and sends it; the lock tells other tabs that this page still waits for the answer.
export async function depart(form, submitter) {
  const id = await written(form, submitter, "sending", AHEAD).catch(() => null);
  if (id) navigator.locks.request(lockOf(id), () => new Promise(() => {}));
}

const lockOf = (id) => `ventanilla-sending-${id}`;

function answered() {
  const found = document.cookie.match(/(?:^|; )answered=([^;]*)/)?.[1];
  if (!found) return;
  for (const id of found.split(".")) settle(id);
  document.cookie = "answered=; path=/; max-age=0; samesite=lax";
}

async function unanswered() {
  const { held } = await navigator.locks.query();
  const names = new Set(held.map((lock) => lock.name));
  for (const entry of await mine()) {
    if (entry.state === "sending" && !names.has(lockOf(entry.id))) await put({ ...entry, state: entry.fits ? "waiting" : "files" });
  }
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

// Before anything else looks at the sending (but the question "¿…?"): without network no form of ours leaves the page. Forms with a
// draft find out by keeping it (drafts.js); for the others the server is asked first, so that the person stays where they are when it is
// away. What may be sent more than once (data-many, no key) and passwords are not held: they stay on their page.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.cleared || event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  const asks = able && form.dataset.draft === undefined && form.dataset.many === undefined && form.target !== "_blank" && $("textarea, select, input:not([type=hidden])", form) && !$("input[type=password]", form);
  if (navigator.onLine && !asks) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!navigator.onLine) return hold(form, event.submitter);
  if (form.dataset.asking) return;
  form.dataset.asking = "1";
  answers().then(async (there) => {
    if (there) await depart(form, event.submitter);
    delete form.dataset.asking;
    if (!there) return hold(form, event.submitter);
    form.dataset.cleared = "1";
    form.requestSubmit(event.submitter);
    delete form.dataset.cleared;
  });
}, true);

// Leaving this computer with something unsent is said once; it stays, encrypted, for the next time its person comes.
let warned = false;
document.addEventListener("submit", (event) => {
  if (warned || !able || !event.target.action?.endsWith("/salir/") || !$("#held")?.childElementCount) return;
  warned = true;
  event.preventDefault();
  event.stopImmediatePropagation();
  toast(say("held_leaving"), "warning", 30);
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

async function bodyOf(entry) {
  if (!entry.files?.length) return new URLSearchParams(entry.data);
  const files = await filesOf(entry), body = new FormData();
  if (!files) return null;
  for (const [name, value] of entry.data) body.append(name, value);
  files.forEach((file, n) => body.append(entry.files[n].field, file));
  return body;
}

async function deliver(entry) {
  const headers = { "X-CSRFToken": csrf(), "X-Held-For": owner };
  const body = await bodyOf(entry);
  if (!body) {
    await put({ ...entry, state: "files" });
    return true;
  }
  const answer = await fetch(entry.url, { method: "POST", body, headers, credentials: "same-origin" }).catch(() => null);
  if (!answer || answer.status >= 500 || [401, 403, 408, 409, 429].includes(answer.status)) {
    if (answer?.status === 401 && !told401) document.dispatchEvent(new CustomEvent("signed-out"));
    told401 ||= answer?.status === 401;
    return false;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (answer.ok) return arrived(entry, answer, page);
  const why = [...page.querySelectorAll(".error-summary li")].map((item) => item.textContent.trim()).join(" ") || $("h1", page)?.textContent.trim() || "";
  // Its files came with it and stay on the server under its key: what the page shows of them is what the form needs when it is reopened.
  // A form whose key sent something else has another one there, and the files with it.
  const lists = $$(".kept-files", page).map((list) => list.outerHTML);
  const key = lists.length ? $(".kept-files", page).closest("form")?.elements.uuid?.value : "";
  await put({ ...entry, state: "refused", why, lists, key });
  return true;
}

function arrived(entry, answer, page) {
  forget(entry.id);
  const told = $("#messages", page)?.textContent.trim().replace(/\s+/g, " ");
  toast(`${say("held_sent", { title: entry.title })} ${told || ""}`, "success", 30);
  if ($$("form[data-held]").some((form) => form.dataset.held === entry.id)) location.assign(answer.url);
  return true;
}

const namesOf = (entry) => (entry.files || []).map((file) => `«${file.name}»`).join(", ");

async function draw() {
  const found = able ? (await mine()).filter((entry) => entry.state !== "sending") : [];
  $("#held")?.replaceChildren(...found.map(note));
  const erase = $("[data-held-erase]");
  if (!erase) return;
  erase.disabled = !found.length;
  $("[data-held-count]").textContent = !able ? say("held_unable") : found.length ? say("held_count", { n: found.length }) : say("held_none");
}

function note(entry) {
  const box = document.createElement("div");
  box.className = `alert alert-${entry.state === "refused" ? "error" : "warning"}`;
  const inner = document.createElement("div");
  const words = document.createElement("p");
  words.textContent = say(`held_${entry.state}`, { title: entry.title, why: entry.why, files: namesOf(entry) });
  const actions = document.createElement("div");
  actions.className = "cluster";
  if (entry.state !== "waiting") actions.append(button("held_open", () => reopen(entry)));
  actions.append(button("held_discard", () => forget(entry.id).then(draw), say("held_discard_sure", { title: entry.title })));
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

// "Borrar lo guardado en este equipo" (Mi perfil): asks once, then nothing of this person is left here.
$("[data-held-erase]")?.addEventListener("click", async ({ currentTarget: erase }) => {
  if (!erase.dataset.asked) {
    erase.dataset.asked = "1";
    erase.textContent = erase.dataset.sure;
    return;
  }
  await Promise.all((await mine()).map((entry) => forget(entry.id)));
  for (const form of $$("form[data-held]")) delete form.dataset.held;
  await draw();
  toast(say("held_erased"), "success");
});

// The form again, with what was typed: by its draft, or straight into the form of its page; its files are asked for by name there.
async function reopen(entry) {
  if (!navigator.onLine) return toast(say("offline"), "error");
  if (entry.draft) {
    const url = `/borradores/${encodeURIComponent(entry.draft)}/`;
    const answer = await send(url, { method: "PUT", body: JSON.stringify(entry.kept), headers: { "Content-Type": "application/json" } }).catch(() => null);
    if (!answer?.ok) return toast(say("offline"), "error");
  }
  for (const form of $$("form[data-typed]")) delete form.dataset.typed;
  const here = location.pathname + location.search === entry.page;
  if (!here) return location.assign(`${entry.page}#retomar=${entry.id}`);
  history.replaceState(null, "", `#retomar=${entry.id}`);
  location.reload();
}

async function resume() {
  const id = location.hash.match(/^#retomar=([\w-]+)$/)?.[1];
  const entry = id && await read(id);
  const form = entry && $$("form").find((one) => new URL(one.getAttribute("action") || "", location.href).href === entry.url);
  if (!form) return;
  history.replaceState(null, "", location.pathname + location.search);
  if (!entry.draft) fill(form, entry.kept);
  if (entry.lists?.length) giveBack(form, entry);
  else if (entry.files?.length) askFor(form, entry);
  await forget(id);
}

// The files that the server keeps for this form, which gets its key again.
function giveBack(form, entry) {
  form.elements.uuid.value = entry.key || entry.id;
  for (const html of entry.lists) {
    const list = new DOMParser().parseFromString(html, "text/html").body.firstElementChild;
    const field = $("[name$='--pending']", list)?.name.replace("--pending", "");
    $$("input[type=file]", form).find((one) => one.name === field)?.after(document.importNode(list, true));
  }
}

function askFor(form, entry) {
  const box = document.createElement("div");
  box.className = "alert alert-warning";
  box.setAttribute("role", "status");
  box.textContent = say("held_choose", { files: namesOf(entry) });
  const input = $$("input[type=file]", form).find((one) => one.name === entry.files[0].field);
  const place = input?.closest(".field") || form.firstElementChild;
  place.before(box);
  box.scrollIntoView({ block: "nearest" });
}

forgetOld();
if (able) {
  answered();
  unanswered().then(resume).then(draw).then(sendAll);
  window.addEventListener("online", sendAll);
  onChange(draw);
  setInterval(() => $("#held")?.childElementCount && sendAll(), AGAIN);
} else {
  draw();
}
