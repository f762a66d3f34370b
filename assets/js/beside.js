// On wide screens a row of the inbox opens beside the list; on others its link is followed as it is.
// <div data-beside> holds the list and <section id="pane">; the record itself marks what it shows with #record.
import { $, $$ } from "./common.js";

const WIDE = matchMedia("(min-width: 1200px)");
let asked = 0;

document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-beside] [data-row]");
  if (!row || !WIDE.matches || event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (event.target.closest("input, label, button, summary, a:not([data-row-link])")) return;
  event.preventDefault();
  open(row);
});

async function open(row) {
  const pane = $("#pane");
  if (row.classList.contains("opened") && $("#record", pane)) return $("h2", pane)?.focus();
  for (const other of $$("[data-beside] [data-row]")) for (const name of ["opened", "selected"]) other.classList.toggle(name, other === row);
  const link = $("a[data-row-link]", row);
  link.focus({ preventScroll: true });
  await show(pane, link.href);
}

async function show(pane, url) {
  const turn = asked += 1;
  pane.setAttribute("aria-busy", "true");
  const response = await fetch(`${url}?panel=1`, { credentials: "same-origin" }).catch(() => null);
  if (turn !== asked) return;
  if (!response?.ok || response.redirected) return location.assign(url);
  const part = new DOMParser().parseFromString(await response.text(), "text/html").getElementById("record");
  if (!part) return location.assign(url);
  pane.replaceChildren(bar(pane, url), part);
  pane.removeAttribute("aria-busy");
  pane.scrollTop = 0;
  $("h2", part)?.setAttribute("tabindex", "-1");
  window.htmx?.process(part);
  part.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: part } }));
}

function bar(pane, url) {
  const made = $(":scope > template", pane.parentElement).content.cloneNode(true);
  $("a", made).href = url;
  return made.firstElementChild;
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-pane-close]")) close();
});
document.addEventListener("keydown", (event) => {
  const here = document.activeElement === document.body || $("#pane")?.contains(document.activeElement);
  if (event.key === "Escape" && here && $("[data-beside] [data-row].opened") && !$("dialog[open]")) close();
});

function close() {
  const row = $("[data-beside] [data-row].opened");
  const pane = $("#pane");
  asked += 1;
  pane.replaceChildren($$(":scope > template", pane.parentElement)[1].content.cloneNode(true));
  row?.classList.remove("opened");
  $("a[data-row-link]", row || document)?.focus({ preventScroll: true });
}
