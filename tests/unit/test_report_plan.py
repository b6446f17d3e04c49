"""The improvement plan: every finding in one workstream, dates from the audit date, and pages that hold only text."""

import dataclasses
import datetime as dt
import html
import re
import zipfile

import pytest
from docx import Document
from test_report_sample import AS_OF, HOSTILE, make_audit

from auditor import shipped
from auditor.errors import RulesError, UsageError
from auditor.model import GRADES, Action, Counts, Waiver
from auditor.register import shipped_register
from auditor.report import pdf, plandocument, planpage, words
from auditor.report.output import write_reports
from auditor.report.plan import after, build
from auditor.report.ruleviews import SUGGESTED_DAYS
from auditor.rulefile import load_rulebook
from auditor.workstreams import FILE, problems, read, shipped_workstreams

TEXT = shipped.text("rules", "workstreams.yaml")
SMALL = """
put_right: {critical: 7 days, major: 1 month, minor: 12 weeks}
targets: {requirement: 100, recommendation: 90, practice: 80}
reports: [28 days]
milestones:
  - {after: 14 days, when: critical, what: Causes are known.}
  - {after: 6 weeks, when: major, what: Ways are changed.}
  - {after: 3 months, when: any, what: The audit is run again.}
workstreams:
  - {id: visits, title: Visits, lead: Team manager, aim: Seen., evidence: [Dates.], provisions: [NMS 21, FSR 17(1)], rules: [R00-sample]}
  - {id: events, title: Events, lead: Registered manager, aim: Told., evidence: [Log.], provisions: [FSR, NMS 21.8]}
  - {id: other, title: Other, lead: Anyone, aim: Done., evidence: [Seen.], rest: true}
"""


@pytest.fixture(scope="module")
def audit():
    return make_audit(hostile=1)


@pytest.fixture(scope="module")
def book():
    return load_rulebook()


def counted(audit):
    return [f for f in audit.findings if f.waiver is None and f.outcome != "prompt"]


def wrong(text):
    with pytest.raises(RulesError) as caught:
        read(text, "w.yaml", {"R00-sample"}, ["NMS 21.8", "FSR 17(1)"])
    return [(problem.line, problem.message) for problem in caught.value.problems]


# The data


def test_every_shipped_rule_falls_in_exactly_one_workstream_and_by_its_own_entry(book):
    streams = shipped_workstreams()
    for rule in book.rules.values():
        named = [s for s in streams.streams if rule.id in s.rules]
        assert len(named) <= 1
        by_law = [p for s in streams.streams for p in s.provisions for c in rule.cites if c.startswith(p)]
        assert named or by_law, f"{rule.id}: give it a place in {FILE}"
        assert streams.of(rule.id, rule.cites) in streams.streams


def test_the_shipped_file_names_only_rules_and_provisions_that_there_are(book):
    read(TEXT, FILE, set(book.rules), [provision.cite for provision in shipped_register().provisions])


def test_the_workstreams_are_those_a_service_plans_by():
    titles = " | ".join(stream.title.lower() for stream in shipped_workstreams().streams)
    for word in (
        "safer caring",
        "notifiable",
        "quality assurance",
        "recruitment",
        "voice of the child",
        "carer support",
    ):
        assert word in titles
    assert "approval" in titles and "matching" in titles and len(shipped_workstreams().streams) == 8


def test_a_few_rules_stand_where_a_reader_looks_for_them():
    streams = shipped_workstreams()

    def place(rule, *cites):
        return streams.of(rule, cites).id

    assert place("x", "NMS 4.5") == "safer-care"
    assert place("x", "FSR 17(3)") == "safer-care" and place("x", "FSR 17(1)") == "carer-support"
    assert place("x", "FSR 36(1)", "NMS 4.5") == "notifiable-events"
    assert place("x", "NMS 16.3") == "voice" and place("x", "NMS 16.2") == "quality"
    assert place("x", "POLICY own") == "other"
    assert place("NMS21.8-unannounced", "NMS 21.8") == "carer-support"
    assert place("POL-unannounced-children-seen", "NMS 21.8") == "voice"


