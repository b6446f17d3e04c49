-- How the text of one cell is read. Every macro takes the text of a cell, or what an earlier macro made of it, and
-- gives NULL where it cannot be read. Dates are day first. Local times are in Europe/London.
--
-- The quick_ macros read the cells that are written as most are, and are tried on every cell; what they leave is read by
-- the _of macros, which know every other way to write a value and cost more to run and to plan.
--
-- Lists of words are written as patterns, never with IN or list_contains: the engine turns a long one of those into a
-- join, which loses the order of the rows, and with it their row numbers.

CREATE MACRO ingest.quick_text(t) AS
  CASE
    WHEN strlen(t) > 30 AND t BETWEEN '!' AND '~' THEN t
    WHEN regexp_full_match(t, '(?s)(?:[^\s\x{a0}\x{200b}\x{202f}\x{feff}<#.\-nNdD]|[nN][^/uUaAoO\s\x{a0}\x{200b}\x{202f}\x{feff}]|[dD][^aA\s\x{a0}\x{200b}\x{202f}\x{feff}])(?:.*[^\s\x{a0}\x{200b}\x{202f}\x{feff}])?') THEN t
  END;

-- A key that begins with a figure or letter and ends with a figure, so that it is neither blank at an end nor one of the
-- words for nothing. (Three comparisons cost half of what a pattern does.)
CREATE MACRO ingest.quick_id(t) AS
  CASE WHEN t BETWEEN '0' AND '~' AND reverse(t) BETWEEN '0' AND ':' AND NOT contains(t, '.') THEN t END;

CREATE MACRO ingest.quick_boolean(t) AS CASE t WHEN 'yes' THEN TRUE WHEN 'no' THEN FALSE WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END;

CREATE MACRO ingest.quick_integer(t) AS CASE WHEN regexp_full_match(t, '[0-9]{1,18}') THEN TRY_CAST(t AS BIGINT) END;

CREATE MACRO ingest.quick_number(t) AS CASE WHEN regexp_full_match(t, '[0-9]{1,15}(?:\.[0-9]{1,15})?') THEN TRY_CAST(t AS DOUBLE) END;

-- The shape is looked at first; the engine then reads only what stands in its place. Years are from 1900 to 2199.
CREATE MACRO ingest.quick_date(t) AS
  CASE
    WHEN strlen(t) = 10 AND t >= '19' AND t < '22' AND t LIKE '____-%' THEN TRY_CAST(t AS DATE)
    WHEN strlen(t) = 10 AND t LIKE '__/__/%' AND try_strptime(t, '%d/%m/%Y') BETWEEN TIMESTAMP '1900-01-01' AND TIMESTAMP '2199-12-31'
    THEN CAST(try_strptime(t, '%d/%m/%Y') AS DATE)
  END;

-- The local time of a cell that has one, and no offset.
CREATE MACRO ingest.quick_local(t) AS
  CASE
    WHEN regexp_full_match(t, '(?:19|20|21)\d\d-\d\d-\d\d[T ](?:[01]\d|2[0-3]):\d\d(?::\d\d)?') THEN TRY_CAST(t AS TIMESTAMP)
    WHEN regexp_full_match(t, '\d\d/\d\d/(?:19|20|21)\d\d (?:[01]\d|2[0-3]):\d\d') THEN try_strptime(t, '%d/%m/%Y %H:%M')
  END;

-- What counts as white space: blanks, tabs, line ends, no-break spaces and the marks that a byte order leaves behind.
CREATE MACRO ingest.trimmed(t) AS
  trim(t, ' ' || chr(9) || chr(10) || chr(13) || chr(160) || chr(8203) || chr(8239) || chr(65279));

-- Text without white space around it; NULL for an empty cell and for the words that systems write into one.
CREATE MACRO ingest.text_of(t) AS
  CASE
    WHEN regexp_full_match(t,
      '(?i)[\s\x{a0}\x{200b}\x{202f}\x{feff}]*(?:--?|\.\.?|null|<null>|<blank>|#?n/a|nan|nat|not recorded|data not captured)?[\s\x{a0}\x{200b}\x{202f}\x{feff}]*')
    THEN NULL
    ELSE nullif(ingest.trimmed(t), '')
  END;

