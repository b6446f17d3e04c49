-- quota: each period, counted from the anchor, holds at least so many events.
-- A boundary lies where as many unpaused days have passed since the anchor as the calendar period has.
WITH subject AS (
  {{subject}}
), event AS (
  {{event}}
), {{pauses}}, unsure AS (
  SELECT DISTINCT subject_id FROM pause_source WHERE counts IS NULL
), reading AS (
  SELECT subject_id, 'unfavourable' AS reading FROM subject
  UNION ALL
  SELECT subject_id, 'favourable' AS reading FROM unsure
), natural_boundary AS (
  SELECT reading.reading, subject.subject_id, subject.anchor, counter.n,
         DATE_DIFF('DAY', subject.anchor, {{boundary}}) AS days_from_anchor
  FROM subject
  JOIN reading ON reading.subject_id = subject.subject_id
  JOIN counter ON counter.n <= {{last_boundary}}
  WHERE subject.anchor IS NOT NULL
), pause_from_anchor AS (
  SELECT pause.reading, pause.subject_id, GREATEST(pause.from_on, subject.anchor) AS from_on, pause.to_on, subject.anchor
  FROM pause JOIN subject ON subject.subject_id = pause.subject_id
  WHERE pause.to_on > subject.anchor
), pause_offset AS (
  SELECT reading, subject_id, DATE_DIFF('DAY', from_on, to_on) AS days,
         DATE_DIFF('DAY', anchor, from_on) - COALESCE(SUM(DATE_DIFF('DAY', from_on, to_on))
           OVER (PARTITION BY reading, subject_id ORDER BY from_on
                 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS counted_before
  FROM pause_from_anchor
), shift AS (
  SELECT natural_boundary.reading, natural_boundary.subject_id, natural_boundary.n, SUM(pause_offset.days) AS days
  FROM natural_boundary JOIN pause_offset
    ON pause_offset.reading = natural_boundary.reading AND pause_offset.subject_id = natural_boundary.subject_id
   AND pause_offset.counted_before < natural_boundary.days_from_anchor
  GROUP BY natural_boundary.reading, natural_boundary.subject_id, natural_boundary.n
), boundary AS (
  SELECT natural_boundary.reading, natural_boundary.subject_id, natural_boundary.n,
         CAST(natural_boundary.anchor + (natural_boundary.days_from_anchor + COALESCE(shift.days, 0)) * INTERVAL '1' DAY AS DATE) AS on_date
  FROM natural_boundary LEFT JOIN shift
    ON shift.reading = natural_boundary.reading AND shift.subject_id = natural_boundary.subject_id AND shift.n = natural_boundary.n
), period AS (
  SELECT reading, subject_id, n, on_date AS start_on,
         LEAD(on_date) OVER (PARTITION BY reading, subject_id ORDER BY n) AS end_on
  FROM boundary
), alive AS (
  SELECT period.*, subject.needed
  FROM period JOIN subject ON subject.subject_id = period.subject_id
  WHERE period.end_on IS NOT NULL
    AND period.start_on <= $as_of
    AND (period.end_on >= $since)
    AND period.start_on >= subject.span_start
    AND (subject.span_end IS NULL OR period.end_on <= subject.span_end)
), tally AS (
  SELECT alive.reading, alive.subject_id, alive.n, alive.start_on, alive.end_on, alive.needed,
         COUNT(CASE WHEN event.counts THEN 1 END) AS sure,
         COUNT(event.event_id) AS possible,
         STRING_AGG(DISTINCT CASE WHEN event.counts IS NULL THEN NULLIF(event.unknown, '') END, ', ') AS unknown,
         STRING_AGG('{{event_table}}:' || event.event_id, CHR(31) ORDER BY event.on_date, event.event_id) AS events
  FROM alive LEFT JOIN event
    ON event.subject_id = alive.subject_id AND event.on_date >= alive.start_on AND event.on_date < alive.end_on
  GROUP BY alive.reading, alive.subject_id, alive.n, alive.start_on, alive.end_on, alive.needed
), result AS (
  SELECT tally.subject_id,
         CAST(tally.start_on AS VARCHAR) AS case_key,
         CASE WHEN tally.sure >= tally.needed THEN 'met'
              WHEN tally.end_on > $as_of THEN 'pending'
              WHEN unsure.subject_id IS NULL AND tally.possible < tally.needed THEN 'breach'
              WHEN kind.end_on <= $as_of AND kind.possible < kind.needed THEN 'breach'
              ELSE 'not_evidenced' END AS outcome,
         'missing' AS state,
         tally.start_on AS began_on,
         COALESCE(kind.start_on, tally.start_on) AS trigger_on,
         COALESCE(kind.end_on, tally.end_on) AS due_on,
         CAST(NULL AS DATE) AS done_on,
         CASE WHEN tally.end_on <= $as_of THEN tally.end_on END AS closed_on,
         CAST(NULL AS BIGINT) AS days_late,
         '' AS missing,
         tally.unknown AS unknown,
         COALESCE(kind.possible, tally.possible) AS amount,
         tally.needed AS allowed,
         CONCAT_WS(CHR(31), '{{subject_table}}:' || tally.subject_id, tally.events) AS evidence
  FROM tally
  LEFT JOIN unsure ON unsure.subject_id = tally.subject_id
  LEFT JOIN tally AS kind ON kind.reading = 'favourable' AND kind.subject_id = tally.subject_id AND kind.n = tally.n
  WHERE tally.reading = 'unfavourable'
)
