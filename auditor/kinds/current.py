"""current: something is held and in date (training, checks, insurance, plans)."""

from __future__ import annotations

from dataclasses import dataclass, replace

from auditor.conditions import Compiled
from auditor.conditions import functions as f
from auditor.kinds.draft import NOTHING, TRUE, Choice, Draft, unknown_sql
from auditor.kinds.due import due_sql
from auditor.kinds.plan import Plan, fill
from auditor.kinds.source import Base, Source, source, subject
from auditor.parameters import Parameter
from auditor.yamlfile import Map, Seq

REQUIRED = ("subject", "record", "items")
OPTIONAL = ("applies_to", "span", "valid_for", "within", "look_ahead", "throughout")
ITEM_KEYS = ("words", "is", "valid_for", "count", "when")


@dataclass(frozen=True)
class Item:
    """One thing to hold: which records are it, who needs it, how many, and how long it lasts."""

    name: str
    fits: Compiled
    when: Compiled
    needed: int
    valid_for: tuple[Choice, ...]


def plan(check: Map, draft: Draft) -> Plan | None:
    """The statement of a current check."""
    rows = subject(draft, check, REQUIRED, OPTIONAL)
    if rows is None:
        return None
    record = source(draft, check["record"], "record", rows, ("item", "expires"))
    if record is None:
        return None
    expires = _expires(draft, check["record"], record, rows)
    items = [item for item in (_item(draft, given, check, record, rows) for given in _listed(draft, check)) if item]
    within = draft.duration(check, "within", draft.scope(rows.row)) if check.get("within") is not None else ()
    throughout = check.get("throughout", False)
    if throughout and any(item.needed > 1 for item in items):
        draft.problem(check.line_of("throughout"), "'throughout' does not go with a 'count' of more than one.")
    if check.get("look_ahead") is not None:
        draft.duration(check, "look_ahead", draft.scope(rows.row))
    if draft.problems or not items:
        return None
    history = draft.history.get(record.table.name)
    for place, item in enumerate(items):
        record.extra.append((item.fits.sql, f"item_{place}"))
        for word in ("favourable", "unfavourable"):
            record.extra.append((_last_day(item, expires, record, word), f"expires_{word}_{place}"))
    sql = fill(
        "current_throughout" if throughout else "current",
        item="\n  UNION ALL\n  ".join(_item_rows(item, within, history) for item in items),
        record=record.sql("on_date <= $as_of"),
        held="\n  UNION ALL\n  ".join(_held_rows(item, place) for place, item in enumerate(items)),
        subject_table=rows.table.name,
        record_table=record.table.name,
    )
    return Plan(sql, rows, judged_on="$as_of")


def _listed(draft: Draft, check: Map) -> list[Map]:
    items = draft.parameter_value(check, "items")
    line = check.line_of("items")
    if isinstance(items, Parameter) or not isinstance(items, list) or not items:
        draft.problem(
            line, "'items' is a list such as [{name: first aid, words: [first aid]}], or a $parameter that is one."
        )
        return []
    listed = []
    for place, item in enumerate(items):
        item_line = items.line_of(place) if isinstance(items, Seq) else line
        if isinstance(item, str):
            item = Map({"name": item})
            item.line, item.lines = item_line, {}
        listed.append(item)
    return listed


def _expires(draft: Draft, fields: Map, record: Source, rows: Base) -> str:
    scope = draft.scope(record.row, rows.row)
    if fields.get("expires") is not None:
        return draft.compile(fields, "expires", scope, "date", lenient=True).sql
    if "expires_on" in record.table.columns:
        return draft.compile_text("expires_on", fields.line, "expires", scope, "date", lenient=True).sql
    return "CAST(NULL AS DATE)"


