/** A program to write. Nothing runs in the page yet: the question stands as it is, and its file tests the program elsewhere. */
export const key = () => null;

export const untouchedCounts = true;

export const read = () => "";

export const write = () => {};

export const parts = () => [];

export const ready = () => "Download the challenge and run it with Python to check your program, then compare it with the answer.";

export const grade = () => ({ score: 0, marks: {} });
