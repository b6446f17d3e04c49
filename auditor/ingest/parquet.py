"""Reads a Parquet file through the engine, every column as text."""

from __future__ import annotations

import hashlib
from pathlib import Path

from auditor.errors import ExportError
from auditor.ingest.csvfile import exact
from auditor.ingest.sheet import Sheet, check_width, named, quoted
from auditor.store import EngineError, Store


def read(store: Store, path: Path, name: str, source: str) -> Sheet:
    """One Parquet file as a sheet called `name`. Raises ExportError if it is not one, or is broken."""
    rows = f"read_parquet({quoted(exact(path))}, binary_as_string=true, hive_partitioning=false)"
    try:
        columns = store.rows(f"DESCRIBE SELECT * FROM {rows}")
        with path.open("rb") as stream:
            sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    except (EngineError, OSError):
        raise ExportError(f"{source}: it cannot be read as Parquet. It may be cut short; export it again.") from None
    headings = tuple(column[0] for column in columns)
    check_width(headings, source)
    cells = [f"{as_text(named(column[0]), column[1])} AS c{i}" for i, column in enumerate(columns)]
    return Sheet(
        name=name,
        source=source,
        sha256=sha256,
        headings=headings,
        relation=f"(SELECT {', '.join(cells)}, CAST(NULL AS VARCHAR) AS fault FROM {rows})",
    )


def as_text(column: str, kind: str) -> str:
    """SQL for the text of a typed column: lists of words with semicolons, whatever is nested as JSON, bytes not at all."""
    if kind == "BLOB":
        return "CAST(NULL AS VARCHAR)"
    if "STRUCT(" in kind or "MAP(" in kind or kind.endswith("][]") or kind.endswith("[][]"):
        return f"CAST(to_json({column}) AS VARCHAR)"
    if kind.endswith("]"):
        return f"array_to_string(list_transform({column}, lambda item: CAST(item AS VARCHAR)), ';')"
    return f"CAST({column} AS VARCHAR)"
