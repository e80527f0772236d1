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
    line where it was noticed and ``column`` the 1-based place in it, if there is one.
    """

    def __init__(
        self, message: str, line: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


class Cut(ArchiveError):
    """A file that ends in its middle: what came before is whole and is kept."""


class Status(StrEnum):
    """What the source says became of a comment.

    What a source says in words that are not known here is ``HELD``: never public
    until somebody has read it.
    """

    LIVE = "live"
    HELD = "held"
    SPAM = "spam"
    REFUSED = "refused"
    TRASHED = "trashed"
    REMOVED_BY_AUTHOR = "removed by author"
    REMOVED_BY_MODERATOR = "removed by moderator"
    ERASED = "erased"


# Of these nothing but the place is left.
REMOVED = frozenset(
    (Status.REMOVED_BY_AUTHOR, Status.REMOVED_BY_MODERATOR, Status.ERASED)
)


class PostStatus(StrEnum):
    """What the source says of a post. Only ``LIVE`` and ``SCHEDULED`` ones can become
    public; a scheduled one on its day."""

    LIVE = "live"
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    TRASHED = "trashed"


@dataclass(frozen=True, slots=True)
class Warning:
    """Something in a file that a person should look at.

    ``code`` is a short stable name for programs ("not-understood", "mid-word-break",
    "declared-found" ...), ``message`` a sentence for people. ``post`` is the ``uid``
    of the post that it is about, where it is about one.
    """

    code: str
    message: str
    line: int | None = None
    post: str = ""


@dataclass(frozen=True, slots=True)
class SourceComment:
    """One comment. ``id`` is unique within its post in this source, ``parent`` is the
    ``id`` of the comment that it answers. Comments of a post stand in the source's
    order.

    ``uid`` is the name by which the program that it came from knows it for ever
    ("blogger:123", at most 120 characters), "" if it has none: a text dump numbers its
    comments anew each time. ``post`` is the ``uid`` of its post, for a comment that
    comes by itself in a stream. ``answers`` is the ``uid`` of the comment that it
    really answers where ``parent`` is another.

    ``author``: None = not recorded, "" = unsigned. ``written_at``: None = not
    recorded; naive = in the blog's own time zone. ``text`` is plain text with "\\n"
    and is empty for a removed comment. ``html`` is what a source gives instead: not
    yet made safe, and ``text`` is then empty unless the source gives both.
    ``published_at``, ``public_id``, ``handle`` and ``tag``: of an export of our own;
    ``precision``: what its times were cut to there.
    """

    id: str
    parent: str | None
    text: str
    author: str | None = None
    written_at: datetime.datetime | None = None
    status: Status = Status.LIVE
    line: int | None = None
    html: str = ""
    uid: str = ""
    post: str = ""
    answers: str = ""
    published_at: datetime.datetime | None = None
    public_id: str = ""
    handle: str = ""
    tag: str = ""
    tag_is_site_wide: bool = False
    precision: str | None = None


@dataclass(frozen=True, slots=True)
class SourcePost:
    """One post with its comments.

    ``date`` None: the source gives none, the post becomes a draft. ``time`` None:
    only the day is known. ``published_at``: the exact moment where the source gives
    one (with its zone; ``date`` and ``time`` are None then). ``title`` "": it has
    none. ``comments_included`` False: the source does not hold this post's comments (a
    label page), which is not the same as no comments. ``comments_declared``: the
    number that the source itself states.

    ``uid`` is the name by which the program that it came from knows it for ever, ""
    if it has none. ``body_format`` is one of "text", "html" (not yet made safe) and
    "markdown". ``addresses`` are the paths or whole addresses where it stood, the
    public one first. ``is_page``: a page such as "About", in no list of posts.
    ``is_missing``: not in the source at all, only comments on it are; then only
    ``uid``, ``title`` and ``addresses`` can be known.
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
    uid: str = ""
    body_format: str = "text"
    status: PostStatus = PostStatus.LIVE
    published_at: datetime.datetime | None = None
    addresses: tuple[str, ...] = ()
    is_page: bool = False
    is_missing: bool = False


# What a format that is read as a stream gives, in any order: posts without their
# comments, comments that name their post, and warnings.
Item = SourcePost | SourceComment | Warning


@dataclass(frozen=True, slots=True)
class SourceFile:
    """What one file holds. ``low_confidence``: read by its numbering or author lines
    alone, since its usual end marks are missing."""

    format: str
    posts: tuple[SourcePost, ...]
    warnings: tuple[Warning, ...] = ()
    low_confidence: bool = False
