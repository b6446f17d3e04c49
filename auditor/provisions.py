"""How the rulebook covers the law, as text for a terminal, as JSON, and as a reference page."""

from __future__ import annotations

import json
import re
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

from auditor.register import Register
from auditor.registerfile import STATUSES, Provision, Source

WIDTH = 110
NUMBERED = re.compile(r"(?:FSR|NMS|CPPCR|CA 1989) (?:Sch \d+|s?\d+[A-Z]?)")
STATUS_WORDS = {
    "automated": "rules judge it from records",
    "partly": "rules judge a part; the rest is for an auditor",
    "manual": "an auditor must look; the question to ask is given",
    "outside": "not the service's duty, or nothing that it can be judged by",
}


def heading_of(provision: Provision) -> str:
    """The regulation, Schedule or standard that a provision belongs to (`NMS 21`); its own citation elsewhere."""
    found = NUMBERED.match(provision.cite)
    return found.group() if found else provision.cite


def totals(provisions: Iterable[Provision]) -> dict[str, int]:
    """How many provisions have each status, and how many there are."""
    counted = Counter(provision.status for provision in provisions)
    return {**{status: counted[status] for status in STATUSES}, "all": sum(counted.values())}


def as_text(register: Register) -> str:
    """The whole register by instrument and regulation or standard, with totals at the end."""
    lines: list[str] = []
    for source in register.sources:
        provisions = register.of(source.id)
        lines += [*textwrap.wrap(source.title, WIDTH), _counted(provisions), ""]
        for head, group in groupby(provisions, heading_of):
            members = list(group)
            if len(members) > 1:
                lines.append(f"  {head}  {source.parts.get(head, '')}".rstrip())
            for provision in members:
                lines += _text_lines(provision)
        lines.append("")
    return "\n".join([*lines, *_text_totals(register)]) + "\n"


def _counted(provisions: tuple[Provision, ...]) -> str:
    count = totals(provisions)
    return f"{count['all']} provisions: " + ", ".join(f"{count[status]} {status}" for status in STATUSES)


def _text_lines(provision: Provision) -> Iterator[str]:
    yield f"    {provision.cite:<26} {provision.status:<10} {provision.heading}"
    yield from textwrap.wrap(
        ", ".join(provision.rules),
        WIDTH,
        initial_indent=" " * 42,
        subsequent_indent=" " * 42,
        break_on_hyphens=False,
        break_long_words=False,
    )


def _text_totals(register: Register) -> Iterator[str]:
    columns = (*STATUSES, "all")
    yield " " * 10 + "".join(f"{column:>11}" for column in columns)
    rows = [(source.id, register.of(source.id)) for source in register.sources] + [("together", register.provisions)]
    for name, provisions in rows:
        count = totals(provisions)
        yield f"{name:<10}" + "".join(f"{count[column]:>11}" for column in columns)


def as_json(register: Register) -> str:
    """The same for programs: `sources`, each with its provisions and totals, and `totals` over all."""
    content = {
        "format": "auditor-coverage/1",
        "sources": [_source(source, register.of(source.id)) for source in register.sources],
        "totals": totals(register.provisions),
    }
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


def _source(source: Source, provisions: tuple[Provision, ...]) -> dict:
    return {
        "id": source.id,
        "title": source.title,
        "address": source.address,
        "read": source.read,
        "totals": totals(provisions),
        "provisions": [
            {
                "id": one.id,
                "cite": one.cite,
                "under": heading_of(one),
                "part": source.parts.get(heading_of(one)),
                "heading": one.heading,
                "duty": one.duty,
                "asks": one.asks,
                "limit": one.limit or None,
                "confidence": one.confidence,
                "status": one.status,
                "why": one.why or None,
                "question": one.question or None,
                "rules": list(one.rules),
            }
            for one in provisions
        ],
    }


def as_page(register: Register) -> str:
    """The reference page: what each provision asks, what judges it, and what is left for an auditor."""
    lines = ["# Coverage of the law", "", _introduction(register), ""]
    lines += ["| status | means |", "| --- | --- |"]
    lines += [f"| {status} | {words} |" for status, words in STATUS_WORDS.items()]
    lines += ["", "| instrument | " + " | ".join(STATUSES) + " | all |", "| --- |" + " ---: |" * 5]
    for source in register.sources:
        count = totals(register.of(source.id))
        lines.append(f"| [{source.id}](#{_anchor(source.id)}) | " + " | ".join(str(n) for n in count.values()) + " |")
    lines.append("| together | " + " | ".join(str(n) for n in totals(register.provisions).values()) + " |")
    for source in register.sources:
        lines += _page_section(source, register.of(source.id))
    return "\n".join(lines) + "\n"


def _introduction(register: Register) -> str:
    return (
        f"{len(register.provisions)} provisions, each in our own words, with who owes the duty and how this rulebook "
        "covers it. Read the law itself before acting on a single line. `auditor rules coverage` prints the same."
    )


def _page_section(source: Source, provisions: tuple[Provision, ...]) -> list[str]:
    lines = ["", f"## {source.id}", "", f"{source.title}. <{source.address}>", "", f"Text used: {source.read}", ""]
    lines += ["| provision | asks | duty of | status | rules, or what to ask |", "| --- | --- | --- | --- | --- |"]
    for one in provisions:
        limit = f" *{one.limit}.*" if one.limit else ""
        covered = ", ".join(f"`{name}`" for name in one.rules)
        left = " ".join(part for part in (one.why, f"*{one.question}*" if one.question else "") if part)
        cells = (
            f"{one.cite}: {one.heading}",
            one.asks + limit,
            one.duty,
            one.status,
            "<br>".join(filter(None, (covered, left))),
        )
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return lines


def _anchor(text: str) -> str:
    return text.lower().replace(" ", "-")
