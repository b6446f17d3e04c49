-- covered: each day of the subject's span inside the window is covered by another record that fits that day.
WITH subject AS (
  {{subject}}
), bounds AS (
  SELECT subject_id, GREATEST($since, COALESCE({{from}}, $since)) AS first_day,
         COALESCE(span_end, CAST($as_of + INTERVAL '1' DAY AS DATE)) AS end_day
  FROM subject
), day AS (
  SELECT bounds.subject_id, CAST(bounds.first_day + counter.n * INTERVAL '1' DAY AS DATE) AS on_day
  FROM bounds JOIN counter ON counter.n < DATE_DIFF('DAY', bounds.first_day, bounds.end_day)
), candidate AS (
  SELECT day.subject_id, day.on_day, event.{{by_key}} AS event_id, {{fits}} AS fits, {{fits_unknown}} AS unknown
  FROM day
  JOIN subject ON subject.subject_id = day.subject_id
  JOIN {{by_table}} AS event ON {{match}} AND {{starts}} <= day.on_day AND ({{ends}} IS NULL OR {{ends}} > day.on_day)
), cover AS (
  SELECT subject_id, on_day, MAX(CASE WHEN fits THEN 2 WHEN fits IS NULL THEN 1 ELSE 0 END) AS cover,
         STRING_AGG(DISTINCT CASE WHEN fits IS NULL THEN NULLIF(unknown, '') END, ', ') AS unknown
  FROM candidate
  GROUP BY subject_id, on_day
), hole AS (
  SELECT day.subject_id, day.on_day, COALESCE(cover.cover, 0) AS cover, cover.unknown
  FROM day LEFT JOIN cover ON cover.subject_id = day.subject_id AND cover.on_day = day.on_day
  WHERE COALESCE(cover.cover, 0) < 2
), reading AS (
  SELECT 'unfavourable' AS reading, subject_id, on_day, unknown FROM hole
  UNION ALL
  SELECT 'favourable' AS reading, subject_id, on_day, unknown FROM hole WHERE cover = 0
), island AS (
  SELECT *, DATE_DIFF('DAY', DATE '1900-01-01', on_day)
            - ROW_NUMBER() OVER (PARTITION BY reading, subject_id ORDER BY on_day) AS island
  FROM reading
), stretch AS (
  SELECT reading, subject_id, MIN(on_day) AS first_day, MAX(on_day) AS last_day, STRING_AGG(DISTINCT unknown, ', ') AS unknown
  FROM island
  GROUP BY reading, subject_id, island
), finding AS (
  SELECT subject_id, first_day, last_day, CAST(NULL AS VARCHAR) AS unknown, 'breach' AS outcome FROM stretch WHERE reading = 'favourable'
  UNION ALL
  SELECT harsh.subject_id, harsh.first_day, harsh.last_day, harsh.unknown, 'not_evidenced' AS outcome
  FROM stretch AS harsh
  WHERE harsh.reading = 'unfavourable'
    AND NOT EXISTS (SELECT 1 FROM stretch AS kind WHERE kind.reading = 'favourable' AND kind.subject_id = harsh.subject_id
                    AND kind.first_day <= harsh.last_day AND kind.last_day >= harsh.first_day)
), result AS (
  SELECT bounds.subject_id,
         COALESCE(CAST(finding.first_day AS VARCHAR), 'covered') AS case_key,
         CASE WHEN finding.outcome IS NOT NULL THEN finding.outcome
              WHEN bounds.first_day >= bounds.end_day THEN 'pending' ELSE 'met' END AS outcome,
         'uncovered' AS state,
         COALESCE(subject.span_start, $since) AS began_on,
         finding.first_day AS trigger_on,
         finding.first_day AS due_on,
         CASE WHEN finding.last_day < $as_of THEN finding.last_day END AS done_on,
         CAST(NULL AS DATE) AS closed_on,
         DATE_DIFF('DAY', finding.first_day, finding.last_day) + 1 AS days_late,
         '' AS missing,
         finding.unknown AS unknown,
         DATE_DIFF('DAY', finding.first_day, finding.last_day) + 1 AS amount,
         CAST(NULL AS BIGINT) AS allowed,
         '{{subject_table}}:' || bounds.subject_id AS evidence
  FROM bounds
  JOIN subject ON subject.subject_id = bounds.subject_id
  LEFT JOIN finding ON finding.subject_id = bounds.subject_id
  WHERE subject.span_end IS NULL OR subject.span_end > $since
)
