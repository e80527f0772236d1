"""Whatever is written as a dump is read back the same, and nothing makes it crash."""

import datetime as dt
import random
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from blog.archive.formats import text
from blog.archive.model import ArchiveError, SourceComment, SourcePost, Status
from tests.blog.archive.dump_writer import day, write, write_label_page, write_post_page

QUICK = settings(
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# Lines that look like structure but stand where they are text.
NASTY = [
    "1. one",
    "  1. listed",
    "  2. listed",
    "12. twelve",
    "20.29. on the clock",
    "  • bullet",
    "Reply",
    "Replies",
    "  ReplyDelete",
    " ReplyDelete",
    "ReplyDelete now",
    "  Delete",
    "Delete it, please",
    "Deleted",
    "Friday, 2 September 2022",
    "18 April 2008",
    "Ann2 September 2022 at 18:20",
    "2:36 PM",
    "Tom said...",
    "3 comments:",
    "No comments",
    "Labels: a, b",
    "Home",
    "Showing posts with label Pay. Show all posts",
    "201 – 203 of 250",
    "--oo00oo--",
    "*****",
    "@19.50. indeed",
    "https://example.org/?showComment=1#c2",
    "[seen](https://example.org/?showComment=1590096205999#c77)",
    "<b>&amp;</b>",
]
letters = st.characters(
    exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp", "Co"), exclude_characters="\ufeff"
)
words = st.text(letters, min_size=1, max_size=12)
sentences = st.lists(words, min_size=1, max_size=8).map(" ".join)
lines = sentences | st.sampled_from(NASTY)
paragraphs = st.lists(lines, min_size=1, max_size=4).map("\n".join)
texts = st.lists(paragraphs, min_size=1, max_size=4).map("\n\n".join)

SIGNATURE = "Ann2 September 2022 at 18:20"
FOOTER_WORDS = ("Home", "Reply", "Replies", "Labels:", "201 –")


def is_body(value: str) -> bool:
    """Footers at the end of a post are furniture, not text: leave those out."""
    return not value.rpartition("\n")[2].startswith(FOOTER_WORDS)


def is_comment(value: str) -> bool:
    """A comment begins with text, and not with what is an author's line."""
    first = value.partition("\n")[0]
    return first == first.strip() and first != SIGNATURE


bodies = (texts | st.just("")).filter(is_body)
comment_texts = texts.filter(is_comment)
titles = sentences.filter(lambda title: len(title) <= 150)
dates = st.dates(dt.date(1999, 8, 23), dt.date(2035, 1, 1))


@st.composite
def discussions(draw, most=60):
    """0 to ``most`` threads with 0 to 9 replies, from a few drawn texts."""
    pool = draw(st.lists(comment_texts, min_size=1, max_size=8))
    tops = [one for one in pool if "\nReplyDelete\n" not in f"\n{one}\n"]
    replies = [one for one in pool if "\nDelete\n" not in f"\n{one}\n"]
    # Many choices, one number: drawing each one would cost seconds.
    chance = random.Random(draw(st.integers(0, 2**32)))
    signed = draw(st.booleans())
    comments = []

    def comment(id_, parent, value):
        author = moment = None
        status = Status.LIVE
        if signed:
            author = chance.choice(["Anonymous", "Scott C", "'Getafix", "Zoë B. Day"])
            minutes = chance.randrange(900_000)
            moment = dt.datetime(2020, 5, 21) + dt.timedelta(minutes=minutes)
        if chance.random() < 0.05:
            status = chance.choice(
                [Status.REMOVED_BY_AUTHOR, Status.REMOVED_BY_MODERATOR]
            )
            value = ""
        return SourceComment(id_, parent, value, author, moment, status)

    for top in range(1, draw(st.integers(0, most)) + 1):
        comments.append(comment(str(top), None, chance.choice(tops or ["x"])))
        for reply in range(1, chance.choice([0, 0, 1, 2, 9]) + 1):
            value = chance.choice(replies or ["y"])
            comments.append(comment(f"{top}.{reply}", str(top), value))
    return tuple(comments)


@st.composite
def posts(draw):
    comments = draw(discussions())
    return SourcePost(
        title=draw(titles | st.just("")),
        date=draw(dates),
        body=draw(bodies),
        comments=comments,
        comments_declared=len(comments),
    )


def without_lines(post: SourcePost) -> SourcePost:
    comments = tuple(replace(one, line=None) for one in post.comments)
    return replace(post, comments=comments, line=None)


@settings(QUICK, max_examples=80)
@given(posts())
def test_a_post_page_comes_back_the_same(post):
    found = text.read(write_post_page(post).encode())
    assert [without_lines(one) for one in found.posts] == [post]
    assert not found.low_confidence
    assert {one.code for one in found.warnings} <= {"mid-word-break", "no-title"}


@st.composite
def label_pages(draw):
    """Posts of one label, newest first, whose text has no post's heading inside."""
    label = draw(sentences)
    days = sorted(draw(st.sets(dates, min_size=1, max_size=6)), reverse=True)
    made = []
    for one in days:
        body = draw(bodies)
        assume("2022" not in body)
        made.append(
            SourcePost(
                title=draw(titles),
                date=one,
                body=body,
                labels=(label,),
                comments_included=False,
            )
        )
    return label, made


@settings(QUICK, max_examples=80)
@given(label_pages())
def test_a_label_page_comes_back_the_same(page):
    label, made = page
    assume(not label.endswith("."))
    found = text.read(write_label_page(label, made).encode())
    assert [without_lines(one) for one in found.posts] == made
    assert {one.code for one in found.warnings} <= {"mid-word-break", "same-day-posts"}


def test_a_blog_is_written_as_pages_of_both_kinds():
    first = SourcePost("One", dt.date(2022, 9, 2), "Body.", labels=("Pay", "Work"))
    second = SourcePost("Two", dt.date(2022, 9, 1), "Body.", labels=("Pay",))
    pages = write([first, second])
    assert list(pages) == ["post-1", "post-2", "label-Pay", "label-Work"]
    read = {name: text.read(page.encode()) for name, page in pages.items()}
    assert [one.title for one in read["label-Pay"].posts] == ["One", "Two"]
    assert [one.title for one in read["post-2"].posts] == ["Two"]


@settings(QUICK, max_examples=40)
@given(discussions(most=4), st.data())
def test_a_cut_file_loses_no_whole_comment(comments, data):
    post = SourcePost("Title", dt.date(2022, 9, 2), "Body.", comments=comments)
    page = write_post_page(post)
    whole_at = ends_of_comments(page)
    assert len(whole_at) == len(comments)
    cuts = data.draw(st.lists(st.integers(1, len(page)), min_size=1, max_size=12))
    for cut in [*cuts, *whole_at]:
        found = text.read(page[:cut].encode()).posts[0].comments
        whole = [one for one, end in zip(comments, whole_at, strict=True) if end <= cut]
        kept = found[: len(whole)]
        assert [replace(one, line=None) for one in kept] == whole


def ends_of_comments(page: str) -> list[int]:
    """Where the end mark of every comment ends."""
    ends, at, indent = [], 0, None
    inside = False
    for line in page.split("\n"):
        at += len(line) + 1
        if not inside and line.lstrip()[:1].isdigit() and line.startswith("  "):
            indent = 4 if line[2] != " " else 6
            inside = True
        elif inside and line == " " * indent + ("ReplyDelete", "Delete")[indent // 6]:
            ends.append(at - 1)
            inside = False
    return ends


def read_or_refuse(data: bytes) -> None:
    text.looks_like(data)
    for day_first in (None, True, False):
        try:
            found = text.read(data, day_first=day_first)
        except ArchiveError:
            continue
        assert found.posts
        for post in found.posts:
            ids = [one.id for one in post.comments]
            assert len(ids) == len(set(ids))
            assert {one.parent for one in post.comments} <= {*ids, None}


@settings(QUICK, max_examples=150)
@given(st.binary(max_size=300))
@example(b"\r")
@example(b"\xef\xbb\xbf\xef\xbb\xbf\n")
def test_no_bytes_make_it_crash(data):
    read_or_refuse(data)


STRUCTURE = [
    *NASTY,
    "",
    "",
    "Showing posts with label . Show all posts",
    "Friday, 30 February 2022",
    "4/3/2014",
    "Title",
    "Posted by Ann at 12:00",
    "Posted by Ann",
    "at August 02, 2019",
    "Comments",
    "1 comment:",
    "9,999 comments:",
    "2 comentarios:",
    "No comments:",
    "Newer› Newest»",
    "  1. first",
    "  2. Ann2 September 2022 at 18:20",
    "  9.",
    "    1. reply",
    "    2. reply",
    "    text",
    "      text",
    "    Reply",
    "    Delete",
    "    ReplyDelete",
    "      Reply",
    "      Delete",
    "      ReplyDelete",
    "    Replies",
    "ReplyDeleteYes",
    "Delete",
    "Ann wrote at May 21, 2020 at 6:23:00 PM GMT-3",
    "February 21, 2007 10:31 AM",
    "Post a Comment",
    "    [Reply](#)[Delete](https://example.org/comment/delete/1/77)",
    "  1. [Ann](/a)[May 21, 2020 at 6:23 PM](/b?showComment=1590096205999#c77)",
    "\u00a0\t ",
]


@settings(QUICK, max_examples=400)
@given(st.lists(st.sampled_from(STRUCTURE) | lines, max_size=40).map("\n".join))
def test_no_order_of_lines_makes_it_crash(value):
    read_or_refuse(value.encode())


@settings(QUICK, max_examples=150)
@given(st.text(max_size=300))
def test_no_text_makes_it_crash(value):
    read_or_refuse(value.encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("number", [1, 10, 31])
def test_dates_are_written_without_a_leading_zero(number):
    assert day(dt.date(2022, 10, number)).split()[1] == str(number)
