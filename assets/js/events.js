// Live news for open pages. One stream per browser (a shared worker); where there is none, this page holds it itself.
// Tells the page by events of the document: ventanilla:case {id, tray}, ventanilla:tray, ventanilla:notice,
// ventanilla:resync (something may have been missed). Contents are fetched by each part with its own rights
// (refetch.js).
import { $$ } from "./common.js";
import { Line } from "./events-line.js";
import { refetch } from "./refetch.js";

const WAIT = 300;
let waiting = new Set();
let timer = 0;

function say(name, detail = {}) {
  document.dispatchEvent(new CustomEvent(`ventanilla:${name}`, { detail }));
}

// Several changes within a moment are one for the parts that reload themselves.
function soon(...names) {
  for (const name of names) waiting.add(name);
  timer ||= setTimeout(() => {
    const names = waiting;
    waiting = new Set();
    timer = 0;
    refetch(names);
    for (const one of names) if (!one.startsWith("case")) say(one);
  }, WAIT);
}

function receive({ event, data }) {
  if (event === "case") {
    say("case", data);
    soon(`case-${data.id}`, ...(data.tray ? ["tray"] : []));
  } else if (event === "notice") soon("notice");
  else if (event === "resync") soon("resync", "case", "tray", "notice");
}

async function badge() {
  const response = await fetch("/avisos/numero/", { credentials: "same-origin" }).catch(() => null);
  if (!response?.ok || response.redirected) return;
  const { unread } = await response.json();
  const shown = unread > 99 ? "99+" : unread || "";
  for (const place of $$('[data-badge="notices"]')) {
    place.textContent = shown;
    const link = place.closest("a");
    if (link) link.setAttribute("aria-label", link.getAttribute("aria-label").replace(/ \([\d+]+\)$/, "") + (shown ? ` (${shown})` : ""));
  }
}

function alone(events) {
  const line = new Line(events, receive);
  line.open();
  window.addEventListener("pagehide", () => line.close());
  window.addEventListener("pageshow", (event) => event.persisted && line.open());
}

function start() {
  const events = document.body.dataset.events;
  if (!events) return;
  if (!window.SharedWorker) return alone(events);
  try {
    const worker = new SharedWorker(`/eventos/obrero.js?hacia=${encodeURIComponent(events)}`, { type: "module", name: `ventanilla-${document.body.dataset.person || ""}` });
    worker.onerror = () => alone(events);  // the script could not be had: this page holds the stream
    worker.port.onmessage = (message) => receive(message.data);
    worker.port.start();
    window.addEventListener("pagehide", () => worker.port.postMessage("bye"));
    window.addEventListener("pageshow", (event) => event.persisted && worker.port.postMessage("hello"));
  } catch {
    alone(events);  // a browser that forbids it
  }
}

document.addEventListener("ventanilla:notice", badge);
start();
