"""How alike two headings are by their words: plain, without endings, each with its weight."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

ALIKE = 0.72
_ENDINGS = re.compile(r"(?:ations?|ory|ature|ating|ated|ates|ions?|ings?|ments?|ied|ies|ed|es|al|s|e)$")
_LETTERS = re.compile(r"\b((?:[A-Za-z]\.){2,}[A-Za-z]?)")
_YES_NO = re.compile(r"\(?\b(?:[YT]\s?/\s?[NF]|yes\s?/\s?no)\b\)?|\(\s*\d(?:\s*/\s*\d)+\s*\)", re.IGNORECASE)
# `Visit Type Description` and `visit_type_name` are the visit's type.
_WORDS_OF = re.compile(
    r"(?<=[ _])(type|category|status|kind|outcome|method|reason|role)[ _](?:name|nm|description|desc|descr|text)\b",
    re.IGNORECASE,
)
# What some databases begin a name with, to say what it holds: strName, dtmVisit, blnSeen.
_PREFIX = re.compile(r"^(?:str|txt|mem|dtm|dte|bln|bit|lng|int|num|dbl|cbo|chk)(?=[A-Z])")
_SNAKE_END = re.compile(r"(?<=[a-z0-9])_(?:desc|descr|cd|code|txt|text|flag|flg|ind|yn)$", re.IGNORECASE)
# What weighs little: a date is known by its values, and any heading may say that it is a number or a kind.
WEIGHTS = {"date": 0.15, "id": 0.5, "kind": 0.6, "name": 0.6}
OF_TABLE = 0.2


def tidied(heading: str) -> str:
    """A heading without what only says how it is filled in: `(Y/N)`, the points of `D.O.B.`, `_flag` at the end."""
    text = _WORDS_OF.sub(r"\1", _YES_NO.sub(" ", _PREFIX.sub("", re.sub(r"(?<=[a-z])/(?:s|ren)\b", "", heading))))
    text = _LETTERS.sub(lambda found: found[1].replace(".", ""), text)
    return _SNAKE_END.sub("", text) if "_" in text and text in (text.lower(), text.upper()) else text


@functools.lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word without its ending: approval, approved and approve are one."""
    if len(word) < 5 or word.endswith(("ss", "us", "is")):
        return word[:-1] if len(word) == 4 and word.endswith("s") and not word.endswith("ss") else word
    cut = _ENDINGS.sub("", word)
    return cut if len(cut) >= 3 else word


def stems(key: str) -> frozenset[str]:
    """The stems of a heading in plain words."""
    return frozenset(stem(word) for word in key.split())


@dataclass(frozen=True)
class Scale:
    """How much each stem weighs in a table: its own name little, as its headings may have it or not."""

    of_table: frozenset[str]

    def weight(self, word: str) -> float:
        """The weight of one stem."""
        return OF_TABLE if word in self.of_table else WEIGHTS.get(word, 1.0)

    def alike(self, one: frozenset[str], other: frozenset[str]) -> float:
        """The weight that two headings share of all that they have, from 0 to 1."""
        common, left, right = one & other, one - other, other - one
        shared = sum(map(self.weight, common))
        for word in sorted(left) if right else ():
            near = next((w for w in sorted(right) if slip(word, w)), None)
            if near is not None:
                shared += 0.95 * self.weight(word)
                left, right = left - {word}, right - {near}
        whole = shared + sum(map(self.weight, left)) + sum(map(self.weight, right))
        return shared / whole if whole else 0.0


@functools.lru_cache(maxsize=50_000)
def slip(one: str, other: str) -> bool:
    """Whether two words differ by a slip of the pen."""
    from rapidfuzz import fuzz

    return min(len(one), len(other)) >= 5 and one[0] == other[0] and fuzz.ratio(one, other) >= 84
