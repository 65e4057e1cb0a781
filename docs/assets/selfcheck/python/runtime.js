/**
 * Python for the page: one worker, kept for all questions and pages, and replaced when it had to be ended. What it says is
 * data, which may come from the reader's program. This module must not know what a question is.
 */
const FOLDER = new URL("../../pyodide/", import.meta.url);
const HARNESS = new URL("../harness.py", import.meta.url).href;
const WORKER = new URL("worker.js", import.meta.url).href;

const PATIENCE = 90_000; // milliseconds without a sign of life while Python starts
const GRACE = 3000; // in which a program stops by itself after its limit, unless it is in a loop that Python can't see
const SWOLLEN = 160 * 2 ** 20; // bytes which a worker does not give back

/** A reason why there is no result, in words for the reader. */
export class NoResult extends Error {
  name = "NoResult";
}

const DOWNLOAD = "Download the challenge below and run it with Python.";
const RESTARTED = "Python is being restarted, and your program is as you left it.";

let site; // what there is to load
let worker;
let stop = () => {};
const known = {}; // what a worker need not load and compile again

/** Where the runtime is, its size in bytes, and its packages. */
export async function describe() {
  site ??= fetch(new URL("runtime.json", FOLDER)).then((response) => {
    if (!response.ok) throw new TypeError(`${response.status}`);
    return response.json();
  });
  try {
    return await site;
  } catch {
    site = undefined;
    throw new NoResult("Python can't be loaded. Check the connection and press Run again, or download the challenge below.");
  }
}

class Interpreter {
  constructor({ folder, bytes }, packages) {
    this.packages = packages;
    this.bytes = bytes;
    this.heard = () => {};
    this.ready = new Promise((resolve, reject) => Object.assign(this, { resolve, reject }));
    this.ready.catch(() => {});
    this.watch();
    // From such an address, and not from the site's own, it inherits the policy of the page.
    const address = URL.createObjectURL(new Blob([`import ${JSON.stringify(WORKER)};`], { type: "text/javascript" }));
    try {
      this.worker = new Worker(address, { type: "module", name: "Python" });
    } catch {
      throw new NoResult(`This browser runs no Python in a page. ${DOWNLOAD}`);
    }
    this.worker.onmessage = ({ data }) => this.hear(data);
    this.worker.onerror = (event) => {
      event.preventDefault();
      this.fail("broken");
    };
    this.boot = { folder: new URL(folder, FOLDER).href, harness: HARNESS, packages, known };
  }

  watch() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.fail("silent"), PATIENCE);
  }

  hear(data) {
    if (!this.isReady) this.watch();
    if (data.here) this.worker.postMessage({ boot: this.boot });
    else if (data.ready && !this.isReady) {
      clearTimeout(this.timer);
      this.isReady = true;
      Object.assign(known, data.ready);
      this.resolve();
    } else if (data.missing) this.fail("missing");
    else if ("failed" in data) this.fail("failed");
    else {
      if (data.loaded) this.part = Math.min(data.loaded / this.bytes, 1);
      this.heard(data);
    }
  }

  fail(why) {
    const { isReady } = this;
    this.end();
    if (!isReady) {
      this.reject(new NoResult({
        missing: `A package that this challenge needs can't be loaded. ${DOWNLOAD}`,
        failed: "Python can't be loaded. Check the connection and press Run again, or download the challenge below.",
      }[why] ?? `Python does not start in this browser. Press Run to try again, or: ${DOWNLOAD}`));
    } else this.heard({ broken: why });
  }

  end() {
    clearTimeout(this.timer);
    this.worker.terminate();
    if (worker === this) worker = undefined;
  }
}

/** The worker that has the packages; the one before is ended, since packages can't come in later. */
async function interpreter(packages) {
  if (typeof Worker === "undefined" || typeof WebAssembly === "undefined") throw new NoResult(`This browser runs no Python in a page. ${DOWNLOAD}`);
  const there = await describe();
  if (!packages.every((name) => there.packages.includes(name))) throw new NoResult(`A package that this challenge needs is missing. ${DOWNLOAD}`);
  if (!packages.every((name) => worker?.packages.includes(name))) {
    worker?.end();
    worker = undefined;
  }
  return (worker ??= new Interpreter(there, packages));
}

/** Ends a worker, and begins at once to start the next. */
async function replace(old) {
  old.end();
  worker ??= new Interpreter(await describe(), old.packages);
}

async function once(job, tell) {
  let python = await interpreter(job.packages);
  if (!python.isReady) {
    tell({ part: python.part ?? 0 });
    python.heard = () => tell({ part: python.part ?? 0 });
    await Promise.race([python.ready, new Promise((_, reject) => {
      stop = () => reject(new NoResult("Stopped."));
    })]);
  }
  const order = tell({ begins: true }); // the program as it is now
  let test = "";
  const where = () => (test ? ` in the test “${test}”` : "");
  let timer;
  try {
    const result = await new Promise((resolve, reject) => {
      const give = (message) => {
        replace(python).catch(() => {});
        reject(new NoResult(message));
      };
      stop = () => give(`Stopped${where()}. ${RESTARTED}`);
      timer = setTimeout(
        () => give(`Still running after ${job.seconds} seconds${where()}, so it was stopped. ${RESTARTED}`),
        job.seconds * 1000 + GRACE,
      );
      python.heard = (data) => {
        if ("started" in data) test = `${data.started}`;
        if ("broken" in data) {
          if (data.late) reject(new NoResult(`Still running after ${job.seconds} seconds${where()}, so it was stopped.`));
          else if (data.broken === "MemoryError") give(`There is not enough memory for this${where()}. ${RESTARTED}`);
          else if (/call stack|recursion/i.test(data.broken)) give(`The recursion is too deep for a browser${where()}. ${RESTARTED}`);
          else give(`Python broke down${where()}: this program ended it, or asked too much of it. ${RESTARTED}`);
        }
        if ("result" in data) {
          resolve(data.result);
          if (data.bytes > SWOLLEN) replace(python).catch(() => {});
        }
      };
      python.worker.postMessage({ run: { ...job, ...order } });
    });
    return JSON.parse(result);
  } finally {
    clearTimeout(timer);
    python.heard = stop = () => {};
  }
}

let queue = Promise.resolve();

/**
 * Runs a program against tests and returns what the harness says, or throws NoResult. `tell` hears {part}, from 0 to 1,
 * while Python is being loaded, and {begins} when it has been: it then returns the {program}.
 */
export function run(job, tell) {
  const turn = queue.then(() => once(job, tell));
  queue = turn.catch(() => {});
  return turn;
}

/** Ends what runs, or waits for Python. */
export const end = () => stop();
