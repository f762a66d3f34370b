// A text that names a person, a unit or another thing: names are suggested while one writes. The server decides what is meant anyway.
import { whenever } from "./common.js";

whenever("[data-reference]", (input) => {
  let timer = 0, found = [];
  const several = "several" in input.dataset;
  const before = () => (several ? input.value.match(/^(.*;\s*)?/)[0] : "");
  const ask = async () => {
    const url = new URL(input.dataset.reference, location);
    url.searchParams.set("q", input.value.slice(before().length));
    const answer = await fetch(url, { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok) return;
    const told = (await answer.json()).found;
    const twice = (s) => told.filter((other) => other.label === s.label).length > 1;
    found = told.map((s) => ({ ...s, said: before() + (twice(s) && s.detail ? `${s.label} · ${s.detail}` : s.label) + (several ? "; " : "") }));
    input.list.replaceChildren(...found.map((s) => Object.assign(document.createElement("option"), { value: s.said, label: [s.label, s.detail].filter(Boolean).join(" · ") })));
  };
  input.addEventListener("focus", () => found.length || ask());
  input.addEventListener("input", () => {
    clearTimeout(timer);
    const one = several ? null : found.find((s) => s.said === input.value);
    if (!one) timer = setTimeout(ask, 200);
    else choose(input, one.id);
  });
});

// What was chosen from the list is sent by its number, so that namesakes are told apart.
function choose(input, id) {
  const name = input.name.replace(/--text$/, "");
  const [number, was] = [name, `${name}--was`].map((n) => input.form?.elements.namedItem(n));
  if (was?.type !== "hidden") return;
  if (number?.type === "hidden") number.value = id;
  else if (!number) input.after(Object.assign(document.createElement("input"), { type: "hidden", name, value: id }));
  else return;
  was.value = input.value;
}
