"""The grammar of rule expressions: one SQL expression, with every function call left as the rule writes it."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, ClassVar

from sqlglot import exp, parse
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.errors import SqlglotError

from auditor.conditions.values import ConditionError, short


class _Parser(DuckDB.Parser):
    """DuckDB's grammar, with every function call left as the rule writes it."""

    FUNCTIONS: ClassVar[dict[str, Any]] = {
        name: build for name, build in DuckDB.Parser.FUNCTIONS.items() if name in {"COALESCE", "NULLIF"}
    }
    FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {}
    NO_PAREN_FUNCTION_PARSERS: ClassVar[dict[str, Any]] = {
        key: value for key, value in DuckDB.Parser.NO_PAREN_FUNCTION_PARSERS.items() if key in {"CASE"}
    }


class _Rules(DuckDB):
    Parser = _Parser


@lru_cache(maxsize=4096)
def parsed(text: str) -> exp.Expression:
    """The tree of an expression, to be read and not changed: rules share many. Raises ConditionError where it cannot be
    read."""
    try:
        trees = parse(text, dialect=_Rules)
    except SqlglotError as error:
        detail = error.errors[0].get("description", "") if getattr(error, "errors", None) else ""
        raise ConditionError(f"'{short(text)}' cannot be read as an SQL expression. {detail}".strip()) from None
    except RecursionError:
        raise ConditionError("The expression is nested too deeply; simplify it.") from None
    if len(trees) != 1 or trees[0] is None:
        raise ConditionError(f"'{short(text)}' must be one expression, without semicolons.")
    return trees[0]
