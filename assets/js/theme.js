// The theme is an attribute the server wrote; here it only changes at once when the person picks another.
import { $, send } from "./common.js";

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-set-theme]");
  if (!button) return;
  const theme = button.dataset.setTheme;
  document.documentElement.dataset.theme = theme;
  for (const other of document.querySelectorAll("[data-set-theme]")) other.setAttribute("aria-pressed", String(other === button));
  send("/perfil/apariencia/", { method: "POST", body: new URLSearchParams({ theme }) });
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-toggle-menu]");
  if (!button) return;
  const app = $(".app");
  const next = app.dataset.menu === "icons" ? "wide" : "icons";
  app.dataset.menu = next;
  button.setAttribute("aria-expanded", String(next === "wide"));
  document.cookie = `menu=${next}; path=/; max-age=31536000; samesite=lax`;
});
