// Text that others wrote, put into Markdown so that it stays text: in a fence no link, name or HTML means anything.

const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** One line, without characters that can't be seen, cut where it is too long. @param {string} text @param {number} length */
export function line(text, length) {
  const seen = text.replace(/[\n\t]/g, " ").replace(CONTROL, "");
  return seen.length > length ? seen.slice(0, length - 1) + "…" : seen;
}

/** A block of code with a fence that nothing in it can close. @param {string[]} lines */
export function fenced(lines) {
  const text = lines.join("\n");
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}
