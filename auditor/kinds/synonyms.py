"""Words by which a matter is recognised in a text: lists kept as data in `rules/synonyms`, for practitioners to extend."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from auditor import shipped
from auditor.errors import RulesError
from auditor.yamlfile import Map, load

KEYS = ("kinds", "details", "denied_as", "ignored")
LETTERS = "0-9a-zß-ɏ"


@dataclass(frozen=True)
class Details:
    """A particular of a need: words by which it is recorded, and all words that mention it, as search phrases."""

    name: str
    recorded: tuple[str, ...]
    mentioned: tuple[str, ...]


@dataclass(frozen=True)
class Synonyms:
    """One list. Phrases are ready to be looked for in a text that `normal_sql` has prepared: they begin with a space,
    and end with one unless they stand for the beginning of a word."""

    kinds: dict[str, tuple[str, ...]]
    details: tuple[Details, ...]
    denied: str
    ignored: tuple[str, ...]


def names() -> list[str]:
    """The lists there are."""
    return sorted(
        item.name[:-5] for item in shipped.folder("rules").joinpath("synonyms").iterdir() if item.name.endswith(".yaml")
    )


@functools.cache
def synonyms(name: str) -> Synonyms:
    """The list `name`. Raises RulesError where the file is not well formed."""
    place = f"rules/synonyms/{name}.yaml"
    content = load(shipped.text("rules", "synonyms", f"{name}.yaml"), place)
    if not isinstance(content, Map) or set(content) - set(KEYS) or not isinstance(content.get("kinds"), Map):
        raise RulesError([_problem(place, f"A list of synonyms has the fields {', '.join(KEYS)}.")])
    kinds = {str(kind): phrases(words) for kind, words in content["kinds"].items()}
    details = tuple(
        Details(
            str(one),
            phrases(fields.get("recorded_as")),
            (*phrases(fields.get("recorded_as")), *phrases(fields.get("mentioned_as"))),
        )
        for one, fields in (content.get("details") or {}).items()
    )
    denied = "|".join(
        re.escape(phrase).replace("\\ ", " ") + ("" if phrase.endswith(" ") else f"[{LETTERS}]* ")
        for phrase in phrases(content.get("denied_as"))
    )
    return Synonyms(kinds, details, denied, tuple(str(word) for word in content.get("ignored") or ()))


def phrases(words: list[str] | None) -> tuple[str, ...]:
    """Search phrases of a list of words: `allerg*` as ' allerg', `peg fed` as ' peg fed '."""
    return tuple(dict.fromkeys(phrase(word) for word in words or ()))


def phrase(word: object) -> str:
    text = str(word).lower()
    body = " ".join(re.sub(f"[^{LETTERS}]+", " ", text).split())
    return f" {body}" if text.rstrip().endswith("*") else f" {body} "


def _problem(place: str, words: str):
    from auditor.errors import Problem

    return Problem(place, 1, words)


def normal_sql(text: str) -> str:
    """SQL of a text in small letters, its words parted by single spaces, with a space at either end."""
    return f"(' ' || TRIM(REGEXP_REPLACE(LOWER({text}), '[^{LETTERS}]+', ' ', 'g')) || ' ')"


def without_denials(text: str, denied: str) -> str:
    """SQL of a prepared text without the wordings that say there is none."""
    return f"REGEXP_REPLACE({text}, '{denied}', ' ', 'g')" if denied else text


def literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
