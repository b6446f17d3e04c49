"""What is in an export, on one screen, for `auditor check-export`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from auditor.ingest import Export, read_export
from auditor.ingest.issues import KINDS
from auditor.records import contract
from auditor.store import Store


@dataclass(frozen=True)
class TableSummary:
    """One table that was supplied: its rows, how many were rejected, and the columns it came without."""

    name: str
    source: str
    rows: int
    rejected: int
    missing_columns: tuple[str, ...]


@dataclass(frozen=True)
class ExportSummary:
    """What is there, what is wrong by kind (the words and how many), and which tables are not there; `missing_core` are
    those of the tables for a first audit."""

    tables: tuple[TableSummary, ...]
    problems: tuple[tuple[str, int], ...]
    missing_core: tuple[str, ...]
    missing_other: tuple[str, ...]
    export: Export

    def lines(self) -> list[str]:
        """The summary as lines of text."""
        width = max(len(table.name) for table in self.tables)
        lines = [f"{'table':<{width}}  {'rows':>9}  {'rejected':>8}  source"]
        lines += [f"{t.name:<{width}}  {t.rows:>9,}  {t.rejected:>8,}  {t.source}" for t in self.tables]
        lines.append("")
        if self.problems:
            lines.append("Problems in the data:")
            lines += [f"  {count:>9,}  {words}" for words, count in self.problems]
        else:
            lines.append("No problems in the data.")
        if self.missing_core:
            lines += ["", "Not there, and needed for a first audit: " + ", ".join(self.missing_core) + "."]
        if self.missing_other:
            lines += ["", "Not there: " + ", ".join(self.missing_other) + "."]
        return lines


def check(path: Path, store: Store) -> ExportSummary:
    """Read the export at `path` into `store` and sum it up. Raises ExportError as read_export does."""
    return summarise(read_export(path, store))


def summarise(export: Export) -> ExportSummary:
    """Sum up an export that has been read."""
    model = contract()
    tables = tuple(
        TableSummary(
            name=one.table,
            source=one.source,
            rows=one.rows,
            rejected=one.rejected,
            missing_columns=tuple(c for c in model.tables[one.table].columns if c not in export.supplied[one.table]),
        )
        for one in export.inputs
    )
    absent = [name for name in model.tables if name not in export.supplied]
    return ExportSummary(
        tables=tables,
        problems=tuple((KINDS[kind], count) for kind, count in export.problems.items()),
        missing_core=tuple(name for name in absent if name in model.core),
        missing_other=tuple(name for name in absent if name not in model.core),
        export=export,
    )
