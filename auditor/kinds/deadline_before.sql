-- deadline, direction before: a response no later than the trigger (and not too early); the latest one counts.
WITH subject AS (
  {{subject}}
), response AS (
  {{response}}
), in_time AS (
  SELECT response.*,
         CASE WHEN response.on_date >= COALESCE(subject.earliest_favourable, response.on_date) THEN TRUE ELSE FALSE END AS fits_favourable,
         CASE WHEN response.on_date >= COALESCE(subject.earliest_unfavourable, response.on_date) THEN TRUE ELSE FALSE END AS fits_unfavourable
  FROM response JOIN subject ON subject.subject_id = response.subject_id
  WHERE response.on_date <= subject.trigger_on
), best AS (
  SELECT subject_id,
         MAX(CASE WHEN fits_favourable THEN on_date END) AS kind_on,
         MAX(CASE WHEN fits_unfavourable AND counts THEN on_date END) AS harsh_on
  FROM in_time GROUP BY subject_id
), late AS (
  SELECT response.subject_id, MIN(response.on_date) AS kind_on, MIN(CASE WHEN response.counts THEN response.on_date END) AS harsh_on
  FROM response JOIN subject ON subject.subject_id = response.subject_id
  WHERE response.on_date > subject.trigger_on
  GROUP BY response.subject_id
), reading AS (
  SELECT subject.*, COALESCE(best.kind_on, late.kind_on) AS kind_on, COALESCE(best.harsh_on, late.harsh_on) AS harsh_on,
         CASE WHEN best.kind_on IS NOT NULL THEN 'met' WHEN late.kind_on IS NOT NULL THEN 'late'
              WHEN subject.trigger_on < $as_of THEN 'overdue' ELSE 'pending' END AS kind_state,
         CASE WHEN best.harsh_on IS NOT NULL THEN 'met' WHEN late.harsh_on IS NOT NULL THEN 'late'
              WHEN subject.trigger_on < $as_of THEN 'overdue' ELSE 'pending' END AS harsh_state
  FROM subject
  LEFT JOIN best ON best.subject_id = subject.subject_id
  LEFT JOIN late ON late.subject_id = subject.subject_id
  WHERE subject.span_stop IS NULL OR subject.trigger_on < subject.span_stop
), shown AS (
  SELECT reading.subject_id, MIN(response.event_table || ':' || response.event_id) AS record
  FROM reading JOIN response ON response.subject_id = reading.subject_id AND response.on_date = reading.kind_on
  GROUP BY reading.subject_id
), unknown_response AS (
  SELECT subject_id, STRING_AGG(DISTINCT NULLIF(unknown, ''), ', ') AS unknown FROM response WHERE counts IS NULL GROUP BY subject_id
), result AS (
  SELECT reading.subject_id,
         CAST(trigger_on AS VARCHAR) AS case_key,
         CASE WHEN kind_state IN ('late', 'overdue') AND harsh_state IN ('late', 'overdue') THEN 'breach'
              WHEN kind_state IN ('late', 'overdue') OR harsh_state IN ('late', 'overdue') THEN 'not_evidenced'
              WHEN kind_state = 'met' AND harsh_state = 'met' THEN 'met' ELSE 'pending' END AS outcome,
         CASE WHEN kind_state IN ('late', 'overdue') THEN kind_state ELSE harsh_state END AS state,
         trigger_on AS began_on,
         trigger_on,
         trigger_on AS due_on,
         kind_on AS done_on,
         LEAST(CASE WHEN harsh_state = 'met' THEN trigger_on ELSE harsh_on END, span_end) AS closed_on,
         CASE WHEN kind_state = 'late' THEN DATE_DIFF('DAY', trigger_on, kind_on)
              WHEN kind_state = 'overdue' THEN DATE_DIFF('DAY', trigger_on, $as_of) END AS days_late,
         '' AS missing,
         unknown_response.unknown AS unknown,
         DATE_DIFF('DAY', trigger_on, COALESCE(kind_on, $as_of)) AS amount,
         CAST(NULL AS BIGINT) AS allowed,
         CONCAT_WS(CHR(31), '{{subject_table}}:' || reading.subject_id,
                   CASE WHEN shown.record <> '{{subject_table}}:' || reading.subject_id THEN shown.record END) AS evidence
  FROM reading
  LEFT JOIN shown ON shown.subject_id = reading.subject_id
  LEFT JOIN unknown_response ON unknown_response.subject_id = reading.subject_id
)
