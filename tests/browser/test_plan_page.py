"""The improvement plan in headless Chromium: no barrier that axe knows, nothing asked of the network, the plan on one page
of A4, and no page that has to be pushed sideways on a telephone."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from chrome import Chrome, program

from auditor.report import planpage
from tests.unit.test_report_sample import make_audit

pytestmark = pytest.mark.skipif(program() is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory):
    browser = Chrome(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("plan") / "plan.html"
    planpage.write(make_audit(findings=400, hostile=0.2), path)
    return path.as_uri()


def test_axe_finds_no_barrier(chrome: Chrome, page: str) -> None:
    axe = pytest.importorskip("axe_core_python")
    chrome.open(page)
    chrome.call("Page.setBypassCSP", enabled=True)
    chrome.run((Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8") + "; 1")
    found = chrome.run(
        "axe.run(document).then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html.slice(0, 120)))"
    )
    assert found == []


def test_hostile_texts_run_nothing_and_ask_the_network_for_nothing(chrome: Chrome, page: str) -> None:
    chrome.open(page)
    assert chrome.run("document.title") == "Improvement plan, 31 March 2026"
    asked = [e["params"]["request"]["url"] for e in chrome.events if e.get("method") == "Network.requestWillBeSent"]
    assert set(asked) == {page}
    assert [e for e in chrome.events if e.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded")] == []


def test_the_plan_on_a_page_fits_one_page_of_a4(chrome: Chrome, page: str) -> None:
    chrome.open(page)
    chrome.call("Emulation.setEmulatedMedia", media="print")
    chrome.call("Emulation.setDeviceMetricsOverride", width=695, height=1017, deviceScaleFactor=1, mobile=False)
    try:
        # A4 less the margins of the style (13 mm at the sides and above, 15 mm below), at 96 points to the inch.
        assert chrome.run("document.getElementById('plan').getBoundingClientRect().bottom + scrollY") <= 1017
        assert chrome.run("document.documentElement.scrollWidth") <= 695
    finally:
        chrome.call("Emulation.clearDeviceMetricsOverride")
        chrome.call("Emulation.setEmulatedMedia", media="")


def test_a_telephone_shows_it_without_pushing_the_page_sideways(chrome: Chrome, page: str) -> None:
    chrome.open(page)
    chrome.call("Emulation.setDeviceMetricsOverride", width=360, height=740, deviceScaleFactor=1, mobile=True)
    try:
        assert chrome.run("document.documentElement.scrollWidth") <= 360
    finally:
        chrome.call("Emulation.clearDeviceMetricsOverride")
