/**
 * Reads a number the way people write one: 0.5  .5  -3  1e-3  1.2×10^3  1/3  12 %  0.69 nats. Pure.
 * - Spaces and apostrophes between digits separate thousands, and so does a point or comma that stands twice.
 * - Where point and comma both stand, the last is the decimal mark.
 * - One point is the decimal mark. So is one comma, unless one to three digits, the first not 0, stand before it and
 *   exactly three after it: 1,234 is 1234, but 0,123 and 1,23 are decimals.
 * What doesn't come out in groups of three digits is refused, not guessed.
 */
const NUMBER = "(\\d(?:[ ',.]?\\d)*[.,]?|[.,]\\d+)(e[+-]?\\d+)?";
const FORM = new RegExp(`^([+-]?) ?${NUMBER}(?: ?/ ?${NUMBER})?(.*)`, "i");

/** One way to write each sign. */
const tidy = (text) =>
  text.trim()
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/[\u2019\u02bc]/g, "'")
    .replace(/\s+/g, " ")
    .replace(/ ?[x×*·⋅] ?10 ?(\^|\*\*) ?([+-]?\d+)/i, "e$2")
    .replace(/^([+-]?)10 ?(\^|\*\*) ?([+-]?\d+)/, "$11e$3");

/** Digits with marks as JavaScript writes them. */
function decimal(digits) {
  const marks = digits.match(/\D/g) ?? [];
  const last = marks.at(-1);
  const once = /[.,]/.test(last) && marks.indexOf(last) === marks.length - 1;
  const end = once && !/^[1-9]\d{0,2},\d{3}$/.test(digits) ? digits.lastIndexOf(last) : digits.length;
  const whole = digits.slice(0, end);
  return /^(\d*|[1-9]\d{0,2}([ ',.])\d{3}(\2\d{3})*)$/.test(whole) && `${whole.replace(/\D/g, "")}.${digits.slice(end + 1)}`;
}

/** The value and the unit, which is all that follows; nothing if it can't be read. */
export function readNumber(text) {
  const [, sign, top = "", power = "", bottom = "1", bottomPower = "", rest = ""] = FORM.exec(tidy(text)) ?? [];
  const value = Number(sign + decimal(top) + power) / Number(decimal(bottom) + bottomPower);
  const unit = rest.trim();
  return Number.isFinite(value) && !/^[\d.,'+*^/-]/.test(unit) ? { value, unit } : undefined;
}
