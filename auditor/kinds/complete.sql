-- complete: every named condition holds of each record that meets the window.
WITH subject AS (
  {{subject}}
), result AS (
  SELECT subject_id,
         'complete' AS case_key,
         CASE WHEN {{any_false}} THEN 'breach' WHEN {{any_unknown}} THEN 'not_evidenced' ELSE 'met' END AS outcome,
         'incomplete' AS state,
         COALESCE(record_on, span_start, $as_of) AS began_on,
         COALESCE(record_on, span_start) AS trigger_on,
         CAST(NULL AS DATE) AS due_on,
         CAST(NULL AS DATE) AS done_on,
         COALESCE(CASE WHEN {{spanned}} THEN CAST(span_end - INTERVAL '1' DAY AS DATE) END, CASE WHEN NOT {{spanned}} THEN record_on END) AS closed_on,
         CAST(NULL AS BIGINT) AS days_late,
         CASE WHEN {{any_false}} THEN CONCAT_WS(CHR(31), {{false_names}}) ELSE CONCAT_WS(CHR(31), {{unknown_names}}) END AS missing,
         {{require_unknown}} AS unknown,
         CAST(NULL AS BIGINT) AS amount,
         CAST(NULL AS BIGINT) AS allowed,
         '{{subject_table}}:' || subject_id AS evidence
  FROM subject
)
