"""The form of a rule file as JSON Schema, so that editors can complete and check while a rule is written.

`auditor rules check` does not use it: the checker reads the kind first and can say more, with lines.
"""

from __future__ import annotations

from typing import Any

from auditor.kinds import (
    boilerplate,
    complete,
    covered,
    current,
    deadline,
    limit,
    matrix,
    mention,
    order,
    pattern,
    quota,
    reconcile,
    recurring,
    synonyms,
)
from auditor.model import AREAS, CONFIDENCES, GRADES, STATES, TYPES
from auditor.parameterfile import PARAMETER_KEYS
from auditor.records import contract
from auditor.rule import KINDS
from auditor.rulefields import CITE, ID, OPTIONAL, REQUIRED

DURATION = r"^(\$[a-z][a-z0-9_]*|[0-9]{1,4} (hour|day|working day|week|month|year)s?)$"
TEXT = {"type": "string", "minLength": 1}
EXPRESSION = {"type": ["string", "number", "boolean"], "description": "An SQL expression over the columns of the row."}


def _object(required: tuple[str, ...], optional: tuple[str, ...], known: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": {key: known.get(key, EXPRESSION) for key in (*required, *optional)},
    }


def _ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/$defs/{name}"}


def _definitions() -> dict[str, Any]:
    table = {"enum": sorted(contract().tables)}
    source = {
        "table": table,
        "match": {"anyOf": [TEXT, {"type": "object"}]},
        "span": _ref("span"),
        "items": {"type": "array"},
    }
    return {
        "table": table,
        "duration": {
            "anyOf": [
                {"type": "string", "pattern": DURATION},
                {
                    "type": "array",
                    "items": _object(("value",), ("when",), {"value": {"type": "string", "pattern": DURATION}}),
                },
            ]
        },
        "span": _object((), ("from", "to"), {}),
        "source": {
            **_object(
                ("table",),
                (
                    "match",
                    "date",
                    "where",
                    "from",
                    "to",
                    "span",
                    "distinct",
                    "of",
                    "minimum",
                    "value",
                    "item",
                    "expires",
                    "kind",
                ),
                source,
            )
        },
        "response": _object((), ("table", "match", "date", "where", "kind"), source),
        "trigger": _object(
            ("table",),
            ("date", "where", "span", "kind", "nth"),
            {
                "table": table,
                "span": _ref("span"),
                "nth": _object(
                    ("number", "in"), ("by",), {"number": {"type": "integer", "minimum": 2}, "in": _ref("duration")}
                ),
            },
        ),
        "items": {
            "anyOf": [
                {"type": "string", "pattern": r"^\$"},
                {
                    "type": "array",
                    "items": {
                        "anyOf": [
                            TEXT,
                            _object(
                                ("name",),
                                current.ITEM_KEYS,
                                {
                                    "name": TEXT,
                                    "words": {"type": "array", "items": TEXT},
                                    "valid_for": _ref("duration"),
                                    "count": {"type": "integer", "minimum": 1},
                                },
                            ),
                        ]
                    },
                },
            ]
        },
    }


def _checks() -> dict[str, Any]:
    source, duration, subject = _ref("source"), _ref("duration"), _ref("table")
    common = {"subject": subject, "span": _ref("span"), "pause": source, "event": source}
    after = {
        "trigger": _ref("trigger"),
        "response": _ref("response"),
        "within": duration,
        "direction": {"enum": ["after", "before"]},
        "or": {"type": "array", "items": _ref("response")},
        "not_before": _object(("wait",), ("unless",), {"wait": duration}),
    }
    when = {"anyOf": [{"enum": list(limit.WHENS)}, _object(("in_any",), (), {"in_any": duration})]}
    return {
        "recurring": _object(
            recurring.REQUIRED, recurring.OPTIONAL, {**common, "every": duration, "first_within": duration}
        ),
        "quota": _object(quota.REQUIRED, quota.OPTIONAL, {**common, "per": duration}),
        "deadline": _object(deadline.REQUIRED, deadline.OPTIONAL, after),
        "matrix": _object(matrix.REQUIRED, (), {**after, "kinds": {"type": "object"}}),
        "current": _object(
            current.REQUIRED,
            current.OPTIONAL,
            {
                **common,
                "record": source,
                "items": _ref("items"),
                "valid_for": duration,
                "within": duration,
                "look_ahead": duration,
                "throughout": {"type": "boolean"},
            },
        ),
        "complete": _object(
            complete.REQUIRED, (), {"record": source, "require": {"type": "object", "minProperties": 1}}
        ),
        "covered": _object(covered.REQUIRED, covered.OPTIONAL, {**common, "by": source, "within": duration}),
        "order": _object(
            order.REQUIRED,
            (),
            {
                "record": source,
                "steps": {
                    "type": "array",
                    "minItems": 2,
                    "items": _object(("name", "date"), ("optional",), {"name": TEXT, "optional": {"type": "boolean"}}),
                },
            },
        ),
        "limit": _object(
            ("subject",), limit.OPTIONAL, {**common, "count": source, "share": source, "sum": source, "when": when}
        ),
    }


