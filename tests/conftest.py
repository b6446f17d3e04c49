"""What every test starts from."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _terminal_of_a_known_width(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines are wrapped to the terminal; whoever runs the tests may have a narrow one, or none."""
    monkeypatch.setenv("COLUMNS", "120")
