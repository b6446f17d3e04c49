"""Ten thousand mutated inputs over every reader and the loaders of mappings, rules and policies, from a fixed seed.

Each is read or refused by an error of ours: no traceback, no hang, no reader that takes the program with it, no value of a
record in a message, nothing written. Input N alone is run again with `python -m tests.fuzz.runner --first N --count 1`.
"""

from __future__ import annotations

import os

import pytest

from tests.fuzz.inputs import SHARES
from tests.fuzz.runner import SEED, run

INPUTS = 10_000
PARTS = 4


def test_every_kind_has_its_share() -> None:
    assert sum(SHARES.values()) == 100 and all(SHARES.values())


@pytest.mark.skipif(os.name != "posix", reason="the worker's limit of time needs signals")
@pytest.mark.parametrize("part", range(PARTS))
def test_a_mutated_input_is_read_or_refused_in_our_words(part: int) -> None:
    done, defects = run(SEED, part, INPUTS, PARTS)
    assert not defects, "\n".join(defects)
    assert done == INPUTS // PARTS
