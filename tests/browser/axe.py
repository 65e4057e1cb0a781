"""Accessibility problems that axe-core finds in a tab, as text that says what to mend and where."""

from __future__ import annotations

from pathlib import Path

from browser.tab import Tab

SCRIPT = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]

# What is far from the screen is not laid out, and axe would take it for hidden; what is on its way from one color to another, for faint. What follows from sizes comes a frame later.
LAY_OUT_ALL = """async () => {
  const all = new CSSStyleSheet();
  all.replaceSync(".md-content__inner > * { content-visibility: visible !important } * { transition: none !important }");
  document.adoptedStyleSheets.push(all);
  for (let i = 0; i < 2; i++) await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}"""


def violations(tab: Tab, within: str = "html") -> list[str]:
    """One line per rule and element."""
    if not tab.js("typeof window.axe === 'object'"):
        tab.js(f"() => {{ {SCRIPT.read_text(encoding='utf-8')}\n }}")
    tab.js(LAY_OUT_ALL)
    found = tab.js(
        "async (within, values) => (await axe.run(within, { runOnly: { type: 'tag', values } })).violations",
        within,
        TAGS,
    )
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))}: {node['failureSummary'].replace(chr(10), ' ')}"
        for rule in found
        for node in rule["nodes"]
    ]
