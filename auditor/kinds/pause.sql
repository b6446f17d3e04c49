-- Pauses, joined where they touch or overlap, once for each reading.
pause_source AS (
  {{pause}}
), pause_reading AS (
  SELECT 'unfavourable' AS reading, subject_id, from_on, to_on FROM pause_source WHERE counts AND from_on < to_on
  UNION ALL
  SELECT 'favourable' AS reading, subject_id, from_on, to_on FROM pause_source WHERE from_on < to_on
), pause_reach AS (
  SELECT reading, subject_id, from_on, to_on,
         MAX(to_on) OVER (PARTITION BY reading, subject_id ORDER BY from_on, to_on
                          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS reach
  FROM pause_reading
), pause_island AS (
  SELECT reading, subject_id, from_on, to_on,
         SUM(CASE WHEN reach >= from_on THEN 0 ELSE 1 END)
           OVER (PARTITION BY reading, subject_id ORDER BY from_on, to_on
                 ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS island
  FROM pause_reach
), pause AS (
  SELECT reading, subject_id, MIN(from_on) AS from_on, MAX(to_on) AS to_on
  FROM pause_island
  GROUP BY reading, subject_id, island
)
