-- current, throughout: the item is held on every day of the window from the day after it first falls due.
WITH subject AS (
  {{subject}}
), item AS (
  {{item}}
), record AS (
  {{record}}
), held AS (
  {{held}}
), watched AS (
  SELECT item.*, subject.span_start,
         GREATEST($since, COALESCE(CAST(item.due_favourable + INTERVAL '1' DAY AS DATE), $since)) AS from_favourable,
         GREATEST($since, COALESCE(CAST(item.due_unfavourable + INTERVAL '1' DAY AS DATE), $since)) AS from_unfavourable,
         COALESCE(subject.span_end, CAST($as_of + INTERVAL '1' DAY AS DATE)) AS until_on
  FROM item JOIN subject ON subject.subject_id = item.subject_id
), cover AS (
  SELECT 'favourable' AS reading, subject_id, item, on_date AS from_on, COALESCE(CAST(expires_on + INTERVAL '1' DAY AS DATE), DATE '9999-12-31') AS to_on FROM held
  UNION ALL
  SELECT 'unfavourable', subject_id, item, on_date, COALESCE(CAST(expires_early + INTERVAL '1' DAY AS DATE), DATE '9999-12-31') FROM held WHERE counts
  UNION ALL
  SELECT 'favourable', subject_id, item, from_favourable, from_favourable FROM watched
  UNION ALL
  SELECT 'unfavourable', subject_id, item, from_unfavourable, from_unfavourable FROM watched
), reach AS (
  SELECT reading, subject_id, item, from_on, MAX(to_on) OVER (PARTITION BY reading, subject_id, item ORDER BY from_on, to_on
           ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS covered_to,
         LEAD(from_on) OVER (PARTITION BY reading, subject_id, item ORDER BY from_on, to_on) AS next_on
  FROM cover
), hole AS (
  SELECT reach.reading, watched.subject_id, watched.item,
         GREATEST(reach.covered_to, CASE WHEN reach.reading = 'favourable' THEN watched.from_favourable ELSE watched.from_unfavourable END) AS first_day,
         LEAST(COALESCE(reach.next_on, watched.until_on), watched.until_on) AS end_day
  FROM reach JOIN watched ON watched.subject_id = reach.subject_id AND watched.item = reach.item
), stretch AS (
  SELECT * FROM hole WHERE first_day < end_day
), finding AS (
  SELECT subject_id, item, first_day, end_day, 'breach' AS outcome FROM stretch WHERE reading = 'favourable'
  UNION ALL
  SELECT harsh.subject_id, harsh.item, harsh.first_day, harsh.end_day, 'not_evidenced'
  FROM stretch AS harsh
  WHERE harsh.reading = 'unfavourable'
    AND NOT EXISTS (SELECT 1 FROM stretch AS kind WHERE kind.reading = 'favourable' AND kind.subject_id = harsh.subject_id
                    AND kind.item = harsh.item AND kind.first_day < harsh.end_day AND kind.end_day > harsh.first_day)
), outcome AS (
  SELECT watched.*, finding.first_day, finding.end_day,
         CASE WHEN finding.outcome = 'breach' AND watched.wanted IS NULL THEN 'not_evidenced'
              WHEN finding.outcome IS NOT NULL THEN finding.outcome
              WHEN watched.from_favourable >= watched.until_on THEN 'pending' ELSE 'met' END AS outcome
  FROM watched LEFT JOIN finding ON finding.subject_id = watched.subject_id AND finding.item = watched.item
  WHERE watched.until_on > $since
), unknown_record AS (
  SELECT subject_id, item, STRING_AGG(DISTINCT NULLIF(unknown, ''), ', ') AS unknown FROM held WHERE counts IS NULL GROUP BY subject_id, item
), result AS (
  SELECT outcome.subject_id,
         outcome.item || COALESCE(' ' || CAST(outcome.first_day AS VARCHAR), '') AS case_key,
         outcome.outcome,
         'uncovered' AS state,
         COALESCE(outcome.span_start, $since) AS began_on,
         outcome.first_day AS trigger_on,
         outcome.first_day AS due_on,
         CASE WHEN outcome.end_day <= $as_of THEN CAST(outcome.end_day - INTERVAL '1' DAY AS DATE) END AS done_on,
         CAST(NULL AS DATE) AS closed_on,
         DATE_DIFF('DAY', outcome.first_day, outcome.end_day) AS days_late,
         outcome.item AS missing,
         CONCAT_WS(', ', NULLIF(outcome.item_unknown, ''), NULLIF(unknown_record.unknown, '')) AS unknown,
         DATE_DIFF('DAY', outcome.first_day, outcome.end_day) AS amount,
         CAST(NULL AS BIGINT) AS allowed,
         '{{subject_table}}:' || outcome.subject_id AS evidence
  FROM outcome LEFT JOIN unknown_record ON unknown_record.subject_id = outcome.subject_id AND unknown_record.item = outcome.item
)
