"""The vocabulary of exports: how headings, file names and values are spelled, and how alike two spellings are."""

from __future__ import annotations

import functools
import importlib.resources
import re
from dataclasses import dataclass, field

from auditor.mapping.abridged import unabridged
from auditor.mapping.grid import folded
from auditor.mapping.stems import ALIKE, Scale, slip, stems, tidied
from auditor.records import contract
from auditor.yamlfile import load

_BRACKETS = re.compile(r"\([^)]*\)|\[[^\]]*\]")
# Where a new word begins within one: VisitDate, LADOTold.
_JOINED = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z]{2})")
# What is alike by half is worth a question, never a place.
MAYBE = 0.6


@dataclass(frozen=True)
class Vocabulary:
    """Synonyms as data. `words` maps one spelling of a word to its plain form; `blank` are words that say nothing.
    `columns` gives for each (table, column) its spellings, as plain keys; `names` those of each table."""

    words: dict[str, str]
    blank: frozenset[str]
    columns: dict[tuple[str, str], dict[str, float]]
    names: dict[str, set[str]]
    codes: dict[str, tuple[tuple[str, str], ...]]
    besides: frozenset[str]
    hints: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)
    stems: dict[tuple[str, str], frozenset[frozenset[str]]] = field(default_factory=dict)
    scales: dict[str, Scale] = field(default_factory=dict)


@functools.cache
def vocabulary() -> Vocabulary:
    """The vocabulary that ships with the package."""
    text = importlib.resources.files("auditor.mapping").joinpath("synonyms.yaml").read_text(encoding="utf-8")
    raw = load(text, "synonyms.yaml")
    words = {folded(str(w)).strip(): plain for plain, listed in raw["words"].items() for w in listed}
    blank = frozenset(raw["blank"])
    columns: dict[tuple[str, str], dict[str, float]] = {}
    names: dict[str, set[str]] = {}
    for table in contract().tables.values():
        given = raw["tables"].get(table.name, {"names": [], "columns": {}})
        names[table.name] = {_key(str(n), words, blank) for n in (table.name, *given.get("names", []))}
        for column in table.columns:
            spelled = {_key(str(s), words, blank): 0.97 for s in given["columns"].get(column, [])}
            spelled |= {_key(s, words, blank): 0.93 for s in _own_spellings(table.name, column) if _key(s, words, blank) not in spelled}
            spelled |= {_key(column, words, frozenset()): 1.0, " " + squeezed(column): 1.0}
            spelled |= {" " + squeezed(str(s)): 0.99 for s in given["columns"].get(column, [])}
            columns[(table.name, column)] = {key: value for key, value in spelled.items() if key.strip()}
    codes = {
        codeset: tuple((folded(str(w)), code) for code, listed in given.items() for w in listed)
        for codeset, given in raw["codes"].items()
    }
    stemmed = {
        place: frozenset(stems(one) for one in spelled if not one.startswith(" ")) for place, spelled in columns.items()
    }
    scales = {
        table: Scale(stems(_key(" ".join([table.replace("_", " "), *raw["of_table"].get(table, [])]), words, blank)))
        for table in contract().tables
    }
    return Vocabulary(words, blank, columns, names, codes, frozenset(raw["besides"]), raw["hints"], stemmed, scales)


def squeezed(text: str) -> str:
    """A heading with nothing but its letters and figures."""
    return re.sub(r"[^a-z0-9]+", "", folded(text))


@functools.lru_cache(maxsize=20_000)
def key(text: str) -> str:
    """A heading in plain words, in alphabetical order, without those that say nothing."""
    known = vocabulary()
    return _key(text, known.words, known.blank)


def _own_spellings(table: str, column: str) -> list[str]:
    base = re.sub(r"_(on|at|id)$", "", column).replace("_", " ")
    one = re.sub(r"ies$", "y", table) if table.endswith("ies") else table.rstrip("s")
    if column.endswith(("_on", "_at")):
        return [base, f"{base} date", f"{one} {base} date"]
    return [base, f"{base} id"] if column.endswith("_id") else [base, f"{one.replace('_', ' ')} {base}"]


def _key(text: str, words: dict[str, str], blank: frozenset[str]) -> str:
    spaced = _JOINED.sub(" ", tidied(text))
    plain = re.sub(r"[^a-z0-9&]+", " ", re.sub(r"['’]s?\b|['’]", "", folded(spaced))).strip()
    for phrase in sorted((w for w in words if " " in w), key=len, reverse=True):
        plain = re.sub(rf"\b{re.escape(phrase)}\b", words[phrase], plain)
    plain = re.sub(r"(?<=\w )(?:to|from) (?!date)(?=\w)", "", plain)  # `Mileage to home` speaks of no end
    technical = "_" in text and text in (text.lower(), text.upper())
    parts = [words.get(word) or words.get(whole := unabridged(word, technical), whole) for word in plain.split()]
    kept = sorted({part for word in parts for part in word.split() if part not in blank})
    return " ".join(kept)


@functools.lru_cache(maxsize=50_000)
def likeness(heading: str, table: str, column: str) -> float:
    """How sure it is, from 0 to 1, that a heading names a column, by its words alone: with what it says in brackets, or
    without."""
    outside = _BRACKETS.sub(" ", heading).strip()
    return max(_likeness(heading, table, column), _likeness(outside, table, column) if outside not in ("", heading) else 0.0)


def _likeness(heading: str, table: str, column: str) -> float:
    known = vocabulary()
    spelled = known.columns[(table, column)]
    own, tight = key(heading), " " + squeezed(heading)
    if own == "id" and column == contract().tables[table].key:
        return 1.03  # nothing but `ID`, `Ref` or `No` is the record's own, before any name
    exact = max(spelled.get(tight, 0.0), spelled.get(own, 0.0))
    if exact or not own:
        return exact
    scale, words = known.scales[table], stems(own)
    alone = len(words) == 1
    near = (one for one in known.stems[(table, column)] if not words.isdisjoint(one) or (alone and len(one) == 1))
    best = max((scale.alike(words, one) for one in near), default=0.0)
    return best * 0.93 if best >= ALIKE else best * MAYBE


def table_likeness(name: str, table: str) -> float:
    """How sure it is, from 0 to 1, that a file or sheet of this name holds a table."""
    from rapidfuzz import fuzz

    own = key(re.sub(r"\d{2,}", " ", name))
    if not own:
        return 0.0
    best = 0.0
    parts = stems(own)
    for one in vocabulary().names[table]:
        wanted = stems(one)
        if parts == wanted:
            return 1.0
        if wanted and wanted <= parts:
            best = max(best, 0.6 + 0.3 * len(wanted) / len(parts))
        best = max(best, 0.9 if slip(own, one) else fuzz.ratio(own, one) / 100 * 0.8)
    return best


def is_word(text: str) -> bool:
    """Whether a text is a whole word that some heading or table uses."""
    known = vocabulary()
    own = folded(text)
    return own in known.words.values() or own in contract().tables or known.words.get(own) in ("id", "date", "kind", "status")


def hint(name: str, table: str) -> dict[str, str]:
    """What a file's or sheet's name says of every row of a table in it."""
    parts = re.split(r"[^a-z&]+", folded(name))
    found: dict[str, set[str]] = {}
    for word, says in vocabulary().hints.get(table, {}).items():
        if any(part == word or slip(part, word) for part in parts):
            for column, value in says.items():
                found.setdefault(column, set()).add(value)
    return {column: values.pop() for column, values in found.items() if len(values) == 1}
