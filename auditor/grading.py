"""From findings and rates to indicative judgements, by the table of words and numbers in the rulebook.

Pure: the same audit always gives the same grades, always with the reasons. Nothing here is an inspection's judgement.
"""

from __future__ import annotations

from dataclasses import dataclass

from auditor.errors import Problem, RulesError
from auditor.model import AREAS, Finding, Judgement, RuleResult
from auditor.wording import number

GRADE_WORDS = ("inadequate", "requires improvement", "good", "outstanding")
# How each measure is said: the words before and after its number.
MEASURES = {
    "critical": ("", " critical shortfalls"),
    "critical_subjects_percent": ("", "% of households have a critical shortfall"),
    "major": ("", " major shortfalls"),
    "requirement_rate": ("Regulations are met in ", " of cases on average"),
    "recommendation_rate": ("Standards are met in ", " of cases on average"),
    "rate": ("All rules together are met in ", " of cases on average"),
    "assessed_percent": ("", "% of the rules could be assessed"),
}
AREA_WORDS = {
    "experiences": "experiences and progress",
    "protection": "helped and protected",
    "leadership": "leaders and managers",
}


@dataclass(frozen=True)
class Level:
    """One row of the table: the grade is given where any of the conditions holds. `any_of` has (measure, comparison,
    value, words)."""

    grade: str
    any_of: tuple[tuple[str, str, float, str], ...]
    words: str


@dataclass(frozen=True)
class Scale:
    """The whole table: levels by area, worst first; `limits` maps an area's grade to the best overall grade."""

    areas: dict[str, tuple[Level, ...]]
    limits: tuple[tuple[str, str, str, str], ...]

    def printed(self) -> tuple[tuple[str, str, str], ...]:
        """(area, grade, condition in words) for each row, as reports print it."""
        rows = []
        for area, levels in self.areas.items():
            for level in levels:
                words = level.words or "; or ".join(one[3] for one in level.any_of)
                rows.append((area, level.grade, words))
        rows += [("overall", best, words) for _, _, best, words in self.limits]
        return tuple(rows)


