"""Diagrams as readers meet them: nothing is fetched for them, they scroll on a phone, and they can be seen in both schemes.

What they look like doesn't depend on the engine as far as it is tested here, so Chromium speaks for all.
"""

from __future__ import annotations

import pytest

from browser.axe import violations
from browser.server import Site
from browser.tab import Tab

pytestmark = pytest.mark.parametrize("browser", ["chromium"], indirect=True)

# The contrast of a color that elements have with what lies behind them, as it is mixed on the page.
CONTRAST = """(selector, property, background) => {
  const context = Object.assign(document.createElement("canvas"), { width: 1, height: 1 }).getContext("2d");
  const luminance = (...colors) => {
    for (const color of colors) { context.fillStyle = color; context.fillRect(0, 0, 1, 1); }
    const [r, g, b] = [...context.getImageData(0, 0, 1, 1).data].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const page = getComputedStyle(document.body).backgroundColor;
  return Math.min(...[...document.querySelectorAll(selector)].map((element) => {
    const behind = background ? getComputedStyle(document.querySelector(background)).fill : page;
    const [a, b] = [luminance(page, behind), luminance(page, behind, getComputedStyle(element)[property])].sort();
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  }));
}"""

# How far each text of a node reaches beyond the shape that it belongs to, sideways; negative inside.
OVERHANG = """() => [...document.querySelectorAll(".diagram-drawing rect.diagram-node + text, .diagram-drawing circle.diagram-node + text")]
  .map((text) => text.getBBox().width - text.previousElementSibling.getBBox().width)"""


@pytest.fixture
def site(small_site: Site) -> Site:
    return small_site


@pytest.fixture
def page(tab: Tab) -> Tab:
    tab.resize(390, 844)
    tab.goto("diagrams/")
    tab.wait("!!window.document$ && document.querySelectorAll('svg.diagram-drawing').length === 6")
    return tab


def test_nothing_is_fetched_for_diagrams(page: Tab) -> None:
    assert page.errors == []
    assert page.requests, "requests are heard at all"
    assert [address for address in page.requests if not address.startswith((page.site, "data:", "blob:"))] == []


def test_a_wide_diagram_scrolls_in_its_own_box(page: Tab) -> None:
    assert page.js("document.documentElement.scrollWidth") <= 390
    boxes = page.js("[...document.querySelectorAll('.diagram-box')].map((box) => [box.scrollWidth > box.clientWidth, box.tabIndex])")
    assert [True, 0] in boxes
    assert [True, -1] not in boxes, "whatever scrolls can be reached by keyboard"
    assert [False, -1] in boxes, "and what fits is no stop"
    page.js("() => document.querySelector('.diagram-box[tabindex]').focus()")
    page.press("ArrowRight")
    page.wait("document.querySelector('.diagram-box[tabindex]').scrollLeft > 0")


def test_text_is_legible_and_stays_inside_its_shape(page: Tab) -> None:
    scales = page.js("[...document.querySelectorAll('svg.diagram-drawing')].map((svg) => svg.getScreenCTM().a)")
    sizes = page.js("[...document.querySelectorAll('svg.diagram-drawing text')].map((text) => parseFloat(getComputedStyle(text).fontSize))")
    assert min(scales) * min(sizes) >= 12
    overhang = page.js(OVERHANG)
    assert len(overhang) > 10
    assert max(overhang) < 0


def test_both_schemes_can_be_seen(page: Tab) -> None:
    for dark, scheme in ((False, "default"), (True, "slate")):
        assert page.dark(dark)
        page.wait("scheme => document.body.dataset.mdColorScheme === scheme", scheme)
        assert violations(page) == []
        for background in ("", ".diagram-node"):
            assert page.js(CONTRAST, ".diagram-text", "fill", background) >= 4.5
        assert page.js(CONTRAST, ".diagram-edge, .diagram-node, .diagram-group", "stroke", "") >= 3
        assert page.js(CONTRAST, ".diagram-tip", "fill", "") >= 3
