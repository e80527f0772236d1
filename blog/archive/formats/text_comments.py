"""The comments of a text dump, read in the four forms in which pages show them.

The usual form has an end mark below every comment, and there a comment ends only at
its mark: blank lines and numbers inside it are its text.

Every reader takes all lines of the page, the index to start at, how to read numeric
dates, and what links knew.
"""

import re

from blog.archive.formats import dates
from blog.archive.formats import text_furniture as furniture
from blog.archive.formats.text_discussion import (
    END_WORDS,
    INDENT,
    MARKER,
    REPLY_END,
    TOP_END,
    WROTE_AT,
    Discussion,
    Links,
    content_of,
    last_index,
    said_author,
)
from blog.archive.formats.text_lines import excerpt, join_text

_NUMBER = re.compile(r"[0-9]{1,7}\. ")
_GLUED_END = re.compile(r"(?:ReplyDelete|Delete(?![\s,.;:!?)'’-]))(?:Replies$)?")


def read_marked(
    lines: list[str], start: int, day_first: bool | None, links: Links
) -> Discussion:
    """The usual form: numbered, indented, with an end mark below every comment."""
    found = Discussion(links=links)
    reply_end = REPLY_END
    if REPLY_END not in lines and "      ReplyDelete" in lines:
        reply_end = "      ReplyDelete"
    ends = (TOP_END, reply_end)
    count = len(lines)
    last_end = max(last_index(lines, end) for end in ends)
    number = [0, 0]  # the last number that the file shows, by level
    position = [0, 0]
    top_id: str | None = None
    below_footer = False
    at = start
    while at < count:
        line = lines[at]
        if not line:
            at += 1
            continue
        marker = MARKER.match(line) if line[0] == " " else None
        if marker is None or (below_footer and at > last_end):
            if found.footer.take(line):
                below_footer = below_footer or furniture.is_sure_footer(line)
            elif line.lstrip() not in furniture.IGNORABLE:
                found.not_understood(line, at)
            at += 1
            continue

        level = 0 if marker.end(1) == 2 else 1
        shown = int(marker[2])
        if shown != number[level] + 1:
            found.warn(
                "numbering-gap",
                f"Comment number {shown} stands where {number[level] + 1} was "
                "expected; the order of the file is kept.",
                at,
            )
        number[level] = shown
        if level == 1 and top_id is None:
            found.warn(
                "orphan-reply", "A reply without a comment above it; kept on top.", at
            )
        stop, strays = _find_end(lines, at + 1, level, ends[level], number)
        closed = stop < count and lines[stop] == ends[level]
        if not closed:
            found.warn(
                "unterminated",
                f"Comment {shown} has no end mark; its text is taken as far as it "
                "goes. The file may be cut.",
                at,
            )
        for stray in strays:
            found.not_understood(lines[stray], stray, "kept in its comment")
        author, written_at, text = content_of(
            line[marker.end() :], lines[at + 1 : stop], INDENT[level], bool(strays)
        )
        if level == 0 or top_id is None:
            position = [position[0] + 1, 0]
            id_, parent = str(position[0]), None
        else:
            position[1] += 1
            id_, parent = f"{position[0]}.{position[1]}", top_id
        id_ = found.add(id_, parent, text, at, author, written_at, stop)
        if level == 0:
            top_id = id_
            number[1] = 0
        at = stop + 1 if closed else stop
    return found


def read_numbered(
    lines: list[str], start: int, day_first: bool | None, links: Links
) -> Discussion:
    """No end marks: the next expected number begins the next comment."""
    found = Discussion(links=links)
    markers = _expected_markers(lines, start)
    ends = [at for at, _, _ in markers[1:]]
    if markers:
        last = markers[-1][0]
        end = last + 1
        while end < len(lines) and lines[end][:1] in ("", " "):
            end += 1
        ends.append(end)
    position = [0, 0]
    for (at, level, content), stop in zip(markers, ends, strict=True):
        rest = lines[at + 1 : stop]
        while rest and (not rest[-1] or rest[-1].lstrip() in END_WORDS):
            rest.pop()
        for offset, line in enumerate(rest):
            if line and not line.startswith(INDENT[level]):
                found.not_understood(line, at + 1 + offset, "kept in its comment")
        author, written_at, text = content_of(content, rest, INDENT[level], True)
        position[level] += 1
        if level == 0:
            position[1] = 0
            found.add(str(position[0]), None, text, at, author, written_at)
        else:
            id_ = f"{position[0]}.{position[1]}"
            found.add(id_, str(position[0]), text, at, author, written_at)
    first, after = (markers[0][0], ends[-1]) if markers else (start, start)
    _take_furniture(found, lines, start, first)
    _take_furniture(found, lines, after, len(lines))
    return found


