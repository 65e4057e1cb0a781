// Keeps a copy of this site for reading offline. The build fills in the files and their hashes, at the end; the page "Reading offline" tells how it works.
const SITE = registration.scope;
const STORE = `offline:${SITE}`; // other sites may share this origin
const LANES = 4; // requests at a time while the copy is made: the reader is reading

/** Files are kept by address and hash: versions lie side by side and share what did not change. */
const nameOf = ([path, hash]) => `${SITE}${path}?${hash}`;
const recall = async (what) => (await caches.match(SITE + what, { cacheName: STORE }))?.json();
const remember = async (what, value) => (await caches.open(STORE)).put(SITE + what, new Response(JSON.stringify(value)));

/** Fetches a file into the store, if it is the one of this version. */
async function load(path, hash) {
  const response = await fetch(SITE + path, { cache: "reload" });
  const body = await response.arrayBuffer();
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", body), 0, 9);
  if (btoa(String.fromCharCode(...digest)) !== hash) throw new Error(`${path} is of another version`);
  const file = new Response(body, { headers: response.headers });
  file.headers.set("Cache-Control", "no-cache"); // a browser's memory of one version must not reach into the next
  await (await caches.open(STORE)).put(nameOf([path, hash]), file.clone());
  return file;
}

/** Completes this version beside the one in use. One wrong or missing file, and all is tried again later: the rest is kept for then. */
async function install() {
  const names = new Set((await (await caches.open(STORE)).keys()).map(({ url }) => url));
  const missing = Object.entries(AT_ONCE).filter((file) => !names.has(nameOf(file))).values();
  const lane = async () => { for (const file of missing) await load(...file); };
  await Promise.all(Array.from({ length: LANES }, lane));
}

let earlier; // for pages opened with an earlier version, by id: the files of that one, from which they go on

async function activate() {
  const before = await recall("files");
  const pages = (await recall("earlier")) ?? {};
  for (const { id } of await clients.matchAll({ type: "all" })) pages[id] ??= before;
  await remember("files", FILES);
  await tidy(pages);
  await clients.claim();
}

/** Deletes what no open page needs. What the next version has gathered stays. */
async function tidy(pages) {
  const open = (await clients.matchAll({ type: "all" })).map(({ id }) => id);
  earlier = Object.fromEntries(Object.entries(pages).filter(([id]) => open.includes(id)));
  await remember("earlier", earlier);
  if (registration.installing || registration.waiting) return;
  const needed = new Set([FILES, ...Object.values(earlier)].flatMap((files) => Object.entries(files).map(nameOf)));
  const store = await caches.open(STORE);
  for (const { url } of await store.keys()) if (url.includes("?") && !needed.has(url)) await store.delete(url);
}

async function answer({ request, clientId }) {
  if (!(await caches.has(STORE))) return fetch(request); // the reader has deleted the copy
  const isPage = request.mode === "navigate";
  earlier ??= (await recall("earlier")) ?? {};
  const files = (!isPage && earlier[clientId]) || FILES;
  const path = request.url.split(/[?#]/)[0].slice(SITE.length).replace(/(^|\/)index\.html$/, "$1");
  const find = (path) => caches.match(nameOf([path, files[path]]), { cacheName: STORE });
  if (files[path]) return (await find(path)) ?? load(path, files[path]).catch(() => fetch(request));
  if (isPage && files[`${path}/`]) return Response.redirect(`${SITE}${path}/`);
  if (!isPage) return fetch(request);
  return fetch(request).catch(async () => new Response((await find("404.html"))?.body, { status: 404, headers: { "Content-Type": "text/html" } }));
}

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("message", (event) => {
  if (event.data === "update") skipWaiting();
  if (event.data === "loaded") event.waitUntil(recall("earlier").then((pages) => pages && Object.keys(pages).length && tidy(pages)));
});
addEventListener("fetch", (event) => {
  if (event.request.method === "GET" && event.request.url.startsWith(SITE)) event.respondWith(answer(event));
});

const AT_ONCE = {};
const ON_DEMAND = {};
const FILES = { ...AT_ONCE, ...ON_DEMAND };
