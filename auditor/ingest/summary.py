"""What is in an export, on one screen, for `auditor check-export`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass

from auditor.ingest import Export
from auditor.ingest.issues import KINDS
from auditor.model import Input
from auditor.records import contract

MOST_LINES = 16
WIDTH = 110


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
        """The summary as lines of text: every file with what became of its rows, or in a long export those with rows that
        were not used, and the others together."""
        inputs = self.export.inputs
        some = [one for one in inputs if one.rejected or one.filtered] if len(inputs) > MOST_LINES else list(inputs)
        rest = [one for one in inputs if one not in some]
        out = [f"{len(inputs)} {'file or sheet' if len(inputs) == 1 else 'files and sheets'} read, "
               f"{sum(one.rows for one in inputs):,} rows."]
        out += totals(some) if some else []
        if rest:
            words = ", ".join(f"{one.table} {one.rows:,}" for one in rest)
            begin = "All rows used: " if not some else "All rows of the others used: "
            out += textwrap.wrap(begin + words + ".", WIDTH, subsequent_indent="  ")
        out.append("")
        if self.problems:
            out.append("Problems in the data:")
            out += [f"  {count:>9,}  {words}" for words, count in self.problems]
        else:
            out.append("No problems in the data.")
        for words, names in (("Not there, and needed for a first audit: ", self.missing_core), ("Not there: ", self.missing_other)):
            if names:
                out += ["", *textwrap.wrap(words + ", ".join(names) + ".", WIDTH, subsequent_indent="  ")]
        return out


def totals(inputs: Iterable[Input]) -> list[str]:
    """What became of the rows of each file, as lines of text: those read are those used, rejected and left out."""
    rows = [(one.source, one.table, one.rows, one.rows - one.rejected - one.filtered, one.rejected, one.filtered) for one in inputs]
    wide = max([len(row[0]) for row in rows] + [4])
    table = max([len(row[1]) for row in rows] + [5])
    head = f"{'file':<{wide}}  {'table':<{table}}  {'rows read':>9} = {'used':>9} + {'rejected':>9} + {'left out':>9}"
    return [head] + [
        f"{source:<{wide}}  {name:<{table}}  {read:>9,} = {used:>9,} + {bad:>9,} + {out:>9,}"
        for source, name, read, used, bad, out in rows
    ]


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
