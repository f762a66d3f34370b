// Tiles of a dashboard moved by dragging; the buttons beside them do the same without a script and by keyboard.
import { send } from "./common.js";

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
  const body = new URLSearchParams({ hacer: "ordenar" });
  board.querySelectorAll("[data-tile]").forEach((tile) => body.append("orden", tile.dataset.tile));
  send(board.dataset.arrange, { method: "POST", body });
});
