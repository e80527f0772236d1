"""Text dumps of Blogger pages: the text of a post page or a label page, as shown.

A post page holds one post and its discussion, whatever dates its text quotes. A label
page holds posts without their comments. What such a page does not show (links,
emphasis, mostly authors and times of comments) is left open and never invented; every
line that is not understood becomes a warning.
"""

import re

from blog.archive.formats import text_furniture as furniture
from blog.archive.formats.dates import DateLine, parse_date
from blog.archive.formats.text_comments import read_marked
from blog.archive.formats.text_discussion import (
    Discussion,
    Links,
    join_end_marks,
    unwrap_links,
)
from blog.archive.formats.text_lines import (
    clean_lines,
    excerpt,
    join_text,
    mid_word_breaks,
)
from blog.archive.formats.text_places import locate
from blog.archive.model import SourceFile, SourcePost, Warning

FORMAT = "text dump of a Blogger page"

_LABEL_LINE = re.compile(r"Showing posts with label (.+?)\.?(?: Show all posts)?")
_HEADER_LINES = 40  # a description of the blog may stand above the date
_LONGEST_TITLE = 150
_LONGEST_LABEL_LINE = 300
_LOOK_AT = 1 << 16


def looks_like(head: bytes) -> bool:
    """Whether the start of a file looks like such a page. Cheap; never raises."""
    head = head[:_LOOK_AT]
    if b"\0" in head or head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        return False
    text = head.decode("utf-8", "replace").removeprefix("\ufeff")
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u00a0", " ")
    for at, raw in enumerate(text.split("\n")):
        line = raw.rstrip()
        if not line or line[0] == " ":
            continue
        if at < _HEADER_LINES and (parse_date(line) or _label(line) is not None):
            return True
        if _is_sure_count(line):
            return True
    return False


def read(data: bytes, *, day_first: bool | None = None) -> SourceFile:
    """Reads one page.

    ``day_first`` says how to read dates of numbers alone, such as ``4/3/2014``; without
    it such a date stays open, with a warning.

    Raises ArchiveError, with the line, for a file that is empty, binary, not UTF-8, or
    has a line of more than a million characters. Any other text can be read.
    """
    lines = clean_lines(data)
    label_lines = _label_lines(lines)
    if label_lines:
        return _read_label_page(lines, label_lines, day_first)
    links: Links = {}
    if b"showComment=" in data:
        lines, links = unwrap_links(lines)
    lines = join_end_marks(lines)
    return _read_post_page(lines, day_first, links)


