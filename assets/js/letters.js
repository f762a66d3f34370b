// Files: drop on [data-dropzone], photos of [data-pages] are added one by one; long choices are narrowed by typing.
import { $, $$, folded, whenever } from "./common.js";

function add(input, files) {
  const all = new DataTransfer();
  for (const file of [...input.files, ...files]) all.items.add(file);
  input.files = all.files;
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

whenever("[data-dropzone]", (zone) => {
  const input = $(zone.dataset.dropzone);
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    add(input, event.dataTransfer.files);
  });
  input.addEventListener("change", () => {
    const list = $("[data-chosen]", zone);
    const chosen = input.files.length, most = Number(list?.dataset.most) || Infinity;
    if (chosen > most) input.files = first(input.files, most);
    if (list) list.textContent = (chosen > most ? `${list.dataset.tooMany.replace("{n}", chosen)} ` : "") + [...input.files].map((file) => file.name).join(" · ");
  });
});

function first(files, most) {
  const some = new DataTransfer();
  for (const file of [...files].slice(0, most)) some.items.add(file);
  return some.files;
}

// A second chooser (a whole folder) adds to the first; hidden files of the system are left out.
whenever("input[data-adds]", (other) => other.addEventListener("change", () => {
  add($(other.dataset.adds), [...other.files].filter((file) => !file.name.startsWith(".") && file.name !== "Thumbs.db"));
  other.value = "";
}));

// Photos, page by page: each one the camera gives is added to one list, shown in the order in which they are sent; it can be moved, by
// its buttons or by dragging it, and taken out again.
whenever("[data-pages]", (box) => {
  if (box.dataset.ready) return;
  box.dataset.ready = "1";
  const [camera, kept, list, told] = ["[data-camera]", "[data-kept]", "ol", "[data-told]"].map((name) => $(name, box));
  const named = (n) => box.dataset.pages.replace("{n}", n + 1);
  let dragged = null;
  const put = (files, say = told.dataset.told) => {
    const all = new DataTransfer();
    for (const file of files) all.items.add(file);
    kept.files = all.files;
    draw();
    told.textContent = files.length ? say.replace("{n}", files.length) : "";
  };
  const move = (from, to) => {
    const files = [...kept.files];
    files.splice(to, 0, ...files.splice(from, 1));
    put(files, told.dataset.moved.replace("{page}", named(from)).replace("{place}", to + 1));
  };
  function draw() {
    for (const old of list.querySelectorAll("img")) URL.revokeObjectURL(old.src);
    list.replaceChildren(...[...kept.files].map((file, n) => {
      const item = document.importNode($("template", box).content, true).firstElementChild;
      const name = named(n);
      $("img", item).src = URL.createObjectURL(file);
      $("img", item).alt = name;
      $("span", item).textContent = name;
      for (const button of $$("button", item)) button.setAttribute("aria-label", `${button.dataset.label} ${name}`);
      $("[data-drop]", item).addEventListener("click", () => {
        put([...kept.files].filter((_file, m) => m !== n));
        camera.focus();
      });
      for (const button of $$("[data-move]", item)) {
        const to = n + Number(button.dataset.move);
        button.disabled = to < 0 || to >= kept.files.length;
        button.addEventListener("click", () => {
          move(n, to);
          const [same, other] = [button.dataset.move, -button.dataset.move].map((way) => $(`[data-move="${way}"]`, list.children[to]));
          (same.disabled ? other : same).focus();
        });
      }
      item.addEventListener("dragstart", (event) => {
        dragged = n;
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", named(n));
      });
      item.addEventListener("dragover", (event) => { if (dragged !== null) event.preventDefault(); });
      item.addEventListener("drop", (event) => {
        event.preventDefault();
        if (dragged !== null && dragged !== n) move(dragged, n);
        dragged = null;
      });
      item.addEventListener("dragend", () => { dragged = null; });
      return item;
    }));
  }
  camera.addEventListener("change", () => {
    put([...kept.files, ...camera.files]);
    camera.value = "";
  });
});

