/**
 * One question in the page: all that the kinds share. What the form shows follows from the history alone, so whatever
 * changes a history ends in `render`. Methods of the form itself are not used: a blank may bear the name of one.
 * Types in types.d.ts.
 */
import { button, make } from "./dom.js";
import { addAttempt, addDraft, clear, latest, verdict } from "./records.js";
import { listen, read, update } from "./store.js";

const WORDS = { right: "Right.", partly: "Partly right.", wrong: "Wrong.", shown: "Answer shown." };
const LOCKED = "[aria-disabled=true]";
const PAUSE = 300; // milliseconds without typing before a draft is saved

/** Never by `disabled`: focus and screen readers still reach what is locked. */
function lock(control, locked) {
  control.ariaDisabled = locked || null;
  if (control.matches("[type=text], textarea")) control.readOnly = locked;
}

const controls = (box) => (box.matches("input") ? [box] : [...box.querySelectorAll("input, select, textarea, button")]);

/** A useless button is hidden, unless it has the focus, which would be lost. */
function offer(action, useful) {
  lock(action, !useful);
  action.hidden = !useful && action !== document.activeElement;
}

function refuse(event) {
  if (!event.target.closest(LOCKED)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}

/** Plain characters would trigger the page's one-letter shortcuts. */
export function keepKeys(event) {
  if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
}

class Question {
  constructor(host, kind) {
    const key = kind.key?.(host) ?? JSON.parse(host.dataset.key);
    const answer = host.querySelector(".sc-answer");
    const hints = [...host.querySelectorAll(".sc-hint")];
    Object.assign(this, { host, kind, key, answer, id: host.id.slice(2), rev: Number(host.dataset.rev), hintBoxes: hints });
    kind.setup?.(host, () => this.save());
    this.blank = kind.read(host);

    this.checkButton = Object.assign(button("Check"), { type: "submit" });
    this.retryButton = button("Try again", () => this.retry());
    this.hintButton = button("Hint", () => this.showHint());
    this.showButton = button("Show answer", () => this.record("shown", 0));
    this.clearButton = button("Clear", () => this.change(clear));
    this.status = make("div", { role: "status", className: "sc-status" });
    const { checkButton, retryButton, hintButton, showButton, clearButton } = this;
    answer.before(
      make("div", { className: "sc-hints", ariaLive: "polite" }, ...hints),
      make("div", { className: "sc-actions" }, checkButton, retryButton, hintButton, showButton, clearButton),
      this.status,
    );

    host.addEventListener("submit", (event) => {
      event.preventDefault();
      this.check();
    });
    host.addEventListener("input", ({ target }) => (target.closest(LOCKED) ? this.render() : this.saveSoon()));
    host.addEventListener("change", () => this.timer && this.save());
    host.addEventListener("click", refuse, true);
    host.addEventListener("mousedown", (event) => event.target.matches("select") && refuse(event));
    host.addEventListener("keydown", (event) => {
      if (event.target.matches("select") && event.key !== "Tab") refuse(event);
      keepKeys(event);
    });
  }

  isBlank(answer) {
    return JSON.stringify(answer) === JSON.stringify(this.blank);
  }

  check() {
    if (this.state !== "editing") return;
    const answer = this.kind.read(this.host);
    const problem = this.isBlank(answer) ? "Answer first, then press Check." : this.kind.ready?.(this.host, answer, this.key);
    if (problem) return this.status.replaceChildren(problem);
    const { score } = this.kind.grade(answer, this.key);
    this.record(verdict(score), score);
  }

  /** What a draft and an attempt have in common. */
  now(answer = this.kind.read(this.host)) {
    return { rev: this.rev, hints: this.hints, answer };
  }

  record(verdict, score) {
    const attempt = { ...this.now(), verdict, score };
    this.change((history) => addAttempt(history, attempt));
  }

  async change(change) {
    this.render(await update(this.id, change, this));
  }

  saveSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), PAUSE);
  }

  save() {
    clearTimeout(this.timer);
    this.timer = 0;
    const draft = this.now();
    if (this.state === "editing") update(this.id, (history) => addDraft(history, draft), this);
  }

  /** Keeps what was right; after a solved question all starts afresh. */
  async retry() {
    const { kind, key, past } = this;
    const afresh = this.state === "open" && !kind.final;
    if (afresh) this.hints = 0;
    const draft = this.now(afresh ? this.blank : kind.retry ? kind.retry(past.answer, key) : past.answer);
    await this.change((history) => addDraft(history, draft));
    const free = kind.parts(this.host).flatMap(([, box]) => controls(box)).find((control) => !control.matches(LOCKED));
    free?.focus();
    if (free?.matches("[type=text]")) free.select();
  }

  showHint() {
    this.hintBoxes[this.hints].open = true;
    this.hints += 1;
    this.renderHints();
    this.save();
  }

  renderHints() {
    this.hintBoxes.forEach((hint, at) => (hint.hidden = at >= this.hints));
    offer(this.hintButton, this.state !== "open" && this.hints < this.hintBoxes.length);
  }

  render(history = read(this.id)) {
    clearTimeout(this.timer);
    this.timer = 0;
    const { host, kind, rev } = this;
    const past = latest(history, rev);
    const draft = history.draft?.rev === rev ? history.draft : undefined;
    const solved = past && (past.verdict === "right" || past.verdict === "shown" || kind.final);
    const editing = !past || Boolean(draft);
    const open = !editing && solved;
    Object.assign(this, { past, state: editing ? "editing" : open ? "open" : "checked", settled: settled(history) });
    host.dataset.state = this.state;

    const { answer = this.blank, hints = 0 } = draft ?? past ?? {};
    this.hints = hints;
    let result = { marks: {} };
    try {
      kind.write(host, answer, open);
      if (past && !(editing && solved)) result = this.judge(past);
    } catch {
      kind.write(host, this.blank, open); // imported, and not an answer
    }
    for (const [part, box] of kind.parts(host)) {
      const right = result.marks[part];
      const mark = right ? "right" : editing ? "" : right === false ? "wrong" : open && result.missed?.includes(part) ? "missed" : "";
      setMark(box, mark);
      const locked = !editing || right === true;
      box.toggleAttribute("data-locked", locked);
      for (const control of controls(box)) lock(control, locked);
    }
    this.renderHints();
    offer(this.checkButton, editing);
    offer(this.retryButton, !editing);
    offer(this.showButton, !open);
    offer(this.clearButton, history.attempts.length > 0);
    this.answer.hidden = !open;
    this.answer.open = open;
    if (editing) this.status.replaceChildren(!past && history.attempts.length ? "This question has changed since you answered it." : "");
    else this.explain(past.verdict, result);
  }

  /** Grades again to say why. If that comes out differently, since texts have changed, the old verdict stands alone. */
  judge({ answer, verdict: said }) {
    const result = this.kind.grade(answer, this.key);
    if (this.isBlank(answer)) return { marks: {}, missed: result.missed };
    return said === "shown" || said === verdict(result.score) ? result : { marks: {} };
  }

  explain(said, { note = "", reasons = [] }) {
    const counted = said === "partly" || said === "wrong" || this.kind.final;
    const headline = make("p", { className: "sc-verdict" }, `${WORDS[said]} ${counted && said !== "shown" ? note : ""}`);
    headline.dataset.mark = said;
    const copies = this.state === "checked" ? reasons.map((reason) => this.copyOf(reason)).filter(Boolean) : [];
    this.status.replaceChildren(headline, ...(copies.length ? [make("ul", { className: "sc-reasons" }, ...copies)] : []));
  }

  /** The explanation of a mistake, if one was written, from the closed answer. */
  copyOf(reason) {
    const copy = [...this.answer.querySelectorAll("li")]
      .find(({ dataset }) => Object.entries(reason).every(([name, value]) => dataset[name] === String(value)))
      ?.cloneNode(true);
    copy?.querySelectorAll("[id]").forEach((element) => element.removeAttribute("id"));
    return copy;
  }

  /** Follows what happens to the history elsewhere; returns what ends that. */
  follow() {
    const leave = listen((id, source) => {
      if (source === this || (id !== undefined && id !== this.id)) return;
      const history = read(this.id);
      const isDraft = settled(history) === this.settled;
      if (!isDraft || !this.host.contains(document.activeElement)) this.render(history);
    });
    return () => {
      leave();
      if (this.timer) this.save();
    };
  }
}

/** What of a history is more than a draft. */
const settled = ({ cleared, attempts }) => JSON.stringify([cleared, attempts.at(-1)]);

function setMark(box, mark) {
  const isField = box.matches("input"); // which holds nothing
  const old = isField ? box.nextElementSibling : box.lastElementChild;
  if (old?.matches(".sc-mark")) old.remove();
  box.dataset.mark = mark;
  if (!mark) return;
  const sign = make("span", { className: "sc-mark" }, mark);
  sign.dataset.mark = mark;
  if (isField) box.after(sign);
  else box.append(sign);
}

/** A deep link's target stays in place while the questions above it grow, until the reader moves. */
const target = location.hash;
let moved = !target.startsWith("#q-");
for (const event of ["wheel", "pointerdown", "keydown"]) addEventListener(event, () => (moved = true), { capture: true });

const questions = new WeakMap();

/** Upgrades an element once; each time it stands in a page it shows its history anew. */
export function connect(host, kind) {
  if (!questions.has(host)) questions.set(host, new Question(host, kind));
  const question = questions.get(host);
  question.render();
  if (!moved && target === location.hash) document.getElementById(target.slice(1))?.scrollIntoView();
  return question.follow();
}
