/** Blanks inside the prompt. An answer maps the names of blanks to texts. */
import { all } from "../dom.js";
import { gradeText, tally } from "../grading.js";

const blanks = (host) => all(host, ".sc-blank");

export const read = (host) => Object.fromEntries(blanks(host).map(({ name, value }) => [name, value.trim()]));

export function write(host, answer) {
  for (const blank of blanks(host)) blank.value = answer[blank.name] ?? "";
}

export const parts = (host) => blanks(host).map((blank) => [blank.name, blank]);

export const ready = (host, answer) => (Object.values(answer).every(Boolean) ? "" : "Fill every blank, then press Check.");

export function grade(answer, key) {
  const results = Object.entries(key).map(([blank, accepted]) => [blank, gradeText(answer[blank] ?? "", accepted)]);
  return tally(
    Object.fromEntries(results.map(([blank, { score }]) => [blank, score === 1])),
    results.flatMap(([blank, { reasons }]) => reasons.map(({ slip }) => ({ blank, slip }))),
  );
}
