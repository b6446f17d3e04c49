"""The record model: which tables and columns a case record has, and what each column means.

Read once from `contract.yaml`. What the columns mean does not depend on how a file was spelled;
reading files is the work of `auditor.ingest`.
"""

from __future__ import annotations

import functools
import importlib.resources
import re
from dataclasses import dataclass

# What stands between the words of a cell that lists several.
SEPARATORS = r"\s*[;,|\n]\s*"
FUTURE_COLUMNS = ("expires_on", "due_on", "booked_for")
FUTURE_ENDINGS = ("_expires_on", "_due_on")


@dataclass(frozen=True)
class Column:
    """One column. `type` is id, text, date, datetime, boolean, integer, number, code or codes."""

    name: str
    type: str
    about: str = ""
    required: bool = False
    codeset: str | None = None
    references: str | None = None

    @property
    def speaks_of_future(self) -> bool:
        """Whether a date after the audit date stands (expiry and due dates) rather than being read as empty."""
        return self.name in FUTURE_COLUMNS or self.name.endswith(FUTURE_ENDINGS)


@dataclass(frozen=True)
class Table:
    """One table. `dated_by` names the record's own date; `span` its first day and first day no longer covered."""

    name: str
    about: str
    key: str
    columns: dict[str, Column]
    dated_by: str | None = None
    span: tuple[str, str] | None = None

    def reference_to(self, table: str) -> str | None:
        """The column that refers to `table`: the one named like its key, else the only one that points there."""
        pointing = [c.name for c in self.columns.values() if c.references == table]
        same_name = [name for name in pointing if name == contract().tables[table].key]
        if same_name:
            return same_name[0]
        return pointing[0] if len(pointing) == 1 else None


@dataclass(frozen=True)
class Contract:
    """All tables and code sets. `core` are the tables that are enough for a first audit."""

    version: int
    core: tuple[str, ...]
    codesets: dict[str, tuple[str, ...]]
    tables: dict[str, Table]


def _column(name: str, spec: dict) -> Column:
    kind = spec["type"]
    coded = re.fullmatch(r"(codes?)\((\w+)\)", kind)
    return Column(
        name=name,
        type=coded.group(1) if coded else kind,
        about=spec.get("about", ""),
        required=bool(spec.get("required")),
        codeset=coded.group(2) if coded else None,
        references=spec.get("references"),
    )


@functools.cache
def contract() -> Contract:
    """The contract that ships with the package."""
    import yaml

    text = importlib.resources.files("auditor").joinpath("contract.yaml").read_text(encoding="utf-8")
    raw = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    tables = {
        name: Table(
            name=name,
            about=spec["about"],
            key=spec["key"],
            columns={c: _column(c, s) for c, s in spec["columns"].items()},
            dated_by=spec.get("dated_by"),
            span=tuple(spec["span"]) if spec.get("span") else None,
        )
        for name, spec in raw["tables"].items()
    }
    codesets = {name: tuple(str(v) for v in values) for name, values in raw["codesets"].items()}
    return Contract(version=raw["version"], core=tuple(raw["core"]), codesets=codesets, tables=tables)
