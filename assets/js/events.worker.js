// The shared worker: one line for every open page of this browser, closed when the last page goes.
import { Line } from "./events-line.js";

const ports = new Set();
const address = new URL(self.location.href).searchParams.get("hacia");
const line = new Line(address, (news) => ports.forEach((port) => port.postMessage(news)));

self.onconnect = ({ ports: [port] }) => {
  const come = () => {
    ports.add(port);
    line.open();
  };
  port.onmessage = ({ data }) => {
    if (data === "hello") return come();
    ports.delete(port);
    if (!ports.size) line.close();
  };
  port.start();
  come();
};
