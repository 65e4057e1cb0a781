/** What a program prints, line by line; how many spaces stand somewhere doesn't count, nor empty lines at the end. */
import { gradeText } from "../grading.js";

export { parts, read, write } from "../dom.js";

const lines = (text) => text.split("\n").map((line) => line.trim().replace(/\s+/g, " ")).join("\n").trim();

export const grade = (answer, { prints, slips }) => gradeText(answer, { accept: [prints], slips }, lines);
