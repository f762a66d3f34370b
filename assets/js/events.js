// Live news for open pages. One stream per browser (a shared worker); where there is none, this page holds it itself.
// Tells the page by events of the document: ventanilla:case {id, tray}, ventanilla:tray, ventanilla:notice,
// ventanilla:resync (something may have been missed). Contents are fetched by each part with its own rights.
import { $$ } from "./common.js";
import { Line } from "./events-line.js";

const WAIT = 300;
let waiting = new Set();
let timer = 0;

function say(name, detail = {}) {
  document.dispatchEvent(new CustomEvent(`ventanilla:${name}`, { detail }));
}

// Several changes within a moment are one for the parts that reload themselves.
function soon(name) {
  waiting.add(name);
  timer ||= setTimeout(() => {
    const names = waiting;
    waiting = new Set();
    timer = 0;
    for (const one of names) say(one);
  }, WAIT);
}

function receive({ event, data }) {
  if (event === "case") {
    say("case", data);
    if (data.tray) soon("tray");
  } else if (event === "notice") soon("notice");
  else if (event === "resync") for (const name of ["resync", "tray", "notice"]) soon(name);
}

async function badge() {
  const response = await fetch("/avisos/numero/", { credentials: "same-origin" }).catch(() => null);
  if (!response?.ok || response.redirected) return;
  const { unread } = await response.json();
  for (const place of $$('[data-badge="notices"]')) {
    place.textContent = unread || "";
    const link = place.closest("a");
    if (link) link.setAttribute("aria-label", link.getAttribute("aria-label").replace(/ \(\d+\)$/, "") + (unread ? ` (${unread})` : ""));
  }
}

// <div id="…" data-refetch="notice tray"> is read again from this page's own address when that news comes.
async function refetch(name) {
  const parts = $$("[data-refetch]").filter((part) => part.dataset.refetch.split(" ").includes(name) && !part.contains(document.activeElement));
  if (!parts.length) return;
  const response = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
  if (!response?.ok || response.redirected) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of parts) {
    const next = fresh.getElementById(part.id);
    if (!next) continue;
    part.replaceChildren(...next.childNodes);
    window.htmx?.process(part);
  }
}

function start() {
  const events = document.body.dataset.events;
  if (!events) return;
  if (window.SharedWorker) {
    try {
      const { port } = new SharedWorker(`/eventos/obrero.js?hacia=${encodeURIComponent(events)}`, { type: "module", name: "ventanilla" });
      port.onmessage = (message) => receive(message.data);
      port.start();
      window.addEventListener("pagehide", () => port.postMessage("bye"));
      window.addEventListener("pageshow", (event) => event.persisted && port.postMessage("hello"));
      return;
    } catch { /* a browser that forbids it: this page holds the stream */ }
  }
  const line = new Line(events, receive);
  line.open();
  window.addEventListener("pagehide", () => line.close());
  window.addEventListener("pageshow", (event) => event.persisted && line.open());
}

document.addEventListener("ventanilla:notice", badge);
for (const name of ["notice", "tray"]) document.addEventListener(`ventanilla:${name}`, () => refetch(name));
start();
