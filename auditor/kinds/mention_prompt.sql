-- mention, turned round: words that suggest a matter, with no record that matches them. A person should read the text.
WITH subject AS (
  {{subject}}
), phrase AS (
  {{phrases}}
), found AS (
  SELECT subject.subject_id, STRING_AGG(DISTINCT phrase.topic, CHR(31) ORDER BY phrase.topic) AS topics
  FROM subject JOIN phrase ON STRPOS(subject.words, phrase.words) > 0
  GROUP BY subject.subject_id
), answer AS (
  {{answers}}
), result AS (
  SELECT found.subject_id,
         'prompt' AS case_key,
         'prompt' AS outcome,
         CAST(NULL AS VARCHAR) AS state,
         subject.record_on AS began_on,
         subject.record_on AS trigger_on,
         CAST(NULL AS DATE) AS due_on,
         CAST(NULL AS DATE) AS done_on,
         subject.record_on AS closed_on,
         CAST(NULL AS BIGINT) AS days_late,
         found.topics AS missing,
         '' AS unknown,
         CAST(NULL AS BIGINT) AS amount,
         CAST(NULL AS BIGINT) AS allowed,
         '{{subject_table}}:' || found.subject_id AS evidence
  FROM found JOIN subject ON subject.subject_id = found.subject_id
  WHERE {{latest}} < $as_of
    AND NOT EXISTS (SELECT 1 FROM answer WHERE answer.subject_id = found.subject_id AND answer.on_date >= {{earliest}} AND answer.on_date <= {{latest}})
)
