"""When the records of a table begin, as far as an export shows it: time before that is held against nobody."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from auditor.mapping import spread
from auditor.mapping.cellsql import ordered
from auditor.mapping.sketch import Block
from auditor.records import contract
from auditor.store import Store

# Tables of which every home, or every worker, soon has records: the day of each, and what was there before them.
SOON = {"visits": ("households", "approved_on"), "worker_supervisions": ("workers", "started_on")}
MANY = 20
# So much later than the first home began the first record of all, in days, that older ones were left out of the export.
LATER = 365


def begun(blocks: list[Block], store: Store) -> dict[str, dt.date]:
    """The day from which the records of a table stand in the export, for those of which it shows that they go no further back:
    a sheet has a column for each month, and none before; or the first record of all is of a day years after the first home."""
    found: dict[str, dt.date] = {}
    for table in dict.fromkeys(block.table for block in blocks):
        own = [block for block in blocks if block.table == table]
        months = [spread.first_month(block) for block in own if spread.by_month(block)]
        listed = [block for block in own if not spread.by_month(block) and not (months and _of_one_kind(block))]
        if months and not listed and all(months):
            found[table] = min(month for month in months if month)
        elif not months and (day := _after_all(table, own, blocks, store)) is not None:
            found[table] = day.replace(day=1)
    return found


def _of_one_kind(block: Block) -> bool:
    kind = block.columns.get("kind")
    return kind is not None and isinstance(kind.value, dict) and "constant" in kind.value


def _after_all(table: str, own: list[Block], blocks: list[Block], store: Store) -> dt.date | None:
    if table not in SOON or sum(block.plate.raw.rows for block in own) < MANY:
        return None
    of, started = SOON[table]
    homes = list(_first(of, started, blocks, store))
    days = list(_first(table, contract().tables[table].dated_by or "", own, store))
    if not homes or None in homes or not days or None in days:
        return None
    first = min(day for day in days if day)
    return first if (first - min(day for day in homes if day)).days > LATER else None


def _first(table: str, column: str, blocks: list[Block], store: Store) -> Iterator[dt.date | None]:
    """The first day that each sheet of a table has in a column; None where it cannot be told."""
    for block in blocks:
        if block.table != table:
            continue
        line = block.columns.get(column)
        given = line.value if line is not None and isinstance(line.value, dict) else {"from": line.value if line is not None else None}
        place = next((one.number for one in block.plate.profiles if one.heading == given["from"]), None) if "from" in given else None
        if line is None or place is None or line.either or block.unpivot is not None:
            yield None
            continue
        moment = contract().tables[table].columns[column].type == "datetime"
        sql = ordered(f"c{place}", given.get("dates"), moment)
        yield store.rows(f"SELECT min(ingest.date_of({sql})) FROM {block.plate.raw.relation}")[0][0]
