"""How many examples are made: a few, always the same, in the ordinary run; many new ones with GENERATED=long."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

LONG = os.environ.get("GENERATED") == "long"
MANY = int(os.environ.get("GENERATED_EXAMPLES", "1000"))
FEW = {"deadline": 90, "current": 50, "limit": 60, "quota": 30, "recurring": 40}


def profile(kind: str) -> settings:
    """The settings for one kind. Kinds with more options need more examples before each has been used."""
    return settings(
        max_examples=MANY if LONG else FEW.get(kind, 45),
        derandomize=not LONG,
        deadline=None,
        database=None,
        phases=[Phase.generate],    # the message shows what differs; simpler records would not come of shrinking
        suppress_health_check=list(HealthCheck),
        print_blob=LONG,
    )
