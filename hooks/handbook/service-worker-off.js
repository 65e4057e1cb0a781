// Takes back the offline copy of this site: deletes it, and leaves. Pages then come from the network as if there had never been one.
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => {
  event.waitUntil(caches.delete(`offline:${registration.scope}`).then(() => registration.unregister()));
});
