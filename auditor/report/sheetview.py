"""The audit sheets of the picked cases, worded once for the page, the workbook and the report."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from auditor import pick
from auditor.model import Audit, ByHand, Picked
from auditor.report.groups import Naming
from auditor.report.words import clean


@dataclass(frozen=True)
class Question:
    """One line of an audit sheet. `answer` and what follows are those of an earlier sheet, where there was one."""

    cite: str
    heading: str
    question: str
    answer: str = ""
    comment: str = ""
    auditor: str = ""
    on: dt.date | None = None


@dataclass(frozen=True)
class Sheet:
    """The sheet of one picked case: `label` is "Child C-007", `where` its household and worker."""

    case: Picked
    label: str
    where: str
    because: tuple[str, ...]
    questions: tuple[Question, ...]


def sheets(audit: Audit) -> tuple[Sheet, ...]:
    """The audit sheets of the picked cases, in the order of the pick, filled with the answers that there are."""
    naming = Naming(audit.names)
    given = {(answer.table, answer.id, answer.cite): answer for answer in audit.by_hand}
    return tuple(_sheet(case, naming, given) for case in audit.pick)


def _sheet(case: Picked, naming: Naming, given: dict[tuple[str, str, str], ByHand]) -> Sheet:
    label = naming.subject(case.table, case.id)
    where = [
        naming.subject(table, id_)
        for table, id_ in (
            ("households", case.household_id if case.table == "children" else None),
            ("workers", case.worker_id),
        )
        if id_
    ]
    questions = []
    for provision in pick.questions(case.table):
        answer = given.get((case.table, case.id, provision.cite))
        filled = (answer.answer or "", answer.comment, answer.auditor, answer.on) if answer else ()
        questions.append(Question(provision.cite, provision.heading, provision.question, *filled))
    return Sheet(
        case,
        label[:1].upper() + label[1:],
        ", ".join(where),
        tuple(clean(reason) for reason in case.because),
        tuple(questions),
    )
