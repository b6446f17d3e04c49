-- reconcile, as figures: what a report said against what the records say of the same day.
WITH subject AS (
  {{subject}}
), right_row AS (
  SELECT subject.subject_id, event.{{key}} AS event_id, {{element}} AS element, {{where}} AS counts, {{of}} AS holds,
         CONCAT_WS(', ', NULLIF({{unknown}}, ''), NULLIF({{of_unknown}}, '')) AS unknown
  FROM subject JOIN {{table}} AS event ON {{match}}
), counted AS (
  SELECT * FROM right_row WHERE counts IS NOT FALSE AND element IS NOT NULL
), tally AS (
  SELECT subject.subject_id, {{low}} AS low, {{high}} AS high,
         STRING_AGG(DISTINCT CASE WHEN counted.counts IS NULL OR counted.holds IS NULL THEN NULLIF(counted.unknown, '') END, ', ') AS unknown
  FROM subject LEFT JOIN counted ON counted.subject_id = subject.subject_id
  GROUP BY subject.subject_id
), result AS (
  SELECT subject.subject_id,
         'figure' AS case_key,
         CASE WHEN subject.figure < tally.low - {{tolerance}} OR subject.figure > tally.high + {{tolerance}} THEN 'breach'
              WHEN ABS(subject.figure - tally.low) <= {{tolerance}} AND ABS(subject.figure - tally.high) <= {{tolerance}} THEN 'met'
              ELSE 'not_evidenced' END AS outcome,
         'inconsistent' AS state,
         subject.figure_on AS began_on,
         subject.figure_on AS trigger_on,
         CAST(NULL AS DATE) AS due_on,
         CAST(NULL AS DATE) AS done_on,
         subject.figure_on AS closed_on,
         CAST(NULL AS BIGINT) AS days_late,
         '' AS missing,
         CONCAT_WS(', ', NULLIF(tally.unknown, ''), CASE WHEN subject.figure IS NULL THEN 'the figure' END) AS unknown,
         subject.figure AS amount,
         ROUND(CASE WHEN subject.figure > tally.high THEN tally.high ELSE tally.low END, 1) AS allowed,
         '{{subject_table}}:' || subject.subject_id AS evidence
  FROM subject JOIN tally ON tally.subject_id = subject.subject_id
  WHERE subject.figure_on IS NOT NULL AND tally.low IS NOT NULL
)
