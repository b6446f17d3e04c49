"""Records that could not be used, or not in full, and the cases that they leave in doubt.

A row that was rejected may be the very visit that a household seems to lack. So a breach stands only where no such row
bears on it; else it is `not_evidenced`, and says which row to put right. A row bears on a case if the rule reads its table
(or the cell of it that could not be read) and both concern the same subject or, where the row does not name one of that
kind, the same child, person, household or worker. And where a table comes from several sheets, a record is not held to
what its own sheet has no column for.
"""

from __future__ import annotations

import datetime as dt
import re

from auditor.records import Table, contract
from auditor.rule import Rule
from auditor.statement import Statement
from auditor.store import Store

PERSON_TABLES = {
    "carer": "carers",
    "household_member": "household_members",
    "worker": "workers",
    "panel_member": "workers",
}
MOST_NAMED = 3
# What did not take place answers nothing, however little of it can be read.
_TOOK_PLACE = {"visit_status": "completed"}
# From the nearest to the widest: what a row and a case may both name.
_SHARED = ("child_id", "person_id", "household_id", "worker_id")


def prepare(store: Store) -> None:
    """Create `doubt.records`: the words for a row and its column in doubt (`col`, NULL where all of it was rejected), its own
    day, and whom it names: `refs` by table. What is in doubt for `anyone` bears on every case."""
    store.run("CREATE SCHEMA IF NOT EXISTS doubt")
    store.run(
        "CREATE TABLE IF NOT EXISTS doubt.records (tbl VARCHAR, col VARCHAR, words VARCHAR, day DATE, anyone BOOLEAN, "
        f"refs MAP(VARCHAR, VARCHAR), {', '.join(f'{name} VARCHAR' for name in _SHARED)})"
    )
    store.run("CREATE TABLE IF NOT EXISTS doubt.lacking (tbl VARCHAR, source VARCHAR, col VARCHAR)")


def add(store: Store, table: Table, rows: str) -> None:
    """Note rows of a table. `rows` is SQL for columns of `loaded.<table>`, `_source`, `_row`, and `_col`, the column that
    could not be read (NULL for all)."""
    store.run(f"SELECT * FROM ({rows}) LIMIT 0")
    there = set(store.names())

    def cell(name: str | None) -> str:
        return f'CAST("{name}" AS VARCHAR)' if name in there else "CAST(NULL AS VARCHAR)"

    refs = {
        target: cell(table.reference_to(target)) for target in {c.references for c in table.columns.values()} if target
    }
    if {"person_id", "person_kind"} <= there:
        for target in set(PERSON_TABLES.values()):
            kinds = ", ".join(f"'{kind}'" for kind, one in PERSON_TABLES.items() if one == target)
            refs[target] = f"CASE WHEN person_kind IN ({kinds}) THEN person_id ELSE {refs.get(target, 'NULL')} END"
    refs[table.name] = cell(table.key)
    person = next((name for name in ("carer_id", "member_id", "person_id") if name in table.columns), None)
    own = [cell(person if name == "person_id" else name) for name in _SHARED]
    day = f'"{table.dated_by}"' if table.dated_by in there else "CAST(NULL AS DATE)"
    # A record that can name nobody, such as a policy of the service, bears on all that read it.
    anyone = not any(name in table.columns for name in _SHARED) and not any(
        c.references for c in table.columns.values()
    )
    took_place = [
        f"COALESCE({name} = '{_TOOK_PLACE[c.codeset]}', TRUE)"
        for name, c in table.columns.items()
        if name in there and c.codeset in _TOOK_PLACE
    ]
    keys, values = ", ".join(f"'{one}'" for one in refs), ", ".join(refs.values())
    store.run(
        f"INSERT INTO doubt.records SELECT '{table.name}', _col, concat('row ', _row, ' of ', _source), {day}, {anyone}, MAP([{keys}], [{values}]), "
        f"{', '.join(own)} FROM ({rows}) WHERE {' AND '.join(took_place) or 'TRUE'}"
    )


def add_all(store: Store, table: Table, column: str, words: str) -> None:
    """Note that a column of a table cannot be relied on for anyone; `words` say why."""
    store.run("INSERT INTO doubt.records (tbl, col, words, anyone) VALUES (?, ?, ?, TRUE)", [table.name, column, words])


def add_lacking(store: Store, table: str, source: str, columns: frozenset[str]) -> None:
    """Note columns of a table that one of its sources (as in `_source`) does not have, while another has them."""
    for column in sorted(columns):
        store.run("INSERT INTO doubt.lacking VALUES (?, ?, ?)", [table, source, column])


def complete(store: Store, supplied: set[str]) -> None:
    """Find the child and household of each row that names neither, through the records that it does name."""
    if not store.rows("SELECT count(*) FROM doubt.records")[0][0]:
        return
    for wanted in ("child_id", "household_id"):
        for table in (one for name, one in contract().tables.items() if name in supplied and wanted in one.columns):
            if table.key != wanted:
                store.run(
                    f"UPDATE doubt.records SET {wanted} = t.{wanted} FROM loaded.{table.name} t "
                    f"WHERE records.{wanted} IS NULL AND t.{table.key} = refs['{table.name}']"
                )


