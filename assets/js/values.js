// What stands in a form, as {name: [values]}, and back into it. Never files, passwords, or what belongs to one sending.
export const SKIP = new Set(["csrfmiddlewaretoken", "uuid", "next"]);

export function values(form) {
  const kept = {};
  for (const [name, value] of new FormData(form)) {
    if (SKIP.has(name) || typeof value !== "string" || form.elements[name]?.type === "password") continue;
    (kept[name] ||= []).push(value);
  }
  for (const box of form.elements) if (box.type === "checkbox" && box.name && !SKIP.has(box.name)) kept[box.name] ||= [];  // taken out counts too
  return kept;
}

export function fill(form, kept) {
  for (const control of form.elements) {
    if (!control.name || SKIP.has(control.name) || control.type === "file" || control.type === "hidden" || !(control.name in kept)) continue;
    const wanted = kept[control.name];
    if (control.type === "checkbox" || control.type === "radio") control.checked = wanted.includes(control.value);
    else if (control.multiple) for (const option of control.options) option.selected = wanted.includes(option.value);
    else control.value = wanted[0];
    control.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
