// A folio is long and has no spaces: where it does not fit into a line, it goes on after a / or a -, as people read it.
import { whenever } from "./common.js";

whenever(".folio", (folio) => {
  for (const text of [...folio.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE)) {
    const parts = text.data.split(/(?<=[/-])(?=[^\s])/);
    if (parts.length > 1) text.replaceWith(...parts.flatMap((part, n) => (n ? [document.createElement("wbr"), part] : [part])));
  }
});
