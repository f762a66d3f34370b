// The editor of a practice: saves while typing, compares field by field with what others wrote, shows who else is there.
const form = document.querySelector("form[data-autosave]");
const word = (name) => document.querySelector(`template[data-word="${name}"]`)?.content.textContent ?? "";
const WAIT = 1500;
const ALIVE = 30000;

class Autosave {
  constructor(root) {
    this.root = root;
    this.note = root.querySelector("[data-saved]");
    this.dirty = false;
    this.busy = false;
    this.timer = 0;
    for (const kind of ["input", "change"]) root.addEventListener(kind, (event) => this.touched(event));
    root.addEventListener("submit", () => { this.dirty = false; clearTimeout(this.timer); });
    addEventListener("online", () => this.dirty && this.save());
    addEventListener("pagehide", () => this.dirty && this.send(true));
    document.addEventListener("visibilitychange", () => document.hidden && this.dirty && this.save());
    setInterval(() => this.here(), ALIVE);
  }

  touched(event) {
    if (event.target.name === "texto" || event.target.type === "file") return;
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), WAIT);
  }

  data() {
    const data = new FormData(this.root);
    for (const key of [...data.keys()]) if (key === "texto" || data.get(key) instanceof File) data.delete(key);
    return data;
  }

  send(last = false) {
    return fetch(this.root.action || location.href, { method: "POST", body: this.data(), keepalive: last, credentials: "same-origin", headers: { Accept: "application/json" } });
  }

  async save() {
    if (this.busy) return;
    this.busy = true;
    this.dirty = false;
    this.say(word("saving"));
    const answer = await this.send().catch(() => null);
    this.busy = false;
    if (!answer || answer.status >= 500) {
      this.dirty = true;
      this.say(word("offline"));
      this.timer = setTimeout(() => this.save(), 5 * WAIT);
      return;
    }
    if (answer.redirected || !answer.headers.get("Content-Type")?.includes("json")) return this.say(word("offline"));
    this.told(await answer.json());
    if (this.dirty) this.save();
  }

  told(news) {
    if (news.problem) return this.say(news.problem);
    for (const [key, mark] of Object.entries(news.marks)) this.mark(key, mark);
    this.errors(news.errors);
    for (const [key, text] of Object.entries(news.conflicts)) this.conflict(key, text);
    for (const [key, [done, asked]] of Object.entries(news.progress)) {
      const place = document.querySelector(`[data-progress="${CSS.escape(key)}"]`);
      if (place) place.textContent = `${done}/${asked}`;
    }
    const percent = document.querySelector("[data-percent]");
    if (percent) percent.textContent = news.percent;
    this.say(Object.keys(news.errors).length ? `${word("wrong")} ${news.saved}` : `${word("saved")} ${news.saved}`);
  }

  field(key) {
    return this.root.querySelector(`[data-field="${CSS.escape(key)}"]`);
  }

  mark(key, mark) {
    const input = this.root.elements[`m-${key}`];
    if (input) input.value = mark;
  }

  // What could not be taken stands at its field; what was corrected goes away.
  errors(found) {
    for (const old of this.root.querySelectorAll(".field-error[data-live]")) old.remove();
    for (const [key, text] of Object.entries(found)) {
      const [name] = key.split(".");
      const note = Object.assign(document.createElement("div"), { className: "field-error", textContent: text });
      note.dataset.live = "";
      note.setAttribute("role", "alert");
      this.field(name)?.querySelector("[data-question]")?.append(note);
    }
  }

  conflict(key, text) {
    const place = this.field(key)?.querySelector("[data-conflict]");
    if (!place) return;
    const mine = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: word("mine") });
    mine.addEventListener("click", () => {
      this.mark(key, "");
      place.hidden = true;
      this.save();
    });
    const said = Object.assign(document.createElement("blockquote"), { textContent: text });
    place.replaceChildren(document.createTextNode(word("conflict")), said, mine);
    place.hidden = false;
  }

  async here() {
    if (document.hidden) return;
    const data = new FormData();
    data.set("csrfmiddlewaretoken", this.root.elements.csrfmiddlewaretoken.value);
    const answer = await fetch(this.root.dataset.presence, { method: "POST", body: data, credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const { others } = await answer.json();
    const box = document.querySelector("[data-others]");
    box.hidden = !others.length;
    box.querySelector("[data-others-text]").textContent = `${word("others")} ${others.join(", ")}`;
  }

  say(text) {
    if (this.note) this.note.textContent = text;
  }
}

if (form) new Autosave(form);
