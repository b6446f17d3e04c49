"""Generated pages, the schema for editors and the list of bank holidays are as the program writes them now."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.catalogue import RULE_PAGES, left_over, pages

ROOT = Path(__file__).resolve().parents[2]
PAGES = pages()
SECTIONS = (
    "What the law asks",
    "How it is checked",
    "What to do about a finding",
    "Worked examples",
    "What it cannot see",
    "What it reads",
)


@pytest.mark.parametrize("place", list(PAGES))
def test_the_committed_page_is_current(place: str) -> None:
    assert (ROOT / place).read_text(encoding="utf-8") == PAGES[place], f"{place} lags behind: run `make docs`"


def test_there_is_no_page_of_a_rule_that_is_gone() -> None:
    assert left_over(PAGES) == []


def test_every_rule_page_has_every_section() -> None:
    rule_pages = {place: text for place, text in PAGES.items() if place.startswith(RULE_PAGES + "/")}
    lacking = [(place, one) for place, text in rule_pages.items() for one in SECTIONS if f"\n## {one}\n" not in text]
    assert lacking == []


def test_the_index_leads_to_every_rule_page() -> None:
    index = PAGES["docs/reference/rules.md"]
    names = [place.removeprefix("docs/reference/") for place in PAGES if place.startswith(RULE_PAGES + "/")]
    assert [name for name in names if f"]({name})" not in index] == []
