"""An earlier audit's `findings.json`, and how this audit differs from it: what is new, still open, no longer found."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from auditor.errors import UsageError
from auditor.model import Audit, Trend
from auditor.report.results import FORMAT

MOST_BYTES = 500_000_000


@dataclass(frozen=True)
class Earlier:
    """What is needed of an earlier audit: its date and scope; of each rule its version, status and rate of met cases;
    and the rule of each finding that counted, by fingerprint."""

    as_of: dt.date
    scope: str | None
    rules: dict[str, tuple[int, str, float | None]]
    findings: dict[str, str]


def read(path: Path) -> Earlier:
    """Read an earlier `findings.json`. Raises UsageError where it is none."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError
        held = json.loads(path.read_text(encoding="utf-8"))
        if held["format"] != FORMAT:
            raise ValueError
        return Earlier(
            as_of=dt.date.fromisoformat(held["run"]["as_of"]),
            scope=held["run"].get("scope"),
            rules={r["id"]: (r["version"], r["status"], r["rate"]) for r in held["rules"]},
            findings={
                f["fingerprint"]: f["rule"]
                for f in held["findings"]
                if f["outcome"] != "prompt" and f["waiver"] is None
            },
        )
    except OSError as error:
        raise UsageError(f"--previous: {path} cannot be read ({error.strerror}). Check its name and place.") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UsageError(
            f"--previous: {path} is not the results of an earlier audit. Name the findings.json that it wrote."
        ) from None


def compared(audit: Audit, earlier: Earlier) -> Audit:
    """The audit with its `trend`. Raises UsageError where the two do not look at the same part of the service, or the
    earlier one is of a later day."""
    if earlier.scope != audit.run.scope:
        raise UsageError(
            f"--previous: the earlier audit is of {earlier.scope or 'the whole service'}, this one of "
            f"{audit.run.scope or 'the whole service'}. Compare audits of the same part."
        )
    if earlier.as_of > audit.run.as_of:
        raise UsageError(
            f"--previous: the earlier audit is as of {earlier.as_of}, after this one ({audit.run.as_of}). "
            "Name an audit of an earlier day."
        )
    return replace(audit, trend=_trend(audit, earlier))


def _trend(audit: Audit, earlier: Earlier) -> Trend:
    now = {f.fingerprint: f.rule for f in audit.findings if f.outcome != "prompt" and f.waiver is None}
    # What a rule that was changed, or could not be run, no longer reports has not been put right by that.
    alike = {
        r.id
        for r in audit.rules
        if r.status in ("assessed", "not_applicable") and earlier.rules.get(r.id, (None,))[0] == r.version
    }
    fresh = Counter(rule for fingerprint, rule in now.items() if fingerprint not in earlier.findings)
    still = Counter(rule for fingerprint, rule in now.items() if fingerprint in earlier.findings)
    gone = Counter(rule for fingerprint, rule in earlier.findings.items() if fingerprint not in now)
    return Trend(
        since=earlier.as_of,
        new=sum(fresh.values()),
        still=sum(still.values()),
        gone=sum(number for rule, number in gone.items() if rule in alike),
        unseen=sum(number for rule, number in gone.items() if rule not in alike),
        rules={
            rule: (earlier.rules[rule][2], fresh[rule], still[rule], gone[rule])
            for rule in sorted(alike)
            if earlier.rules[rule][1] == "assessed"
        },
        fresh=frozenset(fingerprint for fingerprint in now if fingerprint not in earlier.findings),
    )
