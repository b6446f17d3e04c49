-- deadline, direction after: the earliest response no earlier than the trigger comes no later than the due day.
-- The favourable reading also counts responses whose condition is unknown, and takes times at their kindest.
WITH subject AS (
  {{subject}}
), response AS (
  {{response}}
), candidate AS (
  SELECT response.*,
         ROW_NUMBER() OVER (PARTITION BY response.subject_id ORDER BY {{order_favourable}}, response.event_table, response.event_id) AS nth_favourable,
         CASE WHEN response.counts THEN ROW_NUMBER()
           OVER (PARTITION BY response.subject_id, response.counts ORDER BY {{order_unfavourable}}, response.event_table, response.event_id) END AS nth_unfavourable
  FROM response JOIN subject ON subject.subject_id = response.subject_id
  WHERE {{eligible}}
), reading AS (
  SELECT subject.*,
         kind.event_id AS kind_id, kind.event_table AS kind_table, kind.on_date AS kind_on,
         harsh.event_id AS harsh_id, harsh.event_table AS harsh_table, harsh.on_date AS harsh_on,
         CASE WHEN kind.event_id IS NULL THEN CASE WHEN subject.due_favourable < $as_of THEN 'overdue' ELSE 'pending' END
              WHEN {{early_favourable}} THEN 'out_of_order'
              WHEN {{late_favourable}} THEN 'late' ELSE 'met' END AS kind_state,
         CASE WHEN harsh.event_id IS NULL THEN CASE WHEN subject.due_unfavourable < $as_of THEN 'overdue' ELSE 'pending' END
              WHEN {{early_unfavourable}} THEN 'out_of_order'
              WHEN {{late_unfavourable}} THEN 'late' ELSE 'met' END AS harsh_state,
         CASE WHEN harsh.event_id IS NULL OR kind.event_id <> harsh.event_id THEN kind.unknown END AS response_unknown
  FROM subject
  LEFT JOIN candidate AS kind ON kind.subject_id = subject.subject_id AND kind.nth_favourable = 1
  LEFT JOIN candidate AS harsh ON harsh.subject_id = subject.subject_id AND harsh.nth_unfavourable = 1
  WHERE subject.span_stop IS NULL OR subject.due_favourable IS NULL OR subject.due_favourable < subject.span_stop
), result AS (
  SELECT subject_id,
         CAST(trigger_on AS VARCHAR) AS case_key,
         CASE WHEN kind_state IN ('late', 'overdue', 'out_of_order') AND harsh_state IN ('late', 'overdue', 'out_of_order') THEN 'breach'
              WHEN kind_state IN ('late', 'overdue', 'out_of_order') OR harsh_state IN ('late', 'overdue', 'out_of_order') THEN 'not_evidenced'
              WHEN kind_state = 'met' AND harsh_state = 'met' THEN 'met' ELSE 'pending' END AS outcome,
         CASE WHEN kind_state IN ('late', 'overdue', 'out_of_order') THEN kind_state ELSE harsh_state END AS state,
         trigger_on AS began_on,
         trigger_on,
         CASE WHEN kind_state = 'out_of_order' THEN wait_until ELSE due_favourable END AS due_on,
         kind_on AS done_on,
         LEAST(harsh_on, span_end) AS closed_on,
         CASE WHEN kind_state = 'late' THEN DATE_DIFF('DAY', due_favourable, kind_on)
              WHEN kind_state = 'overdue' THEN DATE_DIFF('DAY', due_favourable, $as_of) END AS days_late,
         '' AS missing,
         CONCAT_WS(', ', NULLIF(response_unknown, ''), NULLIF(time_unknown, '')) AS unknown,
         DATE_DIFF('DAY', trigger_on, COALESCE(kind_on, $as_of)) AS amount,
         CAST(NULL AS BIGINT) AS allowed,
         CONCAT_WS(CHR(31), '{{subject_table}}:' || subject_id,
                   CASE WHEN kind_table || ':' || kind_id <> '{{subject_table}}:' || subject_id THEN kind_table || ':' || kind_id END) AS evidence
  FROM reading
)