-- A key or reference. A spreadsheet that took it for a number writes 12 as 12.0.
CREATE MACRO ingest.id_of(t) AS
  CASE
    WHEN regexp_full_match(t, '\s*[0-9]+\.0+\s*') THEN regexp_extract(t, '[0-9]+')
    ELSE ingest.text_of(t)
  END;

-- A key without differences of case, signs and leading noughts.
CREATE MACRO ingest.plain_id(t) AS
  regexp_replace(regexp_replace(lower(t), '[^a-z0-9]+', '', 'g'), '(^|[a-z])0+([0-9])', '\1\2', 'g');

-- A word of a code set, as it would stand in the contract: lower case, underscores.
CREATE MACRO ingest.word_of(t) AS trim(regexp_replace(lower(ingest.text_of(t)), '[\s_–-]+', '_', 'g'), '_');

CREATE MACRO ingest.boolean_of(t) AS
  CASE
    WHEN regexp_full_match(t, '(?i)[\s\x{a0}\x{200b}\x{202f}\x{feff}]*(?:yes|y|true|t|1|1\.0)[\s\x{a0}\x{200b}\x{202f}\x{feff}]*') THEN TRUE
    WHEN regexp_full_match(t, '(?i)[\s\x{a0}\x{200b}\x{202f}\x{feff}]*(?:no|n|false|f|0|0\.0)[\s\x{a0}\x{200b}\x{202f}\x{feff}]*') THEN FALSE
  END;

CREATE MACRO ingest.without_commas(s) AS
  CASE WHEN regexp_full_match(s, '[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?') THEN replace(s, ',', '') ELSE s END;

CREATE MACRO ingest.integer_of(t) AS
  CASE
    WHEN regexp_full_match(ingest.without_commas(ingest.trimmed(t)), '[+-]?[0-9]{1,18}(\.0*)?')
    THEN TRY_CAST(split_part(ingest.without_commas(ingest.trimmed(t)), '.', 1) AS BIGINT)
  END;

-- A number; a pound sign before it or a percent sign after it is left out.
CREATE MACRO ingest.number_of(t) AS
  TRY_CAST(regexp_extract(
    ingest.without_commas(regexp_replace(ingest.trimmed(t), '^(-?)£ ?', '\1')),
    '^([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?) ?%?$', 1) AS DOUBLE);

-- The day in a date without a time, in lower case: 2026-03-31, 31/03/2026, 31.3.26, 31 mar 2026, 31st march 26.
-- Two-figure years 00 to 68 are this century, 69 to 99 the last.
CREATE MACRO ingest.day_in_figures(s) AS
  TRY_CAST(regexp_extract(
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(s,
      '^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$', '\1-\2-\3'),
      '^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$', '\3-\2-\1'),
      '^(\d{1,2})[-/.](\d{1,2})[-/.]([0-5]\d|6[0-8])$', '20\3-\2-\1'),
      '^(\d{1,2})[-/.](\d{1,2})[-/.](\d\d)$', '19\3-\2-\1'),
    '^\d{4}-\d{1,2}-\d{1,2}$') AS DATE);

CREATE MACRO ingest.day_in_words(s) AS
  CAST(try_strptime(regexp_extract(
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(s,
      '^(?:(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?,? +)?(\d{1,2})(?:st|nd|rd|th)?(?: of)?[-/. ]*([a-z]{3,9})[-/., ]+(\d{4}|\d\d)$', '\1 \2 \3'),
      ' sept ', ' sep '),
      ' ([0-5]\d|6[0-8])$', ' 20\1'),
      ' (\d\d)$', ' 19\1'),
    '^\d{1,2} [a-z]{3,9} \d{4}$'),
    ['%d %b %Y', '%d %B %Y']) AS DATE);

-- Years far from any living record are slips of the pen, not dates.
CREATE MACRO ingest.sane(d) AS CASE WHEN year(d) BETWEEN 1900 AND 2199 THEN d END;

