"""What the values of a column show: how many there are, what they look like, whether they are dates, codes or keys.

Nothing of this is printed but shapes: a value's letters become a, its figures 9.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

from auditor.mapping.grid import Raw, folded
from auditor.mapping.months import NAMES
from auditor.mapping.words import code_of
from auditor.store import Store

MOST_ROWS = 20_000
_DATE = re.compile(
    r"\s*(?:\d{4}-\d\d-\d\d(?:[T ].*)?|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d\d)(?:[T ,].*)?"
    rf"|\d{{1,2}}(?:st|nd|rd|th)?[-/ ](?:{'|'.join(NAMES)})[a-z]*[-/., ]+(?:\d{{4}}|\d\d)(?: .*)?|(?:19|20)\d\d[01]\d[0-3]\d)\s*",
    re.IGNORECASE,
)
_TIME = re.compile(r"\d\d?:\d\d")
_IN_FIGURES = re.compile(r"\s*(\d{1,2})[-/.](\d{1,2})[-/.](?:\d{4}|\d\d)\b")
_YES_NO = {"yes", "no", "y", "n", "true", "false", "0", "1"}
_EMPTY = {"", "-", ".", "..", "null", "<null>", "n/a", "nan", "none", "not recorded", "tbc", "tba", "data not captured"}


@dataclass(frozen=True)
class Profile:
    """One column of a file: its heading, and its values (folded) with how often each stands."""

    number: int
    heading: str
    values: Counter[str]
    samples: tuple[str, ...]
    rows: int

    @property
    def filled(self) -> int:
        """How many cells hold something."""
        return sum(self.values.values())

    def share(self, test) -> float:
        """The share of the filled cells whose value passes `test`."""
        return sum(n for value, n in self.values.items() if test(value)) / self.filled if self.filled else 0.0

    @property
    def dates(self) -> float:
        """The share of the filled cells that are dates."""
        return self.share(lambda value: bool(_DATE.fullmatch(value)))

    @property
    def yes_no(self) -> float:
        """The share of the filled cells that are yes or no."""
        return self.share(lambda value: value in _YES_NO)

    @property
    def numbers(self) -> float:
        """The share of the filled cells that are numbers."""
        return self.share(lambda value: bool(re.fullmatch(r"[-+]?£?\d+(?:[.,]\d+)?%?", value)))

    @property
    def unique(self) -> bool:
        """Whether every row has a value of its own."""
        return self.filled >= max(self.rows - 2, 1) and all(n == 1 for n in self.values.values())

    def codes(self, codeset: str) -> float:
        """The share of the filled cells whose words stand for words of a code set."""
        return self.share(lambda value: code_of(value, codeset) is not None)

    def order(self) -> str | None:
        """day_first, month_first or mixed, as figures above 12 show; `either` where nothing shows it; None without such dates."""
        found = [_IN_FIGURES.match(value) for value in self.values]
        pairs = [(int(one[1]), int(one[2])) for one in found if one]
        day, month = any(a > 12 for a, _ in pairs), any(b > 12 for _, b in pairs)
        if day and month:
            return "mixed"
        if day or month:
            return "day_first" if day else "month_first"
        return "either" if any(a != b for a, b in pairs) else None

    def packed(self) -> bool:
        """Whether its dates are eight figures, year first."""
        return self.share(lambda value: bool(re.fullmatch(r"(?:19|20)\d{6}", value))) > 0.9

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


def profiles(store: Store, raw: Raw, drop: str = "FALSE") -> list[Profile]:
    """The columns of a file that have a heading."""
    wanted = [n for n, heading in enumerate(raw.headings) if heading]
    if not wanted:
        return []
    cells = ", ".join(f"c{n}" for n in wanted)
    rows = store.rows(f"SELECT {cells} FROM {raw.relation} WHERE NOT ({drop}) ORDER BY _at LIMIT {MOST_ROWS}")
    rows = [row for row in rows if any((cell or "").strip() for cell in row)]
    found = []
    for place, number in enumerate(wanted):
        cells_ = [row[place].strip() for row in rows if row[place] and folded(row[place]) not in _EMPTY]
        found.append(Profile(number, raw.headings[number], Counter(map(folded, cells_)), tuple(cells_[:200]), len(rows)))
    return found
