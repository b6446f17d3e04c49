-- pattern: a measure of a group of rows against a threshold, the other groups, or the period before.
WITH row_source AS (
  {{rows}}
), tally AS (
  SELECT group_id, period, COUNT(CASE WHEN counts THEN 1 END) AS size,
         {{num_low}} AS num_low, {{den_low}} AS den_low, {{num_high}} AS num_high, {{den_high}} AS den_high,
         STRING_AGG(DISTINCT CASE WHEN counts IS NULL OR holds IS NULL THEN NULLIF(unknown, '') END, ', ') AS unknown
  FROM row_source
  GROUP BY group_id, period
), measured AS (
  SELECT group_id, period, size, unknown, {{scale}} * num_low / NULLIF(den_low, 0) AS low, {{scale}} * num_high / NULLIF(den_high, 0) AS high
  FROM tally
), reference AS (
  {{reference}}
), ranked AS (
  SELECT group_id, '{{row_table}}:' || event_id AS record, event_id,
         ROW_NUMBER() OVER (PARTITION BY group_id ORDER BY value {{worst_first}}, event_id) AS place
  FROM row_source
  WHERE period = 'now' AND counts IS NOT FALSE AND {{telling}}
), shown AS (
  SELECT group_id, STRING_AGG(record, CHR(31) ORDER BY event_id) AS records FROM ranked WHERE place <= 200 GROUP BY group_id
), grouped AS (
  SELECT DISTINCT group_id FROM row_source
), subject AS (
  {{subject}}
), result AS (
  SELECT measured.group_id AS subject_id,
         'pattern' AS case_key,
         CASE WHEN {{worse_favourable}} THEN 'breach' WHEN {{worse_unfavourable}} THEN 'not_evidenced' ELSE 'met' END AS outcome,
         'pattern' AS state,
         {{from}} AS began_on,
         {{from}} AS trigger_on,
         CAST(NULL AS DATE) AS due_on,
         CAST(NULL AS DATE) AS done_on,
         CAST(NULL AS DATE) AS closed_on,
         CAST(NULL AS BIGINT) AS days_late,
         '' AS missing,
         COALESCE(measured.unknown, '') AS unknown,
         ROUND(CASE WHEN {{worse_favourable}} THEN measured.{{kind}} ELSE measured.{{harsh}} END, 1) AS amount,
         ROUND(CASE WHEN {{worse_favourable}} THEN reference.{{harsh}} ELSE reference.{{kind}} END, 1) AS allowed,
         COALESCE(shown.records, '') AS evidence
  FROM measured
  JOIN reference ON reference.group_id = measured.group_id
  LEFT JOIN shown ON shown.group_id = measured.group_id
  WHERE measured.period = 'now' AND measured.size >= {{minimum}} AND reference.size >= {{reference_minimum}}
    AND measured.low IS NOT NULL AND reference.low IS NOT NULL{{history}}
)
