"""Dates that the law needs, with one definition each: the bank holidays of England and Wales."""

from __future__ import annotations

import datetime as dt
import functools


@functools.cache
def bank_holidays(first_year: int, last_year: int) -> frozenset[dt.date]:
    """Bank holidays in England and Wales from `first_year` to `last_year`, both included."""
    from holidays.countries.united_kingdom import UnitedKingdom

    return frozenset(UnitedKingdom(subdiv="ENG", years=range(first_year, last_year + 1)))
