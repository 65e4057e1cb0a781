/**
 * Runs the widget's pure functions for the Python tests: a line of JSON in, {module, name, args}, a line of JSON out.
 * There is no page here; a Map plays localStorage, and `storage.refuse` makes it throw.
 */
import { createInterface } from "node:readline";

const values = new Map();
const storage = { refuse: false };
const guarded = (action) => (...args) => {
  if (storage.refuse) throw new Error("storage refused");
  return action(...args);
};

globalThis.localStorage = new Proxy({}, {
  get: (_, name) =>
    ({
      getItem: guarded((key) => values.get(key) ?? null),
      setItem: guarded((key, value) => void values.set(key, value)),
    })[name],
  ownKeys: guarded(() => [...values.keys()]),
  getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
});

const own = {
  raw: () => Object.fromEntries(values),
  put: (key, value) => void values.set(key, value),
  reset: () => void values.clear(),
  refuse: (refuse) => void (storage.refuse = refuse),
  /** `change` of store.update is a function, which JSON can't carry: here it merges what is given. */
  async add(id, history) {
    const { merge } = await load("records.js");
    return (await load("store.js")).update(id, (mine) => merge(mine, history));
  },
};

const load = (module) => import(new URL(`../../docs/assets/selfcheck/${module}`, import.meta.url));

for await (const line of createInterface({ input: process.stdin })) {
  const { module, name, args } = JSON.parse(line);
  let answer;
  try {
    const exported = module === "own" ? own[name] : (await load(module))[name];
    answer = { value: typeof exported === "function" ? await exported(...args) : exported };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
