"""Six of the checks as one hand-written script, the way an analyst would write them for one export.

    python bench/handwritten.py EXPORT     prints the number of breaches of each check as JSON

No pending cases, no benefit of the doubt for empty fields, no evidence and no messages: only the counts.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb

AS_OF, SINCE = "DATE '2026-03-31'", "DATE '2025-03-31'"

# What is read of each file, and as what.
TABLES = {
    "households": {"household_id": "VARCHAR", "kind": "VARCHAR", "approved_on": "DATE", "ended_on": "DATE"},
    "household_pauses": {"household_id": "VARCHAR", "kind": "VARCHAR", "started_on": "DATE", "ended_on": "DATE"},
    "visits": {"household_id": "VARCHAR", "visited_on": "DATE", "kind": "VARCHAR", "mode": "VARCHAR",
               "status": "VARCHAR", "unannounced": "VARCHAR"},
    "carer_reviews": {"household_id": "VARCHAR", "held_on": "DATE"},
    "carers": {"carer_id": "VARCHAR", "household_id": "VARCHAR", "approved_on": "DATE", "ended_on": "DATE"},
    "training": {"person_kind": "VARCHAR", "person_id": "VARCHAR", "course": "VARCHAR", "completed_on": "DATE",
                 "expires_on": "DATE"},
    "children": {"child_id": "VARCHAR", "placing_authority": "VARCHAR", "area_authority": "VARCHAR"},
    "incidents": {"incident_id": "VARCHAR", "kind": "VARCHAR", "child_id": "VARCHAR", "occurred_at": "TIMESTAMP",
                  "known_at": "TIMESTAMP"},
    "notifications": {"incident_id": "VARCHAR", "recipient": "VARCHAR", "sent_at": "TIMESTAMP"},
    "complaints": {"complaint_id": "VARCHAR", "stage": "BIGINT", "received_on": "DATE", "stage_due_on": "DATE",
                   "responded_on": "DATE", "closed_on": "DATE"},
}

# Days from one event to the next inside a household's approval, less the days of agreed breaks. The allowance runs
# from a mark; more days than it gives is a breach, if the gap was open on some day of the year audited.
INTERVAL = f"""
WITH marks AS (
  SELECT household_id, approved_on AS mark FROM homes
  UNION
  SELECT e.household_id, e.day FROM ({{events}}) e JOIN homes h USING (household_id)
  WHERE e.day >= h.approved_on AND e.day <= h.until AND (h.ended_on IS NULL OR e.day < h.ended_on)
), gaps AS (
  SELECT household_id, mark, lead(mark) OVER (PARTITION BY household_id ORDER BY mark) AS next FROM marks
), counted AS (
  SELECT g.mark, {{allowed}} AS allowed, coalesce(g.next, h.until) AS until,
    date_diff('day', g.mark, coalesce(g.next, h.until)) - coalesce((
      SELECT sum(greatest(0, date_diff('day', greatest(p.started_on, g.mark),
                                       least(coalesce(p.ended_on, {AS_OF}), coalesce(g.next, h.until)))))
      FROM household_pauses p WHERE p.household_id = g.household_id AND p.kind <> 'safeguarding_hold'), 0) AS days
  FROM gaps g JOIN homes h USING (household_id)
)
SELECT count(*) FROM counted WHERE days > allowed AND until >= {SINCE}
"""
VISITS = """SELECT household_id, visited_on AS day FROM visits
  WHERE coalesce(status, 'completed') = 'completed' AND kind IN ('supervision', 'joint', 'unannounced')
  AND coalesce(mode, 'in_person') <> 'telephone'"""
UNANNOUNCED = """SELECT household_id, visited_on AS day FROM visits
  WHERE coalesce(status, 'completed') = 'completed' AND coalesce(mode, 'in_person') = 'in_person'
  AND (kind = 'unannounced' OR (kind NOT IN ('assessment', 'placing_authority') AND unannounced = 'yes'))"""
REVIEWS = "SELECT household_id, held_on AS day FROM carer_reviews"
A_YEAR = "date_diff('day', g.mark, g.mark + INTERVAL 12 MONTH)"
SIX_WEEKS = ("CASE WHEN h.kind = 'short_breaks' THEN date_diff('day', g.mark, g.mark + INTERVAL 3 MONTH) ELSE 42 END")

TRAINING = f"""
WITH course(name, pattern) AS (VALUES
  ('safeguarding', 'safeguard|child protection|protecting children'),
  ('safer caring', 'safer car|safe car|safer-car|safe-car'),
  ('first aid', 'first aid|first-aid|basic life support|resuscitation'),
  ('medication', 'medicat|medicine'),
  ('online safety', 'online safe|safe online|safer online|safety online|online (harm|abuse|risk|world)|internet|e-safety|'
                    || 'e safety|esafety|digital safe|cyber|social media')
), titles AS (
  SELECT d.course, c.name FROM (SELECT DISTINCT course FROM training) d
  JOIN course c ON regexp_matches(lower(d.course), c.pattern)
), held AS (
  SELECT t.person_id, c.name, max(coalesce(t.expires_on, CAST(t.completed_on + INTERVAL 3 YEAR AS DATE))) AS until
  FROM training t JOIN titles c USING (course)
  WHERE t.person_kind = 'carer' AND t.completed_on <= {AS_OF} GROUP BY ALL
)
SELECT count(*) FROM carers k JOIN homes h USING (household_id) CROSS JOIN course c
LEFT JOIN held ON held.person_id = k.carer_id AND held.name = c.name
WHERE coalesce(k.ended_on, h.ended_on) IS NULL AND CASE WHEN held.until IS NULL
  THEN coalesce(k.approved_on, h.approved_on) + INTERVAL 6 MONTH < {AS_OF} ELSE held.until < {AS_OF} END
