"""The words behind those that a database writes without their vowels: `vst` is visit, `plcmnt` placement."""

from __future__ import annotations

import functools
import importlib.resources
import itertools
import re
from typing import Any

from auditor.mapping.stems import stem
from auditor.records import contract
from auditor.yamlfile import load

_SHORTEST = 3
_CUT = 3


@functools.lru_cache(maxsize=20_000)
def unabridged(word: str, technical: bool) -> str:
    """The whole word of an abridged one, in small letters; the word itself where it is known, or where several different
    words could be meant. In a `technical` name (`plcmnt_strt_dt`) any word may lack its vowels; elsewhere only one without
    any, since others may be words of their own; a word may be cut short anywhere (`induct`, `vac`)."""
    known = _known()
    if word in known or len(word) < _SHORTEST or not word.isalpha():
        return word
    left = bones(word)
    lacks = len(left) >= _SHORTEST and (technical or not re.search(r"[aeiou]", word[1:]))
    same = [one for one in _by_bones().get(left, ()) if len(one) > len(word)] if lacks else []
    if not same:
        same = [one for one in known if one.startswith(word) and len(one) >= len(word) + _CUT]
    plain = _plain()
    meant = {stem(plain.get(one, one)) for one in same}
    return min(same, key=lambda one: (len(one), one)) if len(meant) == 1 else word


def bones(word: str) -> str:
    """A word's first letter and its consonants after it, a doubled one once."""
    bare = word[0] + re.sub(r"[aeiou]", "", word[1:])
    return "".join(letter for letter, _ in itertools.groupby(bare))


@functools.cache
def _plain() -> dict[str, str]:
    """The plain form of each word that has one, slips of the pen among them."""
    return {str(one): plain for plain, listed in _read()["words"].items() for one in listed}


@functools.cache
def _read() -> dict[str, Any]:
    text = importlib.resources.files("auditor.mapping").joinpath("synonyms.yaml").read_text(encoding="utf-8")
    return load(text, "synonyms.yaml")


@functools.cache
def _known() -> frozenset[str]:
    """Every whole word of the contract and of the vocabulary's headings."""
    raw = _read()
    said = [*raw["words"], *(str(one) for listed in raw["words"].values() for one in listed), *map(str, raw["blank"])]
    for table in contract().tables.values():
        said += [table.name, *table.columns]
    for given in raw["tables"].values():
        said += [*given.get("names", []), *(str(one) for listed in given["columns"].values() for one in listed)]
    words = (word for one in said for word in re.split(r"[^a-z]+", one.lower()))
    return frozenset(word for word in words if len(word) > 1 and re.search(r"[aeiou]", word[1:]))


@functools.cache
def _by_bones() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for word in sorted(_known()):
        found.setdefault(bones(word), []).append(word)
    return {left: tuple(words) for left, words in found.items()}
