"""Named values that a service may set for itself or that the law may change: intervals, ceilings, course lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Parameter:
    """A named value. `values` pairs each value with the ISO day from which it is in force (None: always), newest
    first. `set_by` is 'law' or 'policy'; `tighter` ('lower' or 'higher') says which way a policy may move a value
    that the law sets. `from_policy` tells that a service's policy file gave the value."""

    name: str
    values: tuple[tuple[str | None, Any], ...]
    about: str
    set_by: str
    tighter: str | None = None
    cites: tuple[str, ...] = ()
    from_policy: bool = False

    def at(self, day: str | None) -> Any:
        """The value in force on an ISO day; the newest where no day is given, the oldest before the first."""
        for start, value in self.values:
            if day is None or start is None or start <= day:
                return value
        return self.values[-1][1]
