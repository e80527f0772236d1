"""Lines of a Blogger page that are neither the post nor a comment.

Count lines ("40 comments:"), paging lines, and the footers around posts and comments.
A footer is furniture only as a whole line at column 0: the same words inside an
indented comment are what somebody wrote.
"""

import datetime
import re
from dataclasses import dataclass, field

from blog.archive.formats import dates
from blog.archive.formats.text_lines import excerpt
from blog.archive.model import Warning

IGNORABLE = frozenset({"Replies", "Reply", "Add comment", "Load more...", "Load more…"})

_COUNT = re.compile(r"(?:(No)|([0-9][0-9.,]{0,12})) comments?:?", re.IGNORECASE)
# Only words that mean "comment": "3 reasons:" before a list is a sentence.
_FOREIGN_STEM = r"(?:[ck]om+ent|коммент|reactie|yorum|kommentti|hozzászólás)\w{0,12}"
_FOREIGN_COUNT = re.compile(
    rf"(?:(sin|nenhum|sem|keine|aucun|nessun|geen)|([0-9][0-9.,]{{0,12}}))"
    rf" {_FOREIGN_STEM}:",
    re.IGNORECASE,
)
_ANY_COUNT = re.compile(r"([0-9][0-9.,]{0,12})(?: \S{1,30}){1,3}:")
_HEADING = re.compile(r"Comments:?", re.IGNORECASE)

_PAGING_WORDS = re.compile(
    r"[«»‹›]|Oldest|Older|Newest|Newer|[0-9]{1,7} [–-] [0-9]{1,7} of [0-9]{1,7}"
)
_PAGING_TOTAL = re.compile(r"[0-9]{1,7} [–-] [0-9]{1,7} of ([0-9]{1,7})")

_NAVIGATION = re.compile(r"(?:Newer Posts?)? ?(?:Older Posts?)? ?(?:Home)?")
_SURE = frozenset(
    {
        "Post a Comment",
        "Links to this post",
        "Links to this post:",
        "Create a Link",
        "blog comments powered by Disqus",
        "Comments powered by Disqus",
    }
)
_SUBSCRIBE = re.compile(r"Subscribe to: .{1,60} \(Atom\)")
_POSTED_AT = re.compile(r"Posted by (.{1,100}) at ([0-9]{1,2}:[0-9]{2}.{0,20})")
_POSTED_BY = re.compile(r"Posted by (.{1,100})")
_AT = re.compile(r"at (.{4,40})")
_LABELS = re.compile(r"Labels:(?: (.*))?")
_LONGEST = 400


def parse_count(line: str) -> int | None:
    """The number that a count line states ("No comments:" is 0), or None."""
    if len(line) > 60 or not (found := _COUNT.fullmatch(line)):
        found = _FOREIGN_COUNT.fullmatch(line) if len(line) <= 60 else None
    if not found:
        return None
    return 0 if found[1] else _number(found[2])


def parse_any_count(line: str) -> int | None:
    """A count line in any language: only for a line where nothing else can stand."""
    found = _ANY_COUNT.fullmatch(line) if len(line) <= 60 else None
    return _number(found[1]) if found else None


def is_heading(line: str) -> bool:
    """Whether a line is the heading of the comments without a number."""
    return len(line) <= 9 and _HEADING.fullmatch(line) is not None


def is_paging(line: str) -> bool:
    """Whether a line leads to other pages of the comments ("Newer› Newest»")."""
    if len(line) > 100 or not any(sign in line for sign in "«»‹›–-"):
        return False
    words, found = _PAGING_WORDS.subn("", line)
    return found > 0 and not words.strip()


def parse_paging_total(line: str) -> int | None:
    """How many comments a paging line ("201 – 203 of 250") says there are, or None."""
    found = _PAGING_TOTAL.search(line) if len(line) <= 100 else None
    return int(found[1]) if found else None


def is_sure_footer(line: str) -> bool:
    """Whether a line is a footer that nobody writes as a sentence of a post."""
    if line in _SURE:
        return True
    if line.startswith("Email This") and line.startswith("BlogThis!", 10):
        return True
    if line.startswith(("Newer Post", "Older Post")):
        return len(line) < 40 and _NAVIGATION.fullmatch(line) is not None
    return len(line) < 100 and _SUBSCRIBE.fullmatch(line) is not None


@dataclass(slots=True)
class Furniture:
    """What the footers of a post tell about it."""

    author: str | None = None
    time: datetime.time | None = None
    date: datetime.date | None = None
    labels: list[str] = field(default_factory=list)
    total: int | None = None

    def take(self, line: str) -> bool:
        """Reads one line at column 0; False if it is no furniture."""
        if not line or line[0] == " " or len(line) > _LONGEST:
            return False
        if is_sure_footer(line) or line == "Home" or line in IGNORABLE:
            return True
        if is_paging(line):
            self.total = parse_paging_total(line) or self.total
            return True
        if (found := _POSTED_AT.fullmatch(line)) and (
            clock := dates.parse_time(found[2])
        ):
            self.author, self.time = found[1], clock
            return True
        if found := _LABELS.fullmatch(line):
            for label in (found[1] or "").split(","):
                if (label := label.strip()) and label not in self.labels:
                    self.labels.append(label)
            return True
        return self._take_place(line)

    def _take_place(self, line: str) -> bool:
        """``at 12:00`` and ``at August 02, 2019``, a footer of newer themes."""
        found = _AT.fullmatch(line)
        if not found:
            return False
        if clock := dates.parse_time(found[1]):
            self.time = clock
            return True
        if (day := dates.parse_date(found[1])) and day.form != "numeric":
            self.date = day.day
            return True
        return False

    def take_author(self, line: str) -> bool:
        """``Posted by X`` alone: only where the line below it is ``at ...``."""
        found = _POSTED_BY.fullmatch(line) if len(line) <= 120 else None
        if found:
            self.author = found[1]
        return found is not None


def split_footer(
    lines: list[str], start: int, end: int
) -> tuple[int, Furniture, list[Warning]]:
    """Where a body really ends, what its footer tells, and warnings about the rest.

    Sure footers end a body. Others ("Home", "Labels: x") can be somebody's words, so
    they count only where nothing but footers follows.
    """
    seen = Furniture()
    warnings: list[Warning] = []
    for at in range(start, end):
        if lines[at] and is_sure_footer(lines[at]):
            for below in range(at, end):
                if lines[below] and not seen.take(lines[below]):
                    warnings.append(
                        Warning(
                            "not-understood",
                            f"Not understood, left out: {excerpt(lines[below])}",
                            below + 1,
                        )
                    )
            end = at
            break
    place_below = False
    while end > start:
        line = lines[end - 1]
        if (
            line
            and not seen.take(line)
            and not (place_below and seen.take_author(line))
        ):
            break
        if line:
            place_below = line.startswith("at ")
        end -= 1
    warnings += [
        Warning(
            "footer-in-text",
            f"Looks like the footer of a post, kept in its text: {excerpt(lines[at])}",
            at + 1,
        )
        for at in range(start, end)
        if lines[at].startswith("Posted by ") and Furniture().take(lines[at])
    ]
    return end, seen, warnings


def _number(digits: str) -> int:
    return int(digits.replace(",", "").replace(".", ""))