def test_the_closest_provision_wins_and_a_rule_by_name_before_any():
    streams = read(SMALL, "w.yaml")
    assert streams.of("a", ["NMS 21.8"]).id == "events"
    assert streams.of("a", ["NMS 21.1"]).id == "visits"
    assert streams.of("a", ["FSR 17(1)"]).id == "visits" and streams.of("a", ["FSR 17(11)"]).id == "events"
    assert streams.of("R00-sample", ["FSR 36"]).id == "visits"
    assert streams.of("a", ["VOL4 x", "NMS 21.1"]).id == "visits"
    assert streams.of("a", ["VOL4 x"]).id == "other" and streams.of("a", []).id == "other"


def test_the_plan_gives_the_same_days_as_the_report():
    days = {grade: (after(AS_OF, time) - AS_OF).days for grade, time in shipped_workstreams().put_right.items()}
    assert days == SUGGESTED_DAYS


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("put_right:", "put_rigth:", 2, "'put_rigth' is not a key"),
        ("critical: 7 days", "critical: soon", 2, "'soon' is not a time"),
        ("critical: 7 days", "critical: 24 hours", 2, "not a time in days"),
        ("requirement: 100", "requirement: 101", 3, "whole number from 1 to 100"),
        ("when: critical", "when: worst", 6, "'worst' is not a value of 'when'"),
        ("id: visits, ", "", 10, "'id' is missing"),
        ("lead: Team manager", "leader: Team manager", 10, "Did you mean 'lead'?"),
        ("rules: [R00-sample]", "rules: [R01-sample]", 10, "There is no rule 'R01-sample'. Did you mean 'R00-sample'?"),
        ("provisions: [NMS 21,", "provisions: [NMS 99,", 10, "'NMS 99' is no provision"),
        ("provisions: [FSR, NMS 21.8]", "provisions: [FSR, NMS 21]", 11, "'NMS 21' stands twice; first on line 10"),
        ("id: events", "id: visits", 11, "'visits' stands twice"),
        ("rest: true", "rest: false", 9, "Exactly one workstream"),
        ("evidence: [Log.]", "evidence: Log.", 11, "'evidence' is a list"),
    ],
)
def test_what_is_wrong_in_the_file_is_told_with_its_line(old, new, line, said):
    assert SMALL.count(old) >= 1
    found = wrong(SMALL.replace(old, new, 1))
    assert any(number == line and said in message for number, message in found), found


def test_all_that_is_wrong_is_told_at_once():
    broken = (
        SMALL.replace("7 days", "soon").replace("when: critical", "when: worst").replace("id: events", "id: visits")
    )
    assert len(wrong(broken)) == 3


# The view


def test_the_totals_are_the_audits_and_each_finding_is_in_one_workstream(audit):
    plan, found = build(audit), counted(audit)
    assert plan.grades == {g: sum(f.grade == g for f in found) for g in GRADES} and plan.number == len(found)
    assert sum(stream.number for stream in plan.streams) == len(found)
    assert sum(m.number for s in plan.streams for m in s.measures) == len(found)
    for grade in GRADES:
        assert sum(stream.by_grade[grade] for stream in plan.streams) == plan.grades[grade]
    assert sum(s.rules_assessed for s in (*plan.streams, *plan.clear)) == sum(
        r.status == "assessed" for r in audit.rules
    )
    assert len(plan.streams) + len(plan.clear) == 8


def test_what_is_accepted_or_to_be_read_is_not_in_the_plan_and_is_said(audit):
    finding = counted(audit)[0]
    accepted = dataclasses.replace(finding, fingerprint="a" * 16, waiver=Waiver("r", "manager", None))
    prompt = dataclasses.replace(finding, fingerprint="b" * 16, outcome="prompt")
    plan = build(dataclasses.replace(audit, findings=(finding, accepted, prompt)))
    assert plan.number == 1
    assert plan.aside == "Not in the plan: 1 finding accepted for a time and 1 record for a person to read."


