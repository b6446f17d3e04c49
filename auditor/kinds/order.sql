-- order: the dated steps of a matter are present up to the last one reached, and none precedes an earlier one.
WITH subject AS (
  {{subject}}
), step AS (
  {{steps}}
), reached AS (
  SELECT subject_id, MAX(place) AS last_place, MIN(on_date) AS first_on FROM step WHERE on_date IS NOT NULL GROUP BY subject_id
), running AS (
  SELECT step.*, reached.last_place, reached.first_on,
         MAX(step.on_date) OVER (PARTITION BY step.subject_id ORDER BY step.place ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest_before
  FROM step JOIN reached ON reached.subject_id = step.subject_id
), fault AS (
  SELECT *, CASE WHEN on_date < latest_before THEN 'out_of_order'
                 WHEN on_date IS NULL AND place < last_place AND NOT optional THEN 'missing' END AS fault
  FROM running
), matter AS (
  SELECT subject_id, last_place, first_on,
         MAX(CASE WHEN place = {{last}} THEN on_date END) AS closed_on,
         STRING_AGG(CASE WHEN fault IS NOT NULL THEN name END, CHR(31) ORDER BY place) AS missing,
         MAX(CASE WHEN fault = 'out_of_order' THEN 2 WHEN fault = 'missing' THEN 1 ELSE 0 END) AS worst,
         MIN(CASE WHEN fault = 'out_of_order' THEN on_date END) AS early_on,
         MIN(CASE WHEN fault = 'out_of_order' THEN latest_before END) AS after_on
  FROM fault
  GROUP BY subject_id, last_place, first_on
), result AS (
  SELECT subject_id,
         'order' AS case_key,
         CASE WHEN worst > 0 THEN 'breach' ELSE 'met' END AS outcome,
         CASE WHEN worst = 1 THEN 'incomplete' ELSE 'out_of_order' END AS state,
         first_on AS began_on,
         COALESCE(after_on, first_on) AS trigger_on,
         after_on AS due_on,
         early_on AS done_on,
         closed_on,
         DATE_DIFF('DAY', early_on, after_on) AS days_late,
         COALESCE(missing, '') AS missing,
         '' AS unknown,
         CAST(NULL AS BIGINT) AS amount,
         CAST(NULL AS BIGINT) AS allowed,
         '{{subject_table}}:' || subject_id AS evidence
  FROM matter
)
