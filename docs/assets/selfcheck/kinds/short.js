/** A word or a phrase. */
export { parts, read, write } from "../dom.js";
export { gradeText as grade } from "../grading.js";