def test_dates_count_from_the_audit_date_by_the_rule_in_the_data(audit):
    streams = read(SMALL, "w.yaml")
    plan = build(audit, streams)
    assert {label: on for label, _, on in plan.put_right} == {
        "Critical": dt.date(2026, 4, 7),
        "Major": dt.date(2026, 4, 30),  # one month after 31 March: April has 30 days
        "Minor": dt.date(2026, 6, 23),
    }
    assert plan.reports == (dt.date(2026, 4, 28),)
    for stream in plan.streams:
        assert [m.on for m in stream.milestones] == sorted(m.on for m in stream.milestones)
        days = {m.what: m.on for m in stream.milestones}
        assert ("Causes are known." in days) == bool(stream.by_grade["critical"])
        assert ("Ways are changed." in days) == bool(stream.by_grade["critical"] or stream.by_grade["major"])
        assert days["The audit is run again."] == dt.date(2026, 6, 30)
        for measure in stream.measures:
            assert measure.by == {label.lower(): on for label, _, on in plan.put_right}[measure.grade]


def test_a_measure_has_todays_figure_and_its_target(audit):
    rule = next(r for r in audit.rules if r.status == "assessed" and r.type == "recommendation" and r.cases.breach)
    cases = Counts(100, 75, 6, 2, 10, 7)
    finding = next(f for f in counted(audit) if f.rule == rule.id)
    one = dataclasses.replace(audit, rules=(dataclasses.replace(rule, cases=cases),), findings=(finding,))
    (stream,) = build(one, read(SMALL, "w.yaml")).streams
    (measure,) = stream.measures
    # What is not yet due or accepted is in no rate: 75 of 75 + 6 + 2.
    assert measure.today == "75 of 83 (90%)" and measure.target == "90%" and measure.number == 1
    assert stream.rules_met == 0 and stream.rules_assessed == 1


def test_the_worst_workstream_stands_first(audit):
    plan = build(audit)
    order = [tuple(stream.by_grade[g] for g in GRADES) for stream in plan.streams]
    assert order == sorted(order, reverse=True)
    assert [GRADES.index(m.grade) for m in plan.first] == sorted(GRADES.index(m.grade) for m in plan.first)


def test_owners_and_progress_come_from_the_tracker(audit):
    found = [dataclasses.replace(f, action=Action("A. Lead", None, "Done", "", AS_OF, "")) for f in counted(audit)[:1]]
    found += [dataclasses.replace(f, action=Action(change="new")) for f in counted(audit)[1:2]]
    plans = build(dataclasses.replace(audit, findings=tuple(found))).streams
    assert any("A. Lead" in stream.owners for stream in plans)
    told = " ".join(stream.progress for stream in plans)
    assert "1 done" in told and "1 open" in told and "1 new in this audit" in told
    assert all(not stream.progress and not stream.owners for stream in build(audit).streams)


def test_no_finding_is_a_plan_too(audit, tmp_path):
    empty = dataclasses.replace(audit, findings=())
    assert build(empty).streams == () and len(build(empty).clear) == 8
    assert "No findings" in planpage.page(empty)
    plandocument.write(empty, tmp_path / "plan.docx")
    assert "No findings" in "\n".join(p.text for p in Document(tmp_path / "plan.docx").paragraphs)


# The page and the document


def all_text(path):
    document = Document(path)
    return [p.text for p in document.paragraphs] + [c.text for t in document.tables for r in t.rows for c in r.cells]


def test_no_child_carer_or_household_is_named(audit, tmp_path):
    plandocument.write(audit, tmp_path / "plan.docx")
    both = html.unescape(planpage.page(audit)) + "\n".join(all_text(tmp_path / "plan.docx"))
    for f in audit.findings:
        for id_ in (f.household_id, f.child_id, f.person_id):
            if id_ and len(id_) > 4:
                assert words.clean(id_) not in both


def test_the_page_escapes_every_text_and_asks_nothing_of_the_network(audit):
    page = planpage.page(audit)
    for text in HOSTILE[:3]:
        assert text not in page
    assert not re.search(r"<(script|img|link|iframe|object|form)", page)
    assert "default-src 'none'" in html.unescape(page) and "31 March 2026" in page
    assert not re.search(r'(?:src|href)="(?!#)', page)


