-- mention, of a list: the text of each record states every item of the list.
WITH subject AS (
  {{subject}}
), phrase AS (
  {{phrases}}
), found AS (
  SELECT subject.subject_id, phrase.topic, MAX(CASE WHEN STRPOS(subject.words, phrase.words) > 0 THEN 1 ELSE 0 END) AS said
  FROM subject CROSS JOIN phrase
  GROUP BY subject.subject_id, phrase.topic
), result AS (
  SELECT found.subject_id,
         found.topic AS case_key,
         CASE WHEN found.said = 1 THEN 'met' WHEN subject.words IS NULL OR LENGTH(subject.words) <= 2 THEN 'not_evidenced' ELSE 'breach' END AS outcome,
         'incomplete' AS state,
         COALESCE(subject.record_on, $as_of) AS began_on,
         subject.record_on AS trigger_on,
         CAST(NULL AS DATE) AS due_on,
         CAST(NULL AS DATE) AS done_on,
         {{closed}} AS closed_on,
         CAST(NULL AS BIGINT) AS days_late,
         found.topic AS missing,
         CASE WHEN subject.words IS NULL OR LENGTH(subject.words) <= 2 THEN 'the text of {{subject_table}}' ELSE '' END AS unknown,
         CAST(NULL AS BIGINT) AS amount,
         CAST(NULL AS BIGINT) AS allowed,
         '{{subject_table}}:' || found.subject_id AS evidence
  FROM found JOIN subject ON subject.subject_id = found.subject_id
)
