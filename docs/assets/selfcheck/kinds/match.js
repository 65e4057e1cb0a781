/** Pairs. An answer maps hashes of the left side to hashes of the right side. */
import { all } from "../dom.js";
import { tally } from "../grading.js";

const selects = (host) => all(host, ".sc-pairs select");

export const read = (host) => Object.fromEntries(selects(host).map(({ name, value }) => [name, value]));

export function write(host, answer) {
  for (const select of selects(host)) {
    select.value = answer[select.name] ?? "";
    if (select.selectedIndex < 0) select.value = ""; // that text is gone
  }
}

export const parts = (host) => selects(host).map((select) => [select.name, select.closest("li")]);

export const ready = (host, answer) => (Object.values(answer).every(Boolean) ? "" : "Choose something in every row, then press Check.");

export const grade = (answer, key) =>
  tally(Object.fromEntries(Object.entries(key).map(([left, right]) => [left, answer[left] === right])));
