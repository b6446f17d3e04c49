"""On rules and records that nobody chose, the engine and the oracle find the same cases; and the examples on which they
do reach what they are there for: a comparison that only ever saw easy cases would prove nothing."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from hypothesis import given

from tests.generative.checks import KINDS, examples
from tests.generative.compare import differences
from tests.generative.example import Example
from tests.generative.profile import profile
from tests.generative.reach import FEATURES, NEVER_PENDING, OPTIONS, STATES, reached


@cache
def compared(kind: str) -> tuple[Counter[str], AssertionError | None]:
    """What the examples of a kind come to, all of them compared; and how the two differ, if they do."""
    found: Counter[str] = Counter()

    @profile(kind)
    @given(examples(kind))
    def compare(example: Example) -> None:
        different = differences(example)
        assert not different, (
            f"{different}\n\n{example.rule}\nas of {example.as_of}, since {example.since}, {example.history_from}"
        )
        found.update(reached(example))

    try:
        compare()
    except AssertionError as error:
        return found, error
    return found, None


def seen(kind: str) -> Counter[str]:
    """What the examples of a kind reached."""
    return compared(kind)[0]


@pytest.mark.parametrize("kind", KINDS)
def test_the_engine_and_the_oracle_find_the_same_cases(kind: str) -> None:
    difference = compared(kind)[1]
    if difference is not None:
        raise difference


@pytest.mark.parametrize("kind", KINDS)
def test_every_outcome_is_reached(kind: str) -> None:
    wanted = {"met", "breach", "not_evidenced"} | (set() if kind in NEVER_PENDING else {"pending"})
    assert wanted - set(seen(kind)) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_every_state_is_reached(kind: str) -> None:
    assert STATES[kind] - set(seen(kind)) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_every_option_of_a_kind_is_used(kind: str) -> None:
    assert OPTIONS[kind] - set(seen(kind)) == set()


@pytest.mark.parametrize("feature", FEATURES)
def test_records_have_what_is_apt_to_be_got_wrong(feature: str) -> None:
    kinds_with = [kind for kind in KINDS if seen(kind)[feature]]
    assert len(kinds_with) >= 4, kinds_with
