"""What inspectors found in records, found again: each situation is run against the rules that must see it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from auditor.cases import CaseRun, run_rule
from auditor.rulefile import load_rulebook
from auditor.store import Store
from tests.replay.replay import FOLDER, Records, Situation, situations, ticked, unconfirmed, unlike

ENTRIES = 213
BOOK = load_rulebook()
ALL = situations()
FURTHER = situations(FOLDER / "further")
RUN = [one for one in (*ALL, *FURTHER) if one.reason is None]
NAMES = [f"{one.case} {one.name}" for one in RUN]


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with Store(threads=1) as shared:
        shared.run("SET threads = 1")  # a handful of records each time: more threads only wait for one another
        yield shared


def _run(store: Store, situation: Situation, rule: str, records: Records) -> CaseRun:
    return run_rule(
        store,
        BOOK.rules[rule],
        BOOK.parameters,
        records,
        as_of=situation.as_of,
        since=situation.since,
        policy=situation.policy,
        history_from=situation.history_from,
    )


def _of(entries: tuple[dict[str, Any], ...], rule: str) -> list[dict[str, Any]]:
    return [{key: value for key, value in entry.items() if key != "rule"} for entry in entries if entry["rule"] == rule]


@pytest.mark.parametrize("situation", RUN, ids=NAMES)
def test_the_audit_finds_it(store: Store, situation: Situation) -> None:
    wrong = []
    for rule in situation.rules:
        run = _run(store, situation, rule, situation.records)
        wrong += [f"{rule}: {words}" for words in unlike(_of(situation.expect, rule), run.findings)]
        for wanted in _of(situation.confirms, rule):
            wrong += [f"{rule}: {words}" for words in unconfirmed(wanted, BOOK.rules[rule], run)]
    assert wrong == []
    assert situation.expect or situation.confirms


@pytest.mark.parametrize("situation", RUN, ids=NAMES)
def test_the_records_put_right_have_no_finding_and_good_ones_made_worse_have_one(
    store: Store, situation: Situation
) -> None:
    assert situation.change, "a situation needs a twin or a variant"
    assert bool(situation.after) != bool(situation.expect and not situation.confirms)
    wrong = []
    for rule in situation.rules:
        run = _run(store, situation, rule, situation.changed)
        wrong += [f"{rule}: {words}" for words in unlike(_of(situation.after, rule), run.findings)]
        if not situation.after and ticked(run) == (rule in situation.no_case):
            wrong.append(f"{rule}: applies to nothing in the twin, so that its silence proves nothing")
    assert wrong == []


def test_every_entry_appears_exactly_once() -> None:
    assert Counter(one.case for one in ALL) == Counter(f"S-{number:03}" for number in range(1, ENTRIES + 1))
    assert len({one.name for one in ALL}) == ENTRIES


def test_nearly_every_decidable_entry_is_caught_and_the_rest_have_a_reason() -> None:
    decidable = [one for one in ALL if one.decidable == "yes"]
    caught = [one for one in decidable if one.reason is None]
    assert len(caught) >= 0.95 * len(decidable)
    assert all(one.decidable in ("yes", "partly", "no") for one in ALL)
    assert all(len(one.reason.split()) >= 8 for one in ALL if one.reason is not None)
    assert [one.case for one in ALL if one.decidable == "no" and one.reason is None] == []


def test_further_situations_have_names_and_numbers_of_their_own() -> None:
    assert len({one.case for one in FURTHER}) == len({one.name for one in FURTHER}) == len(FURTHER) >= 60
    assert {one.name for one in FURTHER}.isdisjoint(one.name for one in ALL)
