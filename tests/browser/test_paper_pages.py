"""The caseload page and the audit sheets in headless Chromium: no barrier that axe knows, nothing asked of the network,
nothing run, and A4 pages on paper."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from chrome import Chrome, program

from auditor import pick
from auditor.model import ByHand, Home, Picked
from auditor.report import caseload, sheets
from tests.unit.test_report_sample import AS_OF, HOSTILE, make_audit

pytestmark = pytest.mark.skipif(program() is None, reason="no Chromium on this machine")

HOMES = tuple(Home(f"HH-{n:03}", f"W-{n % 5}", (f"CH-{n}",)) for n in range(1, 12))
REASONS = ("The child went missing two times in the last 12 months.", *HOSTILE[:4])


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory):
    browser = Chrome(tmp_path_factory.mktemp("profile"))
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("pages")
    answers = tuple(
        ByHand("children", "CH-1", p.cite, p.question, "not met", nasty, nasty, AS_OF)
        for p, nasty in zip(pick.questions("children"), HOSTILE, strict=False)
    )
    audit = replace(
        make_audit(findings=60, homes=12, rules=16, hostile=0.5),
        homes=HOMES,
        pick=(
            Picked("children", "CH-1", "HH-001", "W-1", 3, 4, REASONS),
            Picked("households", "HH-002", "HH-002", None, 3, 4, REASONS),
        ),
        by_hand=answers,
    )
    caseload.write(audit, folder / "caseload.html")
    sheets.write_page(audit, folder / "sheets.html")
    return {name: (folder / f"{name}.html").as_uri() for name in ("caseload", "sheets")}


@pytest.mark.parametrize("name", ["caseload", "sheets"])
def test_axe_finds_no_barrier(chrome: Chrome, pages: dict[str, str], name: str) -> None:
    axe = pytest.importorskip("axe_core_python")
    chrome.open(pages[name])
    chrome.call("Page.setBypassCSP", enabled=True)
    chrome.run((Path(axe.__file__).parent / "axe.min.js").read_text(encoding="utf-8") + "; 1")
    found = chrome.run(
        "axe.run(document).then(r => r.violations.map(v => v.id + ': ' + v.nodes[0].html.slice(0, 120)))"
    )
    assert found == []


@pytest.mark.parametrize("name", ["caseload", "sheets"])
def test_hostile_records_run_nothing_and_ask_the_network_for_nothing(
    chrome: Chrome, pages: dict[str, str], name: str
) -> None:
    chrome.open(pages[name])
    assert "taken" not in chrome.run("document.title")
    asked = [e["params"]["request"]["url"] for e in chrome.events if e.get("method") == "Network.requestWillBeSent"]
    assert set(asked) == {pages[name]}
    assert [e for e in chrome.events if e.get("method") in ("Runtime.exceptionThrown", "Log.entryAdded")] == []


@pytest.mark.parametrize("name", ["caseload", "sheets"])
def test_nothing_is_wider_than_a_sheet_of_paper(chrome: Chrome, pages: dict[str, str], name: str) -> None:
    chrome.open(pages[name])
    chrome.call("Emulation.setEmulatedMedia", media="print")
    chrome.call("Emulation.setDeviceMetricsOverride", width=695, height=980, deviceScaleFactor=1, mobile=False)
    try:
        assert chrome.run("document.documentElement.scrollWidth") <= 695
    finally:
        chrome.call("Emulation.clearDeviceMetricsOverride")
        chrome.call("Emulation.setEmulatedMedia", media="")
