"""Reads the replayed situations: records as an export would hold them, what the audit must find in them, and the
change that puts the matter right."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from auditor.cases import CaseRun
from auditor.model import Finding
from auditor.records import contract
from auditor.rule import Rule
from auditor.yamlfile import load_file

FOLDER = Path(__file__).parent
KEYS = {
    "name",
    "case",
    "decidable",
    "as_of",
    "since",
    "history_from",
    "policy",
    "records",
    "expect",
    "confirms",
    "twin",
    "variant",
}
REASONS = {"not_caught", "not_tested"}
REMOVED = "removed"
TICKED = ("met", "pending")
Records = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True)
class Situation:
    """One situation. `decidable` says whether records can settle it: yes, partly or no. `expect` are the findings of
    the rules it names; `confirms` says of a rule which subjects it must count as met. `change` turns the records into
    the twin (which must have no finding) or, for good practice, into the variant (which has the findings `after`).
    `no_case` are rules that have nothing left to look at in the twin."""

    name: str
    case: str
    decidable: str
    path: str
    reason: str | None
    as_of: dt.date | None
    since: dt.date | None
    policy: dict[str, Any]
    history_from: dict[str, str]
    records: Records
    expect: tuple[dict[str, Any], ...]
    confirms: tuple[dict[str, Any], ...]
    change: dict[str, dict[str, Any]]
    after: tuple[dict[str, Any], ...]
    no_case: tuple[str, ...]

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules that the situation is about, in order."""
        return tuple(dict.fromkeys(entry["rule"] for entry in (*self.expect, *self.confirms, *self.after)))

    @property
    def changed(self) -> Records:
        """The records with `change` made."""
        tables = {table: [dict(row) for row in rows] for table, rows in self.records.items()}
        for table, changes in self.change.items():
            key = contract().tables[table].key
            rows = {row[key]: row for row in tables.get(table, [])}
            for name, columns in changes.items():
                if columns == REMOVED:
                    del rows[name]
                else:
                    rows[name] = {**rows.get(name, {key: name}), **columns}
            tables[table] = list(rows.values())
        return tables


def situations(folder: Path = FOLDER) -> list[Situation]:
    """All situations of a folder, in the order of the files."""
    return [
        _situation(entry, file.name)
        for file in sorted(folder.glob("*.yaml"))
        for entry in load_file(file, f"{folder.name}/{file.name}")
    ]


def _situation(entry: dict[str, Any], path: str) -> Situation:
    unknown = set(entry) - KEYS - REASONS
    assert not unknown, f"{path}: {entry.get('name')}: {sorted(unknown)} is not a key of a situation"
    altered = entry.get("twin") or entry.get("variant") or {}
    return Situation(
        name=entry["name"],
        case=entry["case"],
        decidable=entry["decidable"],
        path=path,
        reason=next((entry[key] for key in sorted(REASONS) if entry.get(key)), None),
        as_of=_day(entry.get("as_of")),
        since=_day(entry.get("since")),
        policy=dict(entry.get("policy") or {}),
        history_from=dict(entry.get("history_from") or {}),
        records={table: _rows(rows) for table, rows in (entry.get("records") or {}).items()},
        expect=tuple(entry.get("expect") or ()),
        confirms=tuple(entry.get("confirms") or ()),
        change=dict(altered.get("change") or {}),
        after=tuple(altered.get("expect") or ()),
        no_case=tuple(altered.get("no_case") or ()),
    )


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _rows(given: Any) -> list[dict[str, Any]]:
    """Records written out, or `rows` that share the columns under `all`."""
    if isinstance(given, dict):
        return [{**given["all"], **row} for row in given["rows"]]
    return [dict(row) for row in given]


def unlike(expected: list[dict[str, Any]], findings: tuple[Finding, ...]) -> list[str]:
    """What was to be found and was not, and what was found besides."""
    left, wrong = list(findings), []
    for wanted in expected:
        match = next((finding for finding in left if not _differences(wanted, finding)), None)
        if match is not None:
            left.remove(match)
            continue
        near = next((finding for finding in left if finding.subject_id == wanted["subject"]), None)
        words = "; ".join(_differences(wanted, near)) if near is not None else "not found"
        wrong.append(f"{wanted['subject']}: {words}")
        if near is not None:
            left.remove(near)
    return wrong + [
        f"{f.subject_id}: {f.outcome} {f.state} was not expected (trigger {f.trigger_on}, due {f.due_on}, done {f.done_on}, "
        f"{f.days_late} days late, missing {list(f.missing)}, {f.figures})"
        for f in left
    ]


def _differences(wanted: dict[str, Any], finding: Finding) -> list[str]:
    actual = {
        **{name: _plain(getattr(finding, name)) for name in finding.__dataclass_fields__},
        **finding.figures,
        "subject": finding.subject_id,
        "evidence": sorted(record.id for record in finding.evidence),
        "missing": sorted(finding.missing),
    }
    differences = []
    for key, value in {"outcome": "breach", **wanted}.items():
        if key == "cites_include":
            if value not in finding.cites:
                differences.append(f"cites {list(finding.cites)}, not {value}")
        elif key == "evidence_includes":
            if not set(value) <= set(actual["evidence"]):
                differences.append(f"evidence is {actual['evidence']}, without some of {value}")
        elif key == "says":
            if value not in finding.message:
                differences.append(f"the message does not say '{value}': {finding.message}")
        elif key not in actual:
            differences.append(f"a finding has no '{key}'")
        elif actual[key] != (sorted(value) if isinstance(value, list) else value):
            differences.append(f"{key} is {actual[key]}, not {value}")
    return differences


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def unconfirmed(wanted: dict[str, Any], rule: Rule, run: CaseRun) -> list[str]:
    """Subjects that a rule was to count as met and did not."""
    met = {row.subject_id for row in run.rows if row.outcome == "met"}
    wrong = [f"{subject}: not counted as met" for subject in wanted["met"] if subject not in met]
    cites = wanted.get("cites_include")
    return wrong + ([f"cites {list(rule.cites)}, not {cites}"] if cites and cites not in rule.cites else [])


def ticked(run: CaseRun) -> bool:
    """Whether the rule looked at something and found it in order, or not yet due."""
    return any(row.outcome in TICKED for row in run.rows)
