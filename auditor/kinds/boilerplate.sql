-- boilerplate: texts that should be individual and are nearly the same. docs/explanation/boilerplate.md says how.
WITH subject AS (
  {{subject}}
), token AS (
  SELECT subject.subject_id, one.word, one.place
  FROM subject CROSS JOIN UNNEST(STRING_TO_ARRAY(TRIM(subject.words), ' ')) WITH ORDINALITY AS one(word, place)
), home AS (
  -- Children who live, or lived, in the home a text is about, or where its child lives.
  SELECT DISTINCT subject.subject_id, other.child_id, other.household_id
  FROM subject JOIN placements AS mine ON mine.child_id = subject.about_child OR mine.household_id = subject.about_household
  JOIN placements AS other ON other.household_id = mine.household_id
), own_child AS (
  SELECT subject_id, about_child AS child_id FROM subject WHERE about_child IS NOT NULL
  UNION
  SELECT subject_id, child_id FROM home
  UNION
  SELECT subject.subject_id, sibling.child_id
  FROM subject JOIN children AS mine ON mine.child_id = subject.about_child
  JOIN children AS sibling ON sibling.sibling_group = mine.sibling_group
), own_home AS (
  SELECT subject_id, about_household AS household_id FROM subject WHERE about_household IS NOT NULL
  UNION
  SELECT subject_id, household_id FROM home
), own_name AS (
  SELECT own_child.subject_id, children.name FROM own_child JOIN children ON children.child_id = own_child.child_id
  UNION
  SELECT own_home.subject_id, households.name FROM own_home JOIN households ON households.household_id = own_home.household_id
  UNION
  SELECT own_home.subject_id, carers.name FROM own_home JOIN carers ON carers.household_id = own_home.household_id
  UNION
  SELECT own_home.subject_id, household_members.name FROM own_home JOIN household_members ON household_members.household_id = own_home.household_id
), own_word AS (
  SELECT DISTINCT own_name.subject_id, one.word
  FROM own_name CROSS JOIN UNNEST(STRING_TO_ARRAY(TRIM({{own_name_words}}), ' ')) WITH ORDINALITY AS one(word, place)
), kept AS (
  SELECT token.subject_id, token.word, token.place
  FROM token LEFT JOIN own_word ON own_word.subject_id = token.subject_id AND own_word.word = token.word
  WHERE own_word.word IS NULL AND LENGTH(token.word) > 1 AND NOT REGEXP_MATCHES(token.word, '[0-9]') AND token.word NOT IN ({{masked}})
), long_enough AS (
  SELECT subject_id FROM kept GROUP BY subject_id HAVING COUNT(*) >= {{minimum}}
), run AS (
  SELECT kept.subject_id,
         kept.word || ' ' || LEAD(kept.word, 1) OVER (PARTITION BY kept.subject_id ORDER BY kept.place) || ' '
           || LEAD(kept.word, 2) OVER (PARTITION BY kept.subject_id ORDER BY kept.place) AS words
  FROM kept JOIN long_enough ON long_enough.subject_id = kept.subject_id
), shingle AS (
  SELECT DISTINCT subject_id, words FROM run WHERE words IS NOT NULL
), spread AS (
  SELECT shingle.words, COUNT(DISTINCT subject.by_id) AS subjects
  FROM shingle JOIN subject ON subject.subject_id = shingle.subject_id
  GROUP BY shingle.words
), everyone AS (
  SELECT COUNT(DISTINCT subject.by_id) AS subjects FROM subject JOIN long_enough ON long_enough.subject_id = subject.subject_id
), printed AS (
  -- Runs that more than half of all texts share are the form's own headings and guidance.
  SELECT spread.words FROM spread CROSS JOIN everyone WHERE everyone.subjects >= 20 AND spread.subjects * 2 > everyone.subjects
), piece AS (
  SELECT shingle.subject_id, shingle.words, CASE WHEN printed.words IS NULL THEN 1 ELSE 0 END AS own
  FROM shingle LEFT JOIN printed ON printed.words = shingle.words
), size AS (
  SELECT subject_id, COUNT(*) AS whole, SUM(own) AS own FROM piece GROUP BY subject_id
), ordered AS (
  SELECT piece.subject_id, piece.words, piece.own, size.own AS own_size, size.whole,
         ROW_NUMBER() OVER (PARTITION BY piece.subject_id, piece.own ORDER BY MD5(piece.words), piece.words) AS place
  FROM piece JOIN size ON size.subject_id = piece.subject_id
), sketch AS (
  -- A few runs stand for the text, chosen by their hash so that like texts choose alike. The form's own runs serve
  -- only where the text has little else.
  SELECT ordered.subject_id, ordered.words, subject.within_id
  FROM ordered JOIN subject ON subject.subject_id = ordered.subject_id
  WHERE place <= 32 AND (own = 1 OR own_size * 5 < whole)
), neighbour AS (
  SELECT subject_id,
         MIN(subject_id) OVER (PARTITION BY words, within_id) AS first_id,
         LAG(subject_id) OVER (PARTITION BY words, within_id ORDER BY subject_id) AS last_id
  FROM sketch
), near AS (
  SELECT first_id AS one, subject_id AS other FROM neighbour WHERE first_id < subject_id
  UNION ALL
  SELECT last_id AS one, subject_id AS other FROM neighbour WHERE last_id > first_id
), candidate AS (
  SELECT near.one, near.other
  FROM near JOIN subject AS a ON a.subject_id = near.one JOIN subject AS b ON b.subject_id = near.other
  WHERE a.by_id <> b.by_id
  GROUP BY near.one, near.other
  HAVING COUNT(*) >= 3
), common AS (
  SELECT candidate.one, candidate.other, COUNT(*) AS whole, SUM(mine.own) AS own
  FROM candidate JOIN piece AS mine ON mine.subject_id = candidate.one
  JOIN piece AS theirs ON theirs.subject_id = candidate.other AND theirs.words = mine.words
  GROUP BY candidate.one, candidate.other
), alike AS (
  SELECT common.one, common.other
  FROM common JOIN size AS a ON a.subject_id = common.one JOIN size AS b ON b.subject_id = common.other
  WHERE (a.own >= 20 AND b.own >= 20 AND common.own >= {{similarity}} * (a.own + b.own - common.own))
     OR common.whole >= 0.9 * (a.whole + b.whole - common.whole)
), edge AS (
  SELECT one, other FROM alike
  UNION
  SELECT other AS one, one AS other FROM alike
  UNION
  SELECT one, one AS other FROM alike
), label_0 AS (
  SELECT one AS subject_id, MIN(other) AS label FROM edge GROUP BY one
{{labels}}), cluster AS (
  SELECT label_{{last_label}}.label, MIN(label_{{last_label}}.subject_id) AS leader, COUNT(*) AS texts,
         STRING_AGG(label_{{last_label}}.subject_id, CHR(31) ORDER BY label_{{last_label}}.subject_id) AS members,
         STRING_AGG('{{subject_table}}:' || label_{{last_label}}.subject_id, CHR(31) ORDER BY label_{{last_label}}.subject_id) AS evidence
  FROM label_{{last_label}} JOIN subject ON subject.subject_id = label_{{last_label}}.subject_id
  GROUP BY label_{{last_label}}.label
  HAVING COUNT(DISTINCT subject.by_id) >= {{at_least}} AND COUNT(*) > 1
), copied AS (
  SELECT label_{{last_label}}.subject_id, cluster.leader, cluster.texts, cluster.members, cluster.evidence
  FROM label_{{last_label}} JOIN cluster ON cluster.label = label_{{last_label}}.label
), gram AS (
  SELECT subject_id, word AS first_word,
         word || COALESCE(' ' || LEAD(word, 1) OVER (PARTITION BY subject_id ORDER BY place), '') AS two_words,
         word || COALESCE(' ' || LEAD(word, 1) OVER (PARTITION BY subject_id ORDER BY place), '')
           || COALESCE(' ' || LEAD(word, 2) OVER (PARTITION BY subject_id ORDER BY place), '') AS three_words
  FROM token
  WHERE {{names}}
), name AS (
  SELECT child_id, words, words_number, CASE WHEN words_number = 1 THEN words ELSE SPLIT_PART(words, ' ', 1) END AS first_word
  FROM (SELECT child_id, words, LENGTH(words) - LENGTH(REPLACE(words, ' ', '')) + 1 AS words_number
        FROM (SELECT child_id, TRIM({{child_name_words}}) AS words FROM children WHERE name IS NOT NULL) AS plain
        WHERE LENGTH(words) > 2) AS counted
), said AS (
  -- 2: the whole name, of two or three words; 1: a first name alone, written with a capital letter.
  SELECT gram.subject_id, name.child_id,
         MAX(CASE WHEN name.words_number > 1 AND name.words IN (gram.two_words, gram.three_words) THEN 2
                  WHEN LENGTH(name.first_word) > 2 AND NOT REGEXP_MATCHES(name.first_word, '[0-9]') AND name.first_word NOT IN ({{not_names}})
                       AND STRPOS(subject.text_as_written, UPPER(SUBSTRING(name.first_word, 1, 1)) || SUBSTRING(name.first_word, 2)) > 0 THEN 1
                  ELSE 0 END) AS strength
  FROM gram JOIN name ON name.first_word = gram.first_word
  JOIN subject ON subject.subject_id = gram.subject_id AND subject.about_child IS NOT NULL
  LEFT JOIN own_child ON own_child.subject_id = gram.subject_id AND own_child.child_id = name.child_id
  LEFT JOIN own_word ON own_word.subject_id = gram.subject_id AND own_word.word = name.first_word AND name.words_number = 1
  WHERE own_child.child_id IS NULL AND own_word.word IS NULL
  GROUP BY gram.subject_id, name.child_id
), strange_name AS (
  SELECT said.subject_id, said.child_id, said.strength, MAX(CASE WHEN alike.one IS NOT NULL THEN 1 ELSE 0 END) AS is_like_another
  FROM said LEFT JOIN alike ON alike.one = said.subject_id OR alike.other = said.subject_id
  LEFT JOIN own_word ON own_word.subject_id = said.subject_id AND own_word.word IN (SELECT name.first_word FROM name WHERE name.child_id = said.child_id)
  WHERE said.strength = 2 OR (said.strength = 1 AND own_word.word IS NULL)
  GROUP BY said.subject_id, said.child_id, said.strength
), verdict AS (
  SELECT long_enough.subject_id,
         CASE WHEN copied.subject_id IS NULL THEN 'text' ELSE 'led by ' || copied.leader END AS case_key,
         CASE WHEN copied.subject_id IS NULL THEN 'met' ELSE 'breach' END AS outcome,
         'generic' AS state,
         CASE WHEN copied.subject_id IS NULL THEN ''
              ELSE SUBSTRING(REPLACE(CHR(31) || copied.members || CHR(31), CHR(31) || long_enough.subject_id || CHR(31), CHR(31)), 2) END AS missing,
         copied.texts AS amount,
         COALESCE(copied.evidence, '{{subject_table}}:' || long_enough.subject_id) AS evidence
  FROM long_enough LEFT JOIN copied ON copied.subject_id = long_enough.subject_id
  UNION ALL
  SELECT subject_id, 'name of ' || child_id AS case_key, CASE WHEN strength = 2 OR is_like_another = 1 THEN 'breach' ELSE 'prompt' END AS outcome,
         'inconsistent' AS state, child_id AS missing, CAST(NULL AS BIGINT) AS amount,
         '{{subject_table}}:' || subject_id || CHR(31) || 'children:' || child_id AS evidence
  FROM strange_name
), result AS (
  SELECT verdict.subject_id, verdict.case_key, verdict.outcome, verdict.state,
         COALESCE(subject.record_on, $as_of) AS began_on,
         subject.record_on AS trigger_on,
         CAST(NULL AS DATE) AS due_on,
         CAST(NULL AS DATE) AS done_on,
         {{closed}} AS closed_on,
         CAST(NULL AS BIGINT) AS days_late,
         verdict.missing,
         '' AS unknown,
         verdict.amount,
         CAST(NULL AS BIGINT) AS allowed,
         verdict.evidence
  FROM verdict JOIN subject ON subject.subject_id = verdict.subject_id
)
