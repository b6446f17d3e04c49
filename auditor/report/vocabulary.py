"""Words that are ours: of the rules that ship, their parameters and the record model. Anything else may come from a record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from auditor.records import contract
from auditor.rule import Rulebook

# Words that stand in what a record lacks, beside the names of tables and columns.
GAP_WORDS = frozenset(("before", "its", "begin", "of", "not", "the", "a", "an", "and", "or"))


class Vocabulary:
    """Tells whether a text is a phrase of ours: whole, or made of the names of tables and columns alone."""

    def __init__(self, book: Rulebook):
        self.phrases, self.parts = phrases(book)

    def __contains__(self, text: str) -> bool:
        plain = _plain(text)
        return plain in self.phrases or all(word in self.parts or word in GAP_WORDS for word in plain.split())


def _plain(text: str) -> str:
    return " ".join(text.replace("_", " ").replace(".", " ").lower().split())


def phrases(book: Rulebook) -> tuple[frozenset[str], frozenset[str]]:
    """Every phrase, and the words that names of tables and columns are made of. Phrases are those of the rules that ship with the program, of their parameters, and of the record model. What a
    service's own rules or policy say is not among them: it may name people."""
    found: set[str] = set()
    for rule in book.rules.values():
        if not rule.own:
            found.update(_strings(rule.check))
    for parameter in book.parameters.values():
        if not parameter.from_policy:
            found.update(text for _, value in parameter.values for text in _strings(value))
    model = contract()
    for words in model.codesets.values():
        found.update(words)
    for table in model.tables.values():
        found.update((table.name, *table.columns))
    plain = {_plain(text) for text in found}
    parts = {word for name in model.tables for word in name.split("_")}
    parts |= {word for table in model.tables.values() for column in table.columns for word in column.split("_")}
    return frozenset(plain), frozenset(parts)


def _strings(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            yield str(key)
            yield from _strings(entry)
    elif isinstance(value, (list, tuple)):
        for entry in value:
            yield from _strings(entry)
