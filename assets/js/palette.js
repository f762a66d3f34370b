// Ctrl+K: a step of what is open, then a folio, a unit, an action from the server. "/" goes to the search field.
import { $, $$, busyDialog, folded, typing } from "./common.js";

const dialog = $("#palette");
const input = dialog && $("input", dialog);
const results = dialog && $(".palette-results", dialog);
const MOST = 8;
let timer = 0, running = null, current = -1, shown = null;

function options() { return $$('[role="option"]:not([aria-disabled])', results); }

function choose(index) {
  const all = options();
  current = all.length ? (index + all.length) % all.length : -1;
  all.forEach((option, i) => option.setAttribute("aria-selected", String(i === current)));
  input.setAttribute("aria-activedescendant", all[current]?.id || "");
  all[current]?.scrollIntoView({ block: "nearest" });
}

// What the page offers to do with what is open, the nearest first: links within [data-steps], which names what they are about.
function steps(asked) {
  const words = folded(asked).match(/[^\s]+/g) || [];
  const found = new Map();
  for (const part of $$("[data-steps]")) for (const link of $$('a[href]:not([href^="#"])', part)) {
    const known = folded(`${link.textContent} ${part.dataset.steps}`).split(/\s+/);
    if (!found.has(link.href) && words.every((word) => known.some((one) => one.startsWith(word)))) found.set(link.href, [link, part.dataset.steps]);
  }
  return [...found.values()].slice(0, MOST);
}

function offerSteps(asked) {
  const found = steps(asked);
  if (!found.length) return;
  const [group, option] = [...$("template", dialog).content.cloneNode(true).children];
  for (const [link, about] of found) {
    const made = option.cloneNode(true);
    made.href = link.href;
    made.target = link.target;
    [made.children[1].textContent, made.children[2].textContent] = [link.textContent.trim(), about];
    group.append(made);
  }
  $('[aria-disabled]', results)?.remove();
  results.prepend(group);
}

async function ask() {
  const asked = input.value;
  running?.abort();
  running = new AbortController();
  try {
    const response = await fetch(`${dialog.dataset.url}?q=${encodeURIComponent(asked)}`, { signal: running.signal, headers: { "X-Requested-With": "fetch" } });
    if (!response.ok || response.redirected) return;
    results.innerHTML = await response.text();
    offerSteps(shown = asked);
    options().forEach((option, i) => { option.id ||= `palette-${i}`; option.tabIndex = -1; });
    choose(0);
  } catch (error) {
    if (error.name !== "AbortError") results.textContent = dialog.dataset.failed;
  }
}

// Enter before the answer to the last letters came waits for it: never what stood there for the letters before.
async function enter() {
  if (shown !== input.value) {
    clearTimeout(timer);
    await ask();
  }
  const option = options()[current];
  if (option) option.click();
  else if (input.value.trim()) input.form.submit();
}

function open() {
  input.value = "";
  shown = null;
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
    if (event.key === "Enter") { event.preventDefault(); enter(); }
  });
}
