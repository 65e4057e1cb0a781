/** What a program prints, line by line; spaces at the end of a line and empty lines at the end don't count. */
import { gradeText } from "../grading.js";

export { parts, read, write } from "../dom.js";

const lines = (text) => text.replace(/[^\S\n]+$/gm, "").trimEnd();

export const grade = (answer, { prints, slips }) => gradeText(answer, { accept: [prints], slips }, lines);
