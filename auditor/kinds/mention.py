"""mention: a text that should act on a fact mentions it (the risk assessment a known allergy, a policy its steps); or,
turned round, words in a note suggest a matter of which there is no record."""

from __future__ import annotations

from auditor.conditions import Compiled, Row
from auditor.errors import RulesError, nearest
from auditor.kinds import synonyms as words
from auditor.kinds.draft import NOTHING, TRUE, Draft
from auditor.kinds.due import due_sql
from auditor.kinds.plan import Plan, fill
from auditor.kinds.source import Base, Source, applies, base, source
from auditor.records import Table
from auditor.yamlfile import Map, Seq

REQUIRED = ("target",)
OPTIONAL = ("facts", "synonyms", "within", "prompt", "answered_by")
FACT_KEYS = ("where", "kind", "detail", "date")
TEXT_KEYS = ("text", "section")
WHICH = {"any": "", "latest": "DESC", "next": "ASC"}


def plan(check: Map, draft: Draft) -> Plan | None:
    """The statement of a mention check: facts from a table, a list of facts, or a prompt."""
    if not draft.keys(check, "check", REQUIRED, OPTIONAL):
        return None
    facts = check.get("facts")
    if check.get("prompt"):
        return _prompt(check, draft)
    if check.get("answered_by") is not None:
        draft.problem(check.line_of("answered_by"), "'answered_by' goes with `prompt: true`.")
    if isinstance(facts, Seq):
        return _list(check, draft)
    if not draft.keys(facts, "facts", ("table",), FACT_KEYS):
        return None
    return _facts(check, draft)


def _facts(check: Map, draft: Draft) -> Plan | None:
    fields = check["facts"]
    table = draft.table(fields)
    known = _synonyms(check, draft)
    if table is None or known is None:
        return None
    if fields.get("kind") is None and fields.get("detail") is None:
        draft.problem(fields.line, "'facts' says where the fact's words are: `kind`, `detail` or both.")
    rows = base(draft, table)
    applies(draft, fields, rows, "where")
    _fact_columns(draft, fields, rows)
    target = source(draft, check["target"], "target", rows, (*TEXT_KEYS, "which", "name"), dated=True)
    if target is None or draft.problems:
        return None
    which = check["target"].get("which", "any")
    if which not in WHICH:
        draft.problem(check["target"].line_of("which"), "'which' is any, latest or next.")
        return None
    target.extra.append((words.normal_sql(text_sql(draft, check["target"], target.row, rows)), "words"))
    due = "CAST(NULL AS DATE)"
    if check.get("within") is not None:
        due = due_sql(draft.duration(check, "within", draft.scope(rows.row)), "fact.fact_on", favourable=True)
    if draft.problems:
        return None
    sql = fill(
        "mention",
        phrases=_phrases(known),
        ignored=", ".join(words.literal(word) for word in known.ignored or ("",)),
        target=_undated(target) if which == "any" else target.sql(columns=", subject.fact_on"),
        order=WHICH[which],
        in_time="fact_on IS NULL OR on_date >= fact_on" if which == "next" else "TRUE",
        picked="TRUE" if which == "any" else "place = 1 OR counts IS NULL",
        denied=words.without_denials("words", known.denied),
        due=due,
        target_table=target.table.name,
        target_name=str(check["target"].get("name") or target.table.name).replace("'", "''"),
        subject_table=table.name,
    )
    return Plan(sql, rows)


def _undated(target: Source) -> str:
    """Every record serves, with a date or without."""
    return Source(target.table, target.row, target.match, NOTHING, target.where, target.extra, False).sql()


