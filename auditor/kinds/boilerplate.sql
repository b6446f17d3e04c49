-- boilerplate: texts that should be individual and are nearly the same. docs/explanation/boilerplate.md says how.
WITH subject AS MATERIALIZED (
  {{subject}}
), who AS MATERIALIZED (
  -- Numbers stand for texts, words and runs of words from here on: they are quicker to compare.
  SELECT subject_id, about_child, about_household, CAST(ROW_NUMBER() OVER (ORDER BY subject_id) AS INTEGER) AS text_no,
         CAST(DENSE_RANK() OVER (ORDER BY by_id) AS INTEGER) AS by_no, CAST(DENSE_RANK() OVER (ORDER BY within_id) AS INTEGER) AS within_no
  FROM subject
), token AS MATERIALIZED (
  SELECT text_no, UNNEST(parts) AS word, CAST(GENERATE_SUBSCRIPTS(parts, 1) AS INTEGER) AS place
  FROM (SELECT who.text_no, STRING_TO_ARRAY(TRIM(subject.words), ' ') AS parts
        FROM subject JOIN who ON who.subject_id = subject.subject_id) AS listed
), home AS (
  -- Children who live, or lived, in the home a text is about, or where its child lives.
  SELECT DISTINCT who.text_no, other.child_id, other.household_id
  FROM who JOIN placements AS mine ON mine.child_id = who.about_child
  JOIN placements AS other ON other.household_id = mine.household_id
  UNION
  SELECT who.text_no, other.child_id, other.household_id
  FROM who JOIN placements AS other ON other.household_id = who.about_household
), own_child AS (
  SELECT text_no, about_child AS child_id FROM who WHERE about_child IS NOT NULL
  UNION
  SELECT text_no, child_id FROM home
  UNION
  SELECT who.text_no, sibling.child_id
  FROM who JOIN children AS mine ON mine.child_id = who.about_child
  JOIN children AS sibling ON sibling.sibling_group = mine.sibling_group
), own_home AS (
  SELECT text_no, about_household AS household_id FROM who WHERE about_household IS NOT NULL
  UNION
  SELECT text_no, household_id FROM home
), own_name AS (
  SELECT own_child.text_no, children.name FROM own_child JOIN children ON children.child_id = own_child.child_id
  UNION
  SELECT own_home.text_no, households.name FROM own_home JOIN households ON households.household_id = own_home.household_id
  UNION
  SELECT own_home.text_no, carers.name FROM own_home JOIN carers ON carers.household_id = own_home.household_id
  UNION
  SELECT own_home.text_no, household_members.name FROM own_home JOIN household_members ON household_members.household_id = own_home.household_id
), own_word AS (
  SELECT DISTINCT text_no, word
  FROM (SELECT own_name.text_no, UNNEST(STRING_TO_ARRAY(TRIM({{own_name_words}}), ' ')) AS word FROM own_name) AS one
), vocabulary AS MATERIALIZED (
  SELECT word, CAST(ROW_NUMBER() OVER (ORDER BY word) AS INTEGER) AS word_no
  FROM (SELECT DISTINCT word FROM token) AS every
  WHERE LENGTH(word) > 1 AND NOT REGEXP_MATCHES(word, '[0-9]') AND word NOT IN ({{masked}})
), kept AS MATERIALIZED (
  SELECT token.text_no, vocabulary.word_no, token.place
  FROM token JOIN vocabulary ON vocabulary.word = token.word
  LEFT JOIN own_word ON own_word.text_no = token.text_no AND own_word.word = token.word
  WHERE own_word.word IS NULL
), long_enough AS MATERIALIZED (
  SELECT text_no, COUNT(*) AS words FROM kept GROUP BY text_no HAVING COUNT(*) >= {{minimum}}
), run AS MATERIALIZED (
  -- Runs of three words, by which texts are compared, and of eight, by which those that may be alike are found.
  SELECT text_no, CAST(one AS BIGINT) * 1099511627776 + CAST(two AS BIGINT) * 1048576 + three AS run_no,
         CAST(one AS BIGINT) * 1103515245 + CAST(two AS BIGINT) * 374761393 + CAST(three AS BIGINT) * 668265263 + CAST(four AS BIGINT) * 2246822519 + CAST(five AS BIGINT) * 3266489917 + CAST(six AS BIGINT) * 2654435761
           + CAST(seven AS BIGINT) * 1597334677 + CAST(eight AS BIGINT) * 3812015801 AS long_no
  FROM (SELECT kept.text_no, kept.word_no AS one,
               LEAD(kept.word_no, 1) OVER (PARTITION BY kept.text_no ORDER BY kept.place) AS two,
               LEAD(kept.word_no, 2) OVER (PARTITION BY kept.text_no ORDER BY kept.place) AS three,
               LEAD(kept.word_no, 3) OVER (PARTITION BY kept.text_no ORDER BY kept.place) AS four,
               LEAD(kept.word_no, 4) OVER (PARTITION BY kept.text_no ORDER BY kept.place) AS five,
               LEAD(kept.word_no, 5) OVER (PARTITION BY kept.text_no ORDER BY kept.place) AS six,
               LEAD(kept.word_no, 6) OVER (PARTITION BY kept.text_no ORDER BY kept.place) AS seven,
               LEAD(kept.word_no, 7) OVER (PARTITION BY kept.text_no ORDER BY kept.place) AS eight
        FROM kept JOIN long_enough ON long_enough.text_no = kept.text_no) AS following
), long_run AS MATERIALIZED (
  -- Of a longer text every fourth, by what it says, so that like texts keep the same ones.
  SELECT DISTINCT run.text_no, run.long_no
  FROM run JOIN long_enough ON long_enough.text_no = run.text_no
  WHERE run.long_no IS NOT NULL AND (long_enough.words < 150 OR run.long_no % 4 = 0)
), long_spread AS MATERIALIZED (
  SELECT long_no, COUNT(*) AS subjects
  FROM (SELECT DISTINCT who.by_no, long_run.long_no FROM long_run JOIN who ON who.text_no = long_run.text_no) AS each_subject
  GROUP BY long_no
  HAVING COUNT(*) > 1
), ordered AS (
  SELECT long_run.text_no, long_run.long_no,
         ROW_NUMBER() OVER (PARTITION BY long_run.text_no ORDER BY long_spread.subjects, long_run.long_no) AS place
  FROM long_run JOIN long_spread ON long_spread.long_no = long_run.long_no
), sketch AS MATERIALIZED (
  -- The runs that fewest others share stand for a text: a copy shares them with what it was copied from.
  SELECT ordered.text_no, ordered.long_no, who.within_no
  FROM ordered JOIN who ON who.text_no = ordered.text_no
  WHERE place <= 32
), neighbour AS (
  SELECT text_no,
         MIN(text_no) OVER (PARTITION BY long_no, within_no) AS first_no,
         LAG(text_no) OVER (PARTITION BY long_no, within_no ORDER BY text_no) AS last_no
  FROM sketch
), near AS (
  SELECT first_no AS one, text_no AS other FROM neighbour WHERE first_no < text_no
  UNION ALL
  SELECT last_no AS one, text_no AS other FROM neighbour WHERE last_no > first_no
), often AS MATERIALIZED (
  SELECT one, other FROM near GROUP BY one, other HAVING COUNT(*) >= 3
), candidate AS MATERIALIZED (
  SELECT often.one, often.other
  FROM often JOIN who AS a ON a.text_no = often.one JOIN who AS b ON b.text_no = often.other
  WHERE a.by_no <> b.by_no
), everyone AS MATERIALIZED (
  SELECT COUNT(DISTINCT who.by_no) AS subjects FROM who JOIN long_enough ON long_enough.text_no = who.text_no
), printed AS MATERIALIZED (
  -- Runs that more than half of all share are the form's own headings and guidance. Of many, about a thousand are asked.
  SELECT asked.run_no
  FROM (SELECT DISTINCT who.by_no, run.run_no
        FROM run JOIN who ON who.text_no = run.text_no CROSS JOIN everyone
        WHERE who.by_no % (1 + CAST(FLOOR(everyone.subjects / 1000.0) AS BIGINT)) = 0) AS asked
  CROSS JOIN (SELECT COUNT(DISTINCT who.by_no) AS subjects
              FROM who JOIN long_enough ON long_enough.text_no = who.text_no CROSS JOIN everyone
              WHERE who.by_no % (1 + CAST(FLOOR(everyone.subjects / 1000.0) AS BIGINT)) = 0) AS answering
  GROUP BY asked.run_no, answering.subjects
  HAVING answering.subjects >= 20 AND COUNT(*) * 2 > answering.subjects
), piece AS MATERIALIZED (
  SELECT shingle.text_no, shingle.run_no, CASE WHEN printed.run_no IS NULL THEN 1 ELSE 0 END AS own
  FROM (SELECT DISTINCT run.text_no, run.run_no
        FROM run JOIN (SELECT one AS text_no FROM candidate UNION SELECT other AS text_no FROM candidate) AS compared
          ON compared.text_no = run.text_no
        WHERE run.run_no IS NOT NULL) AS shingle
  LEFT JOIN printed ON printed.run_no = shingle.run_no
), size AS MATERIALIZED (
  SELECT text_no, COUNT(*) AS whole, SUM(own) AS own FROM piece GROUP BY text_no
), mine AS MATERIALIZED (
  SELECT candidate.one, candidate.other, piece.run_no, piece.own FROM candidate JOIN piece ON piece.text_no = candidate.one
), common AS MATERIALIZED (
  SELECT mine.one, mine.other, COUNT(*) AS whole, SUM(mine.own) AS own
  FROM mine JOIN piece AS theirs ON theirs.text_no = mine.other AND theirs.run_no = mine.run_no
  GROUP BY mine.one, mine.other
), alike AS MATERIALIZED (
  SELECT common.one, common.other
  FROM common JOIN size AS a ON a.text_no = common.one JOIN size AS b ON b.text_no = common.other
  WHERE (a.own >= 20 AND b.own >= 20 AND common.own >= {{similarity}} * (a.own + b.own - common.own))
     OR ((a.own < 20 OR b.own < 20) AND common.whole >= 0.9 * (a.whole + b.whole - common.whole))
), edge AS MATERIALIZED (
  SELECT one, other FROM alike
  UNION
  SELECT other AS one, one AS other FROM alike
  UNION
  SELECT one, one AS other FROM alike
), label_0 AS (
  SELECT one AS text_no, MIN(other) AS label FROM edge GROUP BY one
{{labels}}), labelled AS MATERIALIZED (
  SELECT who.subject_id, who.by_no, label_{{last_label}}.text_no, label_{{last_label}}.label
  FROM label_{{last_label}} JOIN who ON who.text_no = label_{{last_label}}.text_no
), cluster AS (
  SELECT label, MIN(subject_id) AS leader, COUNT(*) AS texts,
         STRING_AGG(subject_id, CHR(31) ORDER BY subject_id) AS members,
         STRING_AGG('{{subject_table}}:' || subject_id, CHR(31) ORDER BY subject_id) AS evidence
  FROM labelled
  GROUP BY label
  HAVING COUNT(DISTINCT by_no) >= {{at_least}}
), copied AS MATERIALIZED (
  SELECT labelled.text_no, cluster.leader, cluster.texts, cluster.members, cluster.evidence
  FROM labelled JOIN cluster ON cluster.label = labelled.label
), name AS (
  SELECT child_id, words, SPLIT_PART(words, ' ', 1) AS first_word, SPLIT_PART(words, ' ', LENGTH(words) - LENGTH(REPLACE(words, ' ', '')) + 1) AS last_word,
         LENGTH(words) - LENGTH(REPLACE(words, ' ', '')) + 1 AS words_number
  FROM (SELECT child_id, TRIM({{child_name_words}}) AS words FROM children WHERE name IS NOT NULL) AS plain
  WHERE LENGTH(words) > 2
), spoken AS (
  SELECT DISTINCT token.text_no, token.word FROM token WHERE {{names}}
), spoken_name AS MATERIALIZED (
  SELECT DISTINCT spoken.text_no, name.words, name.first_word, 2 AS strength
  FROM spoken JOIN name ON name.last_word = spoken.word AND name.words_number > 1
  UNION
  SELECT spoken.text_no, name.first_word AS words, name.first_word, 1 AS strength
  FROM spoken JOIN (SELECT DISTINCT first_word FROM name) AS name ON name.first_word = spoken.word
  LEFT JOIN own_word ON own_word.text_no = spoken.text_no AND own_word.word = name.first_word
  WHERE own_word.word IS NULL AND LENGTH(name.first_word) > 2 AND NOT REGEXP_MATCHES(name.first_word, '[0-9]')
    AND name.first_word NOT IN ({{not_names}})
), written_name AS MATERIALIZED (
  -- 2: the whole name, of two words or more; 1: a first name alone, written with a capital letter.
  SELECT spoken_name.text_no, spoken_name.words, spoken_name.strength
  FROM spoken_name JOIN who ON who.text_no = spoken_name.text_no AND who.about_child IS NOT NULL
  JOIN subject ON subject.subject_id = who.subject_id
  WHERE CASE WHEN spoken_name.strength = 2 THEN STRPOS(subject.words, ' ' || spoken_name.words || ' ') > 0
             ELSE STRPOS(subject.text_as_written, UPPER(SUBSTRING(spoken_name.words, 1, 1)) || SUBSTRING(spoken_name.words, 2)) > 0 END
), said AS (
  SELECT written_name.text_no, name.child_id, written_name.strength
  FROM written_name JOIN name ON name.words = written_name.words AND written_name.strength = 2
  UNION ALL
  SELECT written_name.text_no, name.child_id, written_name.strength
  FROM written_name JOIN name ON name.first_word = written_name.words AND written_name.strength = 1
), strange AS MATERIALIZED (
  SELECT said.text_no, said.child_id, MAX(said.strength) AS strength
  FROM said JOIN who ON who.text_no = said.text_no AND who.about_child IS NOT NULL
  LEFT JOIN own_child ON own_child.text_no = said.text_no AND own_child.child_id = said.child_id
  WHERE own_child.child_id IS NULL
  GROUP BY said.text_no, said.child_id
), strange_name AS (
  SELECT strange.text_no, strange.child_id, strange.strength, MAX(CASE WHEN edge.one IS NULL THEN 0 ELSE 1 END) AS is_like_another
  FROM strange LEFT JOIN edge ON edge.one = strange.text_no
  GROUP BY strange.text_no, strange.child_id, strange.strength
), verdict AS (
  SELECT long_enough.text_no,
         CASE WHEN copied.text_no IS NULL THEN 'text' ELSE 'led by ' || copied.leader END AS case_key,
         CASE WHEN copied.text_no IS NULL THEN 'met' ELSE 'breach' END AS outcome,
         'generic' AS state, COALESCE(copied.members, '') AS missing, copied.texts AS amount, copied.evidence
  FROM long_enough LEFT JOIN copied ON copied.text_no = long_enough.text_no
  UNION ALL
  SELECT text_no, 'name of ' || child_id AS case_key, CASE WHEN strength = 2 OR is_like_another = 1 THEN 'breach' ELSE 'prompt' END AS outcome,
         'inconsistent' AS state, child_id AS missing, CAST(NULL AS BIGINT) AS amount, CAST(NULL AS VARCHAR) AS evidence
  FROM strange_name
), result AS (
  SELECT who.subject_id, verdict.case_key, verdict.outcome, verdict.state,
         COALESCE(subject.record_on, $as_of) AS began_on,
         subject.record_on AS trigger_on,
         CAST(NULL AS DATE) AS due_on,
         CAST(NULL AS DATE) AS done_on,
         {{closed}} AS closed_on,
         CAST(NULL AS BIGINT) AS days_late,
         CASE WHEN verdict.state = 'inconsistent' THEN verdict.missing
              ELSE SUBSTRING(REPLACE(CHR(31) || verdict.missing || CHR(31), CHR(31) || who.subject_id || CHR(31), CHR(31)), 2) END AS missing,
         '' AS unknown,
         verdict.amount,
         CAST(NULL AS BIGINT) AS allowed,
         COALESCE(verdict.evidence, '{{subject_table}}:' || who.subject_id) AS evidence
  FROM verdict JOIN who ON who.text_no = verdict.text_no JOIN subject ON subject.subject_id = who.subject_id
)
