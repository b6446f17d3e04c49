"""Looks for what each record refers to: a reference to a record that is not there is told, with the key that was perhaps
meant, and leaves in doubt what it may have answered."""

from __future__ import annotations

from auditor import doubts
from auditor.doubts import PERSON_TABLES
from auditor.ingest.issues import LINKED_TO_NOTHING, Issues
from auditor.ingest.sheet import named, quoted
from auditor.records import Table, contract
from auditor.store import Store

# Where more of a table's references than this lead nowhere, they are written in another way, and no record can be missed.
MANY_ASTRAY, FEW_ROWS = 0.2, 5


def check(store: Store, supplied: dict[str, frozenset[str]], issues: Issues) -> None:
    """Note every reference to a record that is not there, in tables that are there."""
    for name, columns in supplied.items():
        table = contract().tables[name]
        for column in table.columns.values():
            if column.name in columns and column.references in supplied:
                _astray(store, table, column.name, "TRUE", column.references, issues)
        if {"person_id", "person_kind"} <= columns:
            for kind, target in PERSON_TABLES.items():
                if target in supplied:
                    _astray(store, table, "person_id", f"r.person_kind = {quoted(kind)}", target, issues)


def _astray(store: Store, table: Table, column: str, where: str, target: str, issues: Issues) -> None:
    name, cell, key = f"loaded.{named(table.name)}", f"r.{named(column)}", named(contract().tables[target].key)
    met = f"{name} r SEMI JOIN loaded.{named(target)} t ON t.{key} = {cell}"
    count, found = store.rows(
        f"SELECT (SELECT count({cell}) FROM {name} r WHERE {where}), (SELECT count(*) FROM {met} WHERE {where})"
    )[0]
    if count == found:
        return
    store.run(
        f"CREATE OR REPLACE TEMP TABLE astray AS SELECT {cell} AS id, count(*) AS many, CAST(NULL AS VARCHAR) AS meant FROM {name} r "
        f"ANTI JOIN loaded.{named(target)} t ON t.{key} = {cell} WHERE {cell} IS NOT NULL AND {where} GROUP BY 1"
    )
    _meant(store, target)
    rows = (
        f"SELECT r._source, r._row, a.id, a.meant, EXISTS (SELECT 1 FROM ingest.rejected_keys k WHERE k.tbl = {quoted(target)} "
        f"AND k.key = a.id) AS was_there FROM {name} r JOIN astray a ON a.id = {cell} WHERE {where}"
    )
    words = (
        f"'{target} has no record ' || left(id, 80) || CASE WHEN was_there THEN ' (it is there, but its row was rejected).' "
        "WHEN meant IS NOT NULL THEN '. Did you mean ' || left(meant, 80) || '?' ELSE '.' END"
    )
    issues.add_rows(table.name, column, "orphan", words, LINKED_TO_NOTHING, rows)
    replaced = f"SELECT {quoted(column)} AS _col, r.* REPLACE (a.meant AS {named(column)}) FROM {name} r JOIN astray a ON a.id = {cell}"
    doubts.add(store, table, f"{replaced} WHERE a.meant IS NOT NULL AND {where}")
    lost = store.rows("SELECT coalesce(sum(many), 0) FROM astray WHERE meant IS NULL")[0][0]
    if lost >= FEW_ROWS and lost > MANY_ASTRAY * count:
        doubts.add_all(store, table, column, f"{lost:,} rows of {table.name} whose {column} is not in {target}")
    store.run("DROP TABLE astray")


def _meant(store: Store, target: str) -> None:
    """The one key that differs from a reference only in case, signs or leading noughts, or only in the letters before its
    figures."""
    key = named(contract().tables[target].key)
    for plain, where in (
        ("ingest.plain_id({})", "TRUE"),
        ("ltrim(regexp_replace({}, '[^0-9]', '', 'g'), '0')", "regexp_full_match(id, '[0-9]+')"),
    ):
        keys = f"SELECT {plain.format(key)} AS plain, min({key}) AS key FROM loaded.{named(target)} GROUP BY 1 HAVING count(*) = 1"
        store.run(
            f"UPDATE astray SET meant = k.key FROM ({keys}) k WHERE meant IS NULL AND {where} AND k.plain <> '' "
            f"AND k.plain = {plain.format('astray.id')}"
        )
