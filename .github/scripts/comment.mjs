// Writes what the check found into one comment of the pull request.
//
// The report was made by a job that ran the pull request's code, so whoever opened it may have written anything into it.
// Only its form is relied on. Which pull request it belongs to is taken from the event and the API, never from the report.

import {lstatSync, readFileSync} from "node:fs";
import {fenced, line} from "./text.mjs";

export const MARK = "<!-- handbook-check -->";
export const LARGEST_ARTIFACT = 200_000; // bytes as they are stored, compressed
export const LARGEST_REPORT = 1_000_000;
const MOST = 5_000; // problems that are read
const SHOWN = 30;
const BOT = "github-actions[bot]";

/** The id of the report's artifact, or "" if there is none that is worth a look. */
export async function findReport(github, context) {
  const run = context.payload.workflow_run;
  const {data} = await github.rest.actions.listWorkflowRunArtifacts({...context.repo, run_id: run.id, name: "report", per_page: 100});
  const newest = data.artifacts
    .filter((artifact) => artifact.name === "report" && !artifact.expired)
    .sort((a, b) => b.id - a.id)[0];
  return newest && newest.size_in_bytes <= LARGEST_ARTIFACT ? String(newest.id) : "";
}

/** The open pull request whose newest commit the run checked; undefined if someone has pushed since. */
export async function pullRequest(github, context) {
  const run = context.payload.workflow_run;
  const owner = run.head_repository?.owner?.login;
  if (!owner) return undefined;
  const pulls = await github.paginate(github.rest.pulls.list, {...context.repo, state: "open", head: `${owner}:${run.head_branch}`, per_page: 100});
  return pulls.find((pull) => pull.head.sha === run.head_sha && pull.head.repo?.full_name === run.head_repository.full_name);
}

/** The problems of a report, or null if it is not one. */
export function read(path) {
  try {
    const file = lstatSync(path);
    if (!file.isFile() || file.size > LARGEST_REPORT) return null;
    const data = JSON.parse(readFileSync(path, "utf8"));
    return Array.isArray(data) && data.length <= MOST && data.every(isProblem) ? data : null;
  } catch {
    return null;
  }
}

function isProblem(item) {
  const place = (value) => Number.isInteger(value) && value >= 0 && value < 1e7;
  return (
    item !== null &&
    typeof item === "object" &&
    typeof item.path === "string" && /^[\w./ -]{1,300}$/.test(item.path) &&
    place(item.line) && place(item.column) &&
    typeof item.message === "string" && item.message.length <= 5_000 &&
    typeof item.rule === "string" && /^[a-z-]{0,60}$/.test(item.rule)
  );
}

/** The comment. `conclusion` and `url` are those of the run, from GitHub. */
export function body(problems, conclusion, url) {
  const run = `[The run](${url}) has every step, and the built site as an artifact.`;
  if (problems === null) {
    return `${MARK}\n**The checks did not get as far as a report.** ${run}`;
  }
  if (problems.length === 0) {
    return conclusion === "success"
      ? `${MARK}\n**Everything holds.** A person reads it next. ${run}`
      : `${MARK}\n**Questions and pages hold; the build or a test does not.** ${run}`;
  }
  const count = problems.length === 1 ? "one problem" : `${problems.length} problems`;
  const lines = problems.slice(0, SHOWN).map((p) => line(`${p.path}:${p.line}:${p.column}: ${p.message}${p.rule ? ` [${p.rule}]` : ""}`, 600));
  const rest = problems.length > SHOWN ? `\n\nAnd ${problems.length - SHOWN} more; \`make check\` lists all.` : "";
  return `${MARK}\n**The check found ${count}.** Each also stands beside its line under *Files changed*, and says how to mend it.\n\n${fenced(lines)}${rest}\n\n${run}`;
}

/** Writes the comment, or changes the one that is there. */
export async function comment(github, context, path) {
  const pull = await pullRequest(github, context);
  if (!pull) return;
  const run = context.payload.workflow_run;
  const text = body(read(path), run.conclusion, run.html_url);
  const comments = await github.paginate(github.rest.issues.listComments, {...context.repo, issue_number: pull.number, per_page: 100});
  const mine = comments.find((one) => one.user?.login === BOT && one.body?.startsWith(MARK));
  if (mine) await github.rest.issues.updateComment({...context.repo, comment_id: mine.id, body: text});
  else await github.rest.issues.createComment({...context.repo, issue_number: pull.number, body: text});
}
