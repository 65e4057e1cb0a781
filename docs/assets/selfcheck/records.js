/** The history of one question as plain data. Pure; types in types.d.ts. */
const KEPT = 50;

export const EMPTY = { v: 1, attempts: [] };

export const verdict = (score) => (score === 1 ? "right" : score > 0 ? "partly" : "wrong");

/** By time, then by text, so that it never matters who came first. */
function inOrder(entries) {
  const byText = new Map(entries.map((entry) => [JSON.stringify(entry), entry]));
  return [...byText].sort(([a, x], [b, y]) => x.t - y.t || (a < b ? -1 : 1)).map(([, entry]) => entry);
}

/** Joins two histories. Commutative, associative, idempotent: tabs and imports may meet in any order. */
export function merge(a, b) {
  const cleared = Math.max(a.cleared ?? 0, b.cleared ?? 0);
  const attempts = inOrder([...a.attempts, ...b.attempts]).filter(({ t }) => t > cleared).slice(-KEPT);
  const since = attempts.at(-1)?.t ?? cleared;
  const draft = inOrder([a.draft, b.draft].filter((d) => d?.t > since)).at(-1);
  return { v: 1, ...(cleared && { cleared }), attempts, ...(draft && { draft }) };
}

/** Adds what `make` returns for a time after all the rest, even if another device's clock is ahead. */
function add(history, make) {
  const { cleared = 0, attempts, draft } = history;
  const before = Math.max(cleared, attempts.at(-1)?.t ?? 0, draft?.t ?? 0);
  return merge(history, { ...EMPTY, ...make(Math.max(Date.now(), before + 1)) });
}

export const addAttempt = (history, attempt) => add(history, (t) => ({ attempts: [{ t, ...attempt }] }));
export const addDraft = (history, draft) => add(history, (t) => ({ draft: { t, ...draft } }));
export const clear = (history) => add(history, (cleared) => ({ cleared }));

/** The attempt that counts: the last one, unless the question has changed since. */
export function latest({ attempts }, rev) {
  const last = attempts.at(-1);
  return last?.rev === rev ? last : undefined;
}

const isTime = (t) => t >= 0 && t <= 8.64e15 && Number.isFinite(t);
const isDraft = (d) => isTime(d?.t) && Number.isInteger(d.rev) && Number.isInteger(d.hints) && "answer" in d;
const isAttempt = (a) => isDraft(a) && /^(right|partly|wrong|shown)$/.test(a.verdict) && a.score >= 0 && a.score <= 1;

/** What can be understood of any value: a history, if it is one of this version, and whether that is all. */
export function understand(value) {
  if (value?.v !== 1 || !Array.isArray(value.attempts)) return { whole: false };
  const { cleared = 0, attempts, draft } = value;
  const known = { cleared: isTime(cleared) ? cleared : 0, attempts: attempts.filter(isAttempt), draft: isDraft(draft) ? draft : undefined };
  const whole = known.cleared === cleared && known.attempts.length === attempts.length && known.draft === draft;
  return { history: merge(EMPTY, known), whole };
}