def read_scale(content: object, path: str = "rules/grading.yaml") -> Scale:
    """The table from the rulebook. Raises RulesError."""
    try:
        areas = {area: tuple(_level(entry) for entry in content["areas"][area]) for area in AREAS}  # type: ignore[index]
        limits = tuple(
            (entry["area"], entry["grade"], entry["at_best"], entry["words"])
            for entry in content["overall"]["limits"]  # type: ignore[index]
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RulesError([Problem(path, 0, f"The grading table is not well formed: {error}.")]) from None
    return Scale(areas, limits)


def _level(entry: dict) -> Level:
    conditions = []
    for one in entry.get("any_of") or []:
        if one["measure"] not in MEASURES:
            raise ValueError(f"'{one['measure']}' is not a measure")
        comparison = "at_least" if "at_least" in one else "below"
        conditions.append((one["measure"], comparison, float(one[comparison]), str(one.get("words") or "")))
    if entry["grade"] not in GRADE_WORDS:
        raise ValueError(f"'{entry['grade']}' is not a grade")
    return Level(entry["grade"], tuple(conditions), str(entry.get("words") or ""))


def measures(area: str, rules: list[RuleResult], findings: list[Finding], households: int) -> dict[str, float | None]:
    """The numbers of one area. Waived findings do not count; a measure is None where nothing was decided."""
    own = [rule for rule in rules if rule.area == area]
    assessed = [rule for rule in own if rule.status == "assessed"]
    graded = {rule.id for rule in assessed if rule.type != "practice"}
    breaches = [
        f for f in findings if f.area == area and f.outcome == "breach" and f.waiver is None and f.rule in graded
    ]
    critical = [f for f in breaches if f.grade == "critical"]
    touched = {f.household_id or f.subject_id for f in critical}
    can = [rule for rule in own if rule.status != "not_applicable"]
    return {
        "critical": len(critical),
        "critical_subjects_percent": round(100 * len(touched) / households, 1) if households else None,
        "major": len([f for f in breaches if f.grade == "major"]),
        "requirement_rate": _mean([r.cases.rate for r in assessed if r.type == "requirement"]),
        "recommendation_rate": _mean([r.cases.rate for r in assessed if r.type == "recommendation"]),
        "rate": _mean([r.cases.rate for r in assessed]),
        "assessed_percent": round(100 * len(assessed) / len(can), 1) if can else None,
    }


def _mean(rates: list[float | None]) -> float | None:
    known = [rate for rate in rates if rate is not None]
    return round(sum(known) / len(known), 3) if known else None


def judge(scale: Scale, rules: list[RuleResult], findings: list[Finding], households: int) -> dict[str, Judgement]:
    """Indicative judgements for each area and overall, each with its reasons."""
    judged = {
        area: _area(scale.areas[area], area, measures(area, rules, findings, households), rules) for area in AREAS
    }
    worst = min(GRADE_WORDS.index(judgement.grade) for judgement in judged.values())
    named = [AREA_WORDS[area] for area in AREAS if GRADE_WORDS.index(judged[area].grade) == worst]
    overall = judged["experiences"].grade
    because = [f"It starts from experiences and progress: {overall}."]
    for area, grade, best, words in scale.limits:
        if judged[area].grade == grade and GRADE_WORDS.index(overall) > GRADE_WORDS.index(best):
            overall = best
            because.append(words)
    if len(because) == 1:
        because.append(
            "No limiting rule applied."
            if GRADE_WORDS.index(overall) <= worst
            else f"The weakest area is {', '.join(named)}."
        )
    judged["overall"] = Judgement(overall, tuple(because))
    return judged


def _area(levels: tuple[Level, ...], area: str, found: dict[str, float | None], rules: list[RuleResult]) -> Judgement:
    own = [rule for rule in rules if rule.area == area]
    left_out = len([rule for rule in own if rule.status in ("not_assessed", "error")])
    coverage = f"{len([r for r in own if r.status == 'assessed'])} of {len(own)} rules could be assessed" + (
        f"; {left_out} could not for want of records." if left_out else "."
    )
    for level in levels:
        reasons = [_reason(condition, found) for condition in level.any_of if _holds(condition, found)]
        if reasons or not level.any_of:
            return Judgement(level.grade, (*(reasons or [level.words, *_figures(found)]), coverage))
    return Judgement(levels[-1].grade, (levels[-1].words, *_figures(found), coverage))


def _figures(found: dict[str, float | None]) -> list[str]:
    """What a grade that no bar was reached for rests on, shortfalls included, so that it is not read as a clean pass."""
    said = [
        f"{MEASURES[name][0]}{100 * rate:.0f}%{MEASURES[name][1]}"
        for name in ("requirement_rate", "recommendation_rate")
        if (rate := found[name]) is not None
    ]
    rates = [" and ".join([said[0], *(text[0].lower() + text[1:] for text in said[1:])]) + "."] if said else []
    major = int(found["major"] or 0)
    return [*rates, *([f"{major} major {'shortfall' if major == 1 else 'shortfalls'} all the same."] if major else [])]


def _holds(condition: tuple[str, str, float, str], found: dict[str, float | None]) -> bool:
    measure, comparison, limit, _ = condition
    value = found[measure]
    if value is None:
        return False
    return value >= limit if comparison == "at_least" else value < limit


def _reason(condition: tuple[str, str, float, str], found: dict[str, float | None]) -> str:
    """What was found and the bar it passed: '10.6% of households have a critical shortfall (the bar is 10 or more)'."""
    measure, comparison, limit, words = condition
    before, after = MEASURES[measure]
    value, share = found[measure] or 0, measure.endswith("rate")
    shown = f"{100 * value:.0f}%" if share else number(value)
    bar = f"{100 * limit:.0f}%" if share else number(limit)
    bound = f"{bar} or more" if comparison == "at_least" else f"under {bar}"
    after = after.replace("shortfalls", "shortfall") if shown == "1" and measure in ("critical", "major") else after
    return f"{before}{shown}{after} (the bar is {bound}{': ' + words if words else ''})."
