"""boilerplate: texts that should be individual and are nearly the same (safer-care plans copied from child to child)."""

from __future__ import annotations

from auditor.conditions import Compiled
from auditor.kinds.draft import NOTHING, Draft
from auditor.kinds.mention import TEXT_KEYS, text_sql
from auditor.kinds.plan import Plan, fill
from auditor.kinds.source import Base, applies, base, span
from auditor.kinds.synonyms import literal, normal_sql
from auditor.records import Table
from auditor.yamlfile import Map

REQUIRED = ("text",)
OPTIONAL = ("by", "within", "similarity", "at_least", "minimum")
SIMILARITY, MINIMUM = 70, 30
LABELLING = "jjjjjnjjjn"
NAMES_OF = ("children", "households", "carers", "household_members", "placements")

# Words that differ between copies without making them individual: dates, and whether a child is a girl or a boy.
MASKED = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "st",
    "nd",
    "rd",
    "th",
    "he",
    "she",
    "him",
    "her",
    "his",
    "hers",
    "they",
    "them",
    "their",
    "theirs",
    "himself",
    "herself",
    "themselves",
    "themself",
    "boy",
    "girl",
    "son",
    "daughter",
    "brother",
    "sister",
    "boys",
    "girls",
    "mr",
    "mrs",
    "ms",
    "miss",
]
# First names that are also plain words, and words that stand in place of a name.
NOT_NAMES = [
    "child",
    "children",
    "young",
    "person",
    "baby",
    "boy",
    "girl",
    "household",
    "carer",
    "carers",
    "family",
    "home",
    "mr",
    "mrs",
    "ms",
    "miss",
    "the",
    "will",
    "may",
    "hope",
    "grace",
    "joy",
    "faith",
    "rose",
    "mark",
    "bill",
    "rich",
    "pat",
    "summer",
    "june",
    "april",
    "august",
    "dawn",
    "eve",
    "angel",
    "sky",
    "star",
    "sunny",
    "art",
    "drew",
    "grant",
    "jack",
    "josh",
    "frank",
    "gene",
    "guy",
    "miles",
    "neil",
    "nick",
    "rob",
    "ray",
    "sue",
    "tony",
    "violet",
    "ruby",
    "amber",
    "ivy",
    "daisy",
    "heather",
    "holly",
    "poppy",
    "lily",
    "olive",
    "jasmine",
    "melody",
    "harmony",
    "destiny",
    "trinity",
    "serenity",
    "precious",
    "prince",
    "princess",
    "king",
    "duke",
    "noble",
    "major",
    "brook",
    "river",
    "storm",
]


def plan(check: Map, draft: Draft) -> Plan | None:
    """The statement of a boilerplate check."""
    if not draft.keys(check, "check", REQUIRED, OPTIONAL):
        return None
    fields = check["text"]
    if not draft.keys(fields, "text", ("table",), ("where", "date", "span", *TEXT_KEYS)):
        return None
    table = draft.table(fields)
    if table is None:
        return None
    rows = base(draft, table)
    applies(draft, fields, rows, "where")
    spanned = table.span is not None and fields.get("date") is None
    if spanned:
        span(draft, fields, rows)
    _columns(check, draft, rows)
    _names(draft)
    similarity = _number(check, draft, "similarity", SIMILARITY)
    at_least = draft.whole_number(check, "at_least", 2) if check.get("at_least") is not None else 2
    minimum = draft.whole_number(check, "minimum", 5) if check.get("minimum") is not None else MINIMUM
    if draft.problems:
        return None
    sql = fill(
        "boilerplate",
        labels=_labels(),
        last_label=str(len(LABELLING)),
        own_name_words=normal_sql("own_name.name"),
        child_name_words=normal_sql("children.name"),
        masked=", ".join(literal(word) for word in MASKED),
        not_names=", ".join(literal(word) for word in NOT_NAMES),
        names="TRUE" if "child_id" in table.columns else "FALSE",
        similarity=str(similarity / 100),
        at_least=str(at_least),
        minimum=str(minimum),
        closed="subject.span_end" if spanned else "CAST(NULL AS DATE)",
        subject_table=table.name,
    )
    alive = "span_end IS NULL OR span_end > $since" if spanned else "record_on IS NULL OR record_on >= $since"
    return Plan(sql, rows, lambda: f"SELECT * FROM (\n  {rows.sql()}) AS records WHERE ({alive}) AND LENGTH(words) > 2")


def _labels() -> str:
    """CTEs that give texts joined by likeness one label, the lowest id among them: each step takes the lowest label of
    a text's neighbours ('n'), or that of the text its label names ('j'), which doubles the reach."""
    parts = []
    for number, step in enumerate(LABELLING, start=1):
        last, name = f"label_{number - 1}", f"label_{number}"
        if step == "n":
            body = (
                f"SELECT edge.one AS text_no, MIN({last}.label) AS label\n"
                f"  FROM edge JOIN {last} ON {last}.text_no = edge.other GROUP BY edge.one"
            )
        else:
            body = (
                f"SELECT own.text_no, LEAST(own.label, named.label) AS label\n"
                f"  FROM {last} AS own JOIN {last} AS named ON named.text_no = own.label"
            )
        parts.append(f"), {name} AS (\n  {body}\n")
    return "".join(parts)


def _columns(check: Map, draft: Draft, rows: Base) -> None:
    """Add to the base rows: the words, the text as written, whom it is about, and what it is compared by and within."""
    fields, table = check["text"], rows.table
    scope = draft.scope(rows.inside)
    text = text_sql(draft, fields, rows.inside)
    key = Compiled(f"s.{table.key}", "text")
    by = draft.compile(check, "by", scope, default=key)
    within = draft.compile(check, "within", scope, default=Compiled("''", "text"))
    date = fields.get("date") or table.dated_by
    day = NOTHING if date is None else draft.compile_text(date, fields.line, "date", scope, "date")
    rows.extra += [
        (normal_sql(text), "words"),
        (text, "text_as_written"),
        (f"CAST({by.sql} AS VARCHAR)", "by_id"),
        (f"CAST({within.sql} AS VARCHAR)", "within_id"),
        (f"CAST({day.sql} AS DATE)", "record_on"),
        (_about(table, "child_id"), "about_child"),
        (_about(table, "household_id"), "about_household"),
    ]


def _about(table: Table, column: str) -> str:
    return f"s.{column}" if column in table.columns else "CAST(NULL AS VARCHAR)"


def _names(draft: Draft) -> None:
    """The tables that names are taken from; an export may lack any of them."""
    draft.tables.update(NAMES_OF)
    draft.lenient_tables.update(NAMES_OF)


def _number(check: Map, draft: Draft, key: str, default: float) -> float:
    value = draft.parameter_value(check, key) if check.get(key) is not None else default
    if not isinstance(value, (int, float)) or isinstance(value, bool) or not 50 <= value <= 100:
        draft.problem(check.line_of(key), f"'{key}' is a percentage from 50 to 100.")
        return default
    return value
