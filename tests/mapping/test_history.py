"""When a draft says that the records of a table begin: expected values are read off the few lines of each export."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from auditor.mapping.draft import draft
from auditor.store import Store

HOMES = ["Household ref,Approved", "F1,14/05/2020", "F2,15/06/2021"]


def begun(folder: Path, visits: list[str], homes: list[str] = HOMES) -> dict[str, dt.date]:
    (folder / "Households.csv").write_text("\n".join(homes) + "\n", encoding="utf-8")
    (folder / "Visits.csv").write_text("\n".join(visits) + "\n", encoding="utf-8")
    with Store() as store:
        return draft(folder, store).begun


def listed(first: dt.date, count: int) -> list[str]:
    days = [first + dt.timedelta(days=30 * n) for n in range(count)]
    return ["Visit ref,Household ref,Date of visit,Visit type", *(f"V{n},F{1 + n % 2},{day:%d/%m/%Y},Supervision visit" for n, day in enumerate(days))]


@pytest.mark.parametrize(
    ("first", "count", "expected"),
    [
        (dt.date(2023, 4, 17), 24, {"visits": dt.date(2023, 4, 1)}),  # two years and eleven months after the first home
        (dt.date(2021, 5, 15), 24, {"visits": dt.date(2021, 5, 1)}),  # a year and a day after it
        (dt.date(2021, 5, 14), 24, {}),  # a year after it
        (dt.date(2020, 6, 2), 24, {}),
        (dt.date(2023, 4, 17), 19, {}),  # too few to tell by
    ],
)
def test_a_list_of_visits_begins_with_the_first_of_many(tmp_path: Path, first: dt.date, count: int, expected: dict) -> None:
    assert begun(tmp_path, listed(first, count)) == expected


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        ("May 2025,Jun 2025,Jul 2025", {"visits": dt.date(2025, 5, 1)}),
        ("Jul 2025,May 2025,Jun 2025", {"visits": dt.date(2025, 5, 1)}),
        ("May,Jun,Jul", {}),  # of which year?
    ],
)
def test_a_column_for_each_month_begins_with_the_first_month(tmp_path: Path, headings: str, expected: dict) -> None:
    assert begun(tmp_path, [f"Household ref,{headings}", "F1,14/05,15/06,16/07", "F2,14/05,15/06,16/07"]) == expected
