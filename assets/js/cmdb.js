// Configuration database: proposals while an item is being named; zoom, dragging and tracing of the impact picture.
import { $, $$, send, whenever } from "./common.js";

let asked = 0;
whenever("[data-pick]", (field) => {
  const list = document.getElementById(field.getAttribute("list"));
  if (!list?.dataset.url) return;
  let timer;
  field.addEventListener("input", () => {
    clearTimeout(timer);
    if (field.value.trim().length < 2) return;
    timer = setTimeout(async () => {
      const mine = ++asked;
      const answer = await send(`${list.dataset.url}?q=${encodeURIComponent(field.value)}`).catch(() => null);
      if (!answer?.ok || mine !== asked) return;
      const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
      list.replaceChildren(...$$("option", parsed).map((option) => document.importNode(option, true)));
    }, 180);
  });
});

whenever("[data-impact]", (box) => {
  const picture = $("svg", box);
  if (!picture || box.dataset.ready) return;
  box.dataset.ready = "1";
  const whole = picture.viewBox.baseVal;
  const full = { x: whole.x, y: whole.y, width: whole.width, height: whole.height };
  const bar = $("[data-zoom-bar]", box.parentElement);
  const look = (view) => picture.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
  const now = () => ({ x: whole.x, y: whole.y, width: whole.width, height: whole.height });
  function zoom(factor, at) {
    const view = now();
    const width = Math.min(full.width * 2, Math.max(260, view.width * factor));
    const scale = width / view.width;
    const place = at || { x: view.x + view.width / 2, y: view.y + view.height / 2 };
    look({ x: place.x - (place.x - view.x) * scale, y: place.y - (place.y - view.y) * scale, width, height: view.height * scale });
  }
  box.classList.add("grab");
  bar.hidden = false;
  const readable = picture.clientWidth / 0.8;
  const tall = (full.height * picture.clientWidth) / Math.min(full.width, readable); // a small drawing needs no tall frame
  picture.style.height = `${Math.max(160, Math.min(tall, 640, innerHeight * 0.7))}px`;
  const shape = picture.clientHeight / picture.clientWidth || 0.5;
  const start = full.width > readable * 1.2 ? { x: 0, y: 0, width: readable, height: readable * shape } : full;
  look(start);
  bar.addEventListener("click", (event) => {
    const kind = event.target.closest("[data-zoom]")?.dataset.zoom;
    if (kind === "fit") look(full);
    else if (kind) zoom(kind === "in" ? 0.8 : 1.25);
  });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.target !== box) return;
    if (event.key === "+" || event.key === "-") zoom(event.key === "+" ? 0.8 : 1.25);
    else if (event.key === "0") look(full);
    else if (step) look({ ...now(), x: whole.x + (step[0] * whole.width) / 8, y: whole.y + (step[1] * whole.height) / 8 });
    else return;
    event.preventDefault();
  });
  box.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(picture.getScreenCTM().inverse());
    zoom(event.deltaY < 0 ? 0.85 : 1.18, point);
  }, { passive: false });

  let held = null;
  let moved = false;
  picture.addEventListener("pointerdown", (event) => {
    held = { x: event.clientX, y: event.clientY, view: now(), ratio: 1 / picture.getScreenCTM().a };
    moved = false;
  });
  window.addEventListener("pointermove", (event) => {
    if (!held) return;
    const far = [event.clientX - held.x, event.clientY - held.y];
    moved ||= Math.hypot(...far) > 5;
    if (moved) look({ ...held.view, x: held.view.x - far[0] * held.ratio, y: held.view.y - far[1] * held.ratio });
  });
  window.addEventListener("pointerup", () => { held = null; });
  picture.addEventListener("click", (event) => { if (moved) event.preventDefault(); }, true);
  picture.addEventListener("dragstart", (event) => event.preventDefault());

  const edges = $$(".edge", picture);
  const trace = (node) => {
    const kept = new Set([node]);
    for (let step = node; step;) {
      const edge = edges.find((each) => each.dataset.to === step.dataset.node);
      step = edge && $(`[data-node="${edge.dataset.from}"]`, picture);
      if (edge) kept.add(edge);
      if (step && kept.has(step)) break;
      if (step) kept.add(step);
    }
    picture.classList.add("tracing");
    for (const part of $$(".node, .edge", picture)) part.classList.toggle("traced", kept.has(part));
  };
  // Whoever goes through the drawing by keyboard sees where they are: the view follows.
  picture.addEventListener("focusin", (event) => {
    const node = event.target.closest("[data-node]");
    if (!node?.matches(":focus-visible")) return;
    const [place, view] = [node.getBBox(), now()];
    const near = (from, size, start, length) => Math.min(Math.max(start, from + size + 16 - length), from - 16);
    const into = (from, size, start, length) => (from < start || from + size > start + length ? near(from, size, start, length) : start);
    look({ ...view, x: into(place.x, place.width, view.x, view.width), y: into(place.y, place.height, view.y, view.height) });
  });
  for (const name of ["pointerover", "focusin"]) {
    picture.addEventListener(name, (event) => {
      const node = event.target.closest("[data-node]");
      if (node) trace(node);
    });
  }
  for (const name of ["pointerout", "focusout"]) picture.addEventListener(name, () => picture.classList.remove("tracing"));
});
