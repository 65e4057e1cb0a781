/** Loaded by every page: two elements as thin shells; what they do is fetched when one is met. */
function define(name, load) {
  customElements.define(name, class extends HTMLElement {
    async connectedCallback() {
      try {
        const connect = await load(this);
        this.disconnectedCallback(); // if it was moved meanwhile
        if (this.isConnected) this.leave = connect(this);
      } finally {
        this.dataset.ready = ""; // also after a failure: then the plain question shows
      }
    }

    disconnectedCallback() {
      this.leave?.();
      this.leave = undefined;
    }
  });
}

define("self-check", async ({ dataset: { type } }) => {
  const [{ connect }, kind] = await Promise.all([import("./element.js"), import(`./kinds/${type}.js`)]);
  await kind.loaded;
  return (host) => connect(host, kind);
});
define("self-check-page", async () => (await import("./page.js")).connect);
