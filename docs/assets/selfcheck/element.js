/**
 * One question in the page: all that the kinds share. What the form shows follows from the history alone, so whatever
 * changes the history ends in `render`. No method of the form itself is used: a blank may bear its name.
 */
import { button, make } from "./dom.js";
import { addAttempt, addDraft, clear, latest, verdict } from "./records.js";
import { listen, read, update } from "./store.js";

const WORDS = { right: "Right.", partly: "Partly right.", wrong: "Wrong.", shown: "Answer shown." };
const LOCKED = "[aria-disabled]";
const PAUSE = 300; // milliseconds without typing before a draft is saved

/** Not by `disabled`: the focus and screen readers still reach what is locked. */
function lock(control, locked) {
  control.ariaDisabled = locked || null;
  if (control.matches("[type=text], textarea")) control.readOnly = locked;
}

const controls = (box) => (box.matches("input") ? [box] : [...box.querySelectorAll("input, select, textarea, button")]);

/** What of a history is more than a draft. */
const settled = ({ cleared, attempts }) => JSON.stringify([cleared, attempts.at(-1)]);

/** Plain characters would trigger the page's one-letter shortcuts. */
export function keepKeys(event) {
  if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
}

class Question {
  constructor(host, kind) {
    this.host = host;
    this.kind = kind;
    this.id = host.id.slice(2);
    this.rev = Number(host.dataset.rev);
    this.key = kind.key?.(host) ?? JSON.parse(host.dataset.key);
    this.answer = host.querySelector(".sc-answer");
    this.hintBoxes = [...host.querySelectorAll(".sc-hint")];
    kind.setup?.(host, () => this.save(0));
    HTMLFormElement.prototype.reset.call(host.querySelector("form")); // some browsers fill it in again after a reload
    this.blank = kind.read(host);
    this.actions = {
      check: Object.assign(button(kind.action ?? "Check"), { type: "submit" }),
      retry: button("Try again", () => this.retry()),
      hint: button("Hint", () => this.showHint()),
      show: button("Show answer", () => this.record("shown", 0)),
      clear: button("Clear", () => this.change(clear)),
    };
    this.status = make("div", { role: "status", className: "sc-status" });
    this.answer.before(
      make("div", { ariaLive: "polite" }, ...this.hintBoxes),
      make("div", { className: "sc-actions" }, ...Object.values(this.actions)),
      this.status,
    );

    host.addEventListener("submit", (event) => {
      event.preventDefault();
      this.check();
    });
    host.addEventListener("click", (event) => {
      if (!event.target.closest(LOCKED)) return;
      event.preventDefault();
      event.stopPropagation();
    }, true);
    host.addEventListener("input", ({ target }) => (target.matches(LOCKED) ? this.render() : this.save(PAUSE)));
    host.addEventListener("change", () => this.timer && this.save(0));
    host.addEventListener("keydown", keepKeys);
  }

  isBlank(answer) {
    return JSON.stringify(answer) === JSON.stringify(this.blank);
  }

  async check() {
    const { host, kind, key } = this;
    if (this.state !== "editing" || this.isChecking) return;
    const answer = kind.read(host);
    this.isChecking = true;
    const problem = this.isBlank(answer) && !kind.untouchedCounts ? "Answer first, then press Check." : await kind.ready?.(host, answer, key);
    this.isChecking = false;
    if (this.state !== "editing") return; // the answer was opened meanwhile
    if (problem) return this.status.replaceChildren(problem);
    const { score } = kind.grade(answer, key);
    this.record(verdict(score), score, answer);
  }

  /** What drafts and attempts have in common. */
  now(answer = this.kind.read(this.host)) {
    return { rev: this.rev, hints: this.hints, answer };
  }

  async change(change) {
    this.render(await update(this.id, change, this));
  }

  record(verdict, score, answer) {
    clearTimeout(this.timer); // or what was just typed would come after it, as a draft
    const attempt = { ...this.now(answer), verdict, score };
    return this.change((history) => addAttempt(history, attempt));
  }

  /** Saves a draft after a pause. */
  save(pause) {
    clearTimeout(this.timer);
    this.timer = pause && setTimeout(() => this.save(0), pause);
    const draft = this.now();
    if (!pause && this.state === "editing") update(this.id, (history) => addDraft(history, draft), this);
  }

  /** Keeps what was right; after a solved question all starts afresh. */
  async retry() {
    const { kind, key, past } = this;
    const afresh = this.state === "open" && !kind.final && !kind.ongoing;
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
    this.renderActions();
    this.save(0);
  }

