/** Building elements (text becomes text, never HTML), and what kinds with one text field share. */
export function make(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

export const button = (text, onclick) => make("button", { type: "button", className: "sc-button", onclick }, text);

export const all = (host, selector) => [...host.querySelectorAll(selector)];

const box = (host) => host.querySelector(".sc-field");
const field = (host) => box(host).querySelector("input, textarea");

export const read = (host) => field(host).value.trimEnd();

export const write = (host, answer) => {
  field(host).value = answer;
};

export const parts = (host) => [["value", box(host)]];
