"""Generated pages, the schema for editors and the list of bank holidays are as the program writes them now."""

from __future__ import annotations

from pathlib import Path

import pytest

from auditor.catalogue import pages

ROOT = Path(__file__).resolve().parents[2]
PAGES = pages()


@pytest.mark.parametrize("place", list(PAGES))
def test_the_committed_page_is_current(place: str) -> None:
    assert (ROOT / place).read_text(encoding="utf-8") == PAGES[place], f"{place} lags behind: run `make docs`"
