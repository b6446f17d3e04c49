"""The closed set of kinds of check. Each kind is one module that turns a rule's `check` into one SQL statement.

A kind's statement is kept as SQL in a file beside it, with slots for the rule's own rows and durations. It defines
common table expressions that end in `result`: subject_id, case_key, outcome, state, began_on, trigger_on, due_on,
done_on, closed_on, days_late, missing, unknown, amount, allowed, evidence. What is common to all kinds (window,
dates in force, unknown applicability, grade) is added by `auditor.statement`.
"""
