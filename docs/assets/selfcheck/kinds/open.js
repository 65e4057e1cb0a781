/** A free answer, then held against a rubric by the reader. The points of an answer are null until the rubric is seen. */
import { all } from "../dom.js";

export const final = true;

const area = (host) => host.querySelector(".sc-field textarea");
const rubric = (host) => host.querySelector(".sc-rubric");
const points = (host) => all(host, ".sc-point input");

export const key = (host) => points(host).length;

/** The rubric comes first; the model answer stays closed meanwhile. */
export function setup(host) {
  host.querySelector(".sc-answer").before(rubric(host));
  rubric(host).hidden = true;
}

export const read = (host) => ({
  text: area(host).value.trimEnd(),
  points: rubric(host).hidden ? null : points(host).filter((point) => point.checked).map((point) => point.value),
});

export function write(host, answer, over) {
  area(host).value = answer.text;
  rubric(host).hidden = !answer.points && !over;
  for (const point of points(host)) point.checked = answer.points?.includes(point.value);
}

export const parts = (host) => [["text", area(host).parentElement], ["points", rubric(host)]];

export function ready(host, answer) {
  if (!answer.text) return "Write your answer first, if only its key words.";
  if (answer.points) return "";
  rubric(host).hidden = false;
  return "Now tick the points your answer made, and press Check again.";
}

export function grade(answer, total) {
  const count = Math.min(answer.points?.length ?? 0, total);
  return { score: count / total, marks: {}, note: `${count} of ${total} points made.` };
}

export const retry = ({ text }) => ({ text, points: null });
