"""What databases add to records: marks of deleted rows, versions of a row and which is current, days that stand for none,
tables that say what codes mean."""

from __future__ import annotations

import re

from auditor.ingest.sheet import quoted
from auditor.mapping.cellsql import filled
from auditor.mapping.grid import Raw, folded
from auditor.mapping.placing import Plate
from auditor.mapping.words import key
from auditor.store import Store

YES = ("y", "yes", "1", "true", "t", "deleted")
_DELETED = {"deleted", "archived", "void", "voided", "inactive", "removed"}
_CURRENT = {"current", "latest"}
_BESIDE = {"is", "row", "record", "flag", "ind", "indicator", "yn", "y", "n", "dw", "dwh", "etl", "src", "soft", "logically", "logical", "version"}
_SPAN = {"effective", "valid", "row", "version"}
_ENDS = {"from", "to", "start", "end", "date", "dt", "datetime", "timestamp", "ts", "until"}
_NO_DAY = re.compile(
    r"(?:(?:9999|2999|3000)-12-31|1[78]00-01-01|1900-01-01)(?:[t ]00:00(?::00(?:\.0+)?)?)?"
    r"|31[-/](?:12|dec)[-/](?:9999|2999)|0?1[-/](?:0?1|jan)[-/]1900|(?:9999|2999)1231|19000101"
)
_OF_CODES = {"kind", "status", "category", "reason", "role", "id", "outcome", "mode"}
MOST_ROWS = 200


def _words(heading: str) -> set[str]:
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", heading)
    return set(re.split(r"[^a-z]+", folded(spaced).replace("_", " "))) - {""}


def marks_deleted(heading: str) -> bool:
    """Whether a heading says of each row whether it was deleted: `Deleted`, `DW_IsDeleted`."""
    words = _words(heading)
    return bool(words & _DELETED) and words <= _DELETED | _BESIDE


def versions(store: Store, raw: Raw) -> tuple[list[int], dict | None]:
    """Where a table keeps old versions of its rows: the columns that say so, which are no records of anything, and the filter
    that keeps the current ones. ([], None) where it keeps none."""
    current, spans = [], []
    for number, heading in enumerate(raw.headings):
        words = _words(heading)
        if words & _CURRENT and words <= _CURRENT | _BESIDE:
            current.append(number)
        elif words & _SPAN and words & _ENDS and words <= _SPAN | _ENDS:
            spans.append(number)
    if len(current) != 1 or len(spans) != 2:
        return [], None
    cell = filled(f"c{current[0]}")
    found = {folded(word) for (word,) in store.rows(f"SELECT DISTINCT {cell} FROM {raw.relation} WHERE {cell} IS NOT NULL LIMIT 10")}
    said = sorted(found & set(YES))
    if not said or not found <= set(YES) | {"n", "no", "0", "false", "f"}:
        return [], None
    return [*current, *spans], {"column": raw.headings[current[0]], "is": said}


def old_versions(raw: Raw, keep: dict | None) -> str:
    """SQL for the rows that `keep` leaves out."""
    if keep is None:
        return "FALSE"
    cell = filled(f"c{raw.headings.index(keep['column'])}")
    return f"lower({cell}) NOT IN ({', '.join(quoted(word) for word in keep['is'])})"


def no_days(plates: list[Plate]) -> list[str]:
    """The words of an export's columns of days that stand for no day: 9999-12-31."""
    return sorted({value for plate in plates for one in plate.profiles if one.dates > 0.5 for value in one.values if _NO_DAY.fullmatch(value)})


def says_codes(plate: Plate, plates: list[Plate]) -> bool:
    """Whether a sheet only says what the codes of another mean: a few rows, each with a code that the other has again and
    again under the same heading, and words for it."""
    if len(plate.profiles) > 3 or plate.raw.rows > MOST_ROWS or any(one.dates > 0.2 for one in plate.profiles):
        return False
    return any(
        code.unique and folded(code.heading) == folded(other.heading) and not other.unique and other.overlap(code) > 0.8
        and set(key(code.heading).split()) & _OF_CODES and not set(_words(code.heading)) & {"sk", "key", "ref", "no", "number"}
        for code in plate.profiles
        for one in plates
        if one is not plate
        for other in one.profiles
    )