def _later_checks() -> dict[str, Any]:
    """The kinds that compare sources, texts and groups."""
    table, words = _ref("table"), {"type": "array", "minItems": 1, "items": TEXT}
    text = {"anyOf": [TEXT, words]}
    number = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^\$"}]}
    source = {"table": table, "match": {"anyOf": [TEXT, {"type": "object"}]}, "name": TEXT}
    texts = {**source, "text": text, "section": text, "which": {"enum": list(mention.WHICH)}, "span": _ref("span")}
    facts = {
        "anyOf": [
            _object(("table",), mention.FACT_KEYS, {"table": table}),
            {"type": "array", "minItems": 1, "items": _object(("name", "words"), (), {"name": TEXT, "words": words})},
        ]
    }
    worse = {"enum": ["higher", "lower"]}
    against = _object(
        (),
        (*pattern.LIMITS, *pattern.OTHERS, *pattern.MARGINS),
        {
            **dict.fromkeys((*pattern.LIMITS, *pattern.MARGINS), number),
            **dict.fromkeys(pattern.OTHERS, worse),
        },
    )
    return {
        "reconcile": _object(
            reconcile.REQUIRED,
            reconcile.OPTIONAL,
            {
                "left": _object(("table", "name"), ("where", *reconcile.FIGURE_KEYS), source),
                "right": _object(("table", "name"), ("where", *reconcile.COUNT_KEYS), source),
                "match": {"anyOf": [TEXT, _object(("left", "right"), (), {})]},
                "tolerance": number,
            },
        ),
        "mention": _object(
            mention.REQUIRED,
            mention.OPTIONAL,
            {
                "facts": facts,
                "target": _object(("table",), ("match", "date", "where", "which", "name", *mention.TEXT_KEYS), texts),
                "synonyms": {"enum": synonyms.names()},
                "within": _ref("duration"),
                "prompt": {"type": "boolean"},
                "answered_by": {"type": "array", "items": _ref("source")},
            },
        ),
        "boilerplate": _object(
            boilerplate.REQUIRED,
            boilerplate.OPTIONAL,
            {
                "text": _object(("table",), ("where", "date", "span", *mention.TEXT_KEYS), texts),
                **dict.fromkeys(("similarity", "at_least", "minimum"), number),
            },
        ),
        "pattern": _object(
            pattern.REQUIRED,
            pattern.OPTIONAL,
            {
                "rows": _object(("table",), ("where", "date"), source),
                "measure": {"enum": list(pattern.MEASURES)},
                "per": _object(("table",), ("where", "by"), source),
                "against": against,
                "period": {"type": "string"},
                "minimum": number,
            },
        ),
    }


def rule_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a rule file."""
    message = {
        "anyOf": [
            TEXT,
            _object(
                (), ("default", "not_evidenced", *STATES), dict.fromkeys(("default", "not_evidenced", *STATES), TEXT)
            ),
        ]
    }
    day = {"type": "string", "format": "date"}
    parameter = _object(
        ("about", "set_by"),
        tuple(key for key in PARAMETER_KEYS if key not in ("about", "set_by")),
        {
            "about": TEXT,
            "set_by": {"enum": ["law", "policy"]},
            "tighter": {"enum": ["lower", "higher"]},
            "cites": {"type": "array", "items": TEXT},
            "value": {},
            "values": {"type": "array", "items": _object(("from", "value"), (), {"from": day, "value": {}})},
        },
    )
    known = {
        "id": {"type": "string", "pattern": f"^{ID.pattern}$"},
        "version": {"type": "integer", "minimum": 1},
        "title": TEXT,
        "cites": {"type": "array", "minItems": 1, "items": {"type": "string", "pattern": f"^{CITE.pattern}$"}},
        "area": {"enum": list(AREAS)},
        "type": {"enum": list(TYPES)},
        "confidence": {"enum": list(CONFIDENCES)},
        "kind": {"enum": list(KINDS)},
        "check": {"type": "object"},
        "grade": {"enum": list(GRADES)},
        "message": message,
        "remedy": TEXT,
        "note": TEXT,
        "in_force": _object((), ("from", "to"), {"from": day, "to": day}),
        "optional": {"type": "array", "items": TEXT},
        "escalate": {"type": "array", "items": _object(("to", "when"), (), {"to": {"enum": list(GRADES)}})},
        "parameters": {"type": "object", "additionalProperties": parameter},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A rule of the fostering self-audit",
        **_object(REQUIRED, OPTIONAL, known),
        "allOf": [
            {"if": {"properties": {"kind": {"const": kind}}}, "then": {"properties": {"check": form}}}
            for kind, form in {**_checks(), **_later_checks()}.items()
        ],
        "$defs": _definitions(),
    }
