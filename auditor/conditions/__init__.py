"""Rule conditions: SQL expressions over declared columns, parsed into an allow-list and type-checked.

`compile_expression` turns the text of a condition, or of any other expression in a rule, into SQL that the
engine runs. Nothing but the operators, functions, tables and columns listed in docs/reference/rule-format.md
gets through.
"""

from auditor.conditions.compiler import compile_expression
from auditor.conditions.scope import Row, Scope, Variable
from auditor.conditions.values import Compiled, ConditionError

__all__ = ["Compiled", "ConditionError", "Row", "Scope", "Variable", "compile_expression"]
