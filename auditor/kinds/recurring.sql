-- recurring: events of a subject follow each other within the allowance.
-- Marks are the span's start and each event. A gap runs from a mark to the next event, the span's end or the audit date.
WITH subject AS (
  {{subject}}
), event AS (
  {{event}}
), {{pauses}}, unsure AS (
  SELECT DISTINCT subject_id FROM event WHERE counts IS NULL
  UNION
  SELECT DISTINCT subject_id FROM pause_source WHERE counts IS NULL
), reading AS (
  SELECT subject_id, 'unfavourable' AS reading FROM subject
  UNION ALL
  SELECT subject_id, 'favourable' AS reading FROM unsure
), mark AS (
  SELECT reading.reading, subject.subject_id, subject.span_start AS mark_on, '' AS event_id, 0 AS place
  FROM subject JOIN reading ON reading.subject_id = subject.subject_id
  UNION ALL
  SELECT reading.reading, event.subject_id, event.on_date, event.event_id, 1 AS place
  FROM event JOIN reading ON reading.subject_id = event.subject_id
  WHERE event.counts OR reading.reading = 'favourable'
), step AS (
  SELECT reading, subject_id, mark_on, event_id, place,
         LEAD(mark_on) OVER (PARTITION BY reading, subject_id ORDER BY mark_on, place, event_id) AS next_on,
         LEAD(event_id) OVER (PARTITION BY reading, subject_id ORDER BY mark_on, place, event_id) AS next_id
  FROM mark
), gap AS (
  SELECT step.*,
         COALESCE(step.next_on, subject.span_end, $as_of) AS end_on,
         CASE WHEN step.next_on IS NOT NULL THEN 'event' WHEN subject.span_end IS NOT NULL THEN 'span' ELSE 'open' END AS ended_by,
         DATE_DIFF('DAY', step.mark_on, CASE WHEN step.place = 0 THEN {{first_favourable}} ELSE {{every_favourable}} END) AS allowed_favourable,
         DATE_DIFF('DAY', step.mark_on, CASE WHEN step.place = 0 THEN {{first_unfavourable}} ELSE {{every_unfavourable}} END) AS allowed_unfavourable
  FROM step JOIN subject ON subject.subject_id = step.subject_id
), pause_in_gap AS (
  SELECT gap.reading, gap.subject_id, gap.mark_on, gap.event_id, gap.end_on, gap.allowed_favourable, gap.allowed_unfavourable,
         GREATEST(pause.from_on, gap.mark_on) AS from_on, pause.to_on
  FROM gap JOIN pause ON pause.reading = gap.reading AND pause.subject_id = gap.subject_id AND pause.to_on > gap.mark_on
), pause_offset AS (
  SELECT *, DATE_DIFF('DAY', from_on, to_on) AS days,
         DATE_DIFF('DAY', mark_on, from_on) - COALESCE(SUM(DATE_DIFF('DAY', from_on, to_on))
           OVER (PARTITION BY reading, subject_id, mark_on, event_id ORDER BY from_on
                 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS counted_before
  FROM pause_in_gap
), paused AS (
  SELECT reading, subject_id, mark_on, event_id,
         SUM(GREATEST(0, DATE_DIFF('DAY', from_on, LEAST(to_on, end_on)))) AS paused_days,
         SUM(CASE WHEN counted_before <= allowed_favourable THEN days ELSE 0 END) AS shift_favourable,
         SUM(CASE WHEN counted_before <= allowed_unfavourable THEN days ELSE 0 END) AS shift_unfavourable
  FROM pause_offset
  GROUP BY reading, subject_id, mark_on, event_id
), judged AS (
  SELECT gap.*,
         DATE_DIFF('DAY', gap.mark_on, gap.end_on) - COALESCE(paused.paused_days, 0) AS counted,
         COALESCE(paused.shift_favourable, 0) AS shift_favourable,
         COALESCE(paused.shift_unfavourable, 0) AS shift_unfavourable
  FROM gap LEFT JOIN paused
    ON paused.reading = gap.reading AND paused.subject_id = gap.subject_id
   AND paused.mark_on = gap.mark_on AND paused.event_id = gap.event_id
), too_long AS (
  -- For each gap that is too long in the unfavourable reading: the gaps inside it that are too long even so.
  SELECT bad.subject_id, bad.mark_on AS case_mark, bad.event_id AS case_event, kind.mark_on, kind.event_id, kind.next_id,
         kind.end_on, kind.ended_by, kind.counted, kind.allowed_favourable, kind.shift_favourable,
         ROW_NUMBER() OVER (PARTITION BY bad.subject_id, bad.mark_on, bad.event_id
                            ORDER BY kind.mark_on, kind.place, kind.event_id) AS nth
  FROM judged AS bad
  LEFT JOIN unsure ON unsure.subject_id = bad.subject_id
  JOIN judged AS kind
    ON kind.subject_id = bad.subject_id
   AND kind.mark_on >= bad.mark_on AND kind.end_on <= bad.end_on
   AND kind.counted > kind.allowed_favourable
   AND kind.reading = CASE WHEN unsure.subject_id IS NULL THEN 'unfavourable' ELSE 'favourable' END
  WHERE bad.reading = 'unfavourable' AND bad.counted > bad.allowed_unfavourable
), unknown_event AS (
  SELECT subject_id, STRING_AGG(DISTINCT unknown, ', ' ORDER BY unknown) AS unknown FROM event WHERE counts IS NULL GROUP BY subject_id
), result AS (
  SELECT judged.subject_id,
         CAST(judged.mark_on AS VARCHAR) AS case_key,
         CASE WHEN too_long.subject_id IS NOT NULL THEN 'breach'
              WHEN judged.counted > judged.allowed_unfavourable THEN 'not_evidenced'
              WHEN judged.ended_by = 'event' THEN 'met' ELSE 'pending' END AS outcome,
         CASE COALESCE(too_long.ended_by, judged.ended_by) WHEN 'event' THEN 'late' WHEN 'span' THEN 'missed' ELSE 'overdue' END AS state,
         judged.mark_on AS began_on,
         COALESCE(too_long.mark_on, judged.mark_on) AS trigger_on,
         CASE WHEN too_long.mark_on IS NOT NULL
              THEN CAST(too_long.mark_on + (too_long.allowed_favourable + too_long.shift_favourable) * INTERVAL '1' DAY AS DATE)
              ELSE CAST(judged.mark_on + (judged.allowed_unfavourable + judged.shift_unfavourable) * INTERVAL '1' DAY AS DATE) END AS due_on,
         CASE WHEN too_long.mark_on IS NOT NULL THEN CASE WHEN too_long.ended_by = 'event' THEN too_long.end_on END
              WHEN judged.ended_by = 'event' THEN judged.end_on END AS done_on,
         CASE WHEN judged.ended_by <> 'open' THEN judged.end_on END AS closed_on,
         CASE WHEN too_long.mark_on IS NOT NULL THEN too_long.counted - too_long.allowed_favourable
              WHEN judged.counted > judged.allowed_unfavourable THEN judged.counted - judged.allowed_unfavourable END AS days_late,
         '' AS missing,
         unknown_event.unknown AS unknown,
         COALESCE(too_long.counted, judged.counted) AS amount,
         COALESCE(too_long.allowed_favourable, judged.allowed_unfavourable) AS allowed,
         CASE WHEN judged.counted > judged.allowed_unfavourable THEN CONCAT_WS(CHR(31),
           '{{subject_table}}:' || judged.subject_id,
           '{{event_table}}:' || NULLIF(COALESCE(too_long.event_id, judged.event_id), ''),
           '{{event_table}}:' || NULLIF(CASE WHEN too_long.mark_on IS NOT NULL THEN too_long.next_id ELSE judged.next_id END, '')) END AS evidence
  FROM judged
  LEFT JOIN too_long
    ON too_long.nth = 1 AND too_long.subject_id = judged.subject_id
   AND too_long.case_mark = judged.mark_on AND too_long.case_event = judged.event_id
  LEFT JOIN unknown_event ON unknown_event.subject_id = judged.subject_id
  WHERE judged.reading = 'unfavourable'
    AND (judged.ended_by <> 'span' OR judged.counted > judged.allowed_unfavourable)
)
