/**
 * A program to write or to mend, run against tests in the page. An answer is the program, with the names of the tests that
 * passed, once it has run. What runs it is fetched when Run is pressed first.
 */
import { button, make } from "../dom.js";
import { Editor } from "../python/editor.js";
import { Results } from "../python/results.js";

const SLOWER = 2; // than the machine on which the author's limit was tried
const MEGABYTES = 6; // of Python, as it comes over the network
const NAMES = { numpy: "NumPy" };

/** Not awaited here: in WebKit a second question, which asks for this module meanwhile, would get half of it. */
export const loaded = (async () => {
  const style = new CSSStyleSheet();
  const response = await fetch(new URL("../python/code.css", import.meta.url));
  await style.replace(await response.text());
  document.adoptedStyleSheets.push(style); // a link would go when the next page comes
})().catch(() => {}); // then it stands there plainly

export const action = "Run";
export const ongoing = true;
export const untouchedCounts = true;

const challenges = new WeakMap();

class Challenge {
  constructor(host, changed) {
    this.host = host;
    this.changed = changed;
    this.facts = JSON.parse(host.dataset.key);
    const starter = host.querySelector(".sc-starter");
    this.editor = new Editor(`${host.id}-program`, starter.querySelector("code").textContent.replace(/^\n+|\s+$/g, ""));
    this.editor.resetting.addEventListener("click", changed);
    starter.after(this.editor.box);
    starter.hidden = true;
    this.tests = host.querySelector(".sc-tests");
    this.results = new Results(this.tests, (line) => this.editor.goTo(line));
    this.bar = make("progress", { ariaLabel: "Python" });
    this.step = make("span", {});
    this.running = make("div", { className: "sc-running", hidden: true }, this.bar, this.step, button("Stop", () => this.stop?.()));
    this.count = make("p", { className: "sc-count", hidden: true });
    this.editor.box.append(this.count);
    this.warn();
  }

  /** The shared code puts buttons and the status before the answer, when there is one. */
  arrange() {
    const { results, tests, running } = this;
    this.host.querySelector(".sc-status").after(running, results.error, results.output, tests, this.host.querySelector(".sc-download"));
    this.arrange = () => {};
  }

  /** Says at once what would come out after half an hour of work. */
  async warn() {
    const { packages } = this.facts;
    if (!packages.length) return;
    const { describe } = await import("../python/runtime.js");
    const there = await describe().catch(() => ({ packages }));
    const missing = packages.find((name) => !there.packages.includes(name));
    if (!missing) return;
    const name = NAMES[missing] ?? missing;
    this.missing = `This challenge needs ${name}, which is not part of this site, so it can't run here. Download it and run it with Python.`;
    this.editor.box.before(make("p", { className: "sc-missing" }, this.missing));
  }

  get answer() {
    const code = this.editor.text;
    const passed = code === this.ran?.code ? this.ran.passed : null;
    return { code, passed, ...(this.facts.debug && { runs: this.runs ?? 0 }) };
  }

  set answer({ code, passed, runs = 0 }) {
    this.arrange();
    this.runs = runs;
    this.editor.text = code;
    this.showCount();
    if (this.ran && code === this.ran.code && `${passed}` === `${this.ran.passed}`) return; // with all that is told about it
    this.ran = passed && { code, passed };
    this.results.recall(passed);
  }

  showCount() {
    const { experiments } = this.facts;
    const { runs, count } = this;
    count.hidden = !runs;
    count.textContent = `${runs} of ${experiments} experiments used.${runs > experiments ? " Go on: nothing is locked." : ""}`;
  }

  tell({ part, begins }) {
    const { bar, step, editor } = this;
    if (begins) {
      bar.removeAttribute("value");
      step.textContent = "";
      this.status = "Running …";
      editor.area.readOnly = true; // what runs is what stands there
      return { program: (this.code = editor.text) };
    }
    if (part < 1) {
      bar.value = part;
      step.textContent = `${(part * MEGABYTES).toFixed(1)} of about ${MEGABYTES} MB`;
      this.status = "Loading Python, which your browser keeps …";
    } else {
      bar.removeAttribute("value");
      step.textContent = "";
      this.status = "Starting Python …";
    }
  }

  set status(text) {
    const status = this.host.querySelector(".sc-status");
    if (status.textContent !== text) status.replaceChildren(text);
  }

  /** Completes the answer, or returns why there is none. */
  async run(answer) {
    const { facts, results, running, editor } = this;
    if (this.missing) return this.missing;
    const seconds = facts.seconds * SLOWER;
    this.status = "Loading Python …";
    running.hidden = false;
    this.bar.removeAttribute("value");
    results.clear();
    editor.mark(0);
    try {
      const python = await import("../python/runtime.js");
      this.stop = python.end;
      const { packages, mutates, memory: megabytes } = facts;
      const result = await python.run({ tests: results.orders, packages, mutates, megabytes, seconds }, (news) => this.tell(news));
      results.show(result);
      return this.judge(answer, result, seconds);
    } catch (error) {
      if (error.name === "NoResult") return error.message;
      console.error(error);
      return "The program could not be run. Check the connection and press Run again, or download the challenge below.";
    } finally {
      running.hidden = true;
      editor.area.readOnly = false;
    }
  }

  judge(answer, { error, tests }, seconds) {
    const { editor, facts, results, code } = this;
    const stopped = error?.interrupted ? error : tests.find(({ failure }) => failure?.interrupted)?.failure;
    const { line = 0 } = stopped ?? error ?? tests.find(({ failure }) => failure?.line)?.failure ?? {};
    editor.mark(line);
    this.ran = undefined;
    if (stopped) {
      const where = line ? ` at line ${line}` : "";
      return `Still running after ${seconds} seconds, so it was stopped${where}. Is there a loop that does not end?`;
    }
    if (error) return "The program does not run by itself, so no test was tried.";
    const passed = tests.filter((test) => test.passed).map(({ name }) => name);
    const all = results.names.length;
    const isRight = passed.length === all;
    this.ran = { code, passed };
    if (facts.debug && !isRight) this.runs += 1;
    this.showCount();
    Object.assign(answer, this.answer);
    if (isRight || code !== editor.starter) return "";
    this.changed();
    return `${passed.length} of ${all} tests pass. This is the starter, so it does not count.`;
  }
}

export function key(host) {
  return [...host.querySelectorAll("[data-test]")].map(({ dataset }) => dataset.test);
}

export function setup(host, changed) {
  challenges.set(host, new Challenge(host, changed));
}

export const read = (host) => challenges.get(host).answer;

export function write(host, answer) {
  challenges.get(host).answer = answer;
}

export const parts = (host) => [["program", challenges.get(host).editor.box]];

export const ready = (host, answer) => challenges.get(host).run(answer);

export function grade({ passed }, names) {
  const count = names.filter((name) => passed?.includes(name)).length;
  return { score: count / names.length, marks: {}, note: `${count} of ${names.length} tests pass.` };
}