class Doubts:
    """The rows in doubt of one audit, as far as rules read them."""

    def __init__(self, store: Store):
        prepare(store)
        found = store.rows("SELECT DISTINCT tbl, col FROM doubt.records")
        self.whole = {table for table, column in found if column is None}
        self.cells = {(table, column) for table, column in found if column is not None}
        self.lacking = set(store.rows("SELECT DISTINCT tbl, col FROM doubt.lacking"))

    def apply(self, store: Store, statement: Statement, as_of: dt.date) -> None:
        """Make each breach of the table `outcome` that a row may answer `not_evidenced`, and name the rows in `doubt`."""
        self._not_given(store, statement)
        dated = {(name, contract().tables[name].dated_by) for name in statement.tables}
        read = [f"(tbl = '{table}' AND col IS NULL)" for table in sorted(self.whole & statement.tables)]
        read += [
            f"(tbl = '{table}' AND col = '{column}')"
            for table, column in sorted(self.cells & (statement.columns | dated))
        ]
        if not read:
            return
        store.run(
            "CREATE OR REPLACE TEMP TABLE doubtful AS SELECT place, count(*) AS many, "
            f"list_sort(list(words))[:{MOST_NAMED}] AS named FROM (SELECT DISTINCT place, words "
            f"FROM ({_pairs(statement, ' OR '.join(read), as_of)})) GROUP BY place"
        )
        store.run(
            "UPDATE outcome SET outcome = 'not_evidenced', doubt = concat(array_to_string(named, '; '), "
            f"CASE WHEN many > {MOST_NAMED} THEN '; and ' || CAST(many - {MOST_NAMED} AS VARCHAR) || ' more' ELSE '' END) "
            "FROM doubtful WHERE outcome.rowid = place"
        )


    def _not_given(self, store: Store, statement: Statement) -> None:
        """A record that its own sheet gives no column for, which the rule needs, settles nothing."""
        subject = statement.subject_table
        wanted = [f"'{column}'" for table, column in sorted(statement.needed & self.lacking) if table == subject]
        if not wanted:
            return
        store.run(
            "UPDATE outcome SET outcome = 'not_evidenced', unknown = without.columns FROM ("
            f"SELECT {contract().tables[subject].key} AS own, string_agg('{subject}.' || col, ', ' ORDER BY col) AS columns "
            f"FROM loaded.{subject} JOIN doubt.lacking ON source = _source AND tbl = '{subject}' "
            f"WHERE col IN ({', '.join(wanted)}) GROUP BY own) AS without "
            "WHERE outcome.outcome = 'breach' AND outcome.subject_id = without.own"
        )


def _pairs(statement: Statement, read: str, as_of: dt.date) -> str:
    """SQL for each breach (`place`) with the words for a row that bears on it."""
    subject, rule = statement.subject_table, statement.rule
    named = f"r.refs['{subject}']"
    # Where records of one table answer each other, a row that bears on a case is not the case's own record, and may be that
    # of another child of the household.
    among = f"r.tbl = '{subject}'" if _among_themselves(rule, subject) else "FALSE"
    own = f"CASE WHEN NOT {among} THEN {named} END"
    joins = [f"{named} = o.subject_id"]
    nearer = [f"{own} IS NULL"]
    for name in _SHARED:
        joins.append(f"r.{name} = o.{name} AND ({among} OR {' AND '.join(nearer)})")
        nearer.append(f"(r.{name} IS NULL OR o.{name} IS NULL)")
    # A case that concerns nobody in particular is one of the whole service.
    joins.append(f"{own} IS NULL AND r.anyone")
    joins.append(f"{own} IS NULL AND NOT r.anyone AND COALESCE({', '.join(f'o.{name}' for name in _SHARED)}) IS NULL")
    within = "COALESCE(r.day >= o.trigger_on, TRUE) AND COALESCE(r.day <= o.done_on, TRUE)"
    timely = f"(r.col IS NOT NULL OR r.tbl <> '{_answers(rule)}' OR {within})"
    cases = (
        "SELECT outcome.rowid AS place, subject_id, trigger_on, done_on, outcome.child_id, person_id, worker_id, "
        "COALESCE(outcome.household_id, child_home.household_id) AS household_id FROM outcome "
        "LEFT JOIN child_home ON child_home.child_id = outcome.child_id WHERE outcome = 'breach'"
    )
    rows = f"SELECT * FROM doubt.records WHERE ({read}) AND COALESCE(day <= DATE '{as_of}', TRUE)"
    pairs = " UNION ALL ".join(f"SELECT o.place, r.words FROM o JOIN r ON {join} AND {timely}" for join in joins)
    return f"WITH o AS MATERIALIZED ({cases}), r AS MATERIALIZED ({rows}) {pairs}"


def _among_themselves(rule: Rule, subject: str) -> bool:
    """Whether a rule sets the records of the subject's own table against each other."""
    tables, texts = [], []

    def gather(value: object) -> None:
        if isinstance(value, dict):
            tables.extend([value["table"]] if value.get("table") == subject else [])
            for one in value.values():
                gather(one)
        elif isinstance(value, list):
            for one in value:
                gather(one)
        elif isinstance(value, str):
            texts.append(value)

    gather(rule.check)
    beside = re.compile(rf"\bFROM\s+{subject}\b", re.IGNORECASE)
    return len(tables) > 1 or any(beside.search(text) and "subject." in text for text in texts)


def _answers(rule: Rule) -> str:
    """The table whose records answer a case only if they are dated from its beginning to its end; '' if there is none."""
    if rule.kind not in ("recurring", "quota", "deadline") or rule.check.get("direction") == "before":
        return ""
    answer = rule.check.get("event") or rule.check.get("response")
    return answer.get("table", "") if isinstance(answer, dict) and "date" not in answer else ""