def _fact_columns(draft: Draft, fields: Map, rows: Base) -> None:
    """Add to the base rows: the fact's day, its kind, its detail as words, and how a finding names it."""
    scope = draft.scope(rows.inside)
    date = fields.get("date") or rows.table.dated_by
    day = draft.compile_text(date, fields.line, "date", scope, "date").sql if date is not None else "CAST(NULL AS DATE)"
    kind = draft.compile(fields, "kind", scope, "text", default=Compiled("CAST(NULL AS VARCHAR)", "text")).sql
    detail = draft.compile(fields, "detail", scope, "text", default=Compiled("CAST(NULL AS VARCHAR)", "text")).sql
    rows.extra += [
        (f"CAST({day} AS DATE)", "fact_on"),
        (kind, "kind_word"),
        (words.normal_sql(detail), "detail"),
        (f"COALESCE(NULLIF(TRIM({detail}), ''), {kind})", "fact_words"),
    ]


def text_sql(draft: Draft, fields: Map, row: Row, rows: Base | None = None) -> str:
    """SQL of the text of a record: its text columns, or the sections of its form whose heading holds one of the words."""
    given = fields.get("text")
    names = list(given) if isinstance(given, Seq) else [given] if given is not None else []
    if not names and fields.get("section") is None:
        draft.problem(fields.line, "Say where the text is: `text: column`, a list of columns, or `section: [words]`.")
    parts = []
    for name in names:
        column = row.table.columns.get(str(name))
        if column is None or column.type != "text":
            draft.problem(
                fields.line_of("text"),
                f"'{name}' is not a text column of {row.table.name}." + nearest(str(name), list(row.table.columns)),
            )
            continue
        (draft.lenient if len(names) > 1 else draft.needed).add((row.table.name, column.name))
        parts.append(f"{row.alias}.{column.name}")
    if fields.get("section") is not None:
        parts.append(_section_sql(draft, fields, row))
    return f"CONCAT_WS(' ', {', '.join(parts)})" if parts else "''"


def _section_sql(draft: Draft, fields: Map, row: Row) -> str:
    given = fields["section"]
    headings = words.phrases(list(given) if isinstance(given, Seq) else [given])
    draft.tables.add("record_sections")
    for column in ("record_kind", "record_id", "section", "text"):
        draft.needed.add(("record_sections", column))
    heading = words.normal_sql("part.section")
    tests = " OR ".join(f"STRPOS({heading}, {words.literal(one)}) > 0" for one in headings)
    return (
        "(SELECT STRING_AGG(CASE WHEN TRIM(part.text) <> '' THEN part.section || ' ' || part.text END, ' ' ORDER BY part.section_id) FROM record_sections AS part\n"
        f"          WHERE part.record_kind = '{_form(row.table)}' AND part.record_id = {row.alias}.{row.table.key} AND ({tests}))"
    )


def _form(table: Table) -> str:
    """The word by which sections name a record of this table."""
    return {"service_reviews": "service_review", "carer_reviews": "carer_review", "home_checks": "home_check"}.get(
        table.name, table.name.removesuffix("s")
    )


def _synonyms(check: Map, draft: Draft) -> words.Synonyms | None:
    name = check.get("synonyms")
    if name is None:
        return words.Synonyms({}, (), "", ())
    if name not in words.names():
        draft.problem(
            check.line_of("synonyms"), f"'{name}' is not a list of synonyms." + nearest(str(name), words.names())
        )
        return None
    try:
        return words.synonyms(str(name))
    except RulesError as error:
        draft.problems += error.problems
        return None


def _phrases(known: words.Synonyms) -> str:
    """The body of the `phrase` CTE: part (kind, recorded, mentioned), topic, words."""
    rows = [("kind", kind, one) for kind, group in known.kinds.items() for one in group]
    for detail in known.details:
        rows += [("recorded", detail.name, one) for one in detail.recorded]
        rows += [("mentioned", detail.name, one) for one in detail.mentioned]
    return _values(rows or [("kind", "", " - ")], ("part", "topic", "words"))


def _values(rows: list[tuple[str, ...]], names: tuple[str, ...]) -> str:
    lines = ",\n    ".join("(" + ", ".join(words.literal(cell) for cell in row) + ")" for row in rows)
    return f"SELECT * FROM (VALUES\n    {lines}) AS listed({', '.join(names)})"


