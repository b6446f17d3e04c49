"""covered, order, reconcile, mention, boilerplate and pattern on records that nobody chose: the engine and the oracle agree."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.generative.compare import run_once_more as run_records
from tests.oracle.later import run
from tests.spec.ruletext import rule_text

AS_OF = dt.date(2026, 3, 31)
Records = dict[str, list[dict[str, Any]]]


def _day(luck: random.Random, back: int = 600) -> str:
    return str(AS_OF - dt.timedelta(days=luck.randint(-2, back)))


def _some(luck: random.Random, row: dict[str, Any], chance: float = 0.15) -> dict[str, Any]:
    """The row with some of what is not its key left empty."""
    return {name: value for place, (name, value) in enumerate(row.items()) if place < 2 or luck.random() > chance}


def covered(luck: random.Random) -> tuple[dict, Records]:
    check = {
        "subject": "placements",
        "by": {"table": "approvals", "match": {"household_id": "household_id"}},
    }
    if luck.random() < 0.6:
        check["by"]["where"] = luck.choice(("max_children >= 2", "age_on(subject.child.born_on, day) BETWEEN age_from AND age_to"))
    if luck.random() < 0.4:
        check["within"] = luck.choice(("5 working days", "10 days", "1 month"))
    if luck.random() < 0.4:
        check["applies_to"] = luck.choice(("kind = 'short_term'", "coalesce(kind, 'short_term') <> 'respite'"))
    stays, terms = [], []
    for number in range(luck.randint(1, 5)):
        start, end = sorted((_day(luck), _day(luck)))
        stays.append(_some(luck, {
            "placement_id": f"P{number}", "started_on": start, "child_id": f"C{number % 2}", "household_id": f"H{number % 2}",
            "ended_on": end, "kind": luck.choice(("short_term", "respite")),
        }))
    for number in range(luck.randint(0, 5)):
        start, end = sorted((_day(luck), _day(luck)))
        terms.append(_some(luck, {
            "approval_id": f"A{number}", "from_date": start, "household_id": f"H{number % 2}", "to_date": end,
            "max_children": luck.randint(1, 3), "age_from": luck.randint(0, 8), "age_to": luck.randint(9, 17),
        }))
    children = [_some(luck, {"child_id": f"C{number}", "name": "x", "born_on": f"201{number}-0{luck.randint(1, 9)}-15"}) for number in (5, 6)]
    children[0]["child_id"], children[1]["child_id"] = "C0", "C1"
    return check, {"placements": stays, "approvals": terms, "children": children, "households": [{"household_id": "H0"}, {"household_id": "H1"}]}


def order(luck: random.Random) -> tuple[dict, Records]:
    steps = [
        {"name": "panel", "date": "recommended_on"}, {"name": "minutes", "date": "minutes_final_on", "optional": True},
        {"name": "decision", "date": "decided_on"}, {"name": "letter", "date": "notified_in_writing_on"},
    ]
    steps = steps[luck.randint(0, 1):]
    check = {"record": {"table": "decisions"}, "steps": steps}
    if luck.random() < 0.3:
        check["record"]["where"] = "kind = 'approval'"
    rows = []
    for number in range(luck.randint(1, 8)):
        dates = [_day(luck, 500) for _ in range(4)]
        if luck.random() < 0.6:
            dates.sort()
        names = ("recommended_on", "minutes_final_on", "decided_on", "notified_in_writing_on")
        rows.append(_some(luck, {
            "decision_id": f"D{number}", "household_id": "H1", "kind": luck.choice(("approval", "review")), **dict(zip(names, dates, strict=True)),
        }, 0.2))
    return check, {"decisions": rows}


def reconcile(luck: random.Random) -> tuple[dict, Records]:
    names = [f"C{number}" for number in range(7)]
    kinds = ("short_term", "respite", "staying_put")
    stays = [
        _some(luck, {"placement_id": f"P{number}", "child_id": luck.choice(names), "household_id": "H1", "started_on": _day(luck), "ended_on": _day(luck), "kind": luck.choice(kinds)}, 0.35)
        for number in range(luck.randint(0, 9))
    ]
    for stay in stays:
        stay.setdefault("household_id", "H1")
    where = luck.choice(("ended_on IS NULL", "ended_on IS NULL AND kind <> 'staying_put'", "coalesce(kind, 'short_term') = 'short_term'"))
    if luck.random() < 0.5:
        figures = [{"figure_id": f"F{number}", "measure": "children placed", "reported_on": _day(luck, 500), "value": luck.randint(0, 6)} for number in range(4)]
        check = {
            "left": {"table": "reported_figures", "name": "the dashboard", "value": "value"},
            "right": {"table": "placements", "name": "the placements", "where": "started_on <= day AND (ended_on IS NULL OR ended_on > day) AND kind <> 'respite'"},
            "tolerance": luck.choice((0, 1)),
        }
        if luck.random() < 0.5:
            check["right"]["distinct"] = "child_id"
        return check, {"reported_figures": figures, "placements": stays}
    children = [_some(luck, {"child_id": name, "name": "x", "register_entered_on": _day(luck), "register_left_on": _day(luck)}, 0.4) for name in names]
    check = {
        "left": {"table": "children", "name": "the register", "where": luck.choice(("register_left_on IS NULL", "register_entered_on <= DATE '2025-12-31'"))},
        "right": {"table": "placements", "name": "the placements", "where": where},
        "match": luck.choice(("child_id", {"left": "child_id", "right": "child_id"})),
    }
    return check, {"children": children, "placements": stays}


TEXTS = (
    "Carries an EpiPen.", "No nuts in the house", "Allergic to something", "Goes missing after school", "strawberry jam makes a rash",
    "Nothing to report", "", "peanut butter; ran away once", "inhaler in the bag, seizures seen", "Penicillin is not given",
)


def mention(luck: random.Random) -> tuple[dict, Records]:
    needs = [
        _some(luck, {
            "need_id": f"N{number}", "child_id": f"C{luck.randint(0, 1)}", "kind": luck.choice(("allergy", "missing", "asthma", "other")),
            "known_on": _day(luck, 60), "detail": luck.choice(("nuts", "strawberries", "nuts and penicillin", "daily", "at school")),
        }) | {"kind": luck.choice(("allergy", "missing", "asthma", "other"))}
        for number in range(luck.randint(1, 5))
    ]
    plans = [
        _some(luck, {
            "plan_id": f"P{number}", "child_id": f"C{luck.randint(0, 1)}", "issued_on": _day(luck), "level": luck.choice(("low", "high")), "text": luck.choice(TEXTS),
        }) | {"kind": luck.choice(("risk_assessment", "risk_assessment", "safer_care"))}
        for number in range(luck.randint(0, 4))
    ]
    plans = [{**plan, "issued_on": plan.get("issued_on", "2025-06-01")} for plan in plans]
    check: dict[str, Any] = {
        "facts": {"table": "child_needs", "kind": "kind", "detail": "detail"},
        "target": {"table": "plans", "match": {"child_id": "child_id"}, "where": luck.choice(("kind = 'risk_assessment'", "level = 'high'")), "text": "text"},
        "synonyms": "needs",
    }
    if luck.random() < 0.5:
        check["within"] = luck.choice(("10 days", "5 working days"))
    return check, {"child_needs": needs, "plans": plans}


def pattern(luck: random.Random) -> tuple[dict, Records]:
    workers = ("W1", "W2", "W3")
    visits = [
        _some(luck, {
            "visit_id": f"V{number}", "household_id": "H1", "visited_on": _day(luck, 700), "kind": "supervision", "worker_id": luck.choice(workers),
            "mode": luck.choice(("in_person", "in_person", "virtual")), "status": luck.choice(("completed", "completed", "cancelled")),
            "notes": "word " * luck.randint(1, 12),
        }, 0.08) | {"kind": "supervision"}
        for number in range(luck.randint(3, 40))
    ]
    visits = [{**visit, "visited_on": visit.get("visited_on", "2025-12-01")} for visit in visits]
    measure = luck.choice(("share", "count", "median"))
    check: dict[str, Any] = {"rows": {"table": "visits"}, "measure": measure, "minimum": luck.randint(1, 4)}
    check |= {"share": {"of": "mode = 'in_person'"}, "median": {"value": "words(notes)"}, "count": {}}[measure]
    if luck.random() < 0.5:
        check["rows"]["where"] = luck.choice(("status = 'completed'", "coalesce(status, 'completed') = 'completed'"))
    if luck.random() < 0.4:
        check["period"] = luck.choice(("3 months", "6 weeks", "1 year"))
    way = luck.choice(("at_most", "at_least", "others", "before"))
    if way in ("at_most", "at_least"):
        check["against"] = {way: luck.choice((5, 50, 75))}
    else:
        margin = luck.choice(({"ratio": 1.5}, {"difference": 5}))
        check["against"] = {way: luck.choice(("higher", "lower")), **margin}
    if way == "others" or luck.random() < 0.5:
        check["by"] = "worker_id"
    return check, {"visits": visits}


POLICIES = ("Tell Ofsted when a child died.", "", "A child goes missing: ring the police. DEATHS are told at once.", "absconding is told", "Nothing.")
STEPS = [{"name": "death", "words": ["death*", "died"]}, {"name": "missing", "words": ["missing", "abscond*"]}]


def mention_list(luck: random.Random) -> tuple[dict, Records]:
    check = {"facts": STEPS, "target": {"table": "service_documents", "text": "text"}}
    if luck.random() < 0.6:
        check["target"]["where"] = luck.choice(("version = '2'", "coalesce(version, '2') = '2'"))
    papers = [
        {"document_id": f"D{number}", "kind": "notifications_policy"} | _some(luck, {"a": 1, "b": 2, "version": luck.choice(("1", "2")), "text": luck.choice(POLICIES)})
        for number in range(luck.randint(1, 5))
    ]
    return check, {"service_documents": [{name: value for name, value in paper.items() if name not in "ab"} for paper in papers]}


def mention_prompt(luck: random.Random) -> tuple[dict, Records]:
    notes = ("She died.", "He was missing at tea", "All well", "", "went to an absconders' match")
    visits = [
        {"visit_id": f"V{number}", "household_id": f"H{luck.randint(0, 1)}", "visited_on": _day(luck, 450), "kind": "supervision", "notes": luck.choice(notes)}
        for number in range(luck.randint(1, 6))
    ]
    concerns = [
        {"concern_id": f"N{number}", "kind": "allegation", "household_id": f"H{luck.randint(0, 1)}", "received_at": _day(luck, 450)}
        for number in range(luck.randint(0, 6))
    ]
    check: dict[str, Any] = {
        "prompt": True, "facts": STEPS, "target": {"table": "visits", "text": "notes"},
        "answered_by": [{"table": "concerns", "match": {"household_id": "household_id"}, "date": "received_at"}],
    }
    if luck.random() < 0.8:
        check["within"] = luck.choice(("14 days", "1 month", "60 days"))
    return check, {"visits": visits, "concerns": concerns, "households": [{"household_id": "H0"}, {"household_id": "H1"}]}


def pattern_rate(luck: random.Random) -> tuple[dict, Records]:
    check: dict[str, Any] = {
        "rows": {"table": "incidents", "where": luck.choice(("notifiable", "kind = 'missing'", "coalesce(notifiable, TRUE)"))},
        "measure": "rate", "per": {"table": "placements"}, "minimum": luck.randint(1, 3),
        "against": {luck.choice(("at_most", "at_least")): luck.choice((50, 100, 150))},
    }
    if luck.random() < 0.5:
        check["per"]["where"] = "ended_on IS NULL"
    if luck.random() < 0.7:
        check["by"] = check["per"]["by"] = "household_id"
    incidents = [
        _some(luck, {"incident_id": f"I{number}", "kind": luck.choice(("missing", "accident")), "occurred_at": _day(luck), "household_id": f"H{luck.randint(0, 1)}", "notifiable": luck.random() < 0.6}, 0.35)
        for number in range(luck.randint(1, 12))
    ]
    stays = [
        _some(luck, {"placement_id": f"P{number}", "child_id": f"C{number}", "household_id": f"H{luck.randint(0, 1)}", "started_on": "2024-01-01", "ended_on": _day(luck)}, 0.4) | {"household_id": f"H{number % 2}"}
        for number in range(luck.randint(0, 6))
    ]
    return check, {"incidents": incidents, "placements": stays, "households": [{"household_id": "H0"}, {"household_id": "H1"}]}


PLAIN = [one + two for one in ("bra", "clo", "dri", "fle", "gru", "hap") for two in ("den", "fast", "gent", "holm", "let", "mond", "nest", "port")]
FIRST_NAMES = ("Asha", "Milo", "Zoe", "Idris", "Nell", "Omar")


def boilerplate(luck: random.Random) -> tuple[dict, Records]:
    printed = [luck.choices(PLAIN, k=luck.choice((25, 45, 60))) for _ in range(2)]
    plans = []
    for number in range(luck.randint(2, 6)):
        text = list(luck.choice(printed))
        for _ in range(luck.choice((0, 0, 1, 2, 5))):
            text[luck.randrange(len(text))] = luck.choice(("otherwise", "sometimes", "never"))
        text[len(text) // 2:len(text) // 2] = [f"{FIRST_NAMES[number]},", luck.choice(("he", "SHE", "they")), f"{luck.randint(1, 28)}", luck.choice(("May", "June 2024"))]
        plans.append({
            "plan_id": f"P{number}", "child_id": f"C{number // luck.choice((1, 1, 2))}", "household_id": f"H{number % 2}", "kind": "safer_care",
            "issued_on": _day(luck, 300), "text": " ".join(text),
        })
    for plan in plans:
        plan["text"] = plan["text"].replace(FIRST_NAMES[int(plan["plan_id"][1:])], FIRST_NAMES[int(plan["child_id"][1:])])
    check: dict[str, Any] = {"text": {"table": "plans", "text": "text"}, "by": "child_id", "minimum": 20}
    if luck.random() < 0.7:
        check["similarity"] = luck.choice((60, 75, 90, 100))
    if luck.random() < 0.3:
        check["within"] = "household_id"
    if luck.random() < 0.3:
        check["at_least"] = 3
    return check, {"plans": plans, "children": [{"child_id": f"C{number}", "name": name} for number, name in enumerate(FIRST_NAMES)]}


MAKERS = {
    maker.__name__: maker
    for maker in (covered, order, reconcile, mention, mention_list, mention_prompt, pattern, pattern_rate, boilerplate)
}
WANTED = {"order": {"met", "breach"}, "boilerplate": {"met", "breach"}, "mention_prompt": {"prompt"}}
REACHED: dict[str, Counter[str]] = {name: Counter() for name in MAKERS}


def comparable(kind: str, row: Any) -> tuple:
    """Subject and outcome, and of a breach its state and what it says."""
    told: tuple = ()
    if row.outcome == "prompt":
        told = (str(row.trigger_on), tuple(sorted(row.missing)))
    if row.outcome == "breach" and kind == "boilerplate":
        told = (row.state,)
    elif row.outcome == "breach":
        told = (row.state, str(row.trigger_on) if kind in ("covered", "mention") else "", tuple(sorted(row.missing)))
        if kind == "covered":
            told += (str(row.done_on), int(row.amount))
        if kind.startswith("pattern"):
            told += (round(float(row.amount), 1),)
    return (row.subject_id, row.outcome, *told)


@pytest.mark.parametrize("kind", MAKERS)
def test_the_engine_and_the_oracle_find_the_same_cases(kind: str) -> None:
    @settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, 2**48))
    def compare(seed: int) -> None:
        check, records = MAKERS[kind](random.Random(seed))
        rule = rule_text(kind.split("_")[0], check)
        theirs = sorted(comparable(kind, row) for row in run_records(rule, records, as_of=AS_OF).rows)
        ours = sorted(comparable(kind, row) for row in run(rule, records, as_of=AS_OF))
        assert theirs == ours, f"{rule}\n{records}"
        REACHED[kind].update(row[1] for row in ours)

    compare()
    wanted = WANTED.get(kind, {"met", "breach", "not_evidenced"})
    assert wanted <= set(REACHED[kind]), "the examples do not reach every outcome"