"""

# Who must be told of what: Schedule 7 to the Fostering Services (England) Regulations 2011.
SCHEDULE_7 = f"""
WITH told(kind, recipient, elsewhere) AS (VALUES {{cells}}), due AS (
  SELECT i.incident_id, t.recipient, coalesce(i.known_at, i.occurred_at) AS began
  FROM incidents i JOIN told t USING (kind) LEFT JOIN children c USING (child_id)
  WHERE NOT t.elsewhere OR lower(trim(c.area_authority)) <> lower(trim(c.placing_authority))
), sent AS (
  SELECT d.*, min(n.sent_at) AS sent FROM due d LEFT JOIN notifications n
  ON n.incident_id = d.incident_id AND n.recipient = d.recipient AND n.sent_at >= d.began GROUP BY ALL
)
SELECT count(DISTINCT (incident_id, recipient)) FROM sent WHERE began <= {AS_OF} AND CASE WHEN sent IS NULL
  THEN began + INTERVAL 24 HOUR < {AS_OF} + INTERVAL 1 DAY
  ELSE sent > began + INTERVAL 24 HOUR AND sent >= {SINCE} END
"""

COMPLAINTS = f"""
WITH working AS (
  SELECT CAST(d AS DATE) AS day, row_number() OVER (ORDER BY d) AS n
  FROM generate_series(DATE '2015-01-01', DATE '2027-12-31', INTERVAL 1 DAY) s(d)
  WHERE isodow(d) < 6 AND CAST(d AS DATE) NOT IN (SELECT unnest(?::DATE[]))
), due AS (
  SELECT least(c.responded_on, c.closed_on) AS done, answer.day AS due_on FROM complaints c
  ASOF JOIN working got ON c.received_on >= got.day
  JOIN working answer ON answer.n = got.n + CASE WHEN c.stage >= 2 THEN 25 ELSE 20 END WHERE c.stage_due_on IS NULL
)
SELECT count(*) FROM due WHERE due_on < coalesce(done, {AS_OF}) AND coalesce(done, {AS_OF}) >= {SINCE}
"""


def _cells() -> str:
    """The required notices as rows of VALUES: event, body, whether only when the child is placed elsewhere."""
    both = ("chief_inspector", "responsible_authority")
    area = (*both, "area_authority")
    matrix = {
        "death": (*area, "secretary_of_state", "health_body"), "referral_to_dbs": both,
        "serious_illness_or_accident": both, "infectious_disease_outbreak": (*both, "health_body"),
        "allegation_of_serious_offence": ("responsible_authority", "police"), "sexual_exploitation": (*area, "police"),
        "police_called_to_home": both, "absconding": ("responsible_authority",), "missing": ("responsible_authority",),
        "serious_complaint_about_carer": both, "child_protection_enquiry_started": area,
        "child_protection_enquiry_ended": area,
    }
    return ", ".join(f"('{kind}', '{body}', {'true' if body == 'area_authority' else 'false'})"
                     for kind, bodies in matrix.items() for body in bodies)


def _load(db: duckdb.DuckDBPyConnection, folder: Path) -> None:
    for name, columns in TABLES.items():
        path = str(folder / f"{name}.csv")
        db.execute(f"CREATE TABLE {name} AS SELECT {', '.join(columns)} FROM read_csv(?, types = {columns})", [path])
    db.execute(f"""CREATE TABLE homes AS SELECT *, least(coalesce(ended_on, {AS_OF}), {AS_OF}) AS until
                   FROM households WHERE approved_on <= {AS_OF} AND coalesce(kind, 'mainstream') <> 'staying_put'""")


def bank_holidays() -> list[str]:
    """Bank holidays in England and Wales, as ISO dates."""
    import holidays

    return [day.isoformat() for day in holidays.country_holidays("GB", subdiv="ENG", years=range(2015, 2028))]


CHECKS = {
    "POL-supervision-visits": INTERVAL.format(events=VISITS, allowed=SIX_WEEKS),
    "NMS21.8-unannounced": INTERVAL.format(events=UNANNOUNCED, allowed=A_YEAR),
    "FSR28.2-review-yearly": INTERVAL.format(events=REVIEWS, allowed=A_YEAR).replace(
        "p.kind <> 'safeguarding_hold'", "false"),
    "POL-mandatory-training": TRAINING,
    "FSR36-schedule-7": SCHEDULE_7.format(cells=_cells()),
    "FSR18-complaint-answered": COMPLAINTS,
}


def main(folder: Path) -> None:
    """Load the files, count, print."""
    db = duckdb.connect()
    _load(db, folder)
    counts = {}
    for rule, sql in CHECKS.items():
        counts[rule] = db.execute(sql, [bank_holidays()] if "?" in sql else None).fetchone()[0]
    print(json.dumps(counts))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
