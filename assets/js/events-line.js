// One connection to /eventos/: a fresh ticket each time, goes on after the last id, waits longer after each failure;
// where no stream can be held (a proxy that buffers or refuses), it asks the page to look again every half minute.
const PAUSES = [1000, 2000, 5000, 10000, 30000];
const POLL = 30000;
const SILENCE = 12000;

export class Line {
  constructor(address, receive) {
    Object.assign(this, { address, receive, last: "", failures: 0, source: null, timer: 0, silence: 0, alive: false, turn: 0 });
  }

  open() {
    if (this.alive) return;
    this.alive = true;
    this.connect();
  }

  close() {
    this.alive = false;
    this.source?.close();
    clearTimeout(this.timer);
    clearTimeout(this.silence);
    this.source = null;
  }

  async connect() {
    const turn = this.turn += 1;
    const answer = await fetch("/eventos/boleto/", { credentials: "same-origin" }).catch(() => null);
    if (!this.alive || turn !== this.turn) return;
    if (answer?.status === 401) return this.later(60000);
    if (!answer?.ok) return this.failed();
    const { ticket } = await answer.json();
    const query = new URLSearchParams({ boleto: ticket, ...(this.last && { desde: this.last }) });
    this.source = new EventSource(`${this.address.replace(/\/$/, "")}/eventos/?${query}`);
    for (const name of ["hello", "case", "notice", "resync"]) this.source.addEventListener(name, (event) => this.heard(name, event));
    this.source.onerror = () => this.failed();
    this.silence = setTimeout(() => this.failed(), SILENCE);  // a proxy that keeps the greeting back
  }

  heard(name, event) {
    const first = !this.last;
    this.last = event.lastEventId || this.last;
    if (name === "hello") {
      clearTimeout(this.silence);
      if (first || this.failures >= 3) this.receive({ event: "resync", data: {} });
      this.failures = 0;
    } else this.receive({ event: name, data: JSON.parse(event.data) });
  }

  failed() {
    clearTimeout(this.silence);
    this.source?.close();
    this.source = null;
    if (!this.alive) return;
    this.failures += 1;
    if (this.failures > PAUSES.length) {
      this.receive({ event: "resync", data: {} });
      return this.later(POLL);
    }
    this.later(PAUSES[this.failures - 1] * (0.75 + Math.random() / 2));
  }

  later(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.alive && this.connect(), pause);
  }
}
