// Files: drop on [data-dropzone], photos of [data-pages] are added one by one; long choices are narrowed by typing.
import { $, whenever } from "./common.js";

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
    if (list) list.textContent = [...input.files].map((file) => file.name).join(" · ");
  });
});

// Photos, page by page: each one the camera gives is added to one list, shown in order, and can be taken out again.
whenever("[data-pages]", (box) => {
  if (box.dataset.ready) return;
  box.dataset.ready = "1";
  const [camera, kept, list] = ["[data-camera]", "[data-kept]", "ol"].map((name) => $(name, box));
  const put = (files) => {
    const all = new DataTransfer();
    for (const file of files) all.items.add(file);
    kept.files = all.files;
    draw();
  };
  function draw() {
    for (const old of list.querySelectorAll("img")) URL.revokeObjectURL(old.src);
    list.replaceChildren(...[...kept.files].map((file, n) => {
      const item = document.importNode($("template", box).content, true).firstElementChild;
      const name = box.dataset.pages.replace("{n}", n + 1);
      $("img", item).src = URL.createObjectURL(file);
      $("img", item).alt = name;
      $("span", item).textContent = name;
      const button = $("button", item);
      button.setAttribute("aria-label", `${button.dataset.label} ${name}`);
      button.addEventListener("click", () => {
        put([...kept.files].filter((_file, m) => m !== n));
        camera.focus();
      });
      return item;
    }));
  }
  camera.addEventListener("change", () => {
    put([...kept.files, ...camera.files]);
    camera.value = "";
  });
});

const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();

whenever("[data-filter-options]", (field) => {
  const select = $(field.dataset.filterOptions);
  field.addEventListener("input", () => {
    const words = plain(field.value).split(/\s+/).filter(Boolean);
    for (const option of select.options) option.hidden = !option.selected && !words.every((word) => plain(option.text).includes(word));
  });
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.ctrlKey) return;
    event.preventDefault();
    const first = [...select.options].find((option) => !option.hidden && !option.selected);
    if (first) first.selected = true;
    field.value = "";
    field.dispatchEvent(new Event("input"));
  });
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  const field = button && $(button.dataset.fill);
  if (!field) return;
  field.value = button.dataset.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.focus();
});
