// Parts of a page that are read again when news comes, without moving what is read.
// <div id="…" data-refetch="tray notice"> from the page's own address (or data-refetch-url);
// <div id="…" data-refetch="case" data-case="7"> when that case changed. Kept: focus, the marked row, ticked boxes,
// open details, the place in a window of pages, a form with an id in which something was typed or chosen, and the place of what is in view.
import { $, $$ } from "./common.js";

const asks = (part, names) => part.dataset.refetch.split(" ").some((name) =>
  names.has(name) || (name === "case" && names.has(`case-${part.dataset.case}`)));

export async function refetch(names) {
  const parts = $$("[data-refetch]").filter((part) => asks(part, names));
  for (const [url, some] of byAddress(parts)) await renew(url, some);
}

const address = (part) => part.dataset.refetchUrl || location.href.split("#")[0];

function byAddress(parts) {
  const found = new Map();
  for (const part of parts) found.set(address(part), [...(found.get(address(part)) || []), part]);
  return found;
}

async function renew(url, parts) {
  const response = await fetch(url, { credentials: "same-origin", cache: "no-store", headers: { "X-Refetch": "1" } }).catch(() => null);
  if (!response?.ok || response.redirected) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const part of parts) {
    const next = fresh.getElementById(part.dataset.refetchFrom || part.id);
    if (next && part.isConnected) replace(part, next);
  }
}

function replace(part, next) {
  if (same(part, next)) return;
  const kept = remember(part);
  part.replaceChildren(...next.childNodes);
  restore(part, kept);
  tell(part);
  window.htmx?.process(part);
  part.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: part } }));
  part.dispatchEvent(new CustomEvent("ventanilla:renewed", { bubbles: true }));
}

// Who does not see the page is told too: data-news="…" of a part, of a list only when rows came.
function tell(part) {
  const place = $("#news");
  if (!place || !part.dataset.news || (part.dataset.list !== undefined && !$(".arrived", part))) return;
  place.textContent = "";
  requestAnimationFrame(() => { place.textContent = part.dataset.news; });
}

const plain = (text) => text.replaceAll("<wbr>", "").replace(/name="csrfmiddlewaretoken" value="[^"]*"/g, "").replace(/ (class|open|aria-current)="[^"]*"/g, "");
const same = (part, next) => plain(part.innerHTML) === plain(next.innerHTML);

const changed = (field) => field.type === "file" ? field.files.length : field.type === "checkbox" || field.type === "radio"
  ? false : field.name.endsWith("--pending") ? true : field.tagName !== "SELECT" && field.type !== "hidden" && field.value !== field.defaultValue;

function remember(part) {
  const focused = part.contains(document.activeElement) ? document.activeElement : null;
  const anchor = inView(part, focused);
  const old = new Set($$("[data-row][id]", part).map((row) => row.id));
  return {
    focus: focused && path(focused), old,
    anchor: anchor && { id: anchor.id, top: anchor.getBoundingClientRect().top },
    marked: $$("[data-row].selected", part).map((row) => row.id),
    opened: $$("[data-row].opened", part).map((row) => row.id),
    ticked: $$("input[type=checkbox][name]:checked", part).map((box) => [box.name, box.value]),
    details: $$("details", part).map((d) => d.open),
    places: $$("[data-keeps-place][id]", part).map((box) => [box.id, box.scrollTop]),
    forms: $$("form[id]", part).filter((form) => $(".error-summary", form) || [...form.elements].some(changed)),
  };
}

// The row one is at; else the first row in view of a page that was scrolled; at the top new rows may push down.
function inView(part, focused) {
  const own = focused?.closest("[data-row][id]") || part.querySelector("[data-row].selected[id]");
  if (own) return own;
  const box = scroller(part);
  const top = box ? box.getBoundingClientRect().top : 60;
  return (box || document.documentElement).scrollTop > 0 ? $$("[data-row][id]", part).find((row) => row.getBoundingClientRect().bottom > top) : null;
}

// The column in which the part scrolls by itself, where there is one (the inbox beside an open matter).
function scroller(part) {
  const box = part.closest("[data-scroll]");
  return box && getComputedStyle(box).overflowY === "auto" && box.scrollHeight > box.clientHeight ? box : null;
}

function path(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const row = element.closest("[data-row][id]");
  const within = row ? `#${CSS.escape(row.id)} ` : "";
  if (element.name) return `${within}[name="${CSS.escape(element.name)}"]`;
  const href = element.getAttribute("href");
  return href ? `${within}a[href="${CSS.escape(href)}"]` : "";
}

function restore(part, kept) {
  for (const form of kept.forms) part.querySelector(`#${CSS.escape(form.id)}`)?.replaceWith(form);
  for (const row of $$("[data-row][id]", part)) {
    row.classList.toggle("selected", kept.marked.includes(row.id));
    row.classList.toggle("opened", kept.opened.includes(row.id));
    if (!kept.old.has(row.id)) row.classList.add("arrived");
  }
  for (const [name, value] of kept.ticked) {
    const box = part.querySelector(`input[type=checkbox][name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`);
    if (box) box.checked = true;
  }
  const details = $$("details", part);
  if (details.length === kept.details.length) details.forEach((d, n) => { d.open = kept.details[n]; });
  for (const [id, top] of kept.places) document.getElementById(id)?.scrollTo({ top, behavior: "instant" });
  if (kept.focus) part.querySelector(kept.focus)?.focus({ preventScroll: true });
  const anchor = kept.anchor && document.getElementById(kept.anchor.id);
  if (anchor) (scroller(part) || window).scrollBy({ top: anchor.getBoundingClientRect().top - kept.anchor.top, behavior: "instant" });
}
