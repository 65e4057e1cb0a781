/** What came of a run, shown where the tests stand. All of it is text, whatever a program may have printed. */
import { all, make } from "../dom.js";

const WORDS = { passed: "right", failed: "wrong", "not run": "" };

const block = (text, ...classes) => make("pre", { className: classes.join(" "), tabIndex: 0 }, text);

/** Lines of the program can be gone to. */
function trace(text, goTo) {
  const pre = make("pre", { className: "sc-trace" });
  text.split("\n").forEach((row, at) => {
    const [, word, number, rest] = row.match(/^(line (\d+))(.*)$/) ?? [];
    const line = Number(number);
    pre.append(at ? "\n" : "", ...(word ? [make("button", { type: "button", onclick: () => goTo(line) }, word), rest] : [row]));
  });
  return pre;
}

/** What a failure tells, part by part. */
function facts({ called, expected, got, difference, message, trace: frames }, goTo) {
  const rows = [["Input", called], ["Expected", expected], ["Got", got]].filter(([, text]) => text);
  return [
    ...(rows.length ? [make("dl", {}, ...rows.flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, make("code", {}, text))]))] : []),
    ...[difference, message].filter(Boolean).map((text) => make("p", {}, text)),
    ...(frames ? [trace(frames, goTo)] : []),
  ];
}

const printed = (text) => (text.trim() ? [make("p", { className: "sc-label" }, "Printed"), block(text.trimEnd(), "sc-printed")] : []);

export class Results {
  /** `tests` is the closed list of them, `goTo` leads to a line of the program. */
  constructor(tests, goTo) {
    this.tests = tests;
    this.goTo = goTo;
    this.error = make("div", { className: "sc-error", hidden: true });
    this.output = make("div", {});
    this.items = new Map(all(tests, "li").map((item) => [item.dataset.test, item]));
    for (const pre of all(tests, "pre")) {
      const code = make("details", {}, make("summary", {}, "The test"));
      pre.before(code);
      code.append(pre);
    }
  }

  get names() {
    return [...this.items.keys()];
  }

  /** The tests as the harness takes them. */
  get orders() {
    return [...this.items].map(([name, item]) => ({ name, expects: "", code: item.querySelector("pre code").textContent }));
  }

  clear() {
    this.error.hidden = true;
    this.output.replaceChildren();
    for (const item of this.items.values()) for (const element of all(item, ".sc-mark, .sc-facts")) element.remove();
  }

  mark(name, word) {
    const item = this.items.get(name);
    item?.querySelector("b").after(" ", make("span", { className: `sc-mark sc-${WORDS[word]}` }, word));
    return item;
  }

  /** Which tests passed when the program ran last; the rest is no longer known. */
  recall(passed) {
    this.clear();
    for (const name of passed ? this.names : []) this.mark(name, passed.includes(name) ? "passed" : "failed");
  }

  show({ error, output, tests }) {
    const { goTo } = this;
    this.clear();
    if (error) this.error.replaceChildren(...facts(error, goTo));
    this.error.hidden = !error;
    this.output.replaceChildren(...printed(output));
    for (const name of error ? [] : this.names) {
      const { passed, failure, output: said } = tests.find((test) => test.name === name) ?? { failure: {} };
      const isStopped = failure?.interrupted;
      const item = this.mark(name, passed ? "passed" : passed === undefined || isStopped ? "not run" : "failed");
      if (passed === false) item.querySelector("details").before(make("div", { className: "sc-facts" }, ...facts(failure, goTo), ...printed(said)));
    }
    this.tests.open = !error;
  }
}
