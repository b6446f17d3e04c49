-- limit, in any period: the first rolling period, ending on a row's date, that passes the limit.
WITH subject AS (
  {{subject}}
), row_source AS (
  {{rows}}
), rolling AS (
  SELECT last.subject_id, last.event_id, last.on_date,
         {{measure_low}} AS low,
         {{measure_high}} AS high,
         STRING_AGG(DISTINCT CASE WHEN row_source.counts IS NULL THEN NULLIF(row_source.unknown, '') END, ', ') AS unknown,
         STRING_AGG(DISTINCT '{{row_table}}:' || row_source.event_id, CHR(31)) AS records,
         MIN(row_source.on_date) AS first_on
  FROM row_source AS last JOIN row_source
    ON row_source.subject_id = last.subject_id AND row_source.on_date <= last.on_date AND row_source.on_date > {{period_start}}
  WHERE last.on_date BETWEEN $since AND $as_of
  GROUP BY last.subject_id, last.event_id, last.on_date
), judged AS (
  SELECT rolling.*, CASE WHEN low > subject.ceiling THEN 'breach' ELSE 'not_evidenced' END AS outcome,
         ROW_NUMBER() OVER (PARTITION BY rolling.subject_id
                            ORDER BY CASE WHEN low > subject.ceiling THEN 0 ELSE 1 END, rolling.on_date, rolling.event_id) AS nth
  FROM rolling JOIN subject ON subject.subject_id = rolling.subject_id
  WHERE high > subject.ceiling
), result AS (
  SELECT subject.subject_id,
         COALESCE(CAST(judged.on_date AS VARCHAR), 'in_any') AS case_key,
         COALESCE(judged.outcome, CASE WHEN subject.ceiling IS NULL THEN 'not_evidenced' ELSE 'met' END) AS outcome,
         'over_limit' AS state,
         COALESCE(judged.on_date, subject.span_start, $as_of) AS began_on,
         judged.first_on AS trigger_on,
         CAST(NULL AS DATE) AS due_on,
         judged.on_date AS done_on,
         CAST(NULL AS DATE) AS closed_on,
         CAST(NULL AS BIGINT) AS days_late,
         '' AS missing,
         CASE WHEN judged.outcome = 'not_evidenced' THEN judged.unknown
              WHEN subject.ceiling IS NULL THEN NULLIF(subject.ceiling_unknown, '') END AS unknown,
         CASE WHEN judged.outcome = 'breach' THEN judged.low ELSE judged.high END AS amount,
         subject.ceiling AS allowed,
         CONCAT_WS(CHR(31), '{{subject_table}}:' || subject.subject_id, judged.records) AS evidence
  FROM subject LEFT JOIN judged ON judged.subject_id = subject.subject_id AND judged.nth = 1
  WHERE subject.span_end IS NULL OR subject.span_end >= $since
)
