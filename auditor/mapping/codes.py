"""The words of code sets as exports write them: in other words, run together, cut short, or with words around them.

What is not sure is not a word of the set: it is left to a person, and the record says so.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from auditor.mapping.abridged import bones
from auditor.mapping.grid import folded
from auditor.mapping.stems import stem, stems
from auditor.mapping.words import vocabulary
from auditor.records import SEPARATORS, Column, contract

_LONGEST = 80
_SMALL = ("of", "and", "to", "a", "in")
_ARTICLE = re.compile(r"^(?:an?|the) ")


@functools.lru_cache(maxsize=100_000)
def code_of(word: str, codeset: str) -> str | None:
    """The word of a code set that a value stands for; None if it is not known, or could be two."""
    return plain_code(word, codeset) or (_meant(folded(word), codeset) if len(word) <= _LONGEST else None)


@functools.lru_cache(maxsize=100_000)
def plain_code(word: str, codeset: str) -> str | None:
    """The word of a code set that a value is a known spelling of, but for its endings."""
    text = folded(word)
    plain = re.sub(r"[\s_-]+", "_", text).strip("_")
    if plain in contract().codesets[codeset]:
        return plain
    loose = " ".join(_words(text))
    known = vocabulary().codes.get(codeset, ())
    for spelled, code in known:
        if "*" not in spelled and spelled in (text, loose):
            return code
    for spelled, code in known:
        if spelled.endswith("*") and text.startswith(spelled[:-1]):
            return code
    said = stems(loose)
    if max(map(len, said), default=0) < 6:
        return None
    return _one(code for one, code in _spelled(codeset) if stems(one) == said)


def codes_of(cells: Iterable[str], column: Column) -> dict[str, str | None]:
    """Each word of some cells, and the word of the column's code set that it stands for."""
    words = cells if column.type == "code" else (part.strip() for cell in cells for part in re.split(SEPARATORS, cell))
    return {word: code_of(word, column.codeset or "") for word in words if word}


def _meant(text: str, codeset: str) -> str | None:
    squeezed = "".join(_words(text))
    same = _one(code for one, code in _spelled(codeset) if len(squeezed) >= 5 and "".join(_words(one)) == squeezed)
    plain = _ARTICLE.sub("", text)
    return same or plain_code(plain, codeset) or _within(plain, codeset) or _cut(plain, codeset)


def _within(text: str, codeset: str) -> str | None:
    """The one code whose spellings, with words that add nothing, are all that a longer phrase holds; of two such, that with
    the longest spelling: `Enhanced DBS certificate`, `Spouse/partner`, but not `Completed (not signed)`."""
    said, besides = [stem(word) for word in _words(text)], _besides()
    left: dict[str, set[int]] = {}
    longest: dict[str, int] = {}
    idle = {at for at, word in enumerate(said) if word in besides or word.isdigit()}
    for one, code in _spelled(codeset):
        wanted = [stem(word) for word in _words(one)]
        places = [at for at in range(len(said)) if wanted and said[at : at + len(wanted)] == wanted]
        if places and not set(wanted) <= besides:
            left.setdefault(code, set(range(len(said))) - idle).difference_update(*(range(at, at + len(wanted)) for at in places))
            longest[code] = max(longest.get(code, 0), len(wanted))
    whole = [code for code, rest in left.items() if not rest]
    return _one(code for code in whole if longest[code] == max(longest[one] for one in whole))


def _cut(text: str, codeset: str) -> str | None:
    """The code whose spelling is cut short to one word: `unsubst`, `conn`, `shbrk`."""
    if not re.fullmatch(r"[a-z]{3,12}", text):
        return None
    return _one(code for one, code in _spelled(codeset) if _cut_from(text, tuple(w for w in _words(one) if w not in _SMALL)))


def _cut_from(short: str, words: tuple[str, ...]) -> bool:
    """Whether a short form is made of a piece of each of the words in turn. A whole first word is no short form."""
    return bool(words) and short != words[0] and len(short) >= (3 if len(words) == 1 else 5) and _pieces(short, words)


def _pieces(short: str, words: tuple[str, ...]) -> bool:
    if len(words) == 1:
        return _piece(short, words[0])
    return any(_piece(short[:at], words[0]) and _pieces(short[at:], words[1:]) for at in range(1, len(short)))


def _piece(short: str, word: str) -> bool:
    """Whether letters are the beginning of a word, or some of its consonants in their order with its first letter."""
    if word.startswith(short):
        return True
    letters = iter(bones(word))
    return short[:1] == word[:1] and all(letter in letters for letter in short)


def _words(text: str) -> list[str]:
    """The words of a text in small letters."""
    return re.findall(r"[a-z0-9&]+", text.replace("'", ""))


@functools.cache
def _besides() -> frozenset[str]:
    return frozenset(stem(word) for word in vocabulary().besides)


@functools.cache
def _spelled(codeset: str) -> tuple[tuple[str, str], ...]:
    """Each spelling of the words of a code set, in small letters, with its code."""
    own = [(code.replace("_", " "), code) for code in contract().codesets[codeset]]
    return (*own, *((one, code) for one, code in vocabulary().codes.get(codeset, ()) if "*" not in one))


def _one(codes: Iterable[str | None]) -> str | None:
    """The one code that all of those found are, if there is one."""
    found = set(codes)
    return found.pop() if len(found) == 1 else None