CREATE MACRO ingest.day_alone(s) AS
  CASE WHEN regexp_matches(s, '[a-z]') THEN ingest.sane(ingest.day_in_words(s)) ELSE ingest.sane(ingest.day_in_figures(s)) END;

-- A date and time is taken apart by one pattern: 1 the day, 2 the clock, 3 am or pm, 4 the offset.
CREATE MACRO ingest.part_of_time(s, n) AS
  regexp_extract(s,
    '^(.*?\d)(?:t|,? +)(\d{1,2}:\d\d(?::\d\d(?:[.,]\d{1,9})?)?) ?(am|pm)? ?(z|utc|gmt|bst|[+-]\d\d(?::?\d\d)?)?$', n);

CREATE MACRO ingest.clock(s) AS
  CASE
    WHEN ingest.part_of_time(s, 3) <> ''
    THEN CAST(try_strptime(ingest.part_of_time(s, 2) || ' ' || ingest.part_of_time(s, 3), ['%I:%M %p', '%I:%M:%S %p']) AS TIME)
    WHEN regexp_matches(ingest.part_of_time(s, 2), '^(?:[01]?\d|2[0-3]):')
    THEN TRY_CAST(replace(ingest.part_of_time(s, 2), ',', '.') AS TIME)
  END;

-- Minutes east of Greenwich; NULL without an offset.
CREATE MACRO ingest.offset_of(s) AS
  CASE
    WHEN ingest.part_of_time(s, 4) = '' THEN NULL
    WHEN regexp_full_match(ingest.part_of_time(s, 4), 'z|utc|gmt') THEN 0
    WHEN ingest.part_of_time(s, 4) = 'bst' THEN 60
    ELSE CAST(ingest.part_of_time(s, 4)[1:1] || '1' AS INTEGER) * (
      CAST(ingest.part_of_time(s, 4)[2:3] AS INTEGER) * 60
      + coalesce(TRY_CAST(nullif(right(replace(ingest.part_of_time(s, 4), ':', '')[4:], 2), '') AS INTEGER), 0))
  END;

-- The clock as written, on the day as written, whether or not an offset follows.
CREATE MACRO ingest.written(s) AS ingest.day_alone(ingest.part_of_time(s, 1)) + ingest.clock(s);

-- The instant of a cell that carries an offset.
CREATE MACRO ingest.instant_of(t) AS
  CASE
    WHEN regexp_matches(t, ':\d\d[^:]*[A-Za-z+-]') AND ingest.offset_of(lower(ingest.trimmed(t))) IS NOT NULL
    THEN timezone('UTC', ingest.written(lower(ingest.trimmed(t)))
                         - to_minutes(ingest.offset_of(lower(ingest.trimmed(t)))))
  END;

-- The local time of a cell that has a time and no offset.
CREATE MACRO ingest.local_of(t) AS
  CASE
    WHEN contains(t, ':') AND ingest.part_of_time(lower(ingest.trimmed(t)), 4) = ''
    THEN ingest.written(lower(ingest.trimmed(t)))
  END;

-- The day of a cell without a time.
CREATE MACRO ingest.day_of(t) AS
  CASE
    WHEN length(t) <= 60 AND NOT contains(t, ':') THEN ingest.day_alone(lower(ingest.trimmed(t)))
  END;

CREATE MACRO ingest.london(l) AS timezone('Europe/London', l);

-- The local day of a cell that may have a time.
CREATE MACRO ingest.date_of(t) AS
  CASE
    WHEN contains(t, ':') AND length(t) <= 60
    THEN coalesce(CAST(ingest.london(ingest.instant_of(t)) AS DATE), CAST(ingest.local_of(t) AS DATE))
    ELSE ingest.day_of(t)
  END;

-- The first instant of the hour that a local time names. In the autumn the hour from one to two comes twice.
CREATE MACRO ingest.first_reading(l) AS least(ingest.london(l), ingest.london(l - INTERVAL 1 HOUR) + INTERVAL 1 HOUR);