def _read_post_page(
    lines: list[str], day_first: bool | None, links: Links
) -> SourceFile:
    warnings: list[Warning] = []
    dated = _find_date(lines, day_first)
    header, first = None, 0
    if dated:
        first, header = dated
        warnings += [
            Warning(
                "not-understood",
                f"Not understood, left out (above the date): {excerpt(lines[at])}",
                at + 1,
            )
            for at in range(first)
            if lines[at]
        ]
        warnings += _date_warnings(lines[first], header, first)
    title, body_start = _title(lines, first if header else None, len(lines))
    if not title:
        warnings.append(
            Warning(
                "no-title", "The post shows no title.", (first if header else 0) + 1
            )
        )

    place = locate(lines, body_start)
    body_end, seen, notes = furniture.split_footer(lines, body_start, place.body_end)
    warnings += notes
    comments = ()
    low_confidence = False
    if place.read is not None:
        discussion = place.read(lines, place.start, day_first, links)
        comments = tuple(discussion.comments)
        warnings += discussion.warnings
        low_confidence = place.read is not read_marked
    else:
        discussion = Discussion()
        for at in range(place.start, len(lines)):
            discussion.footer.take(lines[at])
    below = discussion.footer

    declared = place.declared
    if declared is None:
        declared = below.total or seen.total
    if declared is not None and declared != len(comments):
        warnings.append(
            Warning(
                "declared-found",
                f"Found {len(comments)} of {declared} comments that the page states."
                + (
                    " The others may be on further pages of it."
                    if declared > len(comments)
                    else ""
                ),
                place.body_end + 1,
            )
        )
    if not place.counted and not comments:
        warnings += [
            Warning(
                "count-line-in-text",
                f"“{lines[at]}” looks like the line above comments, but none were "
                "recognised below it; all of it is taken as the post's text.",
                at + 1,
            )
            for at in range(body_start, body_end)
            if _is_sure_count(lines[at])
        ]
        warnings.append(
            Warning(
                "no-count-line",
                "The page ends without a line that says how many comments there are; "
                "it may be cut.",
                len(lines),
            )
        )
    if low_confidence:
        warnings.append(
            Warning(
                "low-confidence",
                "The usual end marks of comments are missing; comments were told apart "
                "by their numbers or author lines. Compare them with the page.",
                place.start + 1,
            )
        )
    text_end = len(lines) if place.read else body_end
    warnings += _mid_word_warnings(lines, body_start, body_end)
    warnings += _mid_word_warnings(lines, place.start, text_end)

    day = header.day if header else seen.date or below.date
    if day is None and header is None:
        warnings.append(
            Warning(
                "no-date",
                f"No date in the first {_HEADER_LINES} lines; the post becomes a "
                "draft. Write its date on a line of its own above the title.",
                1,
            )
        )
    post = SourcePost(
        title=title,
        date=day,
        body=join_text(lines[body_start:body_end]),
        time=seen.time or below.time,
        author=seen.author or below.author,
        labels=tuple(dict.fromkeys([*seen.labels, *below.labels])),
        comments=comments,
        comments_included=True,
        comments_declared=declared,
        line=first + 1,
    )
    return SourceFile(FORMAT, (post,), _in_order(warnings), low_confidence)


def _read_label_page(
    lines: list[str], label_lines: dict[int, str], day_first: bool | None
) -> SourceFile:
    labels = tuple(dict.fromkeys(label_lines.values()))
    start = max(label_lines) + 1
    warnings: list[Warning] = []
    posts: list[SourcePost] = []
    headers = _label_page_headers(lines, start, day_first)
    warnings += [
        Warning(
            "not-understood", f"Not understood, left out: {excerpt(lines[at])}", at + 1
        )
        for at in range(headers[0][0] if headers else start)
        if lines[at] and at not in label_lines
    ]
    if not headers:
        warnings.append(
            Warning("no-date", "No post with a date on this label page.", start + 1)
        )
        headers = [(start - 1, None)]
    ends = [at for at, _ in headers[1:]] + [len(lines)]
    previous: DateLine | None = None
    for (at, header), end in zip(headers, ends, strict=True):
        if header:
            warnings += _date_warnings(lines[at], header, at)
            if previous and previous.day and header.day and previous.day < header.day:
                warnings.append(
                    Warning(
                        "date-order",
                        "This post is newer than the one above it, which a label page "
                        "never shows: perhaps the date above is a quotation.",
                        at + 1,
                    )
                )
            previous = header
        title, body_start = _title(lines, at, end)
        if not title:
            warnings.append(Warning("no-title", "The post shows no title.", at + 1))
        body_end, seen, notes = furniture.split_footer(lines, body_start, end)
        warnings += notes
        warnings += _mid_word_warnings(lines, body_start, body_end)
        posts.append(
            SourcePost(
                title=title,
                date=header.day if header else seen.date,
                body=join_text(lines[body_start:body_end]),
                time=seen.time,
                author=seen.author,
                labels=tuple(dict.fromkeys([*labels, *seen.labels])),
                comments_included=False,
                line=at + 1,
            )
        )
    warnings.append(
        Warning(
            "same-day-posts",
            "A label page shows the date once a day: if the blog had two posts on one "
            "day, the second is part of the first one's text here.",
        )
    )
    return SourceFile(FORMAT, tuple(posts), _in_order(warnings))


