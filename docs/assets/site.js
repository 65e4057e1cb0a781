// What Material leaves undone when it shows a page, also by instant navigation.
let path = location.pathname;
// Wide tables and programs scroll by keyboard too, when they are wide: after a phone was turned, or a tab was opened.
const widths = new ResizeObserver((boxes) => boxes.forEach(({ target: box }) => box.tabIndex = box.scrollWidth > box.clientWidth ? 0 : -1));
const all = (selector) => document.querySelectorAll(selector);
// The button for copying comes when its code comes into view, in a landmark without a name.
component$.subscribe(() => all(".md-code__nav").forEach((box) => box.role = "none"));
document$.subscribe(() => {
  if (all("self-check-page")[0]) import("./selfcheck/loader.js");

  // The focus is on body, where a screen reader says nothing.
  if (path != location.pathname && !location.hash) {
    const [title] = all("h1");
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  }
  path = location.pathname;

  all(".md-typeset__scrollwrap, pre code").forEach((box) => widths.observe(box));

  // All at once would keep a phone busy for a second.
  all(".md-content__inner > :nth-child(n+16)").forEach((box, i) => setTimeout(() => box.style.contentVisibility = "visible", 1000 + 20 * i));
});

addEventListener("keydown", (event) => {
  if (/^( |Enter)$/.test(event.key) && event.target.matches("label > [role]")) {
    event.preventDefault();
    event.target.click();
  }
});

// The copy for reading offline waits for the page. A site that is being written, or has its copy switched off, links no manifest.
if (navigator.serviceWorker && all("[rel=manifest]")[0]) addEventListener("load", () => import("./offline.js"));
