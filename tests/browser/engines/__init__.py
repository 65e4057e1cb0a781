"""One module per way of driving a browser; each knows one protocol and nothing of the tests."""

from __future__ import annotations

from browser.engines.bidi import BidiBrowser
from browser.engines.playwright import PlaywrightBrowser
from browser.engines.webdriver import WebDriverBrowser
from browser.find import Candidate
from browser.tab import Browser

READY = "data:text/html,<title>ready</title>"


def launch(candidate: Candidate) -> Browser:
    """Starts the browser and loads a real page in it: what can't do that is no browser to test with."""
    browser: Browser
    match candidate.driver:
        case "playwright":
            browser = PlaywrightBrowser(candidate.engine, candidate.path)
        case "bidi":
            browser = BidiBrowser(candidate.path)
        case "webdriver":
            browser = WebDriverBrowser(candidate.path, candidate.helper)
    try:
        tab = browser.open(READY)
        tab.goto("")
        tab.wait("document.title === 'ready'")
        tab.close()
    except BaseException:
        browser.quit()
        raise
    return browser
