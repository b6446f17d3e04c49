-- mention: a fact is mentioned in the text of the record that should act on it.
WITH subject AS (
  {{subject}}
), phrase AS (
  {{phrases}}
), fact AS (
  SELECT subject_id, fact_on, kind_word, COALESCE(detail, '') AS detail, fact_words FROM subject
), named AS (
  -- Particulars that the fact's detail names: nuts, penicillin.
  SELECT DISTINCT fact.subject_id, phrase.topic
  FROM fact JOIN phrase ON phrase.part = 'recorded' AND STRPOS(fact.detail, phrase.words) > 0
), own_word AS (
  SELECT subject_id, word
  FROM (SELECT subject_id, UNNEST(STRING_TO_ARRAY(TRIM(detail), ' ')) AS word FROM fact) AS one
  WHERE LENGTH(word) >= 4 AND word NOT IN ({{ignored}})
), wanted AS (
  SELECT named.subject_id, named.topic, phrase.words
  FROM named JOIN phrase ON phrase.part = 'mentioned' AND phrase.topic = named.topic
  UNION
  SELECT fact.subject_id, 'kind' AS topic, phrase.words
  FROM fact JOIN phrase ON phrase.part = 'kind' AND phrase.topic = fact.kind_word
  UNION
  SELECT own_word.subject_id, 'kind' AS topic, ' ' || SUBSTRING(own_word.word, 1, CASE WHEN LENGTH(own_word.word) > 5 THEN LENGTH(own_word.word) - 2 ELSE LENGTH(own_word.word) END) AS words
  FROM own_word
  WHERE NOT EXISTS (SELECT 1 FROM named WHERE named.subject_id = own_word.subject_id)
), target_row AS (
  {{target}}
), placed AS (
  SELECT *, RANK() OVER (PARTITION BY subject_id, counts IS NULL ORDER BY on_date {{order}}) AS place
  FROM target_row
  WHERE {{in_time}}
), target AS (
  SELECT subject_id, event_id, counts, {{denied}} AS words, LENGTH(words) > 2 AS written, unknown
  FROM placed
  WHERE {{picked}}
), hit AS (
  SELECT wanted.subject_id, wanted.topic,
         MAX(CASE WHEN target.counts AND STRPOS(target.words, wanted.words) > 0 THEN 1 ELSE 0 END) AS sure,
         MAX(CASE WHEN STRPOS(target.words, wanted.words) > 0 THEN 1 ELSE 0 END) AS possible
  FROM wanted LEFT JOIN target ON target.subject_id = wanted.subject_id
  GROUP BY wanted.subject_id, wanted.topic
), looked AS (
  SELECT subject_id,
         COUNT(CASE WHEN topic <> 'kind' THEN 1 END) AS particulars,
         COALESCE(MIN(CASE WHEN topic <> 'kind' THEN sure END), 0) AS every_sure,
         COALESCE(MIN(CASE WHEN topic <> 'kind' THEN possible END), 0) AS every_possible,
         COALESCE(MAX(CASE WHEN topic = 'kind' THEN sure END), 0) AS kind_sure,
         COALESCE(MAX(CASE WHEN topic = 'kind' THEN possible END), 0) AS kind_possible
  FROM hit
  GROUP BY subject_id
), held AS (
  SELECT subject_id, COUNT(*) AS records, COUNT(CASE WHEN counts AND written THEN 1 END) AS texts,
         STRING_AGG('{{target_table}}:' || event_id, CHR(31) ORDER BY event_id) AS evidence,
         STRING_AGG(DISTINCT CASE WHEN counts IS NULL THEN NULLIF(unknown, '') END, ', ') AS unknown
  FROM target
  GROUP BY subject_id
), judged AS (
  SELECT fact.subject_id, fact.fact_on, fact.fact_words, held.evidence, COALESCE(held.records, 0) AS records, held.unknown,
         CASE WHEN looked.particulars > 0 AND looked.every_sure = 1 THEN 'met'
              WHEN looked.particulars = 0 AND looked.kind_sure = 1 THEN 'met'
              WHEN COALESCE(held.texts, 0) = 0 THEN 'not_evidenced'
              WHEN looked.kind_possible = 0 AND (looked.particulars = 0 OR looked.every_possible = 0) THEN 'breach'
              ELSE 'not_evidenced' END AS outcome,
         {{due}} AS due_on
  FROM fact
  JOIN looked ON looked.subject_id = fact.subject_id
  JOIN subject ON subject.subject_id = fact.subject_id
  LEFT JOIN held ON held.subject_id = fact.subject_id
), result AS (
  SELECT subject_id,
         'mention' AS case_key,
         CASE WHEN outcome <> 'met' AND due_on >= $as_of THEN 'pending' ELSE outcome END AS outcome,
         'incomplete' AS state,
         COALESCE(fact_on, $as_of) AS began_on,
         fact_on AS trigger_on,
         due_on,
         CAST(NULL AS DATE) AS done_on,
         CAST(NULL AS DATE) AS closed_on,
         CAST(NULL AS BIGINT) AS days_late,
         fact_words AS missing,
         CONCAT_WS(', ', NULLIF(unknown, ''), CASE WHEN records = 0 THEN 'no {{target_name}}' WHEN outcome = 'not_evidenced' THEN 'the text of {{target_name}}' END) AS unknown,
         CAST(NULL AS BIGINT) AS amount,
         CAST(NULL AS BIGINT) AS allowed,
         CONCAT_WS(CHR(31), '{{subject_table}}:' || subject_id, evidence) AS evidence
  FROM judged
)
