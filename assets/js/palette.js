// Ctrl+K: jump to a folio, a unit, an action. "/" goes to the search field. The server answers with options.
import { $, $$, busyDialog, typing } from "./common.js";

const dialog = $("#palette");
const input = dialog && $("input", dialog);
const results = dialog && $(".palette-results", dialog);
let timer = 0, running = null, current = -1;

function options() { return $$('[role="option"]', results); }

function choose(index) {
  const all = options();
  current = all.length ? (index + all.length) % all.length : -1;
  all.forEach((option, i) => option.setAttribute("aria-selected", String(i === current)));
  input.setAttribute("aria-activedescendant", all[current]?.id || "");
  all[current]?.scrollIntoView({ block: "nearest" });
}

async function ask() {
  running?.abort();
  running = new AbortController();
  try {
    const response = await fetch(`${dialog.dataset.url}?q=${encodeURIComponent(input.value)}`, { signal: running.signal, headers: { "X-Requested-With": "fetch" } });
    if (!response.ok || response.redirected) return;
    results.innerHTML = await response.text();
    options().forEach((option, i) => { option.id ||= `palette-${i}`; option.tabIndex = -1; });
    choose(0);
  } catch (error) {
    if (error.name !== "AbortError") results.textContent = dialog.dataset.failed;
  }
}

function open() {
  input.value = "";
  results.replaceChildren();
  dialog.showModal();
  input.focus();
  ask();
}

if (dialog) {
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (!busyDialog()) open();
    } else if (event.key === "/" && !typing(event.target) && !busyDialog()) {
      event.preventDefault();
      const field = $("#search-field");
      if (field?.offsetParent) field.focus(); else open();
    }
  });
  document.addEventListener("click", (event) => event.target.closest("[data-palette]") && open());
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 120); });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") { event.preventDefault(); choose(current + 1); }
    if (event.key === "ArrowUp") { event.preventDefault(); choose(current - 1); }
    if (event.key === "Enter" && options()[current]) { event.preventDefault(); options()[current].click(); }
  });
}
