"""A made-up audit for the tests of the reports, from a seeded generator, and the tests that it really is rich.

Every text may be hostile: HTML, formulas, control characters, very long words. No person is named.
"""

import datetime as dt
import random
from collections import Counter

import pytest

from auditor.model import (
    AREAS,
    GRADES,
    STATES,
    TYPES,
    Audit,
    ComingDue,
    Counts,
    DataIssue,
    Evidence,
    Finding,
    Input,
    Judgement,
    RuleResult,
    Run,
    Waiver,
)

AS_OF = dt.date(2026, 3, 31)
SINCE = dt.date(2025, 4, 1)
HOSTILE = (
    '<script>document.title="taken"</script>',
    "<img src=x onerror=\"document.title='taken'\">",
    "</style></script>--><b>",
    '=HYPERLINK("http://example.invalid","x")',
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1+1",
    "{{ 7 * 7 }}{% raw %}",
    "[bold red]x[/]",
    "\x1b[31mred\x1b[0m\x00\x07",
    "\u202egnp.exe",
    "\ud800",
    "W" * 400,
    "line one\r\nline two",
    "'; DROP TABLE visits; --",
    "O’Brien & Sons “quoted”",
    "&lt;already&gt;",
    "_x0041_",
    "é ü ł 字 🙂",
    "http://example.invalid/x",
    "]]>",
    "\uffff",
)
CITES = {
    "requirement": ["FSR 36(1)", "FSR Sch 7", "FSR 9", "FSR 17(1)", "FSR 28(2)", "FSR 10(2)"],
    "recommendation": ["NMS 21.8", "NMS 10.5", "NMS 9.1", "NMS 20.3", "NMS 2.1", "NMS 15.1"],
    "practice": ["NMS 21.8", "SCCIF 4", "FSR 17(1)"],
}
SUBJECTS = {"households": "HH", "children": "CH", "workers": "W", "service": "SV", "incidents": "I", "carers": "C"}


def make_audit(*, findings: int = 400, homes: int = 83, rules: int = 48, seed: int = 7, hostile: float = 0.15) -> Audit:
    """An audit with `findings` findings; `hostile` is the share of texts that carry something nasty."""
    rng = random.Random(seed)
    book = [_rule(rng, n, hostile) for n in range(rules)]
    assessed = [r for r in book if r.status == "assessed" and r.cases.breach]
    return Audit(
        run=Run(
            AS_OF,
            SINCE,
            "0.1.0",
            "Fostering services in England",
            "2026.1",
            "ab" * 32,
            "duckdb 2.0.0",
            _inputs(),
            "Sample Fostering",
        ),
        data_issues=tuple(_issue(rng, n, hostile) for n in range(120)),
        rules=tuple(book),
        findings=tuple(_finding(rng, rng.choice(assessed), n, homes, hostile) for n in range(findings)),
        judgements={
            "experiences": Judgement("good", ("No critical finding; 93% of cases met.",)),
            "protection": Judgement("inadequate", ("3 critical findings under Regulation 36.", "Rate 71%, below 80%.")),
            "leadership": Judgement("requires improvement", ("Two requirements with major findings.",)),
            "overall": Judgement("inadequate", ("Help and protection is inadequate, which limits the overall grade.",)),
        },
        grading=(
            ("protection", "inadequate", "3 or more critical findings, or under 75% of cases met"),
            ("protection", "good", "no critical finding and at least 90% of cases met"),
            ("overall", "inadequate", "help and protection is inadequate"),
        ),
        coming_due=tuple(_coming(rng, n, homes, hostile) for n in range(60)),
    )


def _text(rng: random.Random, plain: str, hostile: float) -> str:
    return f"{rng.choice(HOSTILE)} {plain}" if rng.random() < hostile else plain


def _inputs() -> tuple[Input, ...]:
    return tuple(
        Input(t, f"{t}.csv", "cd" * 32, 1000 + n, n) for n, t in enumerate(("visits", "households", "children"))
    )