def test_the_page_and_the_document_say_the_same_numbers(audit, tmp_path):
    plan = build(audit)
    plandocument.write(audit, tmp_path / "plan.docx")
    document = Document(tmp_path / "plan.docx")
    first = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
    assert first[-1][:4] == ["All", *(str(plan.grades[g]) for g in GRADES)]
    for row, stream in zip(first[1:-1], plan.streams, strict=True):
        assert row[0].startswith(stream.title) and row[1:4] == [str(stream.by_grade[g]) for g in GRADES]
    page = html.unescape(planpage.page(audit))
    for stream in plan.streams:
        assert stream.title in page and all(measure.title in page for measure in stream.measures)
    texts = "\n".join(all_text(tmp_path / "plan.docx"))
    for measure in (m for s in plan.streams for m in s.measures):
        assert measure.title in texts and f"{words.GRADE_LABELS[measure.grade]}" in texts


def test_the_document_has_repeated_headings_no_outside_reference_and_no_time(audit, tmp_path):
    plandocument.write(audit, tmp_path / "a.docx")
    plandocument.write(audit, tmp_path / "b.docx")
    assert (tmp_path / "a.docx").read_bytes() == (tmp_path / "b.docx").read_bytes()
    with zipfile.ZipFile(tmp_path / "a.docx") as packed:
        everything = {name: packed.read(name).decode("utf-8", "replace") for name in packed.namelist()}
        assert {entry.date_time[0] for entry in packed.infolist()} == {1980}
    assert not any('TargetMode="External"' in text for text in everything.values())
    body = everything["word/document.xml"]
    assert body.count("<w:tblHeader/>") == len(Document(tmp_path / "a.docx").tables)
    assert set(re.findall(r"<w:instrText[^>]*>([^<]+)<", everything["word/footer1.xml"])) == {"PAGE"}
    assert "<w:hyperlink" not in body and "<w:instrText" not in body
    assert Document(tmp_path / "a.docx").core_properties.author == ""


def test_pdf_without_its_library_says_how_to_install_it(monkeypatch):
    monkeypatch.setattr(pdf.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match=r"pip install 'fostering-auditor\[pdf\]'"):
        pdf.check()


def test_nothing_is_fetched_for_a_pdf(tmp_path, monkeypatch):
    weasyprint = pytest.importorskip("weasyprint")
    asked = []
    refuse = pdf._refuse
    monkeypatch.setattr(pdf, "_refuse", lambda url, *_: (asked.append(url), refuse(url)))
    (tmp_path / "secret.css").write_text("p{color:red}")
    page = (
        f'<link rel=stylesheet href="file://{tmp_path}/secret.css"><p>text</p><img src="http://example.invalid/x.png">'
    )
    weasyprint.HTML(string=page, url_fetcher=pdf.fetcher()).write_pdf(tmp_path / "x.pdf")
    assert sorted(url.partition(":")[0] for url in asked) == ["file", "http"]
    with pytest.raises(ValueError, match="nothing may be fetched"):
        pdf.fetcher()("file:///etc/hostname")


def test_the_plan_becomes_a_pdf(tmp_path, audit):
    pytest.importorskip("weasyprint")
    small = dataclasses.replace(audit, findings=counted(audit)[:3])
    pdf.write_plan(small, tmp_path / "plan.pdf")
    assert (tmp_path / "plan.pdf").read_bytes().startswith(b"%PDF-")


def test_rules_check_hears_of_a_rule_or_provision_that_is_gone(book):
    cites = [provision.cite for provision in shipped_register().provisions]
    assert problems(book.rules, cites) == []
    without = [rule for rule in book.rules if rule != "POL-first-aid-in-person"]
    (problem,) = problems(without, cites)
    assert problem.path == FILE and "POL-first-aid-in-person" in problem.message
    assert "POL-first-aid-in-person" in TEXT.splitlines()[problem.line - 1]


def test_the_plan_is_two_files_of_its_own_format(tmp_path, audit):
    written = write_reports(audit, tmp_path / "out", ("plan",))
    assert [path.name for path in written] == ["plan.html", "plan.docx"]
