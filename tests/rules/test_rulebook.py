"""Every rule that ships: well formed, silent without records, proved by its cases, and portable."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest
import sqlglot
import yaml
from sqlglot.errors import ErrorLevel

from auditor.cases import run_cases
from auditor.rulecheck import check
from auditor.rulefile import load_rulebook
from auditor.schema import rule_schema
from auditor.statement import build

BOOK = load_rulebook()


class _Plain(yaml.SafeLoader):
    """YAML in which dates stay text, as an editor's JSON Schema check sees them."""


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag != "tag:yaml.org,2002:timestamp"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def test_the_rulebook_has_no_problem() -> None:
    assert [str(problem) for problem in check(BOOK)] == []


def test_there_are_at_least_45_rules() -> None:
    assert len(BOOK.rules) >= 45


@pytest.mark.parametrize("rule_id", list(BOOK.rules))
def test_the_cases_of_each_rule_come_out_as_expected(rule_id: str) -> None:
    results = run_cases(BOOK.rules[rule_id], BOOK.parameters)
    assert [f"{result.name}: {'; '.join(result.failures)}" for result in results if result.failures] == []
    expected = {word for result in results for word, count in result.expected.items() if count}
    if BOOK.rules[rule_id].check.get("prompt"):
        assert "prompt" in expected, "a rule that only prompts needs a case that does"
        return
    assert {"met", "breach"} <= expected, "a rule needs a case that meets it and one that breaches it"


@pytest.mark.parametrize("rule_id", list(BOOK.rules))
def test_each_statement_can_be_written_for_postgresql_and_spark(rule_id: str) -> None:
    tree = sqlglot.parse_one(build(BOOK.rules[rule_id], BOOK.parameters).sql, read="duckdb")
    for dialect in ("postgres", "spark"):
        sqlglot.parse_one(tree.sql(dialect, unsupported_level=ErrorLevel.RAISE), read=dialect)


def test_the_schema_for_editors_accepts_every_rule() -> None:
    validator = jsonschema.Draft202012Validator(rule_schema())
    problems = []
    for rule in BOOK.rules.values():
        with Path(rule.path).open(encoding="utf-8") as file:
            content = yaml.load(file, _Plain)
        problems += [f"{rule.path}: {error.message}" for error in validator.iter_errors(content)]
    assert problems == []
