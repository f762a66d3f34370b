// Forms of the engine: questions that are not asked are hidden, tables grow. The server decides anyway.
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const number = (text) => Number(String(text).replace(/,/g, ""));
const COMPARE = { gt: (a, b) => a > b, ge: (a, b) => a >= b, lt: (a, b) => a < b, le: (a, b) => a <= b };

class Form {
  constructor(root) {
    this.root = root;
    this.questions = new Map($$("[data-question]", root).map((box) => [box.dataset.question, box]));
    root.dataset.live = "";
    const update = () => this.update();
    root.addEventListener("input", update);
    root.addEventListener("change", update);
    this.update();
    root.closest("form")?.addEventListener("click", (event) => this.more(event));
  }

  update() {
    for (const part of $$("[data-when], [data-evidence-of]", this.root)) {
      const asked = (!part.dataset.when || this.holds(JSON.parse(part.dataset.when))) && this.proves(part);
      if (part.hidden === asked) part.hidden = !asked;
    }
  }

  proves(part) {
    if (!part.dataset.evidenceOf) return true;
    const value = this.value(part.dataset.evidenceOf);
    return value !== null && !JSON.parse(part.dataset.na || "[]").includes(value);
  }

  holds(node) {
    if (node.all) return node.all.every((part) => this.holds(part));
    if (node.any) return node.any.some((part) => this.holds(part));
    if (node.not) return !this.holds(node.not);
    const name = this.root.dataset.prefix + node.field;
    return this.compare(node.op, this.value(name), node.value, this.questions.get(name));
  }

  // What is answered now: null, a text, true or false, or a list; nothing while the question itself is hidden.
  value(name) {
    const box = this.questions.get(name);
    if (!box || box.closest("[hidden]")) return null;
    const inputs = $$("input, select, textarea", box).filter((i) => i.name === name || i.name === `${name}--text` || i.name === `${name}--kept` || i.name.startsWith(`${name}-`));
    if (box.dataset.type === "table") return inputs.some((i) => i.value.trim()) ? "rows" : null;
    const chosen = inputs.filter((i) => !/^(radio|checkbox)$/.test(i.type) || i.checked).map((i) => i.value).filter((v) => v.trim());
    if (box.dataset.type === "choices") return chosen.length ? chosen : null;
    if (!chosen.length) return null;
    return box.dataset.type === "yes_no" ? chosen[0] === "si" : chosen[0].trim();
  }

  compare(op, value, other, box) {
    const missing = value === null;
    if (op === "empty" || op === "filled") return missing === (op === "empty");
    if (op === "ne" || op === "not_in") return missing || !(op === "ne" ? this.same(value, other, box) : other.some((o) => this.same(value, o, box)));
    if (missing) return false;
    if (op === "eq") return this.same(value, other, box);
    if (op === "in") return other.some((o) => this.same(value, o, box));
    if (op === "contains") return Array.isArray(value) ? value.includes(other) : value.toLowerCase().includes(String(other).toLowerCase());
    return COMPARE[op](this.ranked(value, box), this.ranked(other, box));
  }

  same(value, other, box) {
    if (box && /^(integer|decimal)$/.test(box.dataset.type)) return number(value) === number(other);
    return value === other || String(value) === String(other);
  }

  ranked(value, box) {
    if (box?.dataset.order && box.dataset.order !== "[]") return JSON.parse(box.dataset.order).indexOf(value);
    if (/^(date|datetime)$/.test(box?.dataset.type)) return Date.parse(value);
    return number(value);
  }

  // Another row, a copy of the last one without its values.
  more(event) {
    const button = event.target.closest("[data-more]");
    const table = button?.closest("[data-question]")?.querySelector("table[data-rows]");
    const last = table?.tBodies[0].rows[table.tBodies[0].rows.length - 1];
    if (!last) return;
    event.preventDefault();
    const row = last.cloneNode(true);
    const prefix = `${table.dataset.rows}-`;
    for (const control of $$("input, select, textarea", row)) {
      const [at, ...rest] = control.name.slice(prefix.length).split("-");
      control.name = `${prefix}${Number(at) + 1}-${rest.join("-")}`;
      control.id = `id_${control.name}`;
      control.value = "";
      control.classList.remove("is-invalid");
      control.removeAttribute("aria-invalid");
      control.setAttribute("aria-label", control.getAttribute("aria-label").replace(/\d+$/, (n) => Number(n) + 1));
    }
    $$(".field-error", row).forEach((error) => error.remove());
    last.after(row);
    row.querySelector("input, select, textarea")?.focus();
  }
}

for (const root of $$("[data-questionnaire]")) new Form(root);
document.addEventListener("htmx:load", (event) => $$("[data-questionnaire]", event.target).forEach((root) => "live" in root.dataset || new Form(root)));
document.querySelector(".error-summary")?.focus();
