/** The copy for reading offline, as the reader meets it: it is made and renewed here, and the page "Reading offline" shows its state. */
import { make } from "./selfcheck/dom.js";

const SITE = new URL("../", import.meta.url).href;
const WORKER = `${SITE}sw.js`; // also where a reader's "no" is kept, since other sites may share this origin
const STORE = `offline:${SITE}`; // the worker's
const UPDATED = "The handbook was updated in another tab. This page stays as it is until you load it again.";
const { connection, serviceWorker } = navigator;

let registration;
let updating = false;
let controlled = isControlled();

/** By the worker of this site, and not by that of a site around it. */
function isControlled() {
  return serviceWorker.controller?.scriptURL === WORKER;
}

/** All that is stored, as "keys" or "matchAll" give it; looking must not make a store where there is none. */
async function stored(what) {
  return (await caches.has(STORE)) ? (await caches.open(STORE))[what]() : [];
}

const button = (text, onclick) => make("button", { type: "button", className: "md-button", onclick }, text);

const style = make("link", { rel: "stylesheet", href: `${SITE}assets/offline.css` });
const words = make("p", { role: "status" });
const buttons = make("p");
const notice = make("section", { className: "offline md-typeset", ariaLabel: "Offline copy" }, style, words, buttons);
document.body.append(notice);

function say(text, ...actions) {
  words.textContent = text;
  buttons.replaceChildren(...actions, button("Close", () => {
    words.textContent = "";
    buttons.replaceChildren();
  }));
}

/**
 * WebKit gives a page the scripts that it has preloaded before, of whatever version and whatever their headers say, until
 * they are asked for as something else.
 */
async function forgetScripts() {
  const scripts = (await stored("keys")).map(({ url }) => url.split("?")[0]).filter((url) => url.endsWith(".js"));
  await Promise.allSettled(scripts.map((url) => fetch(url, { cache: "reload" })));
}

/** One version at a time: this page loads again with the new one. */
async function update() {
  updating = true;
  await forgetScripts();
  registration.waiting?.postMessage("update");
}

serviceWorker.addEventListener("controllerchange", () => {
  if (updating) location.reload();
  else if (controlled) say(UPDATED, button("Reload", () => forgetScripts().then(() => location.reload())));
  else say("The handbook now works offline.");
  controlled = isControlled();
  show();
});

function follow() {
  const { installing, waiting } = registration;
  if (waiting && controlled) say("A new version of the handbook is ready.", button("Update now", update));
  installing?.addEventListener("statechange", follow, { once: true });
  show();
}

function isRefused() {
  try {
    return WORKER in localStorage;
  } catch {
    return false; // storage is off
  }
}

function refuse(no) {
  try {
    if (no) localStorage[WORKER] = "no";
    else localStorage.removeItem(WORKER);
  } catch {} // then it is forgotten
}

async function keep() {
  refuse(false);
  registration = await serviceWorker.register(WORKER);
  registration.addEventListener("updatefound", follow);
  registration.active?.postMessage("loaded"); // the page before this one needs its files no longer
  follow();
}

async function discard() {
  refuse(true);
  await registration.unregister();
  await caches.delete(STORE);
  location.reload(); // a page keeps its worker until it goes
}

async function size() {
  const sizes = await Promise.all((await stored("matchAll")).map(async (file) => (await file.blob()).size));
  return (sizes.reduce((sum, one) => sum + one, 0) / 1e6).toFixed(1);
}

/** Fills the place for the state, on the page that has one. */
async function show() {
  const place = document.querySelector("#offline-copy");
  if (!place) return;
  const megabytes = await size(); // the rest in one go, so that the latest call has the last word
  const { active, waiting, installing } = registration ?? {};
  const state = active
    ? `The handbook is on this device (${megabytes} MB).${waiting ? " A new version is ready." : ""}`
    : installing ? "The handbook is being copied to this device." : "There is no copy on this device.";
  const actions = active ? [button("Delete the offline copy", discard)] : installing ? [] : [button("Make an offline copy", keep)];
  if (waiting) actions.unshift(button("Update now", update));
  place.setAttribute("role", "status");
  place.replaceChildren(make("p", {}, state), make("p", {}, ...actions));
}

try {
  registration = await serviceWorker.getRegistration(SITE);
  if (registration?.scope !== SITE) registration = undefined; // of a site around this one
  document$.subscribe(show);
  if (!isRefused() && (registration || !connection?.saveData)) await keep();
} catch {} // not in this browser
