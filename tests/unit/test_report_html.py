"""The HTML report as text: one file, escaped, with a policy that fits its own style and script. See also tests/browser."""

import base64
import dataclasses
import hashlib
import io
import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from test_report_sample import HOSTILE, make_audit

from auditor.report import html

VOID = {"meta", "br", "input"}


def written(audit) -> str:
    out = io.StringIO()
    html.write(audit, out)
    out.getvalue().encode("utf-8")  # nothing in it that cannot be written
    return out.getvalue()


class Reader(HTMLParser):
    """Collects elements, and text outside style and script; fails on elements that do not nest."""

    def __init__(self, text: str):
        super().__init__()
        self.elements: list[tuple[str, dict]] = []
        self.text: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.text.append(data)


@pytest.fixture(scope="module")
def page() -> str:
    return written(make_audit(hostile=1))


@pytest.fixture(scope="module")
def reader(page) -> Reader:
    return Reader(page)


def test_the_elements_nest_whatever_the_records_hold(reader):
    assert reader.open == []


def test_nothing_from_a_record_becomes_an_element(reader):
    tags = {tag for tag, _ in reader.elements}
    assert not tags & {"img", "iframe", "object", "embed", "link", "base", "style2", "video"}
    drawn = Counter(tag for tag, _ in reader.elements)
    assert drawn["svg"] == drawn["figure"] <= 3, "only the report's own charts are drawn"
    assert [tag for tag, _ in reader.elements].count("script") == 1
    assert [tag for tag, _ in reader.elements].count("style") == 1
    assert not [
        name for _, attributes in reader.elements for name in attributes if name.startswith("on") or name == "style"
    ]


def test_hostile_text_is_shown_as_it_is_written(reader):
    text = " ".join(reader.text)
    for shown in (
        '<script>document.title="taken"</script>',
        "{{ 7 * 7 }}{% raw %}",
        "&lt;already&gt;",
        "O’Brien & Sons “quoted”",
    ):
        assert shown in HOSTILE and shown in text
    assert "\x1b" not in text and "\u202e" not in text and "\x00" not in text


def test_the_file_names_no_other_file_and_no_address(page):
    reader = Reader(written(make_audit(hostile=0)))
    for _, attributes in reader.elements:
        for name in ("src", "href", "action", "srcset", "data"):
            assert (attributes.get(name) or "#").startswith("#")
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL).group(1)
    assert "url(" not in style and "@import" not in style


def test_the_policy_allows_this_style_and_this_script_and_nothing_else(page, reader):
    policy = next(a["content"] for tag, a in reader.elements if tag == "meta" and a.get("http-equiv"))
    rules = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert rules["default-src"] == "'none'" and rules["base-uri"] == "'none'" and rules["form-action"] == "'none'"
    for element, directive in (("style", "style-src"), ("script", "script-src")):
        inside = re.search(rf"<{element}>(.*?)</{element}>", page, re.DOTALL).group(1)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert rules[directive] == f"'sha256-{digest}'"


def test_the_first_page_says_what_was_audited_how_it_stands_and_what_to_do(reader):
    text = re.sub(r"\s+", " ", " ".join(reader.text))
    opening = text[: text.index("Contents")]
    for said in (
        "Self-audit of Sample Fostering", "31 March 2026", "1 April 2025 to 31 March 2026", "Indicative judgements", "Inadequate",
        "Requires improvement", "which limits the overall grade", "Five things to do first", "not a judgement by Ofsted",
        "3 or more critical findings", "44 of 48 assessed",
    ):  # fmt: skip
        assert said in opening, said


def test_each_part_follows_in_its_order(reader):
    headings = ("Requirements", "Recommendations", "Practice points", "Findings by household", "Findings outside a household",
                "Every rule", "What could not be assessed", "Coming due", "Problems in the data")  # fmt: skip
    text = "\n".join(reader.text)
    text = text[text.index("Contents") :]
    text = text[text.index("Problems in the data") + 5 :]  # past the contents
    places = [text.index(heading) for heading in headings]
    assert places == sorted(places)


def test_every_finding_has_its_evidence_beside_it():
    audit = make_audit(hostile=0)
    text = " ".join(Reader(written(audit)).text)
    for finding in audit.findings:
        assert finding.fingerprint in text
        for e in finding.evidence:
            assert f"visit {e.id} ({e.source}, row {e.row:,})" in text


def test_names_are_shown_only_where_the_audit_carries_them():
    audit = make_audit(hostile=0)
    assert "Zzyx" not in written(audit)
    named = dataclasses.replace(audit, names={("households", "HH-001"): "Zzyx"})
    assert "Household HH-001 (Zzyx)" in written(named)


def test_an_audit_without_findings_still_says_what_was_not_assessed():
    audit = dataclasses.replace(
        make_audit(hostile=0), findings=(), coming_due=(), data_issues=(), grading=(), judgements={}
    )
    text = " ".join(Reader(written(audit)).text)
    assert "No findings." in text and "Look at what could not be assessed before relying on this." in text


def test_a_list_too_long_for_a_page_is_cut_and_says_so(monkeypatch):
    monkeypatch.setattr(html, "MOST_FINDINGS", 10)
    text = re.sub(r"\s+", " ", " ".join(Reader(written(make_audit(hostile=0))).text))
    assert "This page shows the 10 most serious findings. 390 more are in findings.json" in text


def test_the_same_audit_gives_the_same_page():
    assert written(make_audit()) == written(make_audit())
