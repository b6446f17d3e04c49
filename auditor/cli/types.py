"""Kinds of argument that the command reads: a day, and a table with a day."""

from __future__ import annotations

import datetime as dt

import click


class Day(click.ParamType):
    """A date, year-month-day."""

    name = "date"

    def convert(self, value, param, ctx) -> dt.date:
        if isinstance(value, dt.date):
            return value
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            self.fail(f"'{value}' is not a date; write it as 2026-03-31 (year-month-day).", param, ctx)


class History(click.ParamType):
    """TABLE=DATE."""

    name = "table=date"

    def convert(self, value, param, ctx) -> tuple[str, dt.date]:
        table, _, day = str(value).partition("=")
        return table, Day().convert(day, param, ctx)
