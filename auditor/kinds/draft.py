"""What every kind of check needs to turn its fields into SQL: names, sources, spans and durations.

A `Draft` reads one rule's `check`, collects every problem with its line, and notes which tables and columns the
rule needs. Nothing here depends on an export; the SQL of a rule is the same for every audit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from auditor.conditions import Compiled, ConditionError, Row, Scope, Variable, compile_expression
from auditor.conditions.scope import AUDIT_VARIABLES
from auditor.durations import Duration, parse
from auditor.errors import Problem, nearest
from auditor.parameters import Parameter
from auditor.records import Table, contract
from auditor.yamlfile import Map

NOTHING = Compiled("NULL", "null")
TRUE = Compiled("TRUE", "boolean")


@dataclass(frozen=True)
class Choice:
    """One entry of a table of durations: the condition under which it holds (None: otherwise), and its value by the
    day from which it is in force (None: always), newest first."""

    when: Compiled | None
    values: tuple[tuple[str | None, Duration], ...]


@dataclass
class Draft:
    """The reading of one rule's check. `numbers` and `parameters` are the values in force; `history` the day from
    which a table's records are declared to begin."""

    path: str
    line: int
    parameters: dict[str, Parameter]
    history: dict[str, str] = field(default_factory=dict)
    as_of: str | None = None
    problems: list[Problem] = field(default_factory=list)
    needed: set[tuple[str, str]] = field(default_factory=set)
    lenient: set[tuple[str, str]] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)
    lenient_tables: set[str] = field(default_factory=set)
    used_parameters: set[str] = field(default_factory=set)

    # -- problems and plain fields ------------------------------------------------------------------------

    def problem(self, line: int, words: str) -> None:
        self.problems.append(Problem(self.path, line or self.line, words))

    def keys(self, fields: Any, what: str, required: Iterable[str], optional: Iterable[str] = ()) -> bool:
        """Check that `fields` is a mapping with these keys and no others."""
        if not isinstance(fields, Map):
            self.problem(self.line, f"'{what}' must be a mapping (name: value).")
            return False
        required, known = list(required), [*required, *optional]
        for key in fields:
            if key not in known:
                self.problem(fields.line_of(key), f"'{key}' is not a field of '{what}'." + nearest(str(key), known))
        missing = [key for key in required if fields.get(key) is None]
        for key in missing:
            self.problem(fields.line, f"'{what}' needs the field '{key}'.")
        return not missing

    def table(self, fields: Map, key: str = "table") -> Table | None:
        """The contract table that a field names."""
        name = fields.get(key)
        tables = contract().tables
        if not isinstance(name, str) or name not in tables:
            self.problem(
                fields.line_of(key), f"'{name}' is not a table of the record model." + nearest(str(name), list(tables))
            )
            return None
        self.tables.add(name)
        return tables[name]

    def whole_number(self, fields: Map, key: str, lowest: int = 1) -> int | None:
        """A whole number, or the value of the $parameter named."""
        value = self.parameter_value(fields, key)
        if not isinstance(value, int) or isinstance(value, bool) or value < lowest:
            self.problem(fields.line_of(key), f"'{key}' must be a whole number of at least {lowest}.")
            return None
        return value

    def parameter_value(self, fields: Map, key: str) -> Any:
        """The field's value, or that of the $parameter it names (the value in force on the audit date)."""
        value = fields.get(key)
        if isinstance(value, str) and value.startswith("$"):
            parameter = self.parameter(value[1:], fields.line_of(key))
            return parameter.at(self.as_of) if parameter is not None else None
        return value

    def parameter(self, name: str, line: int) -> Parameter | None:
        parameter = self.parameters.get(name)
        if parameter is None:
            self.problem(line, f"The parameter '${name}' is not defined." + nearest(name, list(self.parameters)))
            return None
        self.used_parameters.add(name)
        return parameter

    # -- expressions --------------------------------------------------------------------------------------

    def scope(self, default: Row, *rows: Row, **variables: Variable) -> Scope:
        values = {name: parameter.at(self.as_of) for name, parameter in self.parameters.items()}
        numbers = {
            name: value
            for name, value in values.items()
            if isinstance(value, (int, float)) and not isinstance(value, bool)
        }
        return Scope(default, rows, {**AUDIT_VARIABLES, **variables}, numbers)

    def compile(
        self,
        fields: Map,
        key: str,
        scope: Scope,
        want: str | None = None,
        *,
        instant: str | None = None,
        lenient: bool = False,
        default: Compiled = NOTHING,
    ) -> Compiled:
        """The SQL of the expression in a field; `default` where the field is left out. `lenient`: an export may lack
        its columns."""
        value = fields.get(key)
        if value is None:
            return default
        return self.compile_text(value, fields.line_of(key), key, scope, want, instant=instant, lenient=lenient)

    def compile_text(
        self,
        text: Any,
        line: int,
        what: str,
        scope: Scope,
        want: str | None = None,
        *,
        instant: str | None = None,
        lenient: bool = False,
    ) -> Compiled:
        try:
            compiled = compile_expression(text, scope, want=want, instant=instant)
        except ConditionError as error:
            self.problem(line, f"{what}: {error}")
            return NOTHING
        except RecursionError:
            self.problem(line, f"{what}: the expression is nested too deeply; simplify it.")
            return NOTHING
        self.note(compiled, lenient=lenient)
        if isinstance(text, str):
            self.used_parameters.update(name for name in scope.numbers if f":{name}" in text)
        return compiled

    def note(self, compiled: Compiled, *, lenient: bool = False) -> None:
        """Remember which tables and columns an expression reads."""
        for column in compiled.columns:
            self.tables.add(column[0])
            (self.lenient if lenient or column in compiled.optional else self.needed).add(column)

    def note_column(self, table: Table, column: str) -> None:
        self.tables.add(table.name)
        self.needed.add((table.name, column))

    # -- durations ----------------------------------------------------------------------------------------

    def duration(self, fields: Map, key: str, scope: Scope) -> tuple[Choice, ...]:
        """The duration in a field: a text, a $parameter, or a table of {when, value} ending in {value}."""
        line = fields.line_of(key)
        value = fields.get(key)
        entries = value if isinstance(value, list) else [Map({"value": value})]
        choices = []
        for place, entry in enumerate(entries):
            entry_line = getattr(entry, "line", 0) or line
            if not isinstance(entry, dict) or "value" not in entry or set(entry) - {"when", "value"}:
                self.problem(
                    entry_line,
                    f"'{key}': each entry is {{when: \"condition\", value: duration}} with the condition in quotes "
                    "(a comma would begin a new field); the last has only a value.",
                )
                return ()
            last = place == len(entries) - 1
            if last == ("when" in entry):
                self.problem(
                    entry_line,
                    f"'{key}': the last entry stands for 'otherwise' and has no 'when'; all others have one.",
                )
                return ()
            when = self.compile_text(entry["when"], entry_line, "when", scope, "boolean") if "when" in entry else None
            values = self._dated(entry["value"], entry_line, key)
            if values is None:
                return ()
            choices.append(Choice(when, values))
        units = {duration.unit == "hours" for choice in choices for _, duration in choice.values}
        if len(units) > 1:
            self.problem(line, f"'{key}': hours cannot be mixed with days or months.")
        return tuple(choices)

    def _dated(self, value: Any, line: int, key: str) -> tuple[tuple[str | None, Duration], ...] | None:
        dated: tuple[tuple[str | None, Any], ...] = ((None, value),)
        if isinstance(value, str) and value.startswith("$"):
            parameter = self.parameter(value[1:], line)
            if parameter is None:
                return None
            dated = parameter.values
        found = [(start, parse(text)) for start, text in dated]
        if any(duration is None for _, duration in found):
            self.problem(
                line, f"'{key}': write a duration such as '6 weeks', '12 months', '7 working days' or '24 hours'."
            )
            return None
        return tuple((start, duration) for start, duration in found if duration is not None)

    def in_hours(self, choices: tuple[Choice, ...]) -> bool:
        return any(duration.unit == "hours" for choice in choices for _, duration in choice.values)


def unknown_sql(*compiled: Compiled) -> str:
    """SQL that names the empty facts an expression depends on, or gives an empty text."""
    pairs = {sql: name for one in compiled for sql, name in one.empties}
    if not pairs:
        return "''"
    return "CONCAT_WS(', ', " + ", ".join(f"CASE WHEN {sql} THEN '{name}' END" for sql, name in pairs.items()) + ")"
