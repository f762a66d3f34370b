// Tiles of a dashboard moved by dragging, or by the buttons beside them, which keep the focus; without a script the buttons send a form.
import { $$, send } from "./common.js";
import { toast } from "./toasts.js";

let held = null;

function list(event) {
  return event.target.closest?.("[data-arrange]");
}

document.addEventListener("dragstart", (event) => {
  held = list(event) && event.target.closest("[data-tile]");
  if (held) {
    held.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", held.dataset.tile);
  }
});

document.addEventListener("dragover", (event) => {
  const over = held && list(event) && event.target.closest("[data-tile]");
  if (!over) return;
  event.preventDefault();
  if (over === held) return;
  const after = [...over.parentNode.children].indexOf(held) < [...over.parentNode.children].indexOf(over);
  over.parentNode.insertBefore(held, after ? over.nextSibling : over);
});

document.addEventListener("drop", (event) => {
  if (held && list(event)) event.preventDefault();
});

document.addEventListener("dragend", () => {
  if (!held) return;
  held.classList.remove("dragged");
  const board = held.closest("[data-arrange]");
  held = null;
  keep(board);
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-arrange] button[value=subir], [data-arrange] button[value=bajar]");
  if (!button) return;
  event.preventDefault();
  const tile = button.closest("[data-tile]");
  const board = tile.closest("[data-arrange]");
  const earlier = button.value === "subir";
  const other = earlier ? tile.previousElementSibling : tile.nextElementSibling;
  if (!other) return;
  board.insertBefore(tile, earlier ? other : other.nextElementSibling);
  edges(board);
  (button.disabled ? tile.querySelector("button[name=hacer]:not(:disabled)") : button).focus();
  if ((await keep(board))?.ok) toast(board.dataset.kept);
});

// The first tile cannot go further up, nor the last one further down.
function edges(board) {
  const tiles = $$("[data-tile]", board);
  tiles.forEach((tile, n) => {
    $$("button[value=subir]", tile).forEach((button) => { button.disabled = n === 0; });
    $$("button[value=bajar]", tile).forEach((button) => { button.disabled = n === tiles.length - 1; });
  });
}

function keep(board) {
  edges(board);
  const body = new URLSearchParams({ hacer: "ordenar" });
  $$("[data-tile]", board).forEach((tile) => body.append("orden", tile.dataset.tile));
  return send(board.dataset.arrange, { method: "POST", body });
}
