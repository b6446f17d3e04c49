"""What the comparisons with the oracle share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.generative.compare import shared


@pytest.fixture(scope="session", autouse=True)
def _the_shared_store_is_closed() -> Iterator[None]:
    yield
    if shared.cache_info().currsize:
        shared().close()
        shared.cache_clear()
