/** Loaded by every page with questions: two elements as thin shells; what they do is fetched when one is met. */

/** Each element has a turn of its own, so that a page with many of them answers to a touch in between. A message is not held up in a hidden tab. */
let turn = Promise.resolve();
function myTurn() {
  const { port1, port2 } = new MessageChannel();
  return (turn = turn.then(() => new Promise((resolve) => {
    port1.onmessage = resolve;
    port2.postMessage(0);
  })));
}

function define(name, load) {
  customElements.define(name, class extends HTMLElement {
    async connectedCallback() {
      try {
        const connect = await load(this);
        await myTurn();
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
