/** A number, with or without a unit; NumericKey in types.d.ts says how units count. */
import { plain, tally } from "../grading.js";
import { readNumber } from "../number.js";

export { parts, read, write } from "../dom.js";

const unitName = (unit) => plain(unit).replace(/^per ?cent$/, "%");

/** The number read, and the answer it is held against. */
function understand(text, key) {
  const number = readNumber(text);
  if (!number) return {};
  const { value, unit } = number;
  const targets = [key, ...key.also];
  const alike = targets.find((one) => one.unit.some((name) => unitName(name) === unitName(unit)));
  const target = unit ? (targets.find((one) => one.unit.includes(unit)) ?? alike) : key;
  return !target && unitName(unit) === "%" ? { value: value / 100, unit, target: key } : { value, unit, target };
}

export function ready(host, answer, key) {
  const { unit, target } = understand(answer, key);
  if (target) return "";
  if (!unit) return "This can't be read as a number. Write it like 0.25, 1e-3, 1/4 or 25%.";
  const names = [key, ...key.also].flatMap((one) => one.unit.slice(0, 1));
  return `The unit “${unit}” is not expected here. Write the number alone${names.map((name) => ` or in ${name}`).join("")}.`;
}

export function grade(answer, key) {
  const { value, target } = understand(answer, key);
  if (!target) return tally({ value: false });
  const size = Math.abs(target.answer);
  const scale = key.percent ? size / 100 : target === key || !key.answer ? 1 : size / Math.abs(key.answer);
  const tolerance = key.tolerance * scale;
  const off = (from) => Math.abs(value - from);
  const right = off(target.answer) <= tolerance * (1 + 1e-9) + size * 1e-12; // binary fractions are not exact
  if (right || target !== key) return tally({ value: right });
  const [slip] = [...key.slips.keys()]
    .filter((at) => off(key.slips[at]) <= Math.max(Math.abs(key.slips[at]) / 100, tolerance))
    .sort((a, b) => off(key.slips[a]) - off(key.slips[b]));
  return tally({ value: false }, slip === undefined ? [] : [{ slip }]);
}
