"""What the readers of comments share: their result, and what a comment is made of."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from blog.archive.formats import dates
from blog.archive.formats import text_furniture as furniture
from blog.archive.formats.text_lines import excerpt, tidy
from blog.archive.model import SourceComment, Status, Warning

TOP_END = "    ReplyDelete"
REPLY_END = "      Delete"
INDENT = ("    ", "      ")
END_WORDS = frozenset({"ReplyDelete", "Reply", "Delete", "Replies"})
MARKER = re.compile(r"(  |    )([0-9]{1,7})\.(?: |$)")
_SAID = re.compile(r"(.{1,100}) (?:said|wrote|says)(?: at)? ?(?:\.\.\.|…)")
WROTE_AT = re.compile(r"(.{1,100}) (?:said|wrote) at (.{4,60})")
_REMOVED = {
    f"This {what} has been removed by {who}.": status
    for what in ("comment", "post")
    for who, status in (
        ("the author", Status.REMOVED_BY_AUTHOR),
        ("a blog administrator", Status.REMOVED_BY_MODERATOR),
    )
}
_LONGEST_REMOVED = max(map(len, _REMOVED))

# Neither class contains its own opening sign, so that "[[[[" costs no more than "a".
_LINK = re.compile(r"\[([^\[\]]*)\]\(([^()]*)\)")
_COMMENT_ADDRESS = re.compile(r"[?&]showComment=([0-9]{10,14})#c([0-9]{1,25})")
_DELETE_ADDRESS = re.compile(r"/comment/delete/[0-9]+/([0-9]{1,25})")

# What links knew, by index of the line: the exact moment, Blogger's id.
Links = dict[int, tuple[datetime | None, str | None]]


@dataclass(slots=True)
class Discussion:
    """What was read below a post."""

    comments: list[SourceComment] = field(default_factory=list)
    footer: furniture.Furniture = field(default_factory=furniture.Furniture)
    warnings: list[Warning] = field(default_factory=list)
    links: Links = field(default_factory=dict)
    ids: set[str] = field(default_factory=set)

    def warn(self, code: str, message: str, at: int) -> None:
        self.warnings.append(Warning(code, message, at + 1))

    def not_understood(self, line: str, at: int, what: str = "left out") -> None:
        self.warn("not-understood", f"Not understood, {what}: {excerpt(line)}", at)

    def add(
        self,
        id_: str,
        parent: str | None,
        text: str,
        at: int,
        author: str | None = None,
        written_at: datetime | None = None,
        last: int | None = None,
    ) -> str:
        """Adds a comment and returns its id, Blogger's own where the source has it.

        ``at`` and ``last`` are the indices of its first line and of its end mark.
        """
        if self.links:
            exact, own_id = self.links.get(at, (None, None))
            if own_id is None and last is not None:
                own_id = self.links.get(last, (None, None))[1]
            written_at = exact or written_at
            if own_id and own_id not in self.ids:
                id_ = own_id
            self.ids.add(id_)
        status = Status.LIVE
        if len(text) <= _LONGEST_REMOVED and text in _REMOVED:
            status, text = _REMOVED[text], ""
        self.comments.append(
            SourceComment(id_, parent, text, author, written_at, status, at + 1)
        )
        return id_


def unwrap_links(lines: list[str]) -> tuple[list[str], Links]:
    """Takes away the links of a Markdown conversion around dates and end marks.

    Returns the lines as a plain dump has them, and by index of the line what the links
    knew: the exact moment and Blogger's id. Links that people wrote stay as they are.
    """
    plain = list(lines)
    known: Links = {}
    for at, line in enumerate(lines):
        if "](" not in line or len(line) > 2000:
            continue
        text = _LINK.sub(r"\1", line).rstrip()
        if text.strip() in END_WORDS:
            plain[at] = text
            if found := _DELETE_ADDRESS.search(line):
                known[at] = (None, found[1])
        elif any(
            _COMMENT_ADDRESS.search(link[2]) and dates.parse_moment(link[1].strip())
            for link in _LINK.finditer(line)
        ):
            plain[at] = text
            address = _COMMENT_ADDRESS.search(line)
            known[at] = (_moment(address[1]), address[2])
    return plain, known


def join_end_marks(lines: list[str]) -> list[str]:
    """Makes one end mark of ``Reply`` and ``Delete`` on two lines, if a page has that.

    Only if it has no usual end mark: else the two words are somebody's text.
    """
    if TOP_END in lines or "    Delete" not in lines:
        return lines
    joined = list(lines)
    found = False
    for at in range(len(lines) - 1):
        below = at + 1 if lines[at + 1] or at + 2 == len(lines) else at + 2
        if lines[at] == "    Reply" and lines[below] == "    Delete":
            joined[at], joined[below] = TOP_END, ""
            found = True
        elif lines[at] == "      Reply" and lines[below] == REPLY_END:
            joined[at], joined[below] = REPLY_END, ""
    return joined if found else lines


def content_of(
    first: str, rest: list[str], indent: str, ragged: bool
) -> tuple[str | None, datetime | None, str]:
    """Author, moment and text of a comment from its first line and the others.

    ``ragged``: some of the lines may lack the indent.
    """
    author = written_at = None
    # A signature stands alone: a blank line follows it.
    if rest and not rest[0] and first and (named := dates.split_signature(first)):
        author, written_at = named
        first = ""
    if not rest:
        return author, written_at, first.lstrip()
    if ragged:
        width = len(indent)
        cut = [
            line[width:] if line.startswith(indent) else line.lstrip() for line in rest
        ]
        text = "\n".join([first, *cut])
    else:
        # The same by two calls for the whole comment: this is where the time goes.
        text = first + ("\n" + "\n".join(rest)).replace("\n" + indent, "\n")
    text = tidy(text)
    return author, written_at, text.lstrip() if text[:1] == " " else text


def said_author(line: str) -> str | None:
    """The name in ``Tom said...``, or None."""
    if not line or line[0] == " " or len(line) > 180:
        return None
    if found := _SAID.fullmatch(line):
        return found[1]
    if (found := WROTE_AT.fullmatch(line)) and dates.parse_moment(found[2]):
        return found[1]
    return None


def last_index(lines: list[str], wanted: str) -> int:
    for at in range(len(lines) - 1, -1, -1):
        if lines[at] == wanted:
            return at
    return -1


def _moment(milliseconds: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(milliseconds) / 1000, tz=UTC)
    except (ValueError, OverflowError, OSError):
        return None
