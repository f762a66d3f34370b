// Lists by keyboard: j and k move, Enter opens, x marks, Shift+click marks a range, n opens the next matter that a message offers,
// "?" shows the keys.
import { $, $$, busyDialog, typing, whenever } from "./common.js";

const rows = () => $$("[data-list] [data-row]");

function move(step) {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.classList.contains("selected"));
  const next = Math.min(Math.max(now + step, 0), all.length - 1);
  mark(all[next], all);
}

function mark(row, all = rows()) {
  for (const other of all) other.classList.toggle("selected", other === row);
  const link = $("a[data-row-link], a", row);
  link?.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (typing(event.target) || busyDialog() || event.ctrlKey || event.metaKey || event.altKey) return;
  const row = $("[data-list] [data-row].selected");
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "x" && row) $("input[type=checkbox]", row)?.click();
  else if (event.key === "Enter" && row && event.target === document.body) $("a[data-row-link], a", row)?.click();
  else if (event.key === "n") $("a[data-onward]")?.click();
  else if (event.key === "?") $("#keys")?.showModal();
});

// On a narrow window the tab that is open stands where it can be read; only the row of tabs scrolls, not the page.
whenever('.tabs [aria-current="page"]', (tab) => {
  const row = tab.closest(".tabs");
  const [one, all] = [tab.getBoundingClientRect(), row.getBoundingClientRect()];
  row.scrollLeft += one.left + one.width / 2 - (all.left + all.width / 2);
});

let last = null;
document.addEventListener("click", (event) => {
  const box = event.target.closest("[data-row] input[type=checkbox][name]");
  if (!box) return;
  const boxes = $$("[data-row] input[type=checkbox][name]", box.closest("[data-list]"));
  if (event.shiftKey && last && boxes.includes(last)) {
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
    for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
  }
  last = box;
  count(box.closest("[data-list]"));
});

function count(list) {
  const chosen = $$("[data-row] input[type=checkbox][name]:checked", list).length;
  for (const bar of $$("[data-bulk]")) bar.hidden = chosen === 0;
  for (const figure of $$("[data-bulk-count]")) figure.textContent = chosen;
}

document.addEventListener("ventanilla:renewed", (event) => event.target.matches("[data-list]") && count(event.target));

whenever("[data-check-all]", (box) => box.addEventListener("change", () => {
  const list = box.closest("[data-list]");
  for (const each of $$("[data-row] input[type=checkbox][name]", list)) each.checked = box.checked;
  count(list);
}));

// Where no heading has a box for all (cards on a phone, the inbox), the bar of what is ticked ticks the rest.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-tick-rest]");
  if (!button) return;
  for (const box of $$("[data-row] input[type=checkbox][name]", button.form)) box.checked = true;
  count(button.form);
});

// Units of a filter: each box says of which unit it is, and there is always a list left for another one.
document.addEventListener("change", (event) => {
  const row = event.target.closest("[data-units] > *");
  if (!row) return;
  const [list, box] = [$("select", row), $("input", row)];
  box.value = list.value;
  if (!list.value || row.nextElementSibling || list.dataset.autoSubmit !== undefined) return;
  const more = row.cloneNode(true), next = $("select", more), { units } = row.parentElement.dataset;
  next.removeAttribute("id");
  next.setAttribute("aria-label", units);
  next.options[0].text = units;
  next.value = $("input", more).value = "";
  $("input", more).checked = false;
  row.after(more);
}, true);

whenever("[data-auto-submit]", (control) => control.addEventListener("change", () => control.form?.requestSubmit()));

// <button data-copy="text"> copies; the button says so for a moment.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  await navigator.clipboard?.writeText(button.dataset.copy);
  document.dispatchEvent(new CustomEvent("toast", { detail: { text: button.dataset.copied, kind: "success" } }));
});
document.addEventListener("click", (event) => event.target.closest("[data-print]") && window.print());
