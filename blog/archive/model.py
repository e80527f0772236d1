"""The neutral model of an archive: what every format is read into.

Pure data, without Django: a format module (``formats/``) turns bytes into these, the
loader turns these into rows. ``None`` always means "the source does not say", never a
guess; an empty string means "the source says: nothing".
"""

import datetime
from dataclasses import dataclass
from enum import StrEnum


class ArchiveError(Exception):
    """A file that cannot be read as an archive.

    ``message`` says what is wrong and what to do about it; ``line`` is the 1-based
    line where it was noticed, if there is one.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


class Status(StrEnum):
    """What the source says became of a comment."""

    LIVE = "live"
    REMOVED_BY_AUTHOR = "removed by author"
    REMOVED_BY_MODERATOR = "removed by moderator"


@dataclass(frozen=True, slots=True)
class Warning:
    """Something in a file that a person should look at.

    ``code`` is a short stable name for programs ("not-understood", "mid-word-break",
    "declared-found" ...), ``message`` a sentence for people.
    """

    code: str
    message: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class SourceComment:
    """One comment. ``id`` is unique within its post in this source, ``parent`` is the
    ``id`` of the comment that it answers. Comments stand in the source's order.

    ``author``: None = not recorded, "" = unsigned. ``written_at``: None = not
    recorded; naive = in the blog's own time zone. ``text`` is plain text with "\\n"
    and is empty for a removed comment.
    """

    id: str
    parent: str | None
    text: str
    author: str | None = None
    written_at: datetime.datetime | None = None
    status: Status = Status.LIVE
    line: int | None = None


@dataclass(frozen=True, slots=True)
class SourcePost:
    """One post with its comments.

    ``date`` None: the source gives none, the post becomes a draft. ``time`` None:
    only the day is known. ``title`` "": it has none. ``comments_included`` False: the
    source does not hold this post's comments (a label page), which is not the same as
    no comments. ``comments_declared``: the number that the source itself states.
    """

    title: str
    date: datetime.date | None
    body: str
    time: datetime.time | None = None
    author: str | None = None
    labels: tuple[str, ...] = ()
    comments: tuple[SourceComment, ...] = ()
    comments_included: bool = True
    comments_declared: int | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class SourceFile:
    """What one file holds. ``low_confidence``: read by its numbering or author lines
    alone, since its usual end marks are missing."""

    format: str
    posts: tuple[SourcePost, ...]
    warnings: tuple[Warning, ...] = ()
    low_confidence: bool = False
