"""How many examples are made: a few, always the same, in the ordinary run; many new ones with GENERATED=long."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

LONG = os.environ.get("GENERATED") == "long"
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example, HealthCheck.filter_too_much]

profile = settings(
    max_examples=int(os.environ.get("GENERATED_EXAMPLES", "1000" if LONG else "40")),
    derandomize=not LONG,
    deadline=None,
    database=None,
    suppress_health_check=SLOW,
    print_blob=LONG,
)
