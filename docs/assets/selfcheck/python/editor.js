/** A text area for programs: Python's indentation, line numbers, and what else a coding round needs. It must not know what a question is. */
import { button, make } from "../dom.js";

const STEP = 4;
const MOST = 40; // rows
const OPENS = /[:([{]\s*(?:#.*)?$/;
const LEAVES = /^\s*(?:return|raise|pass|break|continue)\b/;
const KEYS = "Tab indents; Escape, then Tab, leaves the editor. Ctrl+Enter runs the program.";

const indentOf = (line) => line.match(/^ */)[0].length;

export class Editor {
  /** `starter` is what "Reset" brings back. */
  constructor(id, starter) {
    this.starter = starter;
    this.lines = make("div", { className: "sc-lines", ariaHidden: "true" });
    this.area = make("textarea", { id, className: "sc-program", spellcheck: false, autocapitalize: "off", autocomplete: "off", wrap: "off" });
    this.area.setAttribute("autocorrect", "off");
    this.area.setAttribute("aria-describedby", `${id}-keys`);
    this.said = make("span", { className: "sc-said", role: "status" });
    this.resetting = button("Reset to the starter", () => this.reset());
    this.box = make("div", { className: "sc-editor", translate: false },
      make("label", { className: "sc-label", htmlFor: id }, "Your program"),
      make("div", { className: "sc-pane" }, this.lines, this.area),
      make("div", { className: "sc-tools" }, make("span", { id: `${id}-keys`, className: "sc-keys" }, KEYS), this.resetting),
      this.said);
    this.area.addEventListener("keydown", (event) => this.press(event));
    this.area.addEventListener("blur", () => (this.isLeaving = false));
    this.area.addEventListener("scroll", () => (this.lines.scrollTop = this.area.scrollTop));
    this.area.addEventListener("input", () => {
      this.before = undefined;
      this.count();
    });
    this.area.defaultValue = starter;
    this.count();
  }

  get text() {
    return this.area.value.trimEnd();
  }

  /** Keeps the caret, and what can be undone, if nothing changes. */
  set text(text) {
    if (text === this.text) return;
    this.area.value = text;
    this.before = undefined;
    this.count();
  }

  count() {
    const { area, lines, starter } = this;
    const total = area.value.split("\n").length;
    area.rows = Math.max(6, Math.min(total + 1, MOST));
    if (lines.childElementCount !== total) {
      lines.replaceChildren(...Array.from({ length: total }, (_, at) => make("span", {}, `${at + 1}`)));
    }
    this.mark(0);
    this.resetting.hidden = this.before === undefined && this.text === starter;
    this.resetting.textContent = this.before === undefined ? "Reset to the starter" : "Undo the reset";
  }

  /** Marks the number of a line (0: of none). */
  mark(line) {
    this.lines.querySelector("[class]")?.removeAttribute("class");
    if (line) this.lines.children[line - 1]?.setAttribute("class", "sc-here");
  }

  goTo(line) {
    const { area } = this;
    const before = area.value.split("\n").slice(0, line - 1).join("\n").length + (line > 1);
    const end = area.value.indexOf("\n", before);
    area.focus();
    area.setSelectionRange(before, end < 0 ? area.value.length : end);
    area.scrollTop = (line - 5) * (area.scrollHeight / area.value.split("\n").length);
  }

  /** As if typed, so that it can be undone. */
  replace(start, end, text) {
    const { area } = this;
    if (start === end && !text) return;
    area.focus();
    area.setSelectionRange(start, end);
    if (document.execCommand(text ? "insertText" : "delete", false, text)) return;
    area.setRangeText(text, start, end, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }

  reset() {
    const { area, before, starter } = this;
    const now = this.text;
    this.replace(0, area.value.length, before ?? starter);
    this.before = before === undefined ? now : undefined;
    this.count();
    this.resetting.hidden = false; // it has the focus
    this.resetting.focus();
    this.said.textContent = before === undefined ? "The starter is back." : "Your program is back.";
  }

  press(event) {
    const { area } = this;
    const key = event.key === "Unidentified" ? event.code : event.key; // WebKit on Linux doesn't know Shift+Tab
    const wasLeaving = this.isLeaving;
    this.isLeaving = key === "Escape" || (wasLeaving && key === "Shift");
    if (event.isComposing) return;
    if (key === "Escape") {
      this.said.textContent = "Tab now leaves the editor.";
      return event.stopPropagation();
    }
    this.said.textContent = "";
    if (key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      return HTMLFormElement.prototype.requestSubmit.call(area.form);
    }
    if (area.readOnly || event.altKey || event.ctrlKey || event.metaKey) return;
    const isDone = {
      Tab: () => !wasLeaving && this.indent(event.shiftKey),
      Enter: () => this.breakLine(),
      Backspace: () => this.dedent(),
    }[key]?.();
    if (isDone) event.preventDefault();
  }

  /** The caret or selection, and where its first line begins. */
  at() {
    const { selectionStart: start, selectionEnd: end, value } = this.area;
    return { start, end, value, from: value.lastIndexOf("\n", start - 1) + 1 };
  }

  breakLine() {
    const { start, end, value, from } = this.at();
    const line = value.slice(from, start);
    const change = OPENS.test(line) ? STEP : LEAVES.test(line) ? -STEP : 0;
    this.replace(start, end, `\n${" ".repeat(Math.max(indentOf(line) + change, 0))}`);
    return true;
  }

  dedent() {
    const { start, end, value, from } = this.at();
    const line = value.slice(from, start);
    if (start !== end || !line || line.trim() || line.includes("\t")) return false;
    this.replace(from + Math.floor((line.length - 1) / STEP) * STEP, start, "");
    return true;
  }

  indent(back) {
    const { area } = this;
    const { start, end, value, from } = this.at();
    if (start === end && !back) {
      this.replace(start, end, " ".repeat(STEP - ((start - from) % STEP)));
      return true;
    }
    const block = value.slice(from, end);
    const shifted = block.split("\n").map((line) => (back ? line.replace(/^ {1,4}/, "") : line && " ".repeat(STEP) + line));
    const first = shifted[0].length - block.split("\n")[0].length;
    const text = shifted.join("\n");
    if (text === block) return true;
    if (block) this.replace(from, end, text);
    area.setSelectionRange(Math.max(start + first, from), Math.max(from + text.length, from));
    return true;
  }
}