  renderActions() {
    const { state, hints, hintBoxes } = this;
    const useful = {
      check: state === "editing",
      retry: state !== "editing",
      hint: state !== "open" && hints < hintBoxes.length,
      show: state !== "open",
      clear: this.answered,
    };
    for (const [name, action] of Object.entries(this.actions)) {
      lock(action, !useful[name]);
      action.hidden = !useful[name] && action !== document.activeElement; // or the focus would be lost
    }
    hintBoxes.forEach((hint, at) => (hint.hidden = at >= hints));
  }

  render(history = read(this.id)) {
    clearTimeout(this.timer);
    this.timer = 0;
    const { host, kind, rev } = this;
    const past = latest(history, rev);
    const draft = history.draft?.rev === rev ? history.draft : undefined;
    const solved = past && (kind.final || past.verdict === "right" || past.verdict === "shown");
    const editing = !past || Boolean(draft) || (kind.ongoing && !solved);
    const open = !editing && solved;
    const { answer = this.blank, hints = 0 } = draft ?? past ?? {};
    this.past = past;
    this.hints = hints;
    this.answered = history.attempts.length > 0;
    this.settled = settled(history);
    this.state = editing ? "editing" : open ? "open" : "checked";
    host.dataset.state = this.state;

    let result = { marks: {} };
    try {
      kind.write(host, answer, open);
      if (past && !(editing && solved)) result = this.judge(past);
    } catch {
      kind.write(host, this.blank, open); // imported, and no answer to this
      this.past = past && { ...past, answer: this.blank };
    }
    for (const [part, box] of kind.parts(host)) {
      const right = result.marks[part];
      const missed = open && result.missed?.includes(part);
      setMark(box, right ? "right" : editing ? "" : right === false ? "wrong" : missed ? "missed" : "");
      const locked = !editing || right === true;
      box.toggleAttribute("data-locked", locked);
      for (const control of controls(box)) lock(control, locked);
    }
    this.renderActions();
    this.answer.hidden = !open;
    this.answer.open = open;
    if (past && !draft) this.explain(past.verdict, result);
    else this.status.replaceChildren(this.answered && !past ? "This question has changed since you answered it." : "");
  }

  /** Grades again to say why. If that comes out differently, since texts have changed, the old verdict stands alone. */
  judge({ answer, verdict: said }) {
    const result = this.kind.grade(answer, this.key);
    if (this.isBlank(answer)) return { marks: {}, missed: result.missed };
    return said === "shown" || said === verdict(result.score) ? result : { marks: {} };
  }

  explain(said, { note = "", reasons = [] }) {
    const counted = said === "partly" || said === "wrong";
    const headline = make("p", { className: `sc-verdict sc-${said}` }, `${WORDS[said]} ${counted ? note : ""}`);
    const copies = this.state === "checked" ? reasons.flatMap((reason) => this.copiesOf(reason)) : [];
    this.status.replaceChildren(headline, make("ul", { className: "sc-reasons", hidden: !copies.length }, ...copies));
  }

  /** The explanation of a mistake, if one was written, from the closed answer. */
  copiesOf(reason) {
    const wanted = Object.entries(reason);
    const copies = [...this.answer.querySelectorAll("li")]
      .filter(({ dataset, lastChild }) =>
        lastChild.className !== "sc-letter" && wanted.every(([name, value]) => dataset[name] === `${value}`))
      .map((item) => item.cloneNode(true));
    for (const copy of copies) copy.querySelectorAll("[id]").forEach((element) => element.removeAttribute("id"));
    return copies;
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
      if (this.timer) this.save(0);
    };
  }
}

function setMark(box, mark) {
  const isField = box.matches("input"); // which holds nothing
  const old = isField ? box.nextElementSibling : box.lastElementChild;
  if (old?.matches(".sc-mark")) old.remove();
  if (mark) box[isField ? "after" : "append"](make("span", { className: `sc-mark sc-${mark}` }, mark));
}

/** A deep link's target stays in place while the questions above it grow, until the reader moves. */
const target = location.hash;
let moved = !target.startsWith("#q-");
for (const event of ["wheel", "pointerdown", "keydown"]) addEventListener(event, () => (moved = true), true);

const questions = new WeakMap();

/** Upgrades an element once, and shows its history each time it comes into a page. */
export function connect(host, kind) {
  const question = questions.get(host) ?? new Question(host, kind);
  questions.set(host, question);
  question.render();
  if (!moved && target === location.hash) document.getElementById(target.slice(1))?.scrollIntoView();
  return question.follow();
}