def _label(line: str) -> str | None:
    """The label of a label line, or None."""
    if len(line) > _LONGEST_LABEL_LINE or not line.startswith("Showing posts with"):
        return None
    found = _LABEL_LINE.fullmatch(line)
    return found[1].strip() if found else None


def _label_lines(lines: list[str]) -> dict[int, str]:
    """Index and label of the lines that make a page a label page, if it is one.

    They come before the first post, so a quotation of one in a post does not count.
    """
    found: dict[int, str] = {}
    for at, line in enumerate(lines[:_HEADER_LINES]):
        label = _label(line)
        if label:
            found[at] = label
        elif line and (found or parse_date(line)):
            break
    return found


def _find_date(lines: list[str], day_first: bool | None) -> tuple[int, DateLine] | None:
    """Index and content of the date line above a post, or None.

    Below other text it must stand alone between blank lines.
    """
    anything_above = False
    for at, line in enumerate(lines[:_HEADER_LINES]):
        if not line:
            continue
        if _is_sure_count(line):
            return None
        if line[0] != " " and (header := parse_date(line, day_first=day_first)):
            alone = not lines[at - 1] and not any(lines[at + 1 : at + 2])
            if alone or not anything_above:
                return at, header
        anything_above = True
    return None


def _label_page_headers(
    lines: list[str], start: int, day_first: bool | None
) -> list[tuple[int, DateLine | None]]:
    """Index and date of the line above every post of a label page.

    The first date is one; after it only blank, date, blank, title, blank in the same
    form of date: posts quote dates, too.
    """
    headers: list[tuple[int, DateLine | None]] = []
    count = len(lines)
    for at in range(start, count):
        line = lines[at]
        if not line or line[0] == " " or len(line) > 60:
            continue
        if headers and (
            lines[at - 1]
            or at + 2 >= count
            or lines[at + 1]
            or not _may_be_title(lines[at + 2])
            or any(lines[at + 3 : at + 4])
        ):
            continue
        header = parse_date(line, day_first=day_first)
        if header and (not headers or header.form == headers[0][1].form):
            headers.append((at, header))
    return headers


def _is_sure_count(line: str) -> bool:
    return line.endswith(":") and furniture.parse_count(line) is not None


def _may_be_title(line: str) -> bool:
    return 0 < len(line) <= _LONGEST_TITLE and line[0] != " "


def _title(lines: list[str], date_at: int | None, end: int) -> tuple[str, int]:
    """The title and the index where the body begins.

    Below the date one blank line and then a short line by itself is the title; two
    blank lines mean that there is none and the text begins.
    """
    above = -1 if date_at is None else date_at
    at = above + 1
    while at < end and not lines[at]:
        at += 1
    if (
        at < end
        and (date_at is None or at - above <= 2)
        and _may_be_title(lines[at])
        and not any(lines[at + 1 : min(at + 2, end)])
        and not _is_sure_count(lines[at])
        and not furniture.is_sure_footer(lines[at])
    ):
        return lines[at], at + 1
    return "", at


def _date_warnings(line: str, header: DateLine, at: int) -> list[Warning]:
    if header.day is None:
        return [
            Warning(
                "ambiguous-date",
                f"“{line}” can be read in two ways; the post becomes a draft. Import "
                "it again and say day-first or month-first.",
                at + 1,
            )
        ]
    if not header.weekday_fits:
        return [
            Warning(
                "weekday",
                f"“{line}”: this date is a {header.day:%A}. The date is kept.",
                at + 1,
            )
        ]
    return []


def _mid_word_warnings(lines: list[str], start: int, end: int) -> list[Warning]:
    return [
        Warning(
            "mid-word-break",
            "This line seems to break off inside a word or a sentence: "
            f"“…{lines[at][-20:].lstrip()}” / “{lines[at + 1].lstrip()[:20]}…”",
            at + 1,
        )
        for at in mid_word_breaks(lines, start, end)
    ]


def _in_order(warnings: list[Warning]) -> tuple[Warning, ...]:
    return tuple(sorted(warnings, key=lambda one: one.line or 0))
