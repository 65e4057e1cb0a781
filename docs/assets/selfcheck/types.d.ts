/** What the modules of the widget say to each other. Never loaded by a page. */

/** What the reader gave: each kind's own form, JSON. */
export type Answer = any;

/** What a kind needs to grade: the question's data, or what its `key` reads from the page. */
export type Key = any;

export interface Result {
  /** 0 to 1; 1 is right. */
  score: number;
  /** Which of the answer's parts are right. */
  marks: Record<string, boolean>;
  /** Parts that should have been chosen and were not. */
  missed?: string[];
  /** Explanations to show, each named by data attributes of a list item in the answer. */
  reasons?: Record<string, string | number>[];
  /** How much is right, in words; given away before the question is solved. */
  note?: string;
}

/** A question type: kinds/<type>.js exports these. `host` is the <self-check> element. */
export interface Kind {
  /** What questions of this kind wait for, such as a style sheet of its own. */
  loaded?: Promise<void>;
  key?(host: HTMLElement): Key;
  setup?(host: HTMLElement, changed: () => void): void;
  read(host: HTMLElement): Answer;
  /** Shows an answer; `over` when the question is solved or given up. */
  write(host: HTMLElement, answer: Answer, over: boolean): void;
  /** The parts of an answer and the elements that carry their marks and are locked with them. */
  parts(host: HTMLElement): [string, HTMLElement][];
  /** Why the answer can't be graded yet. It may first complete the answer by what takes time to find out. */
  ready?(host: HTMLElement, answer: Answer, key: Key): string | Promise<string>;
  /** Pure. */
  grade(answer: Answer, key: Key): Result;
  /** What is kept of an answer when trying again; all of it where this is missing. */
  retry?(answer: Answer, key: Key): Answer;
  /** What stands there at first is an answer, too. */
  untouchedCounts?: boolean;
  /** The answer opens after every check, since there is nothing left to find. */
  final?: boolean;
  /** Work goes on after a check: nothing is locked until all is right, and nothing is taken away afterwards. */
  ongoing?: boolean;
  /** What Check is called. */
  action?: string;
}

export interface Draft {
  /** Time in milliseconds. */
  t: number;
  rev: number;
  /** How many hints were seen. */
  hints: number;
  answer: Answer;
}

export interface Attempt extends Draft {
  verdict: "right" | "partly" | "wrong" | "shown";
  score: number;
}

/** What is stored of one question. */
export interface History {
  v: 1;
  /** Nothing up to this time counts. */
  cleared?: number;
  attempts: Attempt[];
  draft?: Draft;
}

export interface ExportFile {
  format: "selfcheck";
  v: 1;
  /** Path of the site's root. */
  site: string;
  /** ISO time. */
  exported: string;
  questions: Record<string, History>;
}

/** In the question's unit when it has none; a percentage is a hundredth, unless the unit is percent. */
export interface NumericKey {
  answer: number;
  /** Absolute, in the question's unit; or, if `percent`, a percentage of the answer. */
  tolerance: number;
  percent: boolean;
  unit: string[];
  also: { answer: number; unit: string[] }[];
  slips: number[];
}

export interface TextKey {
  accept: string[];
  slips?: string[][];
}
