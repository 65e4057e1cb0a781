/** One right choice: as with several, but nothing to count. */
import { grade as gradeSome } from "./multiple.js";

export { key, parts, read, retry, write } from "./multiple.js";

export const grade = (answer, right) => ({ ...gradeSome(answer, right), note: "" });
