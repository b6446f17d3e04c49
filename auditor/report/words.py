"""The wording of reports, kept in one place: dates, counts, labels, the order of citations, and cleaned record text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from auditor.wording import long_date

AREA_LABELS = {
    "experiences": "Experiences and progress of children",
    "protection": "Help and protection of children",
    "leadership": "Leaders and managers",
    "overall": "Overall",
}
TYPE_LABELS = {"requirement": "Requirement", "recommendation": "Recommendation", "practice": "Practice point"}
GRADE_LABELS = {"critical": "Critical", "major": "Major", "minor": "Minor"}
OUTCOME_LABELS = {
    "breach": "Not met",
    "not_evidenced": "Not evidenced on the record",
    "prompt": "A person should read the record",
    "met": "Met",
    "pending": "Not yet due",
    "waived": "Accepted for a time",
}
STATE_LABELS = {
    "late": "Done late",
    "overdue": "Overdue",
    "missed": "Missed",
    "missing": "Nothing on the record",
    "expired": "Expired",
    "incomplete": "Incomplete",
    "over_limit": "Outside the limit",
    "uncovered": "Gap in cover",
    "inconsistent": "Sources disagree",
    "out_of_order": "Out of order",
    "generic": "Text is not individual",
    "pattern": "Pattern",
}
STATUS_LABELS = {
    "assessed": "Assessed",
    "not_applicable": "Did not apply to any record",
    "not_assessed": "Not assessed: records were not supplied",
    "error": "Could not be run",
}
DISCLAIMER = (
    "This is a self-audit of records. Its grades are indicative: they are not a judgement by Ofsted and do not predict "
    "one. An inspection judges the experience of children, which records alone cannot show."
)
CANNOT_SHOW = (
    "what it is like for a child to live in the home, and whether the child feels safe, listened to and cared for",
    "the quality of a visit, an assessment or a plan, beyond what was dated, signed and filled in",
    "whether what is written is true, and whether something was done but never written down",
)
EVIDENCE_WORDS = (
    "“Not evidenced on the record” means that the records supplied do not settle the matter. "
    "It does not mean that the thing was not done."
)

_SINGULAR = {
    "children": "child",
    "service": "service",
    "training": "training record",
    "child_health": "health record",
    "family_time": "family time record",
}
_PLURAL = {
    "service": "services",
    "training": "training records",
    "child_health": "health records",
    "family_time": "family time records",
}
_SOURCES = ("FSR", "CPPCR", "CA", "NMS", "WT", "VOL4", "MISSING", "SCCIF")
# C0 and C1 controls, bidirectional overrides, lone surrogates and non-characters: nothing that a report should act on.
_UNSAFE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def clean(text: str) -> str:
    """Text from a record with every character that could steer a terminal, a file format or the reading direction
    replaced by U+FFFD; line ends and tabs become spaces, so that a value stays on its line."""
    if text.isprintable():  # nearly always, and much quicker
        return text
    return _UNSAFE.sub("\ufffd", re.sub(r"\r\n|[\r\n\t]", " ", text))


def day(date: dt.date | None) -> str:
    """A date as 31 March 2026; an empty text for none."""
    return long_date(date) if date else ""


def one(table: str) -> str:
    """The word for one row of a table: `household_members` is "household member"."""
    if table in _SINGULAR:
        return _SINGULAR[table]
    plain = table.replace("_", " ")
    if plain.endswith("ies"):
        return plain[:-3] + "y"
    if plain.endswith(("sses", "ches", "xes")):
        return plain[:-2]
    return plain.removesuffix("s")


def many(table: str) -> str:
    """The word for several rows of a table: `household_members` is "household members"."""
    return _PLURAL.get(table, table.replace("_", " "))


def count(number: int, singular: str, plural: str | None = None) -> str:
    """ "1 household", "1,234 households"."""
    return f"{number:,} {singular if number == 1 else plural or singular + 's'}"


def share(part: int, whole: int, table: str | None) -> str:
    """ "6 of 83 households"; the noun is left out where the table is not known."""
    noun = "" if table is None else f" {one(table) if whole == 1 else many(table)}"
    return f"{part:,} of {whole:,}{noun}"


def percent(rate: float | None) -> str:
    """A rate as a whole percentage that never rounds up to 100% or down to 0%; "none decided" for None."""
    if rate is None:
        return "none decided"
    if 0 < rate < 0.01:
        return "under 1%"
    if 0.99 < rate < 1:
        return "over 99%"
    return f"{round(rate * 100)}%"


def listed(items: Sequence[str], limit: int = 3) -> str:
    """ "A, B and C", or "A, B, C and 4 others"."""
    rest = len(items) - limit
    if rest > 1:
        return ", ".join(items[:limit]) + f" and {rest:,} others"
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1] if items else ""


def natural(text: str) -> tuple:
    """A sort key that puts HH-9 before HH-10."""
    return tuple((0, int(p), "") if p.isdecimal() and p.isascii() else (1, 0, p.lower()) for p in _digits(text)), text


def _digits(text: str) -> list[str]:
    # Runs of more than 18 digits are kept as text: Python refuses to turn very long ones into numbers.
    return [part for part in re.split(r"([0-9]{1,18})", text) if part]


def citation_order(cite: str) -> tuple:
    """A sort key in the order of the instrument: regulations before schedules, 9 before 10, 10 before 10(2)."""
    source, _, place = cite.partition(" ")
    rank = _SOURCES.index(source) if source in _SOURCES else len(_SOURCES)
    return rank, source, "Sch" in place.split(), natural(place)


def first_cite(cites: Sequence[str], type_: str) -> str:
    """The citation that a rule is listed under: the first regulation it names if it is a requirement, the first
    standard if a recommendation, else its first."""
    wanted = {"requirement": "FSR ", "recommendation": "NMS "}.get(type_)
    return next((c for c in cites if wanted and c.startswith(wanted)), cites[0] if cites else "")
