"""On rules and records that nobody chose, the engine and the oracle find the same cases."""

from __future__ import annotations

from hypothesis import given

from tests.generative.checks import Example, examples
from tests.generative.compare import differences
from tests.generative.profile import profile


def agree(example: Example) -> None:
    found = differences(example)
    assert not found, f"{found}\n\n{example.rule}\nas of {example.as_of}, since {example.since}, {example.history_from}"


@profile
@given(examples("recurring"))
def test_recurring(example: Example) -> None:
    agree(example)


@profile
@given(examples("quota"))
def test_quota(example: Example) -> None:
    agree(example)


@profile
@given(examples("deadline"))
def test_deadline(example: Example) -> None:
    agree(example)


@profile
@given(examples("matrix"))
def test_matrix(example: Example) -> None:
    agree(example)


@profile
@given(examples("current"))
def test_current(example: Example) -> None:
    agree(example)


@profile
@given(examples("complete"))
def test_complete(example: Example) -> None:
    agree(example)


@profile
@given(examples("limit"))
def test_limit(example: Example) -> None:
    agree(example)
