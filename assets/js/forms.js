// Forms: a second click does nothing, the error summary takes the focus, Ctrl+Enter sends, leaving warns when not kept.
import { $, $$, whenever } from "./common.js";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.dataset.many !== undefined || form.method === "get" || form.method === "dialog") return;
  if (form.dataset.sending) return event.preventDefault();
  form.dataset.sending = "1";
  for (const button of $$("button:not([type=button])", form)) button.setAttribute("aria-busy", "true");
  setTimeout(() => release(form), 15000);
});

function release(form) {
  delete form.dataset.sending;
  for (const button of $$("[aria-busy]", form)) button.removeAttribute("aria-busy");
}

window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(release));
document.addEventListener("htmx:afterRequest", (event) => event.target.closest?.("form[data-sending]") && release(event.target.closest("form")));

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest?.("form") ?? (event.target === document.body ? $("main form[data-draft]") : null);
  const onward = event.shiftKey && form && $("button[data-and-next]", form);
  if (onward) form.requestSubmit(onward);
  else form?.requestSubmit();
});

// What gives a folio is not sent by a plain Enter, which comes by habit and from readers of bar codes: it goes on to the next field.
document.addEventListener("keydown", (event) => {
  const field = event.target, form = field.closest?.("form[data-enter-next]");
  if (!form || event.key !== "Enter" || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.defaultPrevented) return;
  if (!field.matches("select, input:not([type=file], [type=submit], [type=button])")) return;
  event.preventDefault();
  const fields = $$("input:not([type=file]), select, textarea, button[type=submit]", form).filter((one) => one.offsetParent && !one.disabled);
  fields[fields.indexOf(field) + (event.shiftKey ? -1 : 1)]?.focus();
});

whenever(".error-summary", (summary) => summary.focus());

// A page that is one form starts where one types, or at its button where there is nothing to type; not by touch, where a keyboard would cover the page.
whenever("form[data-start]", (form) => {
  if (matchMedia("(pointer: fine)").matches && !$(".error-summary", form)) ($$("input, select, textarea", form).find((one) => one.offsetParent) ?? $("[type=submit]", form))?.focus({ preventScroll: true });
});

// A control that shows parts of the form: data-shows="#id" on a checkbox or radio.
whenever("[data-shows]", (control) => {
  const part = $(control.dataset.shows);
  const update = () => { if (part) part.hidden = !control.checked; };
  (control.form ? $$(`[name="${control.name}"]`, control.form) : [control]).forEach((each) => each.addEventListener("change", update));
  update();
});

// <textarea data-count> shows how much room is left.
whenever("textarea[maxlength][data-count]", (area) => {
  const left = document.getElementById(area.dataset.count);
  const update = () => { if (left) left.textContent = `${area.value.length.toLocaleString("es-MX")} / ${area.maxLength.toLocaleString("es-MX")}`; };
  area.addEventListener("input", update);
  update();
});
