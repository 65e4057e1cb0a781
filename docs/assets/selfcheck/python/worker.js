/**
 * Runs programs in Python, apart from the page. When Python has started, the worker gives away all by which a program could
 * reach the network, the reader's storage or other workers. It must not know what a question is.
 *
 * It is sent {boot} once and then {run}, one at a time. It sends {here}, {loaded: bytes}, {ready} or {missing: [package]},
 * {started: test}, {result} or {broken}.
 */
const say = self.postMessage.bind(self);
const now = performance.now.bind(performance);

/** What stays: the language, and what Python itself calls. */
const KEPT = new Set(`
  Object Function Array Number Boolean String Symbol BigInt Date Promise RegExp Map Set WeakMap WeakSet WeakRef Proxy Reflect JSON Math Intl
  Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError SuppressedError DOMException
  Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array BigInt64Array BigUint64Array Float16Array
  Float32Array Float64Array ArrayBuffer SharedArrayBuffer DataView Atomics FinalizationRegistry Iterator DisposableStack
  AsyncDisposableStack globalThis self undefined NaN Infinity parseInt parseFloat isNaN isFinite encodeURI encodeURIComponent decodeURI
  decodeURIComponent escape unescape eval WebAssembly console performance crypto TextEncoder TextDecoder AbortController AbortSignal
  MessageChannel MessagePort setTimeout clearTimeout setInterval clearInterval queueMicrotask structuredClone`.trim().split(/\s+/));

function giveAway() {
  const { prototype: last } = EventTarget;
  for (let owner = self; owner !== last; owner = Object.getPrototypeOf(owner)) {
    for (const name of Object.getOwnPropertyNames(owner)) if (!KEPT.has(name)) Reflect.deleteProperty(owner, name);
  }
}

/**
 * Python asks this now and then whether it was interrupted. It takes a number in shared memory for that, which pages can't
 * have; a clock in its place ends a loop at its limit, at the line where it is, and Python goes on working.
 */
const clock = {
  end: Infinity,
  asked: 0,
  get 0() {
    if (++this.asked % 16 || now() < this.end) return 0;
    this.end = now() + 500; // time to tell what was running; a program that goes on is interrupted again
    return 2;
  },
  set 0(answer) {},
};

/** The limit of memory. Once it is met there is a little more, to tell so. */
const memory = { most: Infinity, spare: 0, bytes: 32 * 2 ** 20 };
const grow = WebAssembly.Memory.prototype.grow;
WebAssembly.Memory.prototype.grow = function (pages) {
  const bytes = this.buffer.byteLength + pages * 65536;
  if (bytes > memory.most) {
    memory.most += memory.spare;
    memory.spare = 0;
    throw new RangeError("No more memory");
  }
  memory.bytes = bytes;
  return grow.call(this, pages);
};

/** What is loaded by `fetch` is counted, and what a worker before this one had compiled is taken from there. */
function watchLoading(known) {
  const { fetch } = self;
  const { instantiateStreaming } = WebAssembly;
  let bytes = 0;
  self.fetch = async (address, ...options) => {
    const url = `${address.url ?? address}`;
    if (known.module && url.endsWith(".wasm")) return new Response();
    if (known.library && url.endsWith(".zip")) return new Response(known.library);
    const response = await fetch(address, ...options);
    if (!response.ok) throw new TypeError(`${response.status} for ${url}`);
    const reader = response.clone().body.getReader();
    const chunks = [];
    const count = ({ done, value }) => {
      if (!done) {
        bytes += value.length;
        say({ loaded: bytes });
        if (url.endsWith(".zip")) chunks.push(value);
        return reader.read().then(count);
      }
      if (url.endsWith(".zip")) known.library = new Blob(chunks);
    };
    reader.read().then(count).catch(() => {});
    return response;
  };
  WebAssembly.instantiateStreaming = async (source, imports) => {
    if (known.module) return { module: known.module, instance: await WebAssembly.instantiate(known.module, imports) };
    const made = await instantiateStreaming(source, imports);
    known.module = made.module;
    return made;
  };
}

const WRAPPER = `
import json, sys
def answer(request, started, recursion=sys.getrecursionlimit()):
    try:
        return json.dumps(run(*json.loads(request), started))
    finally:
        sys.setrecursionlimit(recursion)
`;

/**
 * A Python that has started: from the picture of the memory of one before, which takes a tenth of the time, or from the
 * beginning, and then a picture is taken. Pyodide may change this any day, so it must work without.
 */
async function start(folder, packages, known) {
  const { loadPyodide } = await import(`${folder}pyodide.mjs`);
  const quiet = () => {};
  const options = { indexURL: folder, packages, stdout: quiet, stderr: quiet, stdin: () => null };
  if (packages.length) return loadPyodide(options);
  if (known.picture) {
    try {
      return await loadPyodide({ ...options, _loadSnapshot: known.picture.arrayBuffer() });
    } catch {
      return loadPyodide(options);
    }
  }
  const python = await loadPyodide({ ...options, _makeSnapshot: true });
  try {
    python.runPython("import ast, io, json, sys, time");
    known.picture = new Blob([python.makeMemorySnapshot()]);
  } catch {}
  return python;
}

async function boot({ folder, harness, packages, known }) {
  const source = fetch(harness).then((response) => response.text());
  watchLoading(known);
  const python = await start(folder, packages, known);
  const missing = packages.filter((name) => !(name in python.loadedPackages));
  if (missing.length) return say({ missing });
  const scope = python.toPy({ __name__: "harness" });
  python.runPython(await source, { globals: scope, filename: "harness.py" });
  python.runPython(WRAPPER, { globals: scope });
  const answer = scope.get("answer");
  python.setInterruptBuffer(clock);
  giveAway();
  listen = ({ run }) => respond(answer, run);
  try {
    say({ ready: known });
  } catch {
    say({ ready: {} }); // a browser that can't hand on what it compiled
  }
}

function respond(answer, { program, tests, mutates, seconds, megabytes }) {
  memory.spare = 32 * 2 ** 20;
  memory.most = memory.bytes + megabytes * 2 ** 20;
  const begun = now();
  clock.end = begun + seconds * 1000;
  try {
    const result = answer(JSON.stringify([program, tests, mutates]), (name) => say({ started: name }));
    say({ result, bytes: memory.bytes });
  } catch (error) {
    say({ broken: error.type ?? `${error}`.slice(0, 200), late: now() - begun > seconds * 1000 });
  } finally {
    clock.end = memory.most = Infinity;
  }
}

let listen = ({ boot: order }) => boot(order).catch((error) => say({ failed: `${error}` }));
addEventListener("message", ({ data }) => listen(data));
say({ here: true });
