/** The panel of a page: how far the reader is. What manages progress is fetched when it is opened. */
import { make } from "./dom.js";
import { keepKeys } from "./element.js";
import { latest } from "./records.js";
import { listen, notices, read } from "./store.js";

function progress() {
  const verdicts = [...document.querySelectorAll("self-check")]
    .map(({ id, dataset }) => latest(read(id.slice(2)), Number(dataset.rev))?.verdict);
  const answered = verdicts.filter(Boolean);
  const right = answered.filter((verdict) => verdict === "right");
  return `Progress: ${answered.length} of ${verdicts.length} answered, ${right.length} right`;
}

/** Fills the panel and keeps it in step; returns what ends that. */
export function connect(host) {
  const count = make("p", { className: "sc-progress" });
  const notice = make("div", { role: "status", className: "sc-notice" });
  const say = (...content) => notice.append(make("p", {}, ...content));
  const details = make("details", { className: "sc-manage" }, make("summary", {}, "Manage progress"));
  details.addEventListener("toggle", async () => {
    const { manage } = await import("./manage.js");
    manage(details, notice, say);
  }, { once: true });
  host.replaceChildren(count, details, notice);
  host.onkeydown = keepKeys;

  const refresh = () => {
    count.textContent = progress();
    for (const message of notices.splice(0)) say(message);
  };
  refresh();
  return listen(refresh);
}
