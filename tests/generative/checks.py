"""Examples of each kind, for Hypothesis."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import strategies as st

from tests.generative.chance import Chance, chances
from tests.generative.duties import deadline, matrix
from tests.generative.example import Example
from tests.generative.limits import limit
from tests.generative.standing import complete, current
from tests.generative.visiting import quota, recurring

KINDS: dict[str, Callable[[Chance, Chance], Example]] = {
    made.__name__: made for made in (recurring, quota, deadline, matrix, current, complete, limit)
}


@st.composite
def examples(draw: Callable, kind: str) -> Example:
    """Rules of one kind with records."""
    return KINDS[kind](*chances(draw))
