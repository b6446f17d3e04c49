-- current: on the audit date the subject holds each item, completed and in date.
WITH subject AS (
  {{subject}}
), item AS (
  {{item}}
), record AS (
  {{record}}
), held AS (
  {{held}}
), ranked AS (
  SELECT held.*, item.needed,
         ROW_NUMBER() OVER (PARTITION BY held.subject_id, held.item
                            ORDER BY CASE WHEN held.expires_on IS NULL THEN 0 ELSE 1 END, held.expires_on DESC, held.event_id) AS nth_favourable,
         SUM(CASE WHEN held.counts THEN 1 ELSE 0 END)
           OVER (PARTITION BY held.subject_id, held.item
                 ORDER BY CASE WHEN held.expires_early IS NULL THEN 0 ELSE 1 END, held.expires_early DESC, held.event_id
                 ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS nth_unfavourable
  FROM held JOIN item ON item.subject_id = held.subject_id AND item.item = held.item
), standing AS (
  SELECT subject_id, item,
         MAX(CASE WHEN nth_favourable = needed THEN 1 ELSE 0 END) AS has_favourable,
         MAX(CASE WHEN nth_favourable = needed THEN expires_on END) AS expires_favourable,
         MAX(CASE WHEN nth_favourable = needed THEN on_date END) AS done_favourable,
         MAX(CASE WHEN nth_favourable = needed THEN event_id END) AS record_favourable,
         MAX(CASE WHEN counts AND nth_unfavourable = needed THEN 1 ELSE 0 END) AS has_unfavourable,
         MAX(CASE WHEN counts AND nth_unfavourable = needed THEN expires_early END) AS expires_unfavourable,
         STRING_AGG(DISTINCT CASE WHEN counts IS NULL THEN NULLIF(unknown, '') END, ', ') AS unknown
  FROM ranked
  GROUP BY subject_id, item
), reading AS (
  SELECT item.subject_id, item.item, item.wanted, item.due_favourable, item.due_unfavourable, item.before_history,
         item.item_unknown, subject.span_start,
         standing.expires_favourable, standing.done_favourable, standing.record_favourable, standing.unknown AS record_unknown,
         CASE WHEN COALESCE(standing.has_favourable, 0) = 0 THEN CASE WHEN $as_of <= item.due_favourable THEN 'pending' ELSE 'missing' END
              WHEN standing.expires_favourable < $as_of THEN 'expired' ELSE 'met' END AS kind_state,
         CASE WHEN COALESCE(standing.has_unfavourable, 0) = 0 THEN CASE WHEN $as_of <= item.due_unfavourable THEN 'pending' ELSE 'missing' END
              WHEN standing.expires_unfavourable < $as_of THEN 'expired' ELSE 'met' END AS harsh_state
  FROM item
  JOIN subject ON subject.subject_id = item.subject_id
  LEFT JOIN standing ON standing.subject_id = item.subject_id AND standing.item = item.item
  WHERE subject.span_end IS NULL
), result AS (
  SELECT subject_id,
         item || CASE WHEN kind_state = 'expired' THEN ' ' || CAST(expires_favourable AS VARCHAR) ELSE '' END AS case_key,
         CASE WHEN kind_state IN ('missing', 'expired') AND harsh_state IN ('missing', 'expired')
                THEN CASE WHEN wanted AND NOT (kind_state = 'missing' AND before_history) THEN 'breach' ELSE 'not_evidenced' END
              WHEN kind_state IN ('missing', 'expired') OR harsh_state IN ('missing', 'expired') THEN 'not_evidenced'
              WHEN kind_state = 'met' AND harsh_state = 'met' THEN 'met' ELSE 'pending' END AS outcome,
         CASE WHEN kind_state IN ('missing', 'expired') THEN kind_state ELSE harsh_state END AS state,
         COALESCE(span_start, $as_of) AS began_on,
         COALESCE(done_favourable, span_start) AS trigger_on,
         CASE WHEN kind_state IN ('missing', 'pending') THEN due_favourable ELSE expires_favourable END AS due_on,
         CAST(NULL AS DATE) AS done_on,
         CAST(NULL AS DATE) AS closed_on,
         CASE WHEN kind_state = 'missing' THEN DATE_DIFF('DAY', due_favourable, $as_of)
              WHEN kind_state = 'expired' THEN DATE_DIFF('DAY', expires_favourable, $as_of) END AS days_late,
         item AS missing,
         CONCAT_WS(', ', NULLIF(item_unknown, ''), NULLIF(record_unknown, ''),
                   CASE WHEN kind_state = 'missing' AND before_history THEN '{{record_table}} before its records begin' END) AS unknown,
         CAST(NULL AS BIGINT) AS amount,
         CAST(NULL AS BIGINT) AS allowed,
         CONCAT_WS(CHR(31), '{{subject_table}}:' || subject_id, '{{record_table}}:' || record_favourable) AS evidence
  FROM reading
)
