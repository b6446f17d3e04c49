-- reconcile, as sets: who or what is in one source and not in the other.
WITH left_row AS (
  {{left_rows}}
), right_row AS (
  {{right_rows}}
), side AS (
  SELECT element, 'left' AS side, counts, unknown, '{{left_table}}:' || record_id AS record FROM left_row
  UNION ALL
  SELECT element, 'right' AS side, counts, unknown, '{{right_table}}:' || record_id AS record FROM right_row
), element AS (
  -- For each side: 2 it is there, 1 it may be there, 0 it is not.
  SELECT element AS element_id,
         MAX(CASE WHEN side = 'left' AND counts THEN 2 WHEN side = 'left' THEN 1 ELSE 0 END) AS in_left,
         MAX(CASE WHEN side = 'right' AND counts THEN 2 WHEN side = 'right' THEN 1 ELSE 0 END) AS in_right,
         STRING_AGG(DISTINCT CASE WHEN counts IS NULL THEN NULLIF(unknown, '') END, ', ') AS gaps,
         STRING_AGG(record, CHR(31) ORDER BY record) AS records
  FROM side
  WHERE element IS NOT NULL
  GROUP BY element
), subject AS (
  {{subject}}
), result AS (
  SELECT element.element_id AS subject_id,
         CASE WHEN in_left >= in_right THEN 'only in left' ELSE 'only in right' END AS case_key,
         CASE WHEN in_left = 2 AND in_right = 2 THEN 'met'
              WHEN in_left + in_right = 2 AND in_left <> 1 THEN 'breach'
              ELSE 'not_evidenced' END AS outcome,
         'inconsistent' AS state,
         $as_of AS began_on,
         $as_of AS trigger_on,
         CAST(NULL AS DATE) AS due_on,
         CAST(NULL AS DATE) AS done_on,
         CAST(NULL AS DATE) AS closed_on,
         CAST(NULL AS BIGINT) AS days_late,
         CASE WHEN in_left + in_right = 4 THEN '' WHEN in_left > in_right THEN '{{right_name}}' WHEN in_right > in_left THEN '{{left_name}}'
              ELSE '{{left_name}}' || CHR(31) || '{{right_name}}' END AS missing,
         COALESCE(gaps, '') AS unknown,
         CAST(NULL AS BIGINT) AS amount,
         CAST(NULL AS BIGINT) AS allowed,
         records AS evidence
  FROM element
)
