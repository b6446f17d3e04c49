"""The words of code sets as exports write them. What a word stands for is the field's own sense of it; a word that may be two
things, or says less or more than a code, stands for none."""

from __future__ import annotations

import pytest

from auditor.mapping.codes import code_of
from auditor.records import contract


@pytest.mark.parametrize(
    ("codeset", "word", "code"),
    [
        # run together, cut short, or with signs
        ("visit_mode", "InPerson", "in_person"),
        ("visit_mode", "in-person", "in_person"),
        ("visit_mode", "IN_PERSON", "in_person"),
        ("concern_outcome", "unsubst", "unsubstantiated"),
        ("placement_kind", "shbrk", "short_breaks"),
        ("household_kind", "conn", "connected"),
        # words around it that add nothing
        ("household_kind", "Connected Person (Reg 24/25)", "connected"),
        ("household_kind", "Mainstream carer", "mainstream"),
        ("visit_mode", "Virtual (Teams)", "virtual"),
        ("check_kind", "Enhanced DBS certificate", "dbs"),
        ("visit_kind", "Unannounced visit", "unannounced"),
        ("visit_kind", "An unannounced visit", "unannounced"),
        ("visit_status", "Visit completed", "completed"),
        ("recipient", "Ofsted (HMCI)", "chief_inspector"),
        # words around it that make it another thing
        ("visit_status", "Not completed", None),
        ("visit_status", "Completed (not signed)", None),
        ("visit_status", "Nearly completed", None),
        ("visit_kind", "Announced", None),
        ("visit_kind", "Joint supervision", None),
        ("complainant", "Carer's child", None),
        ("relation", "Foster son", None),
        ("training_mode", "Online (live)", "virtual"),
        ("level", "Medium/high", None),
        # nothing to go by
        ("visit_status", "x", None),
        ("level", "1", None),  # the lowest, or the highest
        ("visit_status", "n/k", None),
        ("visit_status", "completed as booked, " * 20, None),
    ],
)
def test_what_a_word_stands_for(codeset: str, word: str, code: str | None) -> None:
    assert code_of(word, codeset) == code


@pytest.mark.parametrize("codeset", list(contract().codesets))
def test_every_code_stands_for_itself_however_it_is_spaced(codeset: str) -> None:
    words = contract().codesets[codeset]
    for form in ("{}", " {} "):
        assert {word: code_of(form.format(word.replace("_", " ")).title(), codeset) for word in words} == dict(zip(words, words, strict=True))
    assert {word: code_of(word.upper(), codeset) for word in words} == dict(zip(words, words, strict=True))
