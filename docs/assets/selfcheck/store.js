/** Histories on the reader's device, one key a question. What can't be stored stays in memory; what isn't understood, where it is. */
import { EMPTY, merge, understand } from "./records.js";

export const SITE = new URL("../../", import.meta.url).pathname;
const PREFIX = `selfcheck:v1:${SITE}:`; // forks and previews share an origin

const memory = new Map();
const listeners = new Set();
const said = new Set();

/** What to tell the reader, each thing once. Who shows it takes it out. */
export const notices = [];

function warn(message) {
  if (said.has(message)) return;
  said.add(message);
  notices.push(message);
  queueMicrotask(() => notify(""));
}

/** Calls back with the id of a question that changed (undefined: any) until the returned function is called. */
export function listen(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function notify(id, source) {
  for (const listener of [...listeners]) listener(id, source);
}

globalThis.addEventListener?.("storage", ({ key }) => {
  if (!key || key.startsWith(PREFIX)) notify(key?.slice(PREFIX.length));
});

function attempt(access) {
  try {
    return access();
  } catch {
    warn("Your browser does not save your progress: it lasts until you close this page.");
  }
}

/** Nothing if what is stored must not be touched. */
function stored(id) {
  const text = attempt(() => localStorage.getItem(PREFIX + id));
  if (text == null) return EMPTY;
  try {
    const { history, whole } = understand(JSON.parse(text));
    if (whole) return history;
  } catch {} // not JSON
  warn("Some saved progress is damaged or from a newer version. It was left as it is, and its questions are not saved.");
}

export const read = (id) => merge(stored(id) ?? EMPTY, memory.get(id) ?? EMPTY);

/** Changes a history, without loss if two tabs do so at once, and tells all listeners but the source. */
export async function update(id, change, source) {
  let history;
  const run = () => {
    history = change(read(id));
    memory.set(id, history);
    if (!stored(id)) return;
    attempt(() => {
      localStorage.setItem(PREFIX + id, JSON.stringify(history));
      memory.delete(id);
    });
  };
  try {
    await navigator.locks.request(PREFIX + id, run);
  } catch {
    if (!history) run(); // no locks in an insecure origin
  }
  notify(id, source);
  return history;
}

export function ids() {
  const keys = attempt(() => Object.keys(localStorage)) ?? [];
  const known = keys.filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
  return [...new Set([...known, ...memory.keys()])];
}
