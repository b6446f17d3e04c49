-- limit, any day: each unbroken stretch of days on which more (or fewer) rows than allowed run at once.
WITH subject AS (
  {{subject}}
), row_source AS (
  {{rows}}
), row_span AS (
  SELECT row_source.subject_id, row_source.event_id, row_source.distinct_value, row_source.same_value, row_source.counts, row_source.unknown,
         GREATEST(row_source.from_on, COALESCE(subject.span_start, row_source.from_on)) AS from_on,
         LEAST(COALESCE(row_source.to_on, CAST($as_of + INTERVAL '1' DAY AS DATE)),
               COALESCE(subject.span_end, CAST($as_of + INTERVAL '1' DAY AS DATE))) AS to_on
  FROM row_source JOIN subject ON subject.subject_id = row_source.subject_id
  WHERE row_source.from_on <= $as_of
), reading AS (
  SELECT 'low' AS reading, subject_id, CAST(distinct_value AS VARCHAR) AS distinct_value, from_on, to_on
  FROM row_span WHERE from_on < to_on AND counts AND distinct_value IS NOT NULL
  UNION ALL
  SELECT 'high' AS reading, subject_id, COALESCE(CAST(distinct_value AS VARCHAR), 'row ' || event_id) AS distinct_value, from_on, to_on
  FROM row_span WHERE from_on < to_on
), reach AS (
  SELECT *, MAX(to_on) OVER (PARTITION BY reading, subject_id, distinct_value ORDER BY from_on, to_on
                             ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reached
  FROM reading
), island AS (
  SELECT *, SUM(CASE WHEN reached >= from_on THEN 0 ELSE 1 END) OVER (PARTITION BY reading, subject_id, distinct_value
             ORDER BY from_on, to_on ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS number
  FROM reach
), stay AS (
  SELECT reading, subject_id, distinct_value, MIN(from_on) AS from_on, MAX(to_on) AS to_on
  FROM island GROUP BY reading, subject_id, distinct_value, number
), change AS (
  SELECT reading, subject_id, from_on AS on_date, 1 AS step FROM stay
  UNION ALL
  SELECT reading, subject_id, to_on, -1 FROM stay
  UNION ALL
  SELECT reading, subject_id, from_on, 0 FROM reading
  UNION ALL
  SELECT reading, subject_id, to_on, 0 FROM reading
  {{edges}}
), point AS (
  SELECT reading, subject_id, on_date, SUM(step) AS step FROM change GROUP BY reading, subject_id, on_date
), running AS (
  SELECT reading, subject_id, on_date AS from_on,
         SUM(step) OVER (PARTITION BY reading, subject_id ORDER BY on_date ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS number,
         LEAD(on_date) OVER (PARTITION BY reading, subject_id ORDER BY on_date) AS to_on
  FROM point
), over_limit AS (
  SELECT running.reading, running.subject_id, running.from_on, running.to_on, running.number
  FROM running JOIN subject ON subject.subject_id = running.subject_id
  WHERE running.to_on IS NOT NULL AND {{over}}
), over_kinds AS (
  SELECT over_limit.reading, over_limit.subject_id, over_limit.from_on, over_limit.to_on, over_limit.number,
         COUNT(DISTINCT row_span.same_value) AS kinds,
         SUM(CASE WHEN row_span.event_id IS NOT NULL AND row_span.same_value IS NULL THEN 1 ELSE 0 END) AS kinds_unknown
  FROM over_limit LEFT JOIN row_span
    ON row_span.subject_id = over_limit.subject_id AND row_span.from_on < over_limit.to_on AND row_span.to_on > over_limit.from_on
   AND (row_span.counts OR over_limit.reading = 'high')
  GROUP BY over_limit.reading, over_limit.subject_id, over_limit.from_on, over_limit.to_on, over_limit.number
), blamed AS (
  SELECT * FROM over_kinds WHERE {{not_excused}}
), run_start AS (
  SELECT *, CASE WHEN LAG(to_on) OVER (PARTITION BY reading, subject_id ORDER BY from_on) = from_on THEN 0 ELSE 1 END AS starts FROM blamed
), run AS (
  SELECT *, SUM(starts) OVER (PARTITION BY reading, subject_id ORDER BY from_on ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS number_of_run
  FROM run_start
), stretch AS (
  SELECT reading, subject_id, MIN(from_on) AS from_on, MAX(to_on) AS to_on, {{worst}}(number) AS number
  FROM run GROUP BY reading, subject_id, number_of_run
), in_window AS (
  SELECT * FROM stretch WHERE to_on > $since
), finding AS (
  SELECT subject_id, from_on, to_on, number, 'breach' AS outcome FROM in_window WHERE reading = '{{favourable}}'
  UNION ALL
  SELECT harsh.subject_id, harsh.from_on, harsh.to_on, harsh.number, 'not_evidenced' AS outcome
  FROM in_window AS harsh
  WHERE harsh.reading = '{{unfavourable}}'
    AND NOT EXISTS (SELECT 1 FROM stretch AS kind WHERE kind.reading = '{{favourable}}' AND kind.subject_id = harsh.subject_id
                    AND kind.from_on < harsh.to_on AND kind.to_on > harsh.from_on)
), record_list AS (
  SELECT finding.subject_id, finding.from_on,
         STRING_AGG('{{row_table}}:' || row_span.event_id, CHR(31) ORDER BY row_span.event_id) AS records,
         STRING_AGG(DISTINCT CASE WHEN row_span.counts IS NULL {{same_unknown}} THEN NULLIF(row_span.unknown, '') END, ', ') AS unknown
  FROM finding JOIN row_span ON row_span.subject_id = finding.subject_id
   AND row_span.from_on < finding.to_on AND row_span.to_on > finding.from_on
  GROUP BY finding.subject_id, finding.from_on
), result AS (
  SELECT subject.subject_id,
         COALESCE(CAST(finding.from_on AS VARCHAR), 'any_day') AS case_key,
         COALESCE(finding.outcome, CASE WHEN subject.ceiling IS NULL THEN 'not_evidenced' ELSE 'met' END) AS outcome,
         'over_limit' AS state,
         COALESCE(finding.from_on, subject.span_start, $as_of) AS began_on,
         finding.from_on AS trigger_on,
         CAST(NULL AS DATE) AS due_on,
         CASE WHEN finding.to_on <= $as_of THEN CAST(finding.to_on - INTERVAL '1' DAY AS DATE) END AS done_on,
         CAST(NULL AS DATE) AS closed_on,
         CAST(NULL AS BIGINT) AS days_late,
         '' AS missing,
         CASE WHEN finding.outcome = 'not_evidenced' THEN record_list.unknown
              WHEN subject.ceiling IS NULL THEN NULLIF(subject.ceiling_unknown, '') END AS unknown,
         finding.number AS amount,
         subject.ceiling AS allowed,
         CONCAT_WS(CHR(31), '{{subject_table}}:' || subject.subject_id, record_list.records) AS evidence
  FROM subject
  LEFT JOIN finding ON finding.subject_id = subject.subject_id
  LEFT JOIN record_list ON record_list.subject_id = finding.subject_id AND record_list.from_on = finding.from_on
  WHERE subject.span_end IS NULL OR subject.span_end >= $since
)
