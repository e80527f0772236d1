"""Posts that a text names by their day, title or number in a series. Pure.

"This Blog, Monday, 18 June 2018"; "the blogpost 'A Lamp Goes Out'"; "Harbour Notes 12".
What is found is what may be meant: it becomes a link only where the blog has exactly
one such post. Both must agree, so that a phrase such as "Crown Court 3" costs a look
and nothing more. A date alone names nothing, nor does a title without a word that says
whose it is; and a weekday that does not fall on its date is somebody's mistake.

What is wanted is written as one word and a key: ``day:2018-06-18``, ``title:a lamp goes
out``, ``series:harbour-notes:228``, ``address:/2018/06/a-lamp-goes-out.html``.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date
from html import unescape
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlsplit

from blog import addresses, series

from . import archive_phrases as phrases

LONGEST = 300  # of what is wanted, in characters
_LONGEST_NAME = 6  # words of a series' name
_LOOK_BACK = 100  # characters before a number or a cue
_WORD = re.compile(r"\w+")
_HREF = re.compile(r'<a (?:class="[a-z]+" )?href="(https?://[^"]+)"', re.I)
# Blogger's and WordPress's addresses of posts begin with year and month.
_DATED = re.compile(r"/[12][0-9]{3}/(?:0[1-9]|1[0-2])/.")


class Mention(NamedTuple):
    """``text[start:end]`` names what is ``wanted``. One stretch may want several."""

    start: int
    end: int
    wanted: str


def may_mention(text: str) -> bool:
    """Whether a closer look is worth it: True for every text, and every HTML of one,
    that mentions a post."""
    plain = text.lower()
    if "blog" in plain or ("post" in plain and phrases.BLOG.search(text)):
        return True
    return any(
        phrases.BEFORE_FIGURE.search(text, max(0, at - 2 * _LOOK_BACK), at)
        for at in (found.start() for found in phrases.FIGURE.finditer(text))
    )


def mentions(text: str) -> list[Mention]:
    """What a text may name, in the order of the text. Mentions may overlap: which of
    them are links is known when it is known which posts there are."""
    found = list(_numbers(text))
    if phrases.BLOG.search(text):
        found += _days(text)
        found += _titles(text)
    return sorted(set(found))


def chosen(found: Iterable[Mention], known: Iterable[str]) -> list[Mention]:
    """Of these mentions those that want something ``known``, of overlapping ones the
    longest."""
    known = frozenset(known)
    taken: list[Mention] = []
    ready = [mention for mention in found if mention.wanted in known]
    for mention in sorted(ready, key=lambda each: (each.start - each.end, each)):
        if all(mention.end <= t.start or t.end <= mention.start for t in taken):
            taken.append(mention)
    return sorted(taken)


def addresses_wanted(html: str, own_host: str) -> set[str]:
    """What the links of an HTML text want: addresses of this site, ``own_host``, and
    those of any other that look like a post's of a blog.

    The old blog's posts kept their paths here, whatever its host was called.
    """
    found = set()
    for href in _HREF.findall(html):
        address = unescape(href)
        path = addresses.old_path(address)
        if path is None:
            continue
        try:
            is_own = (urlsplit(address).hostname or "") == own_host.lower()
        except ValueError:
            continue
        if is_own or (_DATED.match(path) and not _is_anybodys(path)):
            found |= _kept(address_key(path))
    return found


def day_key(day: date) -> str:
    return f"day:{day.isoformat()}"


def title_key(title: str) -> str:
    """The same for titles that differ in case, quotation marks, dashes or spaces; empty
    if there is no word in it."""
    plain = unicodedata.normalize("NFKC", title).casefold()
    plain = plain.replace("'", "").replace("\u2019", "").replace("\u2018", "")
    words = " ".join(_WORD.findall(plain.replace("_", " ")))
    return f"title:{words}" if words else ""


def series_key(key: str, number: int) -> str:
    return f"series:{key}:{number}"


def address_key(path: str) -> str:
    """``path`` as ``addresses.old_path`` gives it."""
    return f"address:{path}"


def _kept(wanted: str) -> set[str]:
    return {wanted} if wanted and len(wanted) <= LONGEST else set()


def _is_anybodys(path: str) -> bool:
    """Blogger gives this name to every post without a title or a Latin letter."""
    return path.rpartition("/")[2].startswith(addresses.UNTITLED)


def _days(text: str) -> Iterator[Mention]:
    for pattern in phrases.DAYS:
        for found in pattern.finditer(text):
            day = _date(found)
            if day is None or phrases.GOES_ON.match(text, found.end("date")):
                continue
            if _is_ours(text, found):
                yield Mention(found.start("link"), found.end("link"), day_key(day))


def _date(found: re.Match[str]) -> date | None:
    """The date in a match, if there is such a day and its weekday is right."""
    parts = {
        name.rstrip("0123456789"): value
        for name, value in found.groupdict().items()
        if value is not None
    }
    month, year = parts["month"], int(parts["year"])
    number = int(month) if month.isdecimal() else phrases.month(month)
    year += 2000 if year < 100 else 0
    try:
        day = date(year, number, int(parts["day"]))
    except ValueError:
        return None
    weekday = parts.get("weekday")
    if weekday and phrases.weekday(weekday) != day.weekday():
        return None
    return day


def _titles(text: str) -> Iterator[Mention]:
    for pattern in phrases.TITLES:
        for found in pattern.finditer(text):
            if not _is_ours(text, found):
                continue
            if "opening" not in found.groupdict():
                places = [found.span("quoted" if found["quoted"] else "quoted2")]
            else:
                places = list(_quoted(text, found.end("opening"), found["opening"]))
            for start, end in places:
                words = _WORD.findall(text[start:end])
                few = len(words) < (2 if found["cue"].casefold() == "post" else 1)
                wanted = "" if few else title_key(text[start:end])
                for each in _kept(wanted):
                    yield Mention(start, end, each)


def _quoted(text: str, start: int, mark: str) -> Iterator[tuple[int, int]]:
    """Where a quotation that opens with ``mark`` may end. An apostrophe looks like the
    end of one, so that there may be several; the title itself tells which it is."""
    closing = phrases.CLOSING[mark]
    for tried, found in enumerate(closing.finditer(text, start, start + 220)):
        line = text[start : found.start()]
        if tried > 3 or "\n" in line:
            return
        if line.strip():
            yield start, found.start()


def _is_ours(text: str, found: re.Match[str]) -> bool:
    """Whether the blog of which is spoken is this one: neither his nor theirs, nor the
    paper's."""
    start = found.start("link")
    before = text[max(0, start - _LOOK_BACK) : start]
    cue = found["cue"].casefold()
    if phrases.NOT_NAMED.search(before):
        return False
    if "this blog" in cue or "ours" in found.groupdict():
        return True
    return not phrases.OF_OTHERS.search(before) and (
        phrases.OURS.search(before) is not None
    )


