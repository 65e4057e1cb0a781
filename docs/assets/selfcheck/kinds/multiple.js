/** Any number of right choices. An answer lists the hashes chosen. */
import { all } from "../dom.js";

const inputs = (host) => all(host, ".sc-choices input");

export const key = (host) => all(host, "[data-right]").map(({ dataset }) => dataset.choice);

export const read = (host) => inputs(host).filter((input) => input.checked).map((input) => input.value);

export function write(host, answer) {
  for (const input of inputs(host)) input.checked = answer.includes(input.value);
}

export const parts = (host) => inputs(host).map((input) => [input.value, input.parentElement]);

export const retry = (answer, right) => answer.filter((choice) => right.includes(choice));

export function grade(answer, right) {
  const hits = retry(answer, right);
  const wrong = answer.filter((choice) => !right.includes(choice));
  return {
    score: hits.length / (right.length + wrong.length),
    marks: Object.fromEntries(answer.map((choice) => [choice, right.includes(choice)])),
    missed: right.filter((choice) => !answer.includes(choice)),
    reasons: wrong.map((choice) => ({ choice })),
    note: `${hits.length} of ${right.length} right ones found, ${wrong.length} wrong.`,
  };
}
