/** Clearing, export and import of progress; loaded when the reader opens them. */
import { button, make } from "./dom.js";
import { clear, merge, understand } from "./records.js";
import { SITE, ids, read, update } from "./store.js";

const LARGEST = 2e7; // bytes; no browser stores as much

const plural = (count, one, many) => `${count} ${count === 1 ? one : many}`;

const clearAll = (some) => Promise.all(some.map((id) => update(id, clear)));

/** Everything understood, as the text of a file. */
export function exportAll() {
  const questions = Object.fromEntries(ids().sort().map((id) => [id, read(id)]));
  return JSON.stringify({ format: "selfcheck", v: 1, site: SITE, exported: new Date().toISOString(), questions }, null, 1);
}

/** Merges an exported file into what is here. Answers from before a clearing stay out, unless they are to be revived. */
export async function importAll(text, revive = false) {
  let file;
  try {
    file = JSON.parse(text);
  } catch {} // refused below
  if (file?.format !== "selfcheck" || !(file.questions instanceof Object)) {
    throw new Error("This file holds no progress exported here. Nothing was changed.");
  }
  if (file.v !== 1) throw new Error("This file was written by a newer version. Nothing was changed.");
  const counts = { taken: 0, older: 0, unread: 0 };
  for (const [id, value] of Object.entries(file.questions)) {
    const { history, whole } = /^[a-z0-9][\w.-]{0,199}$/i.test(id) ? understand(value) : {};
    if (!whole) counts.unread += 1;
    if (!history) continue;
    await update(id, (mine) => {
      const base = revive ? { ...mine, cleared: 0 } : mine;
      const older = history.attempts.filter(({ t }) => t <= base.cleared).length;
      counts.older += older;
      counts.taken += !older || older < history.attempts.length;
      return merge(base, history);
    });
  }
  return counts;
}

function download() {
  const href = URL.createObjectURL(new Blob([exportAll()], { type: "application/json" }));
  make("a", { href, download: `selfcheck-${new Date().toISOString().slice(0, 10)}.json` }).click();
  setTimeout(() => URL.revokeObjectURL(href), 10_000);
}

/** Fills the disclosure; `say` adds a paragraph to the notice. */
export function manage(details, notice, say) {
  const question = make("p", { id: "sc-confirm" });
  const dialog = make("dialog", { className: "sc-dialog" }, question,
    make("div", { className: "sc-actions" },
      button("Cancel", () => dialog.close("")),
      button("Clear", () => dialog.close("clear"))));
  dialog.setAttribute("aria-labelledby", question.id);

  const confirm = (text, some) => {
    question.textContent = text;
    dialog.returnValue = "";
    dialog.onclose = async () => {
      if (!dialog.returnValue) return;
      await clearAll(some());
      notice.replaceChildren();
      say("Cleared.");
    };
    dialog.showModal();
  };

  const bringIn = async (text, revive) => {
    notice.replaceChildren();
    try {
      const { taken, older, unread } = await importAll(text, revive);
      say(`Imported the answers to ${plural(taken, "question", "questions")}.`);
      if (unread) say(`${plural(unread, "entry was", "entries were")} damaged and left out, in whole or in part.`);
      if (older) {
        say(`${plural(older, "answer", "answers")} from before you cleared the question left out. `,
          button("Bring them back", () => bringIn(text, true)));
      }
    } catch (error) {
      say(error.message);
    }
  };
  const file = make("input", { type: "file", accept: ".json,application/json", hidden: true });
  file.onchange = async () => {
    const [chosen] = file.files;
    if (chosen) await bringIn(chosen.size > LARGEST ? "" : await chosen.text());
    file.value = ""; // so that the same file can be chosen again
  };

  const onPage = () => [...document.querySelectorAll("self-check")].map(({ id }) => id.slice(2));
  details.append(
    make("p", {}, "Your answers are kept in this browser and sent nowhere."),
    make("div", { className: "sc-actions" },
      button("Clear this page", () => confirm("Clear your answers to all questions on this page?", onPage)),
      button("Clear everything", () => confirm("Clear your answers to all questions on all pages?", ids)),
      button("Export", download),
      button("Import", () => file.click()),
      file),
    dialog,
  );
}
