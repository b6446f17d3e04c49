"""SQL of the day on which something falls due: a duration after or before a mark, under the law of that day."""

from __future__ import annotations

from auditor.conditions import functions as f
from auditor.durations import Duration
from auditor.kinds.draft import Choice


def due_sql(
    choices: tuple[Choice, ...], mark: str, *, favourable: bool, back: bool = False, hours: bool = False
) -> str:
    """SQL of the day (or instant, `hours`) that lies a duration after `mark` (before it, `back`). Where a table of
    durations leaves it open which entry holds, the favourable reading takes the one kindest to the service."""
    parts, passed = [], []
    for choice in choices:
        sql = _dated_due(choice.values, mark, back, hours)
        open_to = [*passed, f"({choice.when.sql}) IS NOT FALSE"] if choice.when is not None else list(passed)
        parts.append(f"CASE WHEN {' AND '.join(open_to)} THEN {sql} END" if open_to else sql)
        if choice.when is not None:
            passed.append(f"({choice.when.sql}) IS NOT TRUE")
    if len(parts) == 1:
        return parts[0]
    return f"{'GREATEST' if favourable != back else 'LEAST'}({', '.join(parts)})"


def _dated_due(values: tuple[tuple[str | None, Duration], ...], mark: str, back: bool, hours: bool) -> str:
    """The due day under the version of the law in force on that day: the newest whose own due day has come into force."""
    if len(values) == 1:
        return _one_due(values[0][1], mark, back, hours)
    parts = []
    for start, duration in values[:-1]:
        due = _one_due(duration, mark, back, hours)
        parts.append(f"WHEN {due} >= DATE '{start}' THEN {due}")
    return f"CASE {' '.join(parts)} ELSE {_one_due(values[-1][1], mark, back, hours)} END"


def _one_due(duration: Duration, mark: str, back: bool, hours: bool) -> str:
    count = f"-{duration.count}" if back else str(duration.count)
    if hours:
        return f"({mark} + {count} * INTERVAL '1' HOUR)"
    if duration.unit == "months":
        return f.add_months(mark, count)
    if duration.unit == "working_days":
        return (f.working_days_before if back else f.working_days_after)(mark, str(duration.count))
    return f.add_days(mark, count)
