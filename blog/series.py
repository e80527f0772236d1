"""Which titles are parts of a series, and the how manieth. Pure.

"Latest From Napo 228" is number 228 of "Latest From Napo". A number that a title ends
with is one of a series unless it is plainly something else: a year, a date, a time, a
sum, an amount, or a part of a name such as "Channel 4". What is left may still stand
alone: a series is shown where two posts of it have different numbers, and nowhere else.
"""

import re
import unicodedata
from typing import NamedTuple

LONGEST_KEY = 200
LARGEST = 9999


class Part(NamedTuple):
    """A part of a series: ``key`` is the same for all its parts and fit for an address,
    ``name`` is how this title calls the series."""

    key: str
    number: int
    name: str


_WORDS_OF_NUMBERS = (
    "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
).split()
_SPELT = {word: number for number, word in enumerate(_WORDS_OF_NUMBERS, start=1)}
_ROMAN = {
    numeral: number
    for number, numeral in enumerate(
        "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx "
        "xxi xxii xxiii xxiv xxv xxvi xxvii xxviii xxix xxx".split(),
        start=1,
    )
}

# These say that a part is counted: the word is no part of the series' name.
_MARKS = (
    r"part|pt\.?|episode|ep\.?|number|numero|no\.?|nr\.?|n[º°]|№|chapter|ch\.?|volume|"
    r"vol\.?|issue|edition|instalment|installment|update|#"
)
_FIGURE = r"[0-9]{1,4}"
_COUNTED = rf"(?:{_FIGURE}|[ivx]{{1,6}}|{'|'.join(_WORDS_OF_NUMBERS)})"
_OF = r"(?:\s*(?:of|/)\s*[0-9]{1,4})?"
_NAME = r"(?P<name>\S.*?)"
# A further title may follow after a colon or a dash.
_REST = r"(?:(?:\s*:|\s+[-\u2013\u2014]+)\s+[^\s0-9].*|[.!…]*)"
_JOIN = r"[\s,:;.\u2013\u2014-]*"

_FORMS = tuple(
    re.compile(form, re.I | re.S)
    for form in (
        # "Some Title (3)", "Some Title [Part 3 of 4]"
        rf"{_NAME}{_JOIN}[(\[]\s*(?:(?P<mark>{_MARKS})\s*(?P<counted>{_COUNTED}){_OF}"
        rf"|(?P<plain>{_FIGURE}){_OF})\s*[)\]]{_REST}",
        # "Some Title, Part Two", "Some Title No. 7", "Part 2"
        rf"(?:{_NAME}(?:{_JOIN}(?<=[\s,:;.\u2013\u2014-])|(?=#)))?"
        rf"(?P<mark>{_MARKS})\s*(?P<counted>{_COUNTED})\b{_OF}{_REST}",
        # "Some Title 228"; "Some Title 228: What Came of It"
        rf"{_NAME}\s*[\s,\u2013\u2014-]\s*(?P<plain>{_FIGURE}){_REST}",
    )
)

_MONTHS = (
    "january february march april may june july august september october november "
    "december jan feb mar apr jun jul aug sep sept oct nov dec"
)
_DAYS = (
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu "
    "thur thurs fri sat sun"
)
# A number after one of these is an amount, an age, a date or a part of a name.
_NO_NAME_ENDS = frozenset(
    (
        _MONTHS + " " + _DAYS + " "
        "a about above across after age aged all almost an and another are around "
        "as at band been before below between but by circa down every exactly fewer "
        "first for from has have in into is its just last least less like max maximum "
        "min minimum minus more most nearly next nil of off on only or out over past "
        "per plus roughly since some than that the these those through till times to "
        "top under until up v versus vs was were with within without "
        "act article bbc bedroom boeing bus catch category channel clause covid day's "
        "door facet fahrenheit fifa flat form formula g gate gen generation grade "
        "group hall highway house ipad iphone itv junction level line mach mp "
        "paragraph phase pier platform r radio regulation room route rule schedule "
        "section sky step table terminal tier type u unit war windows zone"
    ).split()
)
# Nor does a name end with a number, an amount of money or a sign of arithmetic.
_SUM = re.compile(r"(?:[0-9]|[£$€%&+=×/@<>]$)")
_WORD = re.compile(r"\w+")


def part(title: str) -> Part | None:
    """The series that a title belongs to by its own words, and its number in it."""
    title = " ".join(unicodedata.normalize("NFKC", title).split())
    for form in _FORMS:
        found = form.fullmatch(title)
        if not found:
            continue
        groups = found.groupdict()
        counted = groups.get("counted")
        number = _number(counted or groups["plain"], is_marked=counted is not None)
        name = (groups["name"] or "").strip(" ,:;-\u2013\u2014")
        if number is None or not (name or counted):
            continue
        if not name:
            name = groups["mark"].strip(".")
        elif counted is None and not _may_be_numbered(name):
            continue
        elif counted is not None and _is_update(groups["mark"]):
            name = f"{name} {groups['mark']}"
        if made := key(name):
            return Part(made, number, name)
    return None


def key(name: str) -> str:
    """The words of a name, in one case and joined by hyphens: "latest-from-napo".

    Empty if there is no word, or if it is too long to be kept.
    """
    plain = unicodedata.normalize("NFKC", name).casefold()
    plain = plain.replace("'", "").replace("\u2019", "").replace("_", " ")
    made = "-".join(_WORD.findall(plain))
    return made if len(made) <= LONGEST_KEY else ""


def is_number(figures: str) -> bool:
    """Whether figures may number a part: not "0", "007" or a year."""
    return _number(figures, is_marked=False) is not None


def _is_update(mark: str) -> bool:
    """Here the word itself names what is numbered: "Storm Update 3"."""
    return mark.casefold() == "update"


def _number(text: str, *, is_marked: bool) -> int | None:
    word = text.casefold()
    if not word.isdecimal():
        return _SPELT.get(word) or _ROMAN.get(word)
    number = int(word)
    if number < 1 or (word.startswith("0") and len(word) != 2):
        return None
    if not is_marked and 1800 <= number <= 2199:
        return None  # a year
    return number


def _may_be_numbered(name: str) -> bool:
    last = name.split()[-1].casefold().strip(".,;:!'\"\u2018\u2019\u201c\u201d()")
    if not last or _SUM.search(last) or last in _NO_NAME_ENDS:
        return False
    return any(letter.isalpha() for letter in last)
