-- limit, as of the audit date or over the window: a count, share or sum is not passed.
WITH subject AS (
  {{subject}}
), row_source AS (
  {{rows}}
), tally AS (
  SELECT subject.subject_id,
         {{measure_low}} AS low,
         {{measure_high}} AS high,
         COUNT(row_source.event_id) AS row_count,
         STRING_AGG(DISTINCT CASE WHEN row_source.counts IS NULL {{of_unknown}} THEN NULLIF(row_source.unknown, '') END, ', ') AS unknown,
         STRING_AGG('{{row_table}}:' || row_source.event_id, CHR(31) ORDER BY row_source.event_id) AS records
  FROM subject LEFT JOIN row_source ON row_source.subject_id = subject.subject_id AND {{in_time}}
  WHERE {{subject_alive}}
  GROUP BY subject.subject_id
), result AS (
  SELECT tally.subject_id,
         '{{when}}' AS case_key,
         CASE WHEN {{over_favourable}} THEN 'breach' WHEN {{over_unfavourable}} THEN 'not_evidenced' ELSE 'met' END AS outcome,
         'over_limit' AS state,
         COALESCE(subject.span_start, $as_of) AS began_on,
         CASE WHEN '{{when}}' = 'window' THEN $since ELSE $as_of END AS trigger_on,
         CAST(NULL AS DATE) AS due_on,
         CAST(NULL AS DATE) AS done_on,
         CAST(NULL AS DATE) AS closed_on,
         CAST(NULL AS BIGINT) AS days_late,
         '' AS missing,
         CASE WHEN {{over_favourable}} THEN '' ELSE CONCAT_WS(', ', NULLIF(tally.unknown, ''), NULLIF(subject.ceiling_unknown, '')) END AS unknown,
         ROUND(CASE WHEN {{over_favourable}} THEN {{shown_favourable}} ELSE {{shown_unfavourable}} END, 1) AS amount,
         subject.ceiling AS allowed,
         CONCAT_WS(CHR(31), '{{subject_table}}:' || tally.subject_id, tally.records) AS evidence
  FROM tally JOIN subject ON subject.subject_id = tally.subject_id
  WHERE {{enough_rows}}
)