def _item(draft: Draft, given: Map, check: Map, record: Source, rows: Base) -> Item | None:
    if not draft.keys(given, "items", ("name",), ITEM_KEYS):
        return None
    name = str(given["name"]).replace("'", "''")
    scope = draft.scope(record.row, rows.row)
    if given.get("is") is not None:
        fits = draft.compile(given, "is", scope, "boolean")
    else:
        fits = _by_words(draft, given, name, check["record"], record)
    when = draft.compile(given, "when", draft.scope(rows.row), "boolean", default=TRUE)
    needed = draft.whole_number(given, "count") if given.get("count") is not None else 1
    holder = given if given.get("valid_for") is not None else check
    valid = draft.duration(holder, "valid_for", scope) if holder.get("valid_for") is not None else ()
    if draft.in_hours(valid):
        draft.problem(holder.line_of("valid_for"), "'valid_for' is in days, weeks, months or years.")
    return Item(name, fits, when, needed or 1, valid)


def _by_words(draft: Draft, given: Map, name: str, fields: Map, record: Source) -> Compiled:
    """Records whose item text holds one of the words at the start of a word, or equals the name."""
    column = fields.get("item")
    declared = record.table.columns.get(column) if isinstance(column, str) else None
    if declared is None:
        draft.problem(
            fields.line_of("item"), f"Say with `item: column` which column of {record.table.name} names the item."
        )
        return NOTHING
    draft.note_column(record.table, declared.name)
    text = f"LOWER(event.{declared.name})"
    words = given.get("words")
    if words is None:
        sql = f"TRIM({text}) = '{name.lower()}'"
    elif not isinstance(words, list) or not all(isinstance(word, str) and word.strip() for word in words):
        draft.problem(given.line_of("words"), "'words' is a list of words or phrases.")
        return NOTHING
    else:
        sql = (
            "(" + " OR ".join(f"REGEXP_MATCHES({text}, {f.phrase_pattern(word, whole=False)})" for word in words) + ")"
        )
    return Compiled(
        sql, "boolean", empties=((f"event.{declared.name} IS NULL", f"{record.table.name}.{declared.name}"),)
    )


def _item_rows(item: Item, within: tuple[Choice, ...], history: str | None) -> str:
    due = {
        word: due_sql(within, "subject.span_start", favourable=word == "favourable") if within else "subject.span_start"
        for word in ("favourable", "unfavourable")
    }
    early = "FALSE"
    if history is not None:
        longest = tuple(replace(choice, when=None) for choice in item.valid_for)
        lasts = [due_sql((choice,), f"DATE '{history}'", favourable=True) for choice in longest]
        still = f"GREATEST({', '.join(lasts)}) > $as_of" if lasts else "TRUE"
        early = f"(COALESCE(subject.span_start < DATE '{history}', TRUE) AND {still})"
    return (
        f"SELECT subject.subject_id, '{item.name}' AS item, {item.needed} AS needed, {item.when.sql} AS wanted,\n"
        f"         {unknown_sql(item.when)} AS item_unknown, CAST({due['favourable']} AS DATE) AS due_favourable,\n"
        f"         CAST({due['unfavourable']} AS DATE) AS due_unfavourable, {early} AS before_history\n"
        f"  FROM subject WHERE ({item.when.sql}) IS NOT FALSE"
    )


def _last_day(item: Item, own: str, record: Source, word: str) -> str:
    """SQL of the last day on which a record of an item is valid: its own expiry, else its date and `valid_for`."""
    if not item.valid_for:
        return f"CAST({own} AS DATE)"
    lasts = due_sql(item.valid_for, f"CAST({record.date.sql} AS DATE)", favourable=word == "favourable")
    return f"CAST(COALESCE({own}, {lasts}) AS DATE)"


def _held_rows(item: Item, place: int) -> str:
    return (
        f"SELECT subject_id, '{item.name}' AS item, event_id, on_date,\n"
        f"         expires_favourable_{place} AS expires_on, expires_unfavourable_{place} AS expires_early,\n"
        f"         (counts AND item_{place}) AS counts, {_held_unknown(item)} AS unknown\n"
        f"  FROM record WHERE item_{place} IS NOT FALSE"
    )


def _held_unknown(item: Item) -> str:
    names = ", ".join(sorted({name for _, name in item.fits.empties}))
    return f"CASE WHEN counts IS NULL THEN unknown ELSE '{names}' END"
