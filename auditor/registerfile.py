"""From the files under `rules/register/` and `rules/sources.yaml` to the register of provisions: every problem is
collected with its file and line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable

from auditor.errors import Problem, RulesError, nearest
from auditor.model import CONFIDENCES
from auditor.yamlfile import Map, Seq, load

STATUSES = ("automated", "partly", "manual", "outside")
DUTIES = (
    "provider",
    "agency",
    "local authority service",
    "registered person",
    "panel",
    "carers",
    "placing authority",
    "area authority",
    "local authority",
    "regulator",
)
REQUIRED = ("id", "cite", "heading", "duty", "asks", "confidence", "status")
OPTIONAL = ("limit", "why", "question", "rules")
SOURCE_FIELDS = ("id", "register", "title", "short", "address", "read")


@dataclass(frozen=True)
class Source:
    """An instrument: `id` begins its citations, `register` names its file, `read` says which text was used;
    `parts` names regulations, Schedules and standards (`NMS 21`) that have several provisions."""

    id: str
    register: str
    title: str
    short: str
    address: str
    read: str
    parts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Provision:
    """One provision, in our words. `status` is automated, partly, manual or outside; `why` says what of it no rule
    judges; `question` is what an auditor asks instead; `rules` are the ids that judge it."""

    id: str
    cite: str
    heading: str
    duty: str
    asks: str
    confidence: str
    status: str
    limit: str
    why: str
    question: str
    rules: tuple[str, ...]
    source: str
    path: str
    line: int


@dataclass(frozen=True)
class Register:
    """All provisions in the law's order, and the instruments they come from."""

    sources: tuple[Source, ...]
    provisions: tuple[Provision, ...]

    def of(self, source_id: str) -> tuple[Provision, ...]:
        """The provisions of one instrument (`FSR`, `NMS`, …)."""
        return tuple(provision for provision in self.provisions if provision.source == source_id)


def load_register(folder: Traversable, shown: str) -> Register:
    """The register in a rules folder. Raises RulesError with every problem's file and line."""
    problems: list[Problem] = []
    sources = _sources(problems, folder, f"{shown}/sources.yaml")
    provisions: list[Provision] = []
    for source in sources:
        place = f"{shown}/register/{source.register}.yaml"
        entries = _entries(problems, folder.joinpath("register", f"{source.register}.yaml"), place)
        for entry in entries:
            provision = _provision(problems, entry, source, place)
            if provision is not None:
                provisions.append(provision)
    problems += _twice(provisions)
    if problems:
        raise RulesError(problems)
    return Register(tuple(sources), tuple(provisions))


def _entries(problems: list[Problem], file: Traversable, place: str) -> list[Map]:
    try:
        content = load(file.read_text(encoding="utf-8-sig"), place)
    except (OSError, UnicodeDecodeError):
        problems.append(Problem(place, 0, "The file is missing or is not UTF-8 text."))
        return []
    except RulesError as error:
        problems += error.problems
        return []
    if not isinstance(content, Seq):
        problems.append(Problem(place, 1, "This file is a list of entries, each beginning with '- id:'."))
        return []
    for number, entry in enumerate(content):
        if not isinstance(entry, Map):
            problems.append(Problem(place, content.line_of(number), "Each entry is a mapping that begins with 'id:'."))
    return [entry for entry in content if isinstance(entry, Map)]


def _sources(problems: list[Problem], folder: Traversable, place: str) -> list[Source]:
    found = []
    for entry in _entries(problems, folder.joinpath("sources.yaml"), place):
        if _words(problems, entry, place, SOURCE_FIELDS, ("parts",)):
            texts = {key: " ".join(entry[key].split()) for key in SOURCE_FIELDS}
            found.append(Source(**texts, parts=entry.get("parts", {})))
    return found


def _words(
    problems: list[Problem], entry: Map, place: str, required: tuple[str, ...], optional: tuple[str, ...]
) -> bool:
    """Whether an entry has the fields it needs, as texts, and no others."""
    before = len(problems)
    for key in entry:
        if key not in required + optional:
            hint = nearest(str(key), required + optional)
            problems.append(Problem(place, entry.line_of(key), f"'{key}' is not a field of this list.{hint}"))
        elif key == "parts" and not isinstance(entry[key], Map):
            problems.append(
                Problem(place, entry.line_of(key), "'parts' maps regulations and standards to their names.")
            )
        elif key not in ("rules", "parts") and (not isinstance(entry[key], str) or not entry[key].strip()):
            problems.append(Problem(place, entry.line_of(key), f"'{key}' is a text; quote a number."))
    for key in required:
        if key not in entry:
            problems.append(Problem(place, entry.line, f"The field '{key}' is missing here."))
    return len(problems) == before


def _provision(problems: list[Problem], entry: Map, source: Source, place: str) -> Provision | None:
    if not _words(problems, entry, place, REQUIRED, OPTIONAL):
        return None
    before = len(problems)
    for key, valid in (("duty", DUTIES), ("status", STATUSES), ("confidence", CONFIDENCES)):
        if entry[key] not in valid:
            hint = nearest(entry[key], valid)
            problems.append(Problem(place, entry.line_of(key), f"'{entry[key]}' is not a value of '{key}'.{hint}"))
    if not entry["cite"].startswith(source.id + " "):
        problems.append(Problem(place, entry.line_of("cite"), f"A citation in this file begins with '{source.id} '."))
    rules = entry.get("rules", Seq())
    if not isinstance(rules, Seq) or not all(isinstance(rule, str) for rule in rules):
        problems.append(Problem(place, entry.line_of("rules"), "'rules' is a list of rule ids."))
    problems += _fits_status(entry, place)
    if len(problems) > before:
        return None
    texts = {key: " ".join(entry.get(key, "").split()) for key in (*REQUIRED, "limit", "why", "question")}
    return Provision(**texts, rules=tuple(rules), source=source.id, path=place, line=entry.line)


def _fits_status(entry: Map, place: str) -> list[Problem]:
    """Each status brings what a reader of it needs: a reason, a question, or rules."""
    status, found = entry["status"], []
    cite = entry["cite"]
    if status != "automated" and status in STATUSES and "why" not in entry:
        found.append(f"{cite} is '{status}': say in 'why' what no rule judges, or why it is not the service's duty.")
    if status == "manual" and "question" not in entry:
        found.append(f"{cite} is 'manual': write the 'question' that an auditor should ask.")
    if status in ("automated", "partly") and not entry.get("rules"):
        found.append(f"{cite} is '{status}': name in 'rules' the rules that judge it.")
    if status in ("manual", "outside") and entry.get("rules"):
        found.append(f"{cite} is '{status}' and yet names rules; make it 'partly' or 'automated', or take them out.")
    return [Problem(place, entry.line_of("status"), words) for words in found]


def _twice(provisions: list[Provision]) -> list[Problem]:
    problems = []
    for what in ("id", "cite"):
        first: dict[str, Provision] = {}
        for provision in provisions:
            name = getattr(provision, what)
            if name in first:
                there = first[name]
                problems.append(
                    Problem(
                        provision.path,
                        provision.line,
                        f"The {what} '{name}' is used twice; it stands first in {there.path}:{there.line}.",
                    )
                )
            first.setdefault(name, provision)
    return problems
