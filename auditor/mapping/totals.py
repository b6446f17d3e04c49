"""What became of the rows of each file: rows read are rows used, rejected and left out."""

from __future__ import annotations

from collections.abc import Iterable

from auditor.model import Input


def lines(inputs: Iterable[Input]) -> list[str]:
    """A table as lines of text, one for each file or sheet and the table that it fills."""
    rows = [
        (one.source, one.table, one.rows, one.rows - one.rejected - one.filtered, one.rejected, one.filtered)
        for one in inputs
    ]
    wide = max([len(row[0]) for row in rows] + [4])
    table = max([len(row[1]) for row in rows] + [5])
    head = f"{'file':<{wide}}  {'table':<{table}}  {'read':>9} = {'used':>9} + {'rejected':>9} + {'left out':>9}"
    return [head] + [
        f"{source:<{wide}}  {name:<{table}}  {read:>9,} = {used:>9,} + {bad:>9,} + {out:>9,}"
        for source, name, read, used, bad, out in rows
    ]
