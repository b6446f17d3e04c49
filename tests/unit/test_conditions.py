"""Rule conditions: what is allowed becomes SQL, everything else is refused in words."""

from __future__ import annotations

import pytest

from auditor.conditions import ConditionError, Row, Scope, compile_expression
from auditor.conditions.scope import AUDIT_VARIABLES
from auditor.records import contract


def scope(table: str = "visits") -> Scope:
    """Conditions on rows of `table`, tied to a household."""
    tables = contract().tables
    base = Row(tables["households"], "subject", ("subject", "trigger", "record"))
    return Scope(Row(tables[table], "event", ("event",)), (base,), dict(AUDIT_VARIABLES), {"ceiling": 3})


def compiled(text: str, table: str = "visits"):
    return compile_expression(text, scope(table), want="boolean")


def refused(text: str, table: str = "visits") -> str:
    with pytest.raises(ConditionError) as caught:
        compiled(text, table)
    return str(caught.value)


def test_a_column_inside_coalesce_may_be_missing_from_an_export() -> None:
    found = compiled("coalesce(status, 'completed') = 'completed' AND kind = 'supervision'")
    assert found.optional == {("visits", "status")}
    assert found.columns == {("visits", "status"), ("visits", "kind")}


def test_a_test_for_emptiness_needs_its_column() -> None:
    assert compiled("visited_on IS NOT NULL").optional == frozenset()


def test_the_end_of_a_span_may_be_missing_from_an_export() -> None:
    assert compiled("ended_on IS NULL", "placements").optional == {("placements", "ended_on")}


def test_an_empty_fact_is_named() -> None:
    assert compiled("unannounced").empties == (("event.unannounced IS NULL", "visits.unannounced"),)


def test_a_reference_is_followed() -> None:
    assert compiled("household.worker.team = 'North'").columns == {
        ("visits", "household_id"), ("households", "worker_id"), ("workers", "team"),
    }


def test_exists_keeps_three_values() -> None:
    sql = compiled("EXISTS (SELECT 1 FROM placements p WHERE p.household_id = subject.household_id AND p.emergency)").sql
    assert "CAST(NULL AS BOOLEAN)" in sql


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("kind = 'unanounced'", "Did you mean 'unannounced'?"),
        ("visitd_on > as_of", "Did you mean 'visited_on'?"),
        ("visited_on > '2020-01-01'", "Write a date as DATE"),
        ("visited_on + 1 > as_of", "use add_days"),
        ("notes = NULL", "IS NULL"),
        ("visited_on", "a condition (true or false) is needed"),
        ("1 = 1; DROP TABLE visits", "without semicolons"),
        ("EXISTS (SELECT 1 FROM read_csv('/etc/passwd') AS x)", "one table"),
        ("EXISTS (SELECT 1 FROM duckdb_settings() AS x)", "one table"),
        ("EXISTS (SELECT 1 FROM visits v JOIN carers c ON TRUE)", "one table"),
        ("EXISTS (SELECT 1 FROM information_schema.tables AS t)", "one table"),
        ("EXISTS (SELECT 1 FROM secrets AS t)", "not a table"),
        ("getenv('HOME') = 'x'", "not allowed"),
        ("current_date > visited_on", "not allowed"),
        ("random() > 0", "not allowed"),
        ("CAST(notes AS INTEGER) = 1", "not allowed"),
        ("visits.household_id IN (SELECT household_id FROM carers)", "use EXISTS"),
        ("length(notes) > :floor", "not a number parameter"),
        ("EXISTS (SELECT 1 FROM carers c WHERE c.approved_on > subject.approved_on)", "Tie the subquery"),
        ("(" * 3000 + "TRUE" + ")" * 3000, "longer than"),
        ("NOT " * 500 + "TRUE", "nested too deeply"),
    ],
)
def test_anything_else_is_refused_in_words(text: str, words: str) -> None:
    assert words in refused(text)


def test_growth_by_nesting_is_stopped() -> None:
    text = "visited_on"
    for _ in range(20):
        text = f"birthday({text}, age_on({text}, as_of))"
        if len(text) > 2000:
            break
    assert "too large" in refused(f"{text} > as_of") or "nested" in refused(f"{text} > as_of")


def test_quotes_in_words_stay_words() -> None:
    assert "''" in compiled("notes = 'o''clock'").sql
