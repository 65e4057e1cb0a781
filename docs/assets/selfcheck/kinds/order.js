/** Items to put in order with buttons. An answer lists the items' hashes. */
import { make } from "../dom.js";
import { tally } from "../grading.js";

const list = (host) => host.querySelector(".sc-items");
const items = (host) => [...list(host).children];

/** Swaps an item with the next free one, moving all the others around it: so the button pressed keeps the focus. */
function move(all, item, step) {
  const at = all.indexOf(item);
  let to = at + step;
  while (all[to]?.hasAttribute("data-locked")) to += step;
  if (!all[to]) return at;
  [all[at], all[to]] = [all[to], all[at]];
  item.before(...all.slice(0, to));
  item.after(...all.slice(to + 1));
  return to;
}

export function setup(host, changed) {
  const said = make("span", { role: "status", className: "sc-said" });
  list(host).after(said);
  for (const item of items(host)) {
    const name = item.textContent.trim();
    const mover = (sign, word, step) => {
      const onclick = () => {
        said.textContent = `Position ${move(items(host), item, step) + 1} of ${items(host).length}`;
        changed();
      };
      return make("button", { type: "button", className: "sc-move", ariaLabel: `Move '${name}' ${word}`, onclick }, sign);
    };
    item.append(mover("↑", "up", -1), mover("↓", "down", 1));
  }
}

/** Who believes in the order shown may say so. */
export const untouchedCounts = true;

export const read = (host) => items(host).map((item) => item.dataset.item);

export function write(host, answer) {
  const place = ({ dataset: { item } }) => (answer.includes(item) ? answer.indexOf(item) : answer.length);
  list(host).append(...items(host).sort((a, b) => place(a) - place(b)));
}

export const parts = (host) => items(host).map((item) => [item.dataset.item, item]);

export const grade = (answer, { order }) =>
  tally(Object.fromEntries(order.map((item, at) => [item, answer[at] === item])));
