"""What the values of a column show: how many there are, what they look like, whether they are dates, codes or keys.

Nothing of this is printed but shapes: a value's letters become a, its figures 9.
"""

from __future__ import annotations

import functools
import re
from collections import Counter
from dataclasses import dataclass, field, replace

from auditor.mapping.codes import code_of
from auditor.mapping.grid import Raw, folded, own_heading
from auditor.mapping.months import NAMES, numbered
from auditor.mapping.order import decided_order
from auditor.mapping.stems import stem
from auditor.mapping.words import is_word, key
from auditor.records import SEPARATORS
from auditor.store import Store

MOST_ROWS = 20_000
MOST_DIFFERENT = 200
LONGEST_CELL = 400
LONGEST_PREFIX = 5
_DATE = re.compile(
    r"\s*(?:\d{4}-\d\d-\d\d(?:[T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d\d)(?:[T ,].*)?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[-/ ](?:{'|'.join(NAMES)})[a-z]*[-/., ]+(?:\d{{4}}|\d\d)(?: .*)?|(?:19|20)\d\d[01]\d[0-3]\d(?:[T ]?\d\d:?\d\d(?::?\d\d)?)?)\s*",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"[a-z]{0,5}[-_/ ]?[0-9][a-z0-9-_/]*")
_PACKED = re.compile(r"(?:19|20)\d\d[01]\d[0-3]\d(?:[T ]?\d\d:?\d\d(?::?\d\d)?)?", re.IGNORECASE)
_TIMES = {
    f"{sign}99{colon}99{end}": f"{sign}%H{colon}%M{f'{colon}%S' if end else ''}"
    for sign in ("", " ", "T") for colon in ("", ":") for end in ("", f"{colon}99")
}
_IN_FIGURES = re.compile(r"\s*(\d{1,2})[-/.](\d{1,2})[-/.](?:\d{4}|\d\d)\b")
_YES_NO = {"yes", "no", "y", "n", "true", "false", "0", "1"}
_EMPTY = {"", "-", ".", "..", "null", "<null>", "n/a", "nan", "none", "not recorded", "tbc", "tba", "data not captured"}
# Of so many records one may have been entered twice.
FEW_TWICE_FROM = 20