def _numbers(text: str) -> Iterator[Mention]:
    """Names of series and a number: "Harbour Notes 228", "guest blog 12"."""
    for found in phrases.NUMBERED.finditer(text):
        figures = found["figures"]
        if not series.is_number(figures) or phrases.COUNTS.match(text, found.end()):
            continue
        if phrases.IN_A_NUMBER.match(text, found.end()):
            continue
        name_end = found.start()
        for start in _names(text, name_end):
            part = series.part(f"{text[start:name_end]} {figures}")
            if part is None:
                continue
            for wanted in _kept(series_key(part.key, int(figures))):
                yield Mention(start, found.end(), wanted)


def _names(text: str, end: int) -> Iterator[int]:
    """Where the name of a series that ends here may begin: at each word with a capital
    of those that stand together, if two or more are left."""
    first = max(0, end - _LOOK_BACK)
    before = text[first:end]
    if lower := phrases.GUEST_BLOG.search(before):
        yield first + lower.start()
        return
    place = end
    backwards = reversed(list(phrases.NAME_WORD.finditer(before)))
    for count, word in enumerate(islice(backwards, _LONGEST_NAME), start=1):
        gap = text[first + word.end() : place]
        if gap not in (" ", "\xa0") and (gap or count > 1):
            break
        is_capital = word[0][0].isupper()
        if not (is_capital or word[0] in phrases.SMALL_WORDS):
            break
        place = first + word.start()
        if is_capital and count > 1 and (place == 0 or not _joins(text[place - 1])):
            yield place


def _joins(letter: str) -> bool:
    """Whether a word goes on before this place: "pre-Napo", "@Napo"."""
    return letter.isalnum() or letter in "-@#/&'\u2019_."
