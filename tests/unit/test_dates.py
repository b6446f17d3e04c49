"""The date operations, with dates worked out from a calendar."""

from __future__ import annotations

import datetime as dt

import pytest

from auditor import dates
from auditor.dates import (
    add_months,
    age_on,
    birthday,
    hours_after,
    instant,
    is_working_day,
    local_day,
    working_days_after,
)
from tests.oracle import days as oracle


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(("start", "count", "end"), [
    ("2025-03-15", 1, "2025-04-15"),
    ("2025-01-31", 1, "2025-02-28"),
    ("2024-01-31", 1, "2024-02-29"),
    ("2024-02-29", 12, "2025-02-28"),
    ("2024-02-29", 48, "2028-02-29"),
    ("2025-12-31", 2, "2026-02-28"),
    ("2025-03-31", -1, "2025-02-28"),
    ("2025-01-15", -1, "2024-12-15"),
    ("2025-01-15", 0, "2025-01-15"),
])
def test_months_keep_the_day_or_take_the_last(start: str, count: int, end: str) -> None:
    assert add_months(day(start), count) == day(end)


@pytest.mark.parametrize(("born", "on", "age"), [
    ("2010-06-01", "2025-05-31", 14),
    ("2010-06-01", "2025-06-01", 15),
    ("2008-02-29", "2026-02-27", 17),
    ("2008-02-29", "2026-02-28", 18),
    ("2008-02-29", "2024-02-28", 15),
    ("2008-02-29", "2024-02-29", 16),
])
def test_age_changes_on_the_birthday(born: str, on: str, age: int) -> None:
    assert age_on(day(born), day(on)) == age


def test_a_birthday_of_29_february_is_on_the_28th_in_common_years() -> None:
    assert birthday(day("2008-02-29"), 18) == day("2026-02-28")
    assert birthday(day("2008-02-29"), 16) == day("2024-02-29")


@pytest.mark.parametrize(("text", "working"), [
    ("2025-12-24", True),
    ("2025-12-25", False),
    ("2025-12-26", False),
    ("2025-12-27", False),      # Saturday
    ("2021-12-27", False),      # Christmas Day was a Saturday: the Monday and Tuesday after are the holidays
    ("2021-12-28", False),
    ("2026-04-03", False),      # Good Friday
    ("2026-04-06", False),      # Easter Monday
    ("2022-09-19", False),      # the day of the funeral of Queen Elizabeth
    ("2025-12-01", True),       # St Andrew's Day is kept in Scotland only
    ("2026-03-17", True),       # St Patrick's Day is kept in Northern Ireland only
])
def test_working_days_are_those_of_england_and_wales(text: str, working: bool) -> None:
    assert is_working_day(day(text)) is working


def test_bank_holidays_agree_with_those_worked_out_by_hand() -> None:
    first, last = day("2007-01-01"), day("2035-12-31")
    for number in range((last - first).days + 1):
        one = first + number * dates.DAY
        assert is_working_day(one) is oracle.is_working_day(one), one


@pytest.mark.parametrize(("start", "count", "end"), [
    ("2026-04-02", 1, "2026-04-07"),    # the Thursday before Easter
    ("2026-04-04", 1, "2026-04-07"),    # a Saturday is day 0 like any other day
    ("2025-12-24", 2, "2025-12-30"),
    ("2026-04-07", -1, "2026-04-02"),
    ("2026-04-05", 0, "2026-04-05"),
])
def test_counting_working_days(start: str, count: int, end: str) -> None:
    assert working_days_after(day(start), count) == day(end)


def test_a_year_without_known_bank_holidays_is_refused() -> None:
    with pytest.raises(ValueError, match="1989"):
        is_working_day(day("1989-06-01"))


def test_hours_are_elapsed_time_across_clock_changes() -> None:
    spring = instant(dt.datetime(2026, 3, 28, 12))
    assert local_day(hours_after(spring, 24)) == day("2026-03-29")
    assert hours_after(spring, 24) == instant(dt.datetime(2026, 3, 29, 13))
    autumn = instant(dt.datetime(2025, 10, 25, 12))
    assert hours_after(autumn, 24) == instant(dt.datetime(2025, 10, 26, 11))


def test_the_hour_that_comes_twice_has_two_readings() -> None:
    first, second = (instant(dt.datetime(2025, 10, 26, 1, 30), later=later) for later in (False, True))
    assert second - first == dt.timedelta(hours=1)


def test_a_time_with_its_own_offset_is_taken_as_it_is() -> None:
    elsewhere = dt.datetime.fromisoformat("2025-07-01T00:30:00+02:00")
    assert instant(elsewhere) == dt.datetime(2025, 6, 30, 22, 30, tzinfo=dt.UTC)


def test_late_evening_in_summer_belongs_to_the_next_day_in_london() -> None:
    assert local_day(dt.datetime(2025, 7, 1, 23, 30, tzinfo=dt.UTC)) == day("2025-07-02")
