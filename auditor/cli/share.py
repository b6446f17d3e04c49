"""`auditor run --pseudonymise`: the audit as it may leave the service, and the key that stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from auditor.audit import Options, rulebook, scope
from auditor.model import Audit
from auditor.report import keyfile
from auditor.report.pseudonym import pseudonymised
from auditor.store import Store

PEOPLE = (("workers", "worker_id"), ("household_members", "member_id"), ("carers", "carer_id"))


def shared(audit: Audit, options: Options, store: Store, path: Path) -> Audit:
    """The audit under pseudonyms; the key is written to `path`, with those that an earlier key there held. Raises
    UsageError where the key cannot be read or written."""
    key = keyfile.read(path)
    masked = pseudonymised(audit, rulebook(options), key, _people(audit, store), _scope(options, key))
    keyfile.write(key, path)
    # The numbers of a comparison name nobody; the fingerprints would, to whoever has the records.
    return replace(masked, trend=replace(audit.trend, fresh=frozenset()) if audit.trend else None)


def _scope(options: Options, key: keyfile.Key) -> str | None:
    return scope(
        replace(
            options,
            worker=key.maybe("workers", options.worker),
            household=key.maybe("households", options.household),
            team=key.maybe("team", options.team),
        )
    )


def _people(audit: Audit, store: Store) -> dict[str, str]:
    """The table of each person's id; a carer's where several tables have it."""
    loaded = {one.table for one in audit.run.inputs}
    return {
        id_: table
        for table, column in PEOPLE
        if table in loaded
        for (id_,) in store.rows(f"SELECT {column} FROM loaded.{table} WHERE {column} IS NOT NULL")
    }