whenever("[data-filter-options]", (field) => {
  const select = $(field.dataset.filterOptions);
  const choose = (option, selected = true) => {
    option.selected = selected;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  field.addEventListener("input", () => {
    const words = folded(field.value).split(/\s+/).filter(Boolean);
    for (const option of select.options) option.hidden = !option.selected && !words.every((word) => folded(option.text).includes(word));
    for (const group of $$("optgroup", select)) group.hidden = [...group.children].every((option) => option.hidden);
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey) return;
    event.preventDefault();
    const first = [...select.options].find((option) => !option.hidden && !option.selected);
    if (first) choose(first);
    field.value = "";
    field.dispatchEvent(new Event("input"));
  });
  if (select.multiple) several(field, select, choose);
});

// In a list of several a click adds or takes away, as on a phone: otherwise the second choice lets go of the first. What is chosen stands above.
function several(field, select, choose) {
  select.addEventListener("mousedown", (event) => {
    if (event.target.tagName !== "OPTION" || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const top = select.scrollTop;
    choose(event.target, !event.target.selected);
    select.focus({ preventScroll: true });
    select.scrollTop = top;
  });
  const chips = document.createElement("ul");
  chips.className = "chips";
  chips.setAttribute("aria-label", field.dataset.chosen);
  select.before(chips);
  const draw = () => {
    chips.replaceChildren(...[...select.selectedOptions].map((option) => chip(option.text, field.dataset.remove, () => choose(option, false))));
    chips.hidden = !chips.children.length;
  };
  select.addEventListener("change", draw);
  draw();
}

function chip(text, remove, drop) {
  const item = document.createElement("li"), button = document.createElement("button");
  item.className = "chip";
  Object.assign(button, { type: "button", textContent: "×", ariaLabel: `${remove} ${text}` });
  button.addEventListener("click", drop);
  item.append(text, button);
  return item;
}

// What a unit of the institution sends to another is internal, and takes its folio from that series; who registers may say otherwise afterwards.
document.addEventListener("change", (event) => {
  const { order, direction } = event.target.form?.elements ?? {};
  if (event.target !== order || !direction?.options || direction.value === "outgoing") return;
  direction.value = order.value === "internal" ? "internal" : "incoming";
  direction.dispatchEvent(new Event("change", { bubbles: true }));
});

// An entry chosen from a list of suggestions fills the fields that it knows (`data-fills`); what it does not know stays as typed.
document.addEventListener("input", (event) => {
  const field = event.target, options = field.list?.options ?? [];
  const chosen = [...options].find((option) => option.dataset.fills && option.value === field.value);
  if (!chosen) return;
  for (const [name, value] of Object.entries(JSON.parse(chosen.dataset.fills))) {
    const other = field.form?.elements[name];
    if (!other || !value || other.value === value) continue;
    other.value = value;
    other.dispatchEvent(new Event("input", { bubbles: true }));
    other.dispatchEvent(new Event("change", { bubbles: true }));
  }
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  const field = button && $(button.dataset.fill);
  if (!field) return;
  field.value = button.dataset.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});

// A field with a proposal: marked while it holds what was read; confirming ticks it, editing takes the mark away.
whenever("[data-proposal]", (block) => {
  const control = $("input:not([type=checkbox]), select, textarea", block);
  const done = $("input[type=checkbox]", block);
  const update = () => {
    const stands = control.value.trim() === block.dataset.value.trim();
    if (!stands) done.checked = false;
    block.classList.toggle("standing", stands);
    left(block.closest("form"));
  };
  for (const name of ["input", "change"]) control.addEventListener(name, update);
  done.addEventListener("change", () => left(block.closest("form")));
  update();
});

function left(form) {
  const place = form && $("[data-proposals-left]", form);
  if (!place) return;
  const n = $$("[data-proposal].standing", form).filter((block) => !$("input[type=checkbox]", block).checked).length;
  place.textContent = n > 1 ? place.dataset.many.replace("{n}", n) : n ? place.dataset.one : place.dataset.none;
}

// Rows that are ticked to be sent together: how many, and all at once.
whenever("[data-tick-all]", (all) => {
  const boxes = $$("[data-tick]", all.form), figure = $("[data-ticked]", all.form);
  const tell = () => {
    const n = boxes.filter((box) => box.checked).length;
    figure.textContent = figure.dataset.ticked.replace("{n}", n);
    all.checked = n === boxes.length;
    all.indeterminate = n > 0 && n < boxes.length;
  };
  all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; boxes[0]?.dispatchEvent(new Event("input", { bubbles: true })); tell(); });
  for (const box of boxes) box.addEventListener("change", tell);
  tell();
});
