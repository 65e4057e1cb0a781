// Keeps one issue about what broke without a commit: opens it, changes it, and closes it when all is well again.

import {readdirSync, readFileSync} from "node:fs";
import {join} from "node:path";
import {fenced, line} from "./text.mjs";

export const TITLE = "Weekly check";
const LONGEST = 60; // lines of each report
const BOT = "github-actions[bot]";
const NAMES = {
  links: "Links to outside",
  reviews: "Pages due for review",
  notebooks: "Notebooks, executed anew",
  locks: "Locks, resolved anew and tested",
};

/** What the issue says, or "" if there is nothing to say. `results` are those of the jobs, `reports` texts by name. */
export function body(results, reports, url) {
  const parts = [];
  for (const [name, title] of Object.entries(NAMES)) {
    const failed = results[name] !== undefined && results[name].result !== "success";
    const due = name === "reviews" && reports.reviews;
    if (!failed && !due) continue;
    const lines = (reports[name] ?? "There is no report; see the run.").trim().split("\n");
    const cut = lines.length > LONGEST ? [...lines.slice(0, LONGEST), `… ${lines.length - LONGEST} more lines`] : lines;
    parts.push(`## ${title}\n\n${fenced(cut.map((one) => line(one, 400)))}`);
  }
  return parts.length ? `${parts.join("\n\n")}\n\n[The run](${url}) has all of it.` : "";
}

/** The texts of a folder, `weekly-links.txt` by the name `links`. */
export function read(folder) {
  const reports = {};
  let names = [];
  try {
    names = readdirSync(folder);
  } catch {
    // no job got as far as a report
  }
  for (const name of names) {
    const found = /^weekly-([a-z]+)\.txt$/.exec(name);
    if (found) reports[found[1]] = readFileSync(join(folder, name), "utf8").slice(0, 100_000);
  }
  return reports;
}

export async function issue(github, context, results, folder) {
  const url = `${context.serverUrl}/${context.repo.owner}/${context.repo.repo}/actions/runs/${context.runId}`;
  const text = body(results, read(folder), url);
  const open = await github.paginate(github.rest.issues.listForRepo, {...context.repo, state: "open", creator: BOT, per_page: 100});
  const mine = open.find((one) => one.title === TITLE && !one.pull_request);
  if (mine && text) await github.rest.issues.update({...context.repo, issue_number: mine.number, body: text});
  else if (mine) await github.rest.issues.update({...context.repo, issue_number: mine.number, state: "closed"});
  else if (text) await github.rest.issues.create({...context.repo, title: TITLE, body: text});
}
