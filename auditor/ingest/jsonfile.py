"""Reads JSON: a file that is a list of records, or names several lists, and files with one record on each line.

A record within a record gives columns of its own: `{"address": {"postcode": …}}` has the column `address.postcode`. A
list of words becomes one cell, with semicolons; any other list stays JSON, for a mapping to take apart.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from auditor.errors import ExportError
from auditor.ingest.sheet import LONGEST_CELL, MOST_COLUMNS, Line, Sheet, check_width, pour
from auditor.store import Store

LARGEST = 128 << 20
LONGEST_RECORD = 16 * LONGEST_CELL
DEEPEST = 6
MOST_LISTS = 1_000
LINE_ENDINGS = (".ndjson", ".jsonl")
_NUMBERS = itertools.count(1)
_decode: Callable[[str], Any] = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=lambda _: None).decode


def tables(path: Path, ending: str, source: str) -> list[str]:
    """The names of the lists of records in the file; one without a name where the file is itself such a list.

    Empty where the file holds no records at all, as the settings of a program do. Raises ExportError if it is no JSON.
    """
    if ending in LINE_ENDINGS:
        return [""]
    content = _content(path, source)
    if _is_list(content):
        return [""]
    names = [name for name, value in content.items() if _is_list(value)] if isinstance(content, dict) else []
    if len(names) > MOST_LISTS:
        raise ExportError(f"{source}: it holds {len(names):,} lists; {MOST_LISTS:,} is the most that will be read.")
    return names


def read(store: Store, path: Path, ending: str, name: str, source: str) -> Sheet:
    """One list of records as a sheet; its first record counts as row 2, as under a heading. Raises ExportError."""
    if ending in LINE_ENDINGS:
        records: Callable[[], Iterable[dict]] = lambda: _lines(path, source)  # noqa: E731
    else:
        content = _content(path, source)
        held = content if not name else content[name]
        records = lambda: held  # noqa: E731
    headings: dict[str, int] = {}
    for record in records():
        for heading in _cells(record, source):
            headings.setdefault(heading, len(headings))
        if len(headings) > MOST_COLUMNS:
            check_width(list(headings), source)
    if not headings:
        raise ExportError(f"{source}: it holds no records. Export it again, or leave it out if there are none.")
    table = f"json_{next(_NUMBERS)}"
    lines = (Line([cells.get(heading) for heading in headings]) for cells in (_cells(r, source) for r in records()))
    pour(store, table, len(headings), lines)
    return Sheet(name or path.stem, source, _hash(path, source), tuple(headings), f"raw.{table}")


def _hash(path: Path, source: str) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise _unreadable(error, source) from None


def _unreadable(error: OSError, source: str) -> ExportError:
    return ExportError(f"{source}: it cannot be read ({error.strerror}). Check that you may open it.")


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _content(path: Path, source: str) -> Any:
    try:
        if path.stat().st_size > LARGEST:
            raise ExportError(f"{source}: it is larger than {LARGEST >> 20} MB. Export CSV, or JSON with one record on each line (.ndjson).")
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(error, source) from None
    try:
        return _decode(data.decode(json.detect_encoding(data)).removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        raise ExportError(f"{source}: it cannot be read as JSON. It may be cut short; export it again.") from None


def _lines(path: Path, source: str) -> Iterator[dict]:
    """The records of a file with one on each line. Raises ExportError that names the lines which are none."""
    bad: list[int] = []
    try:
        with path.open("rb") as stream:
            for number in itertools.count(1):
                line = stream.readline(LONGEST_RECORD)
                if not line:
                    break
                if not line.strip():
                    continue
                record = _record(line.removeprefix(b"\xef\xbb\xbf"))
                if record is None or len(line) == LONGEST_RECORD:
                    bad.append(number)
                elif not bad:
                    yield record
                if len(bad) > 20 or len(line) == LONGEST_RECORD:
                    break
    except OSError as error:
        raise _unreadable(error, source) from None
    if bad:
        which = f"{'line' if len(bad) == 1 else 'lines'} {', '.join(map(str, bad[:20]))}{' and others' if len(bad) > 20 else ''}"
        raise ExportError(f"{source}: {which} cannot be read: each line must be one JSON object. Export the file again.")


def _record(line: bytes) -> dict | None:
    try:
        value = _decode(line.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _cells(record: dict, source: str, before: str = "", depth: int = 1) -> dict[str, str | None]:
    """The cells of one record by heading."""
    found: dict[str, str | None] = {}
    for key, value in record.items():
        heading = before + key
        if isinstance(value, dict) and value and depth < DEEPEST:
            found |= _cells(value, source, heading + ".", depth + 1)
        else:
            found[heading] = _text(value)
        if len(found) > MOST_COLUMNS:
            raise ExportError(f"{source}: a record has more than {MOST_COLUMNS:,} columns. Export only those of the record model.")
    return found


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and all(isinstance(item, str | bool | None) for item in value):
        return ";".join(text for item in value if (text := _text(item)))
    try:
        return json.dumps(value, ensure_ascii=False)
    except (ValueError, RecursionError):
        return None


