/** Grading that several kinds share. Pure. */

/**
 * Texts count as equal that differ in case, Unicode form (NFKC), white space, hyphens or dashes instead of spaces,
 * quotation marks, final punctuation and an article at the beginning. A dash before a digit, with no letter or digit before it, is a minus and counts.
 */
export function plain(text) {
  const bare = text
    .replace(/´/g, "'") // NFKC takes it apart
    .normalize("NFKC").toLowerCase().normalize("NFKC")
    .replace(/[\p{Pi}\p{Pf}'"`]/gu, "")
    .replace(/[\p{Pd}\u2212]/gu, "-")
    .replace(/(?<![\p{L}\p{N}])-(?=\p{N})/gu, "\u2212")
    .replace(/[-\s]+/g, " ")
    .replace(/^ ?(an?|the) (?=.)/, "")
    .replace(/(?<![\s.,;:!?])[\s.,;:!?]+$/, "") // from where such a run begins, or a long one takes forever
    .trim();
  return bare || text.trim();
}

/** Every part counts the same. */
export function tally(marks, reasons = []) {
  const all = Object.values(marks);
  const hits = all.filter(Boolean).length;
  return { score: hits / all.length, marks, reasons, note: all.length > 1 ? `${hits} of ${all.length} right.` : "" };
}

export function gradeText(text, { accept, slips = [] }, same = plain) {
  const among = (list) => list.some((one) => same(one) === same(text));
  const right = among(accept);
  const slip = slips.findIndex(among);
  return tally({ value: right }, right || slip < 0 ? [] : [{ slip }]);
}