def _rule(rng: random.Random, n: int, hostile: float) -> RuleResult:
    type_ = TYPES[n % 3]
    cite = CITES[type_][n // 3 % len(CITES[type_])]
    status = {5: "not_assessed", 11: "error", 17: "not_applicable", 23: "not_assessed"}.get(n, "assessed")
    counts = Counts()
    if status == "assessed":
        breach, weak, pending, waived = (0, 0, 0, 0) if n % 4 == 1 else (rng.randint(1, 9), n % 3, n % 5, n % 2)
        met = 83 - breach - weak - pending - waived
        counts = Counts(83, met, breach, weak, pending, waived)
    return RuleResult(
        id=f"R{n:02}-sample",
        version=1,
        title=_text(rng, f"Every household has what provision {n} asks for", hostile),
        cites=(cite, "SCCIF 12") if n % 4 else (cite,),
        area=AREAS[n % 3],
        type=type_,
        kind="recurring",
        grade=GRADES[n % 3],
        confidence=("high", "medium", "low")[n % 3],
        status=status,
        reason=None if status == "assessed" else _text(rng, "The table visits was not supplied.", hostile),
        cases=counts,
        subjects=counts,
        remedy=_text(rng, f"Do what provision {n} asks and record it.", hostile),
        note="" if n % 3 == 0 else _text(rng, "The wording was read in a later version.", hostile),
        limits=(("visit_interval", "6 weeks", "policy"), ("allowance", "12 months", "law"))[: n % 3],
    )


def _finding(rng: random.Random, rule: RuleResult, n: int, homes: int, hostile: float) -> Finding:
    table = list(SUBJECTS)[int(rule.id[1:3]) % len(SUBJECTS)]
    home = f"HH-{rng.randint(1, homes):03}"
    own = home if table == "households" else f"{SUBJECTS[table]}-{rng.randint(1, 99):03}"
    due = AS_OF - dt.timedelta(days=rng.randint(1, 700))
    late = (AS_OF - due).days
    outcome = rng.choices(("breach", "not_evidenced", "prompt"), (70, 25, 5))[0]
    state = rng.choice(STATES)
    apart = table in ("workers", "service") or rng.random() < 0.02
    return Finding(
        fingerprint=f"{n:012x}",
        rule=rule.id,
        rule_version=1,
        cites=rule.cites,
        area=rule.area,
        type=rule.type,
        outcome=outcome,
        state=state,
        grade=rng.choices(GRADES, (1, 4, 6))[0],
        subject_table=table,
        subject_id=own,
        household_id=None if apart else home,
        child_id=own if table == "children" else None,
        worker_id=own if table == "workers" else rng.choice((None, "W-01", "W-02", "W-03", 'W"<04>')),
        person_id=None,
        trigger_on=due - dt.timedelta(days=365),
        due_on=due if rng.random() < 0.9 else None,
        done_on=due + dt.timedelta(days=3) if state == "late" else None,
        days_late=late if rng.random() < 0.8 else None,
        missing=("the police", _text(rng, "the responsible authority", hostile)) if rng.random() < 0.2 else (),
        message=_text(rng, f"Nothing on the record shows that {own} had what was due.", hostile),
        remedy=_text(rng, f"Put right what {own} lacks and record it.", hostile),
        evidence=tuple(
            Evidence("visits", _text(rng, f"V-{n}", hostile), _text(rng, "visits.csv", hostile), rng.randint(2, 9999))
            for _ in range(rng.randint(0, 3))
        ),
        waiver=Waiver(_text(rng, "Long illness.", hostile), "Registered manager", dt.date(2026, 6, 30))
        if rng.random() < 0.04
        else None,
        figures={"days": late, "since": due},
    )


def _coming(rng: random.Random, n: int, homes: int, hostile: float) -> ComingDue:
    home = f"HH-{rng.randint(1, homes):03}"
    return ComingDue(
        f"R{rng.randint(0, 9):02}-sample",
        "households",
        home,
        home,
        None,
        "W-01",
        None,
        AS_OF + dt.timedelta(days=rng.randint(1, 84)),
        _text(rng, "Unannounced visit", hostile),
    )


def _issue(rng: random.Random, n: int, hostile: float) -> DataIssue:
    column, problem = rng.choice(
        (("visited_on", f"'V-{n}' has a date that cannot be read"), ("mode", "a word that is not in the list"))
    )
    return DataIssue(
        "visits", "visits.csv", n + 2 if n else None, column, _text(rng, problem, hostile / 10), "row rejected"
    )


@pytest.fixture
def audit() -> Audit:
    return make_audit()


def test_the_generator_makes_every_outcome_state_grade_and_kind_of_text(audit):
    assert {f.outcome for f in audit.findings} == {"breach", "not_evidenced", "prompt"}
    assert {f.state for f in audit.findings} == set(STATES)
    assert {f.grade for f in audit.findings} == set(GRADES)
    assert {r.status for r in audit.rules} == {"assessed", "not_assessed", "error", "not_applicable"}
    assert any(f.waiver for f in audit.findings) and any(not f.household_id for f in audit.findings)
    everything = repr(audit)
    assert all(repr(h)[1:-1] in everything or h in everything for h in HOSTILE)


def test_the_generator_is_repeatable():
    assert make_audit() == make_audit()
    assert make_audit(seed=8) != make_audit()


def test_the_generator_spreads_findings_over_many_households(audit):
    assert len(Counter(f.household_id for f in audit.findings)) > 60
