// What is held in this browser for its person until it can be sent: the text of forms in localStorage, their files in IndexedDB.
// All of it is encrypted (AES-GCM) with a key that only the pages of that person bring and that is never stored here.
const PREFIX = "ventanilla-held-";
const NAME = "ventanilla-held";
const KEPT = 30 * 24 * 3600 * 1000;  // as long as drafts are kept on the server
const ORPHAN = 3600 * 1000;
const MOST = 500 * 1024 * 1024;  // of files of one form, where the browser has the room
const PIECE = 8 * 1024 * 1024;  // encrypted at a time
const person = document.body.dataset.person;
const secret = document.body.dataset.hold;
export const able = Boolean(person && secret && window.crypto?.subtle && navigator.locks);
export const owner = person;
let vault = null;

const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(Array.from(new Uint8Array(buffer), (c) => String.fromCharCode(c)).join(""));
const opened = () => vault ||= crypto.subtle.importKey("raw", bytes(secret), "AES-GCM", false, ["encrypt", "decrypt"]);
const bound = (id) => new TextEncoder().encode(`${person} ${id}`);
const ours = (key) => key?.startsWith(PREFIX);

async function seal(id, plain) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, sealed: await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bound(id) }, await opened(), plain) };
}

const unseal = async (id, iv, sealed) => crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: bound(id) }, await opened(), sealed);

export async function put(entry) {
  const { iv, sealed } = await seal(entry.id, new TextEncoder().encode(JSON.stringify(entry)));
  localStorage.setItem(PREFIX + entry.id, JSON.stringify({ person, at: entry.at, sending: entry.state === "sending", iv: text(iv), sealed: text(sealed) }));
}

// What was only written down before it was sent has been answered: at once, so that nobody sends it again.
export function settle(id) {
  try {
    if (JSON.parse(localStorage.getItem(PREFIX + id))?.sending) forget(id);
  } catch { /* not one of ours */ }
}

export async function read(id) {
  try {
    const kept = JSON.parse(localStorage.getItem(PREFIX + id));
    if (!kept || kept.person !== person) return null;
    return JSON.parse(new TextDecoder().decode(await unseal(id, bytes(kept.iv), bytes(kept.sealed))));
  } catch {
    return null;
  }
}

const ids = () => Object.keys(localStorage).filter(ours).map((key) => key.slice(PREFIX.length));

// Oldest first; what others hold here cannot be read.
export async function mine() {
  const found = (await Promise.all(ids().map(read))).filter(Boolean);
  return found.sort((a, b) => a.at - b.at);
}

export function forget(id) {
  localStorage.removeItem(PREFIX + id);
  return dropFiles(id);
}

export function onChange(act) {
  window.addEventListener("storage", (event) => ours(event.key) && act());
}

// Whoever opens a page here, also before signing in, what is too old goes, and files whose form is gone.
export function forgetOld() {
  for (const id of ids()) {
    let at = 0;
    try { at = JSON.parse(localStorage.getItem(PREFIX + id)).at; } catch { /* not ours to read: it goes */ }
    if (Date.now() - at > KEPT) forget(id);
  }
  return withFiles("readwrite", (files) => {
    files.openCursor().onsuccess = ({ target: { result: cursor } }) => {
      if (!cursor) return;
      if (Date.now() - cursor.value.at > ORPHAN && !localStorage.getItem(PREFIX + cursor.key.split(" ")[0])) cursor.delete();
      cursor.continue();
    };
  }).catch(() => {});
}

// --- files: rows of at most PIECE bytes, by the form's key, the file's place and the piece's ---

function database() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("files");
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = asked.onblocked = () => reject(asked.error);
  });
}

async function withFiles(mode, act) {
  const base = await database();
  try {
    const work = base.transaction("files", mode);
    const ended = new Promise((resolve, reject) => { work.oncomplete = resolve; work.onerror = work.onabort = () => reject(work.error); });
    const asked = act(work.objectStore("files"));
    await ended;
    return asked?.result;
  } finally {
    base.close();
  }
}

const dropFiles = (id) => withFiles("readwrite", (files) => { files.delete(IDBKeyRange.bound(`${id} `, `${id} \uffff`)); }).catch(() => {});

async function roomFor(size) {
  const { quota = Infinity, usage = 0 } = await navigator.storage?.estimate?.() ?? {};
  return size * 1.1 < quota - usage;
}

const pieces = (size) => Math.max(1, Math.ceil(size / PIECE));

// Keeps the files of a form; false when they are too large, or this browser has no room for them.
export async function putFiles(id, files, most = MOST) {
  const size = files.reduce((sum, file) => sum + file.size, 0);
  try {
    if (size > most || !await roomFor(size)) return false;
    await dropFiles(id);
    for (const [n, file] of files.entries()) {
      for (let p = 0; p < pieces(file.size); p += 1) {
        const row = { at: Date.now(), ...await seal(`${id} ${n} ${p}`, await file.slice(p * PIECE, (p + 1) * PIECE).arrayBuffer()) };
        await withFiles("readwrite", (kept) => { kept.put(row, `${id} ${n} ${p}`); });
      }
    }
    return true;
  } catch {
    dropFiles(id);
    return false;
  }
}

// The files of an entry as the form had them; null when a piece of them is not here any more.
export async function filesOf(entry) {
  try {
    const found = [];
    for (const [n, { name, type, size }] of entry.files.entries()) {
      const parts = [];
      for (let p = 0; p < pieces(size); p += 1) {
        const row = await withFiles("readonly", (kept) => kept.get(`${entry.id} ${n} ${p}`));
        parts.push(new Blob([await unseal(`${entry.id} ${n} ${p}`, row.iv, row.sealed)]));
      }
      found.push(new File(parts, name, { type }));
    }
    return found;
  } catch {
    return null;
  }
}
