// What Material leaves undone when it shows a page, also by instant navigation.
let path = location.pathname;
document$.subscribe(() => {
  const all = (selector) => document.querySelectorAll(selector);
  if (all("self-check, self-check-page")[0]) import("./selfcheck/loader.js");

  // The focus is on body, where a screen reader says nothing.
  if (path != location.pathname && !location.hash) {
    const [title] = all("h1");
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
  }
  path = location.pathname;

  // Wide tables scroll by keyboard too; a hidden one may be wide.
  for (const box of all(".md-typeset__scrollwrap")) {
    if (!box.clientWidth || box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  }
  for (const nav of all(".md-code__nav")) nav.role = "none";
});

addEventListener("keydown", (event) => {
  if (/^( |Enter)$/.test(event.key) && event.target.matches("label > [role]")) {
    event.preventDefault();
    event.target.click();
  }
});
