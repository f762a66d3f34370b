// Shared by the parts: words from the page, the CSRF token, events, fetch with the right headers.
const words = JSON.parse(document.getElementById("words")?.textContent || "{}");

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

export function say(key, values = {}) {
  return (words[key] || key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function csrf() {
  return document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] || $("input[name=csrfmiddlewaretoken]")?.value || "";
}

export async function send(url, options = {}) {
  const headers = { "X-Requested-With": "fetch", "X-CSRFToken": csrf(), ...options.headers };
  return fetch(url, { credentials: "same-origin", ...options, headers });
}

// Text as it is compared: without accents or capitals.
export const folded = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

// A field of a dialog that was just closed keeps the focus until the browser draws again: who presses a key then is not typing in it.
export function typing(target) {
  return target instanceof HTMLElement && !target.closest("dialog:not([open])")
    && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));
}

export function busyDialog() {
  return $("dialog[open]");
}

// Runs now and for every part htmx brings in later, once for each element: htmx also tells of the whole page when it starts,
// and what listens twice does everything twice.
export function whenever(selector, act) {
  const met = new WeakSet();
  const once = (element) => {
    if (met.has(element)) return;
    met.add(element);
    act(element);
  };
  const run = (root) => {
    if (root instanceof Element && root.matches(selector)) once(root);
    (root.querySelectorAll?.(selector) || []).forEach(once);
  };
  run(document);
  document.addEventListener("htmx:load", (event) => run(event.target));
}
