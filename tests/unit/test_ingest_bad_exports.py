"""The exports in tests/bad/exports: each is refused with the words, or gives just the issues, that expected.yaml lists."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from auditor.errors import ExportError
from auditor.ingest import read_export
from auditor.store import Store

BAD = Path(__file__).parent.parent / "bad" / "exports"
EXPECTED = yaml.safe_load((BAD / "expected.yaml").read_text(encoding="utf-8"))


def test_every_folder_is_listed():
    assert set(EXPECTED) == {entry.name for entry in BAD.iterdir() if entry.is_dir()}


@pytest.mark.parametrize("name", EXPECTED)
def test_bad_export(name):
    expected = EXPECTED[name]
    with Store() as store:
        if "refused" in expected:
            with pytest.raises(ExportError) as raised:
                read_export(BAD / name, store)
            assert [words for words in expected["refused"] if words not in str(raised.value)] == []
            return
        export = read_export(BAD / name, store)
    assert [[i.source, i.row, i.column, i.effect] for i in export.issues] == expected["issues"]
