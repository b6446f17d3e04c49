-- matrix: each kind of trigger has its required responses, each within the time allowed.
WITH subject AS (
  {{subject}}
), requirement AS (
  {{requirement}}
), response AS (
  {{response}}
), cell AS (
  SELECT subject.*, requirement.cell, {{cell_condition}} AS wanted, {{cell_unknown}} AS cell_unknown
  FROM subject JOIN requirement ON requirement.kind = subject.trigger_kind
), candidate AS (
  SELECT response.*,
         ROW_NUMBER() OVER (PARTITION BY response.subject_id, response.cell ORDER BY {{order_favourable}}, response.event_id) AS nth_favourable,
         CASE WHEN response.counts THEN ROW_NUMBER()
           OVER (PARTITION BY response.subject_id, response.cell, response.counts ORDER BY {{order_unfavourable}}, response.event_id) END AS nth_unfavourable
  FROM response JOIN subject ON subject.subject_id = response.subject_id
  WHERE {{eligible}}
), reading AS (
  SELECT subject.*, kind.event_id AS kind_id, kind.on_date AS kind_on, harsh.event_id AS harsh_id, harsh.on_date AS harsh_on,
         CASE WHEN kind.event_id IS NULL THEN CASE WHEN subject.due_favourable < $as_of THEN 'overdue' ELSE 'pending' END
              WHEN {{late_favourable}} THEN 'late' ELSE 'met' END AS kind_state,
         CASE WHEN harsh.event_id IS NULL THEN CASE WHEN subject.due_unfavourable < $as_of THEN 'overdue' ELSE 'pending' END
              WHEN {{late_unfavourable}} THEN 'late' ELSE 'met' END AS harsh_state,
         CASE WHEN harsh.event_id IS NULL OR kind.event_id <> harsh.event_id THEN kind.unknown END AS response_unknown
  FROM cell AS subject
  LEFT JOIN candidate AS kind ON kind.subject_id = subject.subject_id AND kind.cell = subject.cell AND kind.nth_favourable = 1
  LEFT JOIN candidate AS harsh ON harsh.subject_id = subject.subject_id AND harsh.cell = subject.cell AND harsh.nth_unfavourable = 1
  WHERE subject.wanted IS NOT FALSE
    AND (subject.span_stop IS NULL OR subject.due_favourable IS NULL OR subject.due_favourable < subject.span_stop)
), result AS (
  SELECT subject_id,
         cell AS case_key,
         CASE WHEN kind_state IN ('late', 'overdue') AND harsh_state IN ('late', 'overdue')
                THEN CASE WHEN wanted THEN 'breach' ELSE 'not_evidenced' END
              WHEN kind_state IN ('late', 'overdue') OR harsh_state IN ('late', 'overdue') THEN 'not_evidenced'
              WHEN kind_state = 'met' AND harsh_state = 'met' THEN 'met' ELSE 'pending' END AS outcome,
         CASE WHEN kind_state IN ('late', 'overdue') THEN kind_state ELSE harsh_state END AS state,
         trigger_on AS began_on,
         trigger_on,
         due_favourable AS due_on,
         kind_on AS done_on,
         LEAST(harsh_on, span_end) AS closed_on,
         CASE WHEN kind_state = 'late' THEN DATE_DIFF('DAY', due_favourable, kind_on)
              WHEN kind_state = 'overdue' THEN DATE_DIFF('DAY', due_favourable, $as_of) END AS days_late,
         cell AS missing,
         CONCAT_WS(', ', NULLIF(cell_unknown, ''), NULLIF(response_unknown, ''), NULLIF(time_unknown, '')) AS unknown,
         DATE_DIFF('DAY', trigger_on, COALESCE(kind_on, $as_of)) AS amount,
         CAST(NULL AS BIGINT) AS allowed,
         CONCAT_WS(CHR(31), '{{subject_table}}:' || subject_id, '{{response_table}}:' || kind_id) AS evidence
  FROM reading
)