@dataclass(frozen=True)
class Profile:
    """One column of a file: its heading, and its values (folded) with how often each stands. `plain` is the heading without
    a prefix that most headings of the file begin with, without the words of the sheet's name, and without the group above it
    where no other group has such a heading. `in_series` is a column of days that is one of several alike but for a number."""

    number: int
    heading: str
    values: Counter[str]
    samples: tuple[str, ...]
    rows: int
    plain: str = ""
    in_series: bool = False
    known: dict[str, float] = field(default_factory=dict, compare=False, repr=False)

    @functools.cached_property
    def filled(self) -> int:
        """How many cells hold something."""
        return sum(self.values.values())

    def share(self, test) -> float:
        """The share of the filled cells whose value passes `test`."""
        return sum(n for value, n in self.values.items() if test(value)) / self.filled if self.filled else 0.0

    @functools.cached_property
    def dates(self) -> float:
        """The share of the filled cells that are dates."""
        return self.share(lambda value: bool(_DATE.fullmatch(value)))

    @functools.cached_property
    def yes_no(self) -> float:
        """The share of the filled cells that are yes or no."""
        return self.share(lambda value: value in _YES_NO)

    @functools.cached_property
    def numbers(self) -> float:
        """The share of the filled cells that are numbers."""
        return self.share(lambda value: bool(re.fullmatch(r"[-+]?£?\d+(?:[.,]\d+)?%?", value)))

    @functools.cached_property
    def references(self) -> float:
        """The share of the filled cells that look like references: figures with a few letters before them."""
        return self.share(lambda value: bool(_REFERENCE.fullmatch(value)))

    @functools.cached_property
    def unique(self) -> bool:
        """Whether every row has a value of its own, but for a few that are blank or entered twice."""
        few = max(self.filled >= FEW_TWICE_FROM, self.filled // 50)
        return self.filled >= max(self.rows - max(2, few), 1) and self.filled - len(self.values) <= few

    def codes(self, codeset: str) -> float:
        """The share of the filled cells whose words, or the words they list, stand for words of a code set; of many
        different words, that of the commonest."""
        if codeset not in self.known:
            common = self.values.most_common(MOST_DIFFERENT)
            told = sum(n for value, n in common if all(code_of(word, codeset) for word in re.split(SEPARATORS, value[:LONGEST_CELL])))
            self.known[codeset] = told / sum(n for _, n in common) if common else 0.0
        return self.known[codeset]

    def order(self) -> str | None:
        """day_first, month_first or mixed, as figures above 12 show; `either` where nothing shows it; None without such dates."""
        found = [_IN_FIGURES.match(value) for value in self.values]
        pairs = [(int(one[1]), int(one[2]), n) for one, n in zip(found, self.values.values(), strict=True) if one]
        decided = decided_order(sum(n for a, _, n in pairs if a > 12), sum(n for _, b, n in pairs if b > 12))
        return decided or ("either" if any(a != b for a, b, _ in pairs) else None)

    def packed(self) -> str | None:
        """How its days are written, where they are eight figures, year first, with or without a time; None if they are not."""
        if self.share(lambda value: bool(_PACKED.fullmatch(value))) <= 0.9:
            return None
        times = {re.sub(r"\d", "9", value[8:].upper()) for value in self.values if len(value) > 8} & _TIMES.keys()
        return "%Y%m%d" + (_TIMES[times.pop()] if len(times) == 1 else "")

    def overlap(self, other: Profile) -> float:
        """The share of its different values that are among those of another column."""
        return len(self.values.keys() & other.values.keys()) / len(self.values) if self.values else 0.0

    def shapes(self) -> list[str]:
        """Three shapes, the commonest first."""
        counts = Counter(shape(value) for value in self.samples)
        return [one for one, _ in counts.most_common(3)]


def shape(value: str) -> str:
    """The form of a value without the value: `14/05/2026` is 99/99/9999, `Smith` is Aaaa."""
    text = re.sub(r"[^\W\d_]", lambda m: "A" if m[0].isupper() else "a", value.strip()[:60])
    text = re.sub(r"\d", "9", text)
    text = re.sub(r"[^A-Za9 -~]", "?", re.sub(r"[\r\n\t]+", " ", text))
    text = re.sub(r"([Aa])\1{3,}|(?<=A)a{3,}", lambda m: m[0][:3], text)
    return text[:24] + ("…" if len(text) > 24 else "")


def shared_prefix(headings: list[str]) -> str:
    """What most headings of a table begin with, as some databases write them: `plc_` of `plc_from`, `plc_to` and `plc_key`;
    empty if there is nothing of the kind, or it is a word that says whose they are."""
    starts = Counter(heading[: heading.index("_") + 1] for heading in headings if 0 < heading.find("_") <= LONGEST_PREFIX)
    if not starts:
        return ""
    prefix, times = starts.most_common(1)[0]
    return prefix if times >= 4 and times >= 0.6 * len(headings) and not is_word(prefix[:-1]) else ""


def _bare(heading: str, names: tuple[str, ...]) -> str:
    """A heading without the words, or the initials, of its sheet's name: `UV Completed By` in Unannounced Visits. As it is
    where nothing but such a word as number, date or type would be left."""
    words = re.findall(r"[A-Za-z]+", " ".join(names))
    starts = "".join(word[0] for word in words).lower()
    own = {stem(word.lower()) for word in words}
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading).replace("_", " ").split()
    kept = [w for w in spaced if stem(w.lower()) not in own and not (len(w) > 1 and w.isupper() and w.lower() in starts)]
    return " ".join(kept) if set(key(" ".join(kept)).split()) - {"id", "date", "name", "kind", "status"} else heading


def profiles(store: Store, raw: Raw, names: tuple[str, ...] = (), drop: str = "FALSE", grouped: bool = False) -> list[Profile]:
    """The columns of a file that have a heading. `names` are those of its sheet; `grouped` says that groups stand above its
    headings."""
    wanted = [n for n, heading in enumerate(raw.headings) if heading]
    if not wanted:
        return []
    cells = ", ".join(f"c{n}" for n in wanted)
    rows = store.rows(f"SELECT {cells} FROM {raw.relation} WHERE NOT ({drop}) ORDER BY _at LIMIT {MOST_ROWS}")
    rows = [row for row in rows if any((cell or "").strip() for cell in row)]
    found = []
    same = Counter(own_heading(raw.headings[number]) for number in wanted)
    prefix = shared_prefix([raw.headings[number] for number in wanted])
    for place, number in enumerate(wanted):
        cells_ = [row[place].strip() for row in rows if row[place] and folded(row[place]) not in _EMPTY]
        heading = raw.headings[number]
        own = own_heading(heading) if grouped and same[own_heading(heading)] == 1 else heading
        plain = _bare(own.removeprefix(prefix) or own, names)
        found.append(Profile(number, heading, Counter(map(folded, cells_)), tuple(cells_[:200]), len(rows), plain))
    series = numbered([one.heading for one in found if one.dates > 0.3 or not one.filled])
    return [replace(one, in_series=True) if one.heading in series else one for one in found]

