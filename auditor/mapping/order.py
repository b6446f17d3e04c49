"""Whether the day or the month comes first in the dates of a column, which the column shows as a whole."""

from __future__ import annotations

# So few dates in the other order are slips among the rest.
MOST_OTHERWISE = 0.02


def decided_order(day_high: int, month_high: int) -> str | None:
    """The order of a column's dates: `day_first` or `month_first` if all that show it, but for two in a hundred, agree;
    `mixed` if they do not; None if none shows it. `day_high` and `month_high` count the dates whose first and whose second
    figure is above 12."""
    most, other = max(day_high, month_high), min(day_high, month_high)
    if not most:
        return None
    if other > MOST_OTHERWISE * most:
        return "mixed"
    return "day_first" if day_high > month_high else "month_first"
