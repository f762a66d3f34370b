// One connection to /eventos/: a fresh ticket each time, goes on after the last id, waits longer after each failure;
// where no stream can be held (a proxy that buffers), it asks the page to look again every half minute.
const PAUSES = [1000, 2000, 5000, 10000, 30000];
const POLL = 30000;

export class Line {
  constructor(address, receive) {
    Object.assign(this, { address, receive, last: "", failures: 0, source: null, timer: 0, alive: false });
  }

  open() {
    this.alive = true;
    if (!this.source && !this.timer) this.connect();
  }

  close() {
    this.alive = false;
    this.source?.close();
    clearTimeout(this.timer);
    this.source = null;
    this.timer = 0;
  }

  async connect() {
    this.timer = 0;
    const answer = await fetch("/eventos/boleto/", { credentials: "same-origin" }).catch(() => null);
    if (!this.alive) return;
    if (answer?.status === 401) return this.later(60000);
    if (!answer?.ok) return this.failed();
    const { ticket } = await answer.json();
    const query = new URLSearchParams({ boleto: ticket, ...(this.last && { desde: this.last }) });
    this.source = new EventSource(`${this.address.replace(/\/$/, "")}/eventos/?${query}`);
    for (const name of ["hello", "case", "notice", "resync"]) this.source.addEventListener(name, (event) => this.heard(name, event));
    this.source.onerror = () => this.failed();
  }

  heard(name, event) {
    this.last = event.lastEventId || this.last;
    if (name === "hello") {
      if (this.failures >= 3) this.receive({ event: "resync", data: {} });
      this.failures = 0;
    } else this.receive({ event: name, data: JSON.parse(event.data) });
  }

  failed() {
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