def _listed(check: Map, draft: Draft) -> list[tuple[str, ...]]:
    """Topics and their phrases: the list in the rule, or the kinds of a list of synonyms."""
    facts = check.get("facts")
    if facts is None:
        known = _synonyms(check, draft) if check.get("synonyms") is not None else None
        if known is None:
            draft.problem(check.line, "Say what is looked for: `facts`, or the name of a list in `synonyms`.")
            return []
        return [(kind, one) for kind, group in known.kinds.items() for one in group]
    rows = []
    for fact in facts if isinstance(facts, Seq) else [facts]:
        if draft.keys(fact, "facts", ("name", "words")) and isinstance(fact["words"], Seq):
            rows += [(str(fact["name"]), one) for one in words.phrases(fact["words"])]
        elif isinstance(fact, Map):
            draft.problem(fact.line, "Each fact is {name: …, words: [word, another word]}.")
    return rows


def _texts(check: Map, draft: Draft) -> tuple[Base, list[tuple[str, ...]]] | None:
    """The base rows of a list or prompt: the records whose text is read, with its words and day."""
    fields = check["target"]
    if not draft.keys(fields, "target", ("table",), ("where", "date", *TEXT_KEYS)):
        return None
    table = draft.table(fields)
    rows_listed = _listed(check, draft)
    if table is None or draft.problems or not rows_listed:
        return None
    rows = base(draft, table)
    applies(draft, fields, rows, "where")
    date = fields.get("date") or table.dated_by
    day = NOTHING if date is None else draft.compile_text(date, fields.line, "date", draft.scope(rows.inside), "date")
    known = _synonyms(check, draft)
    text = words.normal_sql(text_sql(draft, fields, rows.inside))
    rows.extra += [
        (f"CAST({day.sql} AS DATE)", "record_on"),
        (words.without_denials(text, known.denied if known else ""), "words"),
    ]
    return rows, rows_listed


def _list(check: Map, draft: Draft) -> Plan | None:
    found = _texts(check, draft)
    if found is None or draft.problems:
        return None
    rows, listed = found
    # A record in force lasts; one that is only dated is a case of the audit in which its day falls.
    spanned = rows.table.span is not None or rows.table.dated_by is None
    sql = fill(
        "mention_list",
        phrases=_values(listed, ("topic", "words")),
        closed="CAST(NULL AS DATE)" if spanned else "subject.record_on",
        subject_table=rows.table.name,
    )
    return Plan(sql, rows, merged=True)


def _prompt(check: Map, draft: Draft) -> Plan | None:
    found = _texts(check, draft)
    if found is None or draft.problems:
        return None
    rows, listed = found
    if rows.applies is not TRUE:
        rows.applies = Compiled(f"COALESCE({rows.applies.sql}, TRUE)", "boolean")
    answers = []
    for fields in check.get("answered_by") or ():
        answer = source(draft, fields, "answered_by", rows)
        if answer is not None:
            draft.lenient_tables.add(answer.table.name)
            answers.append(f"SELECT subject_id, on_date FROM ({answer.sql()}) AS answers")
    within = draft.duration(check, "within", draft.scope(rows.row)) if check.get("within") is not None else ()
    if draft.problems:
        return None
    latest = due_sql(within, "subject.record_on", favourable=True) if within else "subject.record_on"
    earliest = due_sql(within, "subject.record_on", favourable=True, back=True) if within else "subject.record_on"
    sql = fill(
        "mention_prompt",
        phrases=_values(listed, ("topic", "words")),
        answers="\n  UNION ALL\n  ".join(answers)
        or "SELECT '' AS subject_id, CAST(NULL AS DATE) AS on_date WHERE FALSE",
        latest=latest,
        earliest=earliest,
        subject_table=rows.table.name,
    )
    return Plan(sql, rows)
