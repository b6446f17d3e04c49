"""Chooses where a failing goes, and keeps the list of findings that must follow."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from auditor.sample.agency import Agency, Home, Row, Stay
from auditor.sample.days import AS_OF, plus


@dataclass(frozen=True)
class Expected:
    """One finding that the audit must make. `why` says what was planted, in a sentence."""

    rule: str
    subject: str
    state: str
    outcome: str
    why: str


class Planting:
    """The agency, the homes that still have nothing wrong, and what is expected so far."""

    def __init__(self, agency: Agency):
        self.agency = agency
        self.expected: list[Expected] = []
        self._free: list[Home] = []
        self.begin()

    def begin(self) -> None:
        """Let every home be chosen again: what follows does not touch what was planted before."""
        agency = self.agency
        busy = {r["household_id"] for table in ("incidents", "concerns", "complaints") for r in agency.rows(table)}
        self._free = [h for h in agency.homes if h.id not in busy] + [h for h in agency.homes if h.id in busy]

    def expect(self, rule: str, subject: str, state: str, why: str, *, outcome: str = "breach") -> None:
        """Say that the audit must find this."""
        self.expected.append(Expected(rule, subject, state, outcome, why))

    def home(self, wanted: Callable[[Home], bool] = lambda home: True, profile: str | None = "mainstream") -> Home:
        """The next home that suits and was not chosen since `begin`; only homes still approved."""
        for home in self._free:
            if home.ended is None and profile in (None, home.profile) and wanted(home):
                self._free.remove(home)
                return home
        raise LookupError("no home is left that suits")

    def home_with(self, suits: Callable[[Home, Stay], bool], profile: str | None = "mainstream") -> tuple[Home, Stay]:
        """The next such home with a present stay that suits."""
        found: list[Stay] = []

        def wanted(home: Home) -> bool:
            found[:] = [s for s in home.stays if s.end is None and suits(home, s)][:1]
            return bool(found)

        return self.home(wanted, profile), found[0]

    def visits(self, home: Home, *kinds: str, since: dt.date | None = None) -> list[Row]:
        """The home's visits of these kinds (all, if none is named) from a day on, oldest first."""
        rows = [v for v in self.agency.find("visits", household_id=home.id) if not kinds or v["kind"] in kinds]
        return sorted((v for v in rows if since is None or v["visited_on"] >= since), key=lambda v: v["visited_on"])

    def contacts(self, visit: Row) -> list[Row]:
        """Who was seen on a visit."""
        return self.agency.find("child_contacts", visit_id=visit["visit_id"])

    def drop_visit(self, visit: Row) -> None:
        """As if the visit had not been made."""
        self.agency.remove("child_contacts", self.contacts(visit))
        self.agency.remove("visits", [visit])

    def training(self, carer: Row, *words: str) -> list[Row]:
        """The carer's courses whose title has one of these words (all, if none), oldest first."""
        rows = self.agency.find("training", person_id=carer["carer_id"])
        rows = [t for t in rows if not words or any(w in t["course"].lower() for w in words)]
        return sorted(rows, key=lambda t: t["completed_on"])


def ago(days: int) -> dt.date:
    """So many days before the audit."""
    return plus(AS_OF, -days)


def write_expected(expected: list[Expected], path: Path) -> None:
    """Write the list as YAML, by rule and subject."""
    import yaml

    rows = [asdict(e) for e in sorted(expected, key=lambda e: (e.rule, e.subject, e.state))]
    head = ("# What was planted in the sample export, and so what the audit of 31 March 2026 must find: these and no others.\n"
            "# Written by `python -m auditor.sample`.\n")
    path.write_text(head + yaml.safe_dump(rows, sort_keys=False, allow_unicode=True, width=118), encoding="utf-8")
