"""The pick and the answers by hand, as JSON and as lines for people. What is picked, and why, is decided in `auditor.pick`."""

from __future__ import annotations

from collections import Counter
from typing import Any

from auditor import pick
from auditor.model import Audit, ByHand
from auditor.report import words
from auditor.report.words import clean
from auditor.sheetfile import ANSWERS

ORDER = ("children", "households")


def pick_document(audit: Audit) -> list[dict[str, Any]]:
    """The key `pick` of findings.json: each case with its points, its reasons, its findings and what to ask."""
    return [
        {
            "subject": {"table": case.table, "id": case.id},
            "household_id": case.household_id,
            "worker_id": case.worker_id,
            "risk": case.risk,
            "shortfall": case.shortfall,
            "because": list(case.because),
            "findings": list(case.findings),
            "questions": [provision.cite for provision in pick.questions(case.table)],
        }
        for case in audit.pick
    ]


def by_hand_document(audit: Audit) -> dict[str, Any]:
    """The key `by_hand` of findings.json: how many of each answer, and the answers. They count in no rate."""
    return {
        "counts": {answer.replace(" ", "_"): number for answer, number in counts(audit.by_hand).items()},
        "answers": [
            {
                "subject": {"table": one.table, "id": one.id},
                "cite": one.cite,
                "question": one.question,
                "answer": one.answer,
                "comment": one.comment,
                "auditor": one.auditor,
                "on": one.on.isoformat() if one.on else None,
            }
            for one in audit.by_hand
        ],
    }


def counts(answers: tuple[ByHand, ...]) -> dict[str, int]:
    """How many of each answer, in the fixed order."""
    found = Counter(one.answer for one in answers)
    return {answer: found[answer] for answer in ANSWERS}


def pick_line(audit: Audit) -> str:
    """The pick in one line for the terminal; empty where nothing was picked."""
    parts = []
    for table in ORDER:
        ids = [clean(case.id) for case in audit.pick if case.table == table]
        if ids:
            parts.append(f"{words.many(table)} {', '.join(ids)}")
    return f"An inspector would probably open first: {'; '.join(parts)}." if parts else ""


def by_hand_line(audit: Audit) -> str:
    """The answers by hand in one line for the terminal; empty where there are none."""
    if not audit.by_hand:
        return ""
    found = counts(audit.by_hand)
    said = ", ".join(f"{number:,} {answer}" for answer, number in found.items())
    return f"Checked by hand: {words.count(len(audit.by_hand), 'answer')} ({said}). They count in no rate."