def read_said(
    lines: list[str], start: int, day_first: bool | None, links: Links
) -> Discussion:
    """Pages before threads: an author line opens, a date or time line closes."""
    found = Discussion(links=links)
    count = len(lines)
    # The next line that is not blank, by index, from the end: one pass.
    following = [count] * (count + 1)
    for at in range(count - 1, -1, -1):
        following[at] = at if lines[at] else following[at + 1]

    def closes(at: int) -> bool:
        """A date inside a text is followed by more text."""
        if not _is_stamp(lines[at], day_first):
            return False
        below = following[at + 1]
        return (
            below == count
            or said_author(lines[below]) is not None
            or furniture.Furniture().take(lines[below])
        )

    dated = any(closes(at) for at in range(start, count) if lines[at])
    at = start
    while at < count:
        author = said_author(lines[at])
        if author is None:
            if lines[at]:
                _take_furniture(found, lines, at, at + 1)
            at += 1
            continue
        stop = at + 1
        while stop < count:
            if lines[stop] and (
                closes(stop)
                if dated
                else not lines[stop - 1] and said_author(lines[stop]) is not None
            ):
                break
            if furniture.is_sure_footer(lines[stop]):
                break
            stop += 1
        closed = stop < count and closes(stop)
        opened = WROTE_AT.fullmatch(lines[at]) if len(lines[at]) <= 180 else None
        stamp = lines[stop] if closed else (opened[2] if opened else "")
        written_at = dates.parse_moment(stamp, day_first=day_first)
        if dated and not closed:
            found.warn("unterminated", "No date below this comment.", at)
        if stamp and written_at is None:
            found.warn(
                "incomplete-time",
                f"“{excerpt(stamp)}” is not a whole date with a time; the comment is "
                "kept without one.",
                stop if closed else at,
            )
        text = join_text(lines[at + 1 : stop])
        id_ = str(len(found.comments) + 1)
        found.add(id_, None, text, at, author, written_at)
        at = stop + 1 if closed else stop
    return found


def read_glued(
    lines: list[str], start: int, day_first: bool | None, links: Links
) -> Discussion:
    """No indents: the end mark stands before the next comment's first word."""
    found = Discussion(links=links)
    pieces: list[tuple[int, int, list[str]]] = []  # first index, level, lines
    held: list[str] = []
    held_at = start
    glued_on = two_lines = False
    for at in range(start, len(lines)):
        line = lines[at].lstrip()
        if line == "Reply":
            two_lines = True
            continue
        if line == "Replies" or (not held and not line):
            continue
        end = _GLUED_END.match(line)
        if end and line.startswith("Delete") and line[6:7].islower():
            end = None  # "Deleted my account": a word
        if end is None:
            if not any(held):
                held_at = at
            held.append(line)
            continue
        top = line.startswith("Reply") or two_lines
        pieces.append((held_at, 0 if top else 1, held))
        rest = line[end.end() :]
        held, held_at = ([rest] if rest else []), at
        glued_on, two_lines = bool(rest), False
    if glued_on:
        end = 1
        while end < len(held) and not furniture.is_sure_footer(held[end]):
            end += 1
        found.warn("unterminated", "The last comment has no end mark.", held_at)
        pieces.append((held_at, 0, held[:end]))
        held_at += end
    if held:
        _take_furniture(found, lines, held_at, len(lines))

    numbered = all(_NUMBER.match(content[0]) for *_, content in pieces if content)
    position = [0, 0]
    for at, level, content in pieces:
        skip = 0
        while skip < len(content) and furniture.Furniture().take(content[skip]):
            skip += 1
        content = content[skip:]
        if not any(content):
            continue
        if numbered:
            content = [content[0].split(". ", 1)[-1], *content[1:]]
        if not position[0]:
            level = 0
        author, written_at, text = content_of(content[0], content[1:], "", False)
        position[level] += 1
        if level == 0:
            position[1] = 0
            found.add(str(position[0]), None, text, at, author, written_at)
        else:
            id_ = f"{position[0]}.{position[1]}"
            found.add(id_, str(position[0]), text, at, author, written_at)
    return found


def _find_end(
    lines: list[str], at: int, level: int, end: str, number: list[int]
) -> tuple[int, list[int]]:
    """Index of the end mark (or of what proves that it is missing), and stray lines.

    Every line of a comment has its indent. One that has less is the next comment, a
    footer, or text that has lost its indent.
    """
    indent = INDENT[level]
    strays: list[int] = []
    for here in range(at, len(lines)):
        line = lines[here]
        if line == end:
            return here, strays
        if line and not line.startswith(indent):
            if furniture.is_sure_footer(line):
                return here, strays
            if marker := MARKER.match(line):
                other = 0 if marker.end(1) == 2 else 1
                if int(marker[2]) > number[other]:
                    return here, strays
            strays.append(here)
    return len(lines), strays


def _expected_markers(lines: list[str], start: int) -> list[tuple[int, int, str]]:
    """Index, level and first text of every line that bears the next number."""
    markers: list[tuple[int, int, str]] = []
    top = reply = 0
    # A page may show "Reply" alone: then replies begin only below it.
    shows_reply = "    Reply" in lines
    open_ = True
    for at in range(start, len(lines)):
        line = lines[at]
        if line == "    Reply":
            open_ = True
        marker = MARKER.match(line)
        if marker is None:
            continue
        above = lines[at - 1] if at > start else ""
        if above and above.lstrip() not in END_WORDS:
            continue
        shown = int(marker[2])
        if marker.end(1) == 2 and shown == top + 1:
            top, reply, open_ = shown, 0, not shows_reply
            markers.append((at, 0, line[marker.end() :]))
        elif marker.end(1) == 4 and top and open_ and shown == reply + 1:
            reply = shown
            markers.append((at, 1, line[marker.end() :]))
    return markers


def _take_furniture(found: Discussion, lines: list[str], start: int, end: int) -> None:
    for at in range(start, end):
        line = lines[at]
        if line and not found.footer.take(line):
            found.not_understood(line, at)


def _is_stamp(line: str, day_first: bool | None) -> bool:
    if len(line) > 60 or line[:1] == " ":
        return False
    return (
        dates.parse_time(line) is not None
        or dates.parse_moment(line, day_first=day_first) is not None
        or dates.parse_date(line, day_first=day_first) is not None
    )
