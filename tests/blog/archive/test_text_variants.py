"""Pages in other shapes than the usual one, and text that only looks like structure."""

import datetime as dt
from pathlib import Path

import pytest

from blog.archive.formats import text
from blog.archive.formats.dates import parse_date, split_signature
from blog.archive.model import SourceFile, SourcePost, Status
from tests.blog.archive.dump_writer import placeholder

SYNTHETIC = Path(__file__).parents[3].parent / "shared" / "samples" / "_synthetic"
HEAD = ("Friday, 2 September 2022", "", "Title", "", "Body.", "")
ONE = ("1 comment:", "", "  1. Yes.", "", "    ReplyDelete")


def read(*lines: str, **options) -> SourceFile:
    return text.read("\n".join(lines).encode(), **options)


def read_post(*lines: str, **options) -> SourcePost:
    [post] = read(*lines, **options).posts
    return post


def sample(name: str) -> SourceFile:
    file = SYNTHETIC / f"text-{name}.txt"
    if not file.is_file():
        pytest.skip("The samples are not there: shared/samples beside the project.")
    return text.read(file.read_bytes())


def codes(found: SourceFile) -> list[str]:
    return [one.code for one in found.warnings]


def lines_of(found: SourceFile, code: str) -> list[int | None]:
    return [one.line for one in found.warnings if one.code == code]


def tree(post: SourcePost) -> list[tuple[str, str | None, str]]:
    return [(one.id, one.parent, one.text) for one in post.comments]


# --- the samples


@pytest.mark.parametrize(
    ("name", "tops", "replies", "declared", "low"),
    [
        ("no-terminators", 3, 1, None, True),
        ("one-comment", 1, 0, 1, False),
        ("no-comments", 0, 0, 0, False),
        ("authors-dates", 2, 2, 4, False),
        ("list-in-comment", 2, 1, 3, False),
        ("date-line-in-body", 0, 0, 0, False),
        ("paged-and-old-style", 3, 0, 250, True),
    ],
)
def test_samples_hold_what_their_list_says(name, tops, replies, declared, low):
    found = sample(name)
    [post] = found.posts
    parents = [one.parent for one in post.comments]
    assert (parents.count(None), len(parents) - parents.count(None)) == (tops, replies)
    assert post.comments_declared == declared
    assert found.low_confidence is low


def test_sample_with_two_posts_of_one_day_is_not_guessed_at():
    found = sample("label-page-same-day")
    assert [one.date for one in found.posts] == [
        dt.date(2024, 9, 28),
        dt.date(2024, 9, 27),
    ]
    assert "same-day-posts" in codes(found)


# --- end marks


def test_numbers_and_end_words_inside_a_comment_are_text():
    found = read(
        *HEAD,
        "3 comments:",
        "",
        "  1. 19.40. is late",
        "    1. mine",
        "",
        "    2. yours",
        "    Delete",
        "      ReplyDelete",
        "",
        "    ReplyDelete",
        "    Replies",
        "    1. 3. of us",
        "      2. more",
        "      ReplyDelete",
        "       Delete",
        "",
        "      Delete",
        "  2. end",
        "",
        "    ReplyDelete",
    )
    assert tree(found.posts[0]) == [
        ("1", None, "19.40. is late\n1. mine\n\n2. yours\nDelete\n  ReplyDelete"),
        ("1.1", "1", "3. of us\n2. more\nReplyDelete\n Delete"),
        ("2", None, "end"),
    ]
    assert not found.warnings


def test_extra_blank_lines_are_left_out():
    post = read_post(
        *("Friday, 2 September 2022", "", "Title", "", "", "One.", "", "", "", "Two."),
        *("", "", "1 comment:", "", "", "  1. a", "", "", "    b", "", ""),
        "    ReplyDelete",
    )
    assert post.body == "One.\n\nTwo."
    assert post.comments[0].text == "a\n\nb"


def test_no_break_spaces_and_word_bullets_are_mapped():
    post = read_post(
        *("Friday, 2 September 2022", "", "Title\u00a0", "", "a\u00a0b \u00a0 "),
        *("\u00a0 c", "\u00a0", "\uf0b7 d", "", *ONE[:2]),
        *("  1. x\u00a0y\u00a0", "    \u00a0z", "", "    ReplyDelete"),
    )
    assert post.title == "Title"
    assert post.body == "a b\nc\n\n• d"
    assert post.comments[0].text == "x y\nz"


def test_only_the_indent_of_the_level_is_removed():
    post = read_post(
        *(*HEAD, *ONE[:2], "  1. a", "      b", "        c", "", "    ReplyDelete")
    )
    assert post.comments[0].text == "a\n  b\n    c"


def test_a_missing_end_mark_costs_one_warning_and_no_comment():
    found = read(
        *(*HEAD, "4 comments:", "", "  1. a", "", "  2. b", "", "    ReplyDelete"),
        *("    Replies", "    1. c", "", "    2. d", "", "      Delete"),
    )
    assert [one.text for one in found.posts[0].comments] == ["a", "b", "c", "d"]
    assert lines_of(found, "unterminated") == [9, 15]


def test_text_without_its_indent_is_kept_and_reported():
    found = read(*HEAD, *ONE[:3], "lost its indent", "  1. and so", "", *ONE[-1:])
    assert found.posts[0].comments[0].text == "Yes.\nlost its indent\n1. and so"
    assert lines_of(found, "not-understood") == [10, 11]


def test_a_gap_in_the_numbers_keeps_the_order_and_unique_ids():
    found = read(
        *(*HEAD, "3 comments:", "", "  1. a", "", "    ReplyDelete"),
        *(
            "  4. b",
            "",
            "    ReplyDelete",
            "    Replies",
            "    3. c",
            "",
            "      Delete",
        ),
    )
    assert tree(found.posts[0]) == [
        ("1", None, "a"),
        ("2", None, "b"),
        ("2.1", "2", "c"),
    ]
    assert lines_of(found, "numbering-gap") == [12, 16]


def test_a_reply_with_nothing_above_it_is_kept_on_top():
    found = read(*HEAD, "2 comments:", "", *ONE[2:]).posts
    assert len(found[0].comments) == 1
    found = read(
        *(*HEAD, "    Replies", "    1. a", "", "      Delete"),
        *("  1. b", "", "    ReplyDelete"),
    )
    assert [one.text for one in found.posts[0].comments] == ["b"]
    found = read(
        *(*HEAD, "2 comments:", "", "  1. a", "", "    ReplyDelete"),
        *("", "    1. b", "", "      Delete"),
    )
    assert tree(found.posts[0]) == [("1", None, "a"), ("1.1", "1", "b")]


@pytest.mark.parametrize("between", [(), ("",)])
def test_end_mark_on_two_lines(between):
    found = read(
        *(*HEAD, "2 comments:", "", "  1. a", "", "    Reply", *between, "    Delete"),
        *("    Replies", "    1. b", "", "      Reply", *between, "      Delete"),
    )
    assert tree(found.posts[0]) == [("1", None, "a"), ("1.1", "1", "b")]
    assert not found.warnings


def test_reply_alone_as_end_mark():
    found = read(
        *(*HEAD, "3 comments:", "", "  1. a", "", "    1. listed", "", "    Reply"),
        *("    Replies", "    1. b", "", "    Reply", "  2. c", "", "    Reply"),
    )
    assert tree(found.posts[0]) == [
        ("1", None, "a\n\n1. listed"),
        ("1.1", "1", "b"),
        ("2", None, "c"),
    ]
    assert found.low_confidence
    assert codes(found) == ["low-confidence"]


def test_end_marks_glued_to_the_next_comment():
    found = read(
        *(*HEAD, "5 comments:", "", "First.", "", "Delete me? Deleted.", "ReplyDelete"),
        *(
            "Replies",
            "Second",
            "DeleteNote this",
            "Delete",
            "Delete it.",
            "ReplyDelete",
        ),
        *("“Fifth”", "ReplyDeleteSixth", "Post a Comment"),
    )
    assert tree(found.posts[0]) == [
        ("1", None, "First.\n\nDelete me? Deleted."),
        ("1.1", "1", "Second"),
        ("1.2", "1", "Note this"),
        ("2", None, "Delete it."),
        ("3", None, "“Fifth”"),
        ("4", None, "Sixth"),
    ]
    assert found.low_confidence
    assert codes(found).count("low-confidence") == 1
    assert "declared-found" in codes(found)


def test_numbered_lines_whose_indents_are_lost():
    found = read(
        *(*HEAD, "3 comments:", "", "1. a", "", "ReplyDelete", "Replies", "1. b", ""),
        *("Delete", "2. c", "", "ReplyDelete"),
    )
    assert tree(found.posts[0]) == [
        ("1", None, "a"),
        ("1.1", "1", "b"),
        ("2", None, "c"),
    ]


@pytest.mark.parametrize("word", ["Replies", "Reply", "Add comment", "Load more..."])
@pytest.mark.parametrize("indent", ["", "    ", "      "])
def test_ignorable_lines_at_any_level(word, indent):
    extra = indent + word
    found = read(
        *(*HEAD, "3 comments:", extra, "  1. a", "", "    ReplyDelete", extra),
        *("    Replies", extra, "    1. b", "", "      Delete", extra),
        *("  2. c", "", "    ReplyDelete", "    Replies", extra),
    )
    assert [one.id for one in found.posts[0].comments] == ["1", "1.1", "2"]
    assert not found.warnings


def test_without_end_marks_the_next_number_begins_a_comment():
    found = read(
        *HEAD,
        "",
        "  1. a",
        "",
        "    7. not the next",
        "    more",
        "",
        "    1. b",
        "",
        "  2. c",
        "",
        "Closing words",
    )
    assert tree(found.posts[0]) == [
        ("1", None, "a\n\n7. not the next\nmore"),
        ("1.1", "1", "b"),
        ("2", None, "c"),
    ]
    assert found.posts[0].body == "Body."
    assert lines_of(found, "low-confidence") == [8]
    assert lines_of(found, "not-understood") == [17]


def test_a_list_in_the_post_is_not_taken_for_comments():
    found = read(*HEAD, "  1. first", "  2. second", "", "More.")
    assert found.posts[0].body == "Body.\n\n  1. first\n  2. second\n\nMore."
    assert found.posts[0].comments == ()
    assert not found.low_confidence


# --- the count line


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("1 comment:", 1),
        ("1 Comment", 1),
        ("1 comments:", 1),
        ("1 comentario:", 1),
        ("1 Kommentar:", 1),
        ("1 αρχικό σχόλιο:", 1),
        ("Comments", None),
        ("comments:", None),
    ],
)
def test_count_lines(line, number):
    found = read(*HEAD, line, *ONE[1:])
    [post] = found.posts
    assert (post.body, len(post.comments)) == ("Body.", 1)
    assert post.comments_declared == number
    assert not found.warnings


@pytest.mark.parametrize(
    "line",
    ["No comments:", "No comments", "0 comments:", "no Comments:", "Sin comentarios:"],
)
def test_no_comments(line):
    found = read(*HEAD, line)
    [post] = found.posts
    assert (post.body, post.comments, post.comments_declared) == ("Body.", (), 0)
    assert post.comments_included
    assert not found.warnings


def test_a_count_of_thousands():
    found = read(*HEAD, "1,204 comments:", *ONE[1:])
    assert found.posts[0].comments_declared == 1204
    [warning] = found.warnings
    assert (warning.code, warning.line) == ("declared-found", 7)
    assert "1 of 1204" in warning.message


def test_more_comments_than_declared_are_all_read():
    found = read(*HEAD, "No comments:", *ONE[1:])
    assert len(found.posts[0].comments) == 1
    assert codes(found) == ["declared-found"]


def test_a_count_line_quoted_in_the_post_is_text():
    found = read(*HEAD, "3 comments:", "", "  1. listed", "", "Rest.", "", *ONE)
    assert found.posts[0].body.endswith("3 comments:\n\n  1. listed\n\nRest.")
    assert len(found.posts[0].comments) == 1
    found = read(*HEAD, "3 comments:", "", "Rest.")
    assert found.posts[0].body == "Body.\n\n3 comments:\n\nRest."
    assert codes(found) == ["count-line-in-text", "no-count-line"]


def test_comments_under_no_count_line():
    found = read(*HEAD, *ONE[2:])
    assert (found.posts[0].body, len(found.posts[0].comments)) == ("Body.", 1)
    assert found.posts[0].comments_declared is None
    assert not found.warnings


def test_a_page_that_may_be_cut_says_so():
    found = read(*HEAD)
    assert found.posts[0].comments_declared is None
    assert found.posts[0].comments_included
    assert codes(found) == ["no-count-line"]


@pytest.mark.parametrize(
    "paging", ["Newer› Newest»", "«Oldest ‹Older 201 – 203 of 250 Newer› Newest»"]
)
def test_paging_lines_leave_a_warning_of_what_is_missing(paging):
    found = read(*HEAD, "250 comments:", "", paging, "", *ONE[2:], "", paging)
    assert len(found.posts[0].comments) == 1
    assert codes(found) == ["declared-found"]
    assert "1 of 250" in found.warnings[0].message


# --- authors and times


@pytest.mark.parametrize(
    ("line", "name", "moment"),
    [
        ("Anonymous2 September 2022 at 18:20", "Anonymous", (2022, 9, 2, 18, 20)),
        ("Zed9September 2, 2022 at 7:02 PM", "Zed9", (2022, 9, 2, 19, 2)),
        ("Ann B2 February 2016 at 08:05", "Ann B", (2016, 2, 2, 8, 5)),
        ("Agent00712 May 2020 at 12:00 AM", "Agent007", (2020, 5, 12, 0, 0)),
        ("Bob31 January 2021 at 0:09", "Bob", (2021, 1, 31, 0, 9)),
        ("Bob32 January 2021 at 0:09", "Bob3", (2021, 1, 2, 0, 9)),
        ("MayMay 1, 2020 at 1:00\u202fp.m.", "May", (2020, 5, 1, 13, 0)),
        ("BoFriday, 2 September 2022 at 18:20", "Bo", (2022, 9, 2, 18, 20)),
    ],
)
def test_author_and_time_before_the_text(line, name, moment):
    post = read_post(*HEAD, *ONE[:2], f"  1. {line}", "", "    Hello.", "", *ONE[-1:])
    [comment] = post.comments
    assert (comment.author, comment.text) == (name, "Hello.")
    assert comment.written_at == dt.datetime(*moment)


def test_a_time_with_a_zone_is_aware():
    name, moment = split_signature("AnnMay 21, 2020 at 6:23:04 PM GMT-3")
    assert name == "Ann"
    assert moment.astimezone(dt.UTC) == dt.datetime(
        2020, 5, 21, 21, 23, 4, tzinfo=dt.UTC
    )
    assert split_signature("Ann21 May 2020 at 18:23 GMT+05:30")[1].utcoffset() == (
        dt.timedelta(hours=5, minutes=30)
    )
    assert split_signature("Ann21 May 2020 at 18:23 UTC")[1].utcoffset() == (
        dt.timedelta()
    )


@pytest.mark.parametrize(
    "line",
    [
        "Anon 7 October 2022 at 15:55",
        "Ann31 February 2022 at 18:20",
        "Ann2 September 2022 at 25:20",
        "Ann2 September 2022 at 18:20 sharp",
        "2 September 2022 at 18:20",
        "Ann2 September 2022",
    ],
)
def test_what_is_no_signature_stays_text(line):
    post = read_post(*HEAD, *ONE[:2], f"  1. {line}", "", "    Hello.", "", *ONE[-1:])
    assert post.comments[0].author is None
    assert post.comments[0].text == f"{line}\n\nHello."


def test_a_signature_needs_a_blank_line_below():
    line = "Ann2 September 2022 at 18:20"
    post = read_post(*HEAD, *ONE[:2], f"  1. {line}", "    said I", "", *ONE[-1:])
    assert (post.comments[0].author, post.comments[0].text) == (None, f"{line}\nsaid I")


@pytest.mark.parametrize(
    "status", [Status.REMOVED_BY_AUTHOR, Status.REMOVED_BY_MODERATOR]
)
def test_removed_comments_keep_their_place(status):
    found = read(
        *(*HEAD, "3 comments:", "", f"  1. {placeholder(status)}", "", *ONE[-1:]),
        *("    Replies", "    1. Ann2 September 2022 at 18:20", ""),
        *(f"      {placeholder(status)}", "", "      Delete"),
        *(f"  2. {placeholder(status)} Why?", "", *ONE[-1:]),
    )
    first, second, third = found.posts[0].comments
    assert (first.status, first.text) == (status, "")
    assert (second.status, second.text, second.author) == (status, "", "Ann")
    assert (third.status, third.text[-4:]) == (Status.LIVE, "Why?")


def test_old_unthreaded_pages():
    found = read(
        *(*HEAD, "4 comments:", "", "Ann said...", "", "One.", "", "Joe said...", ""),
        *(
            "February 21, 2007 10:31 AM",
            "",
            "indeed.",
            "",
            "February 21, 2007 10:31 AM",
        ),
        *("", "Joe D. said…", "", "Two.", "", "12:48 PM", "", "Zoë wrote at ...", ""),
        *("Three.", "21 February 2007 at 22:31", "", "Post a Comment"),
    )
    comments = found.posts[0].comments
    assert [one.author for one in comments] == ["Ann", "Joe D.", "Zoë"]
    assert (
        comments[0].text
        == "One.\n\nJoe said...\n\nFebruary 21, 2007 10:31 AM\n\nindeed."
    )
    assert [one.written_at for one in comments] == [
        dt.datetime(2007, 2, 21, 10, 31),
        None,
        dt.datetime(2007, 2, 21, 22, 31),
    ]
    assert [one.id for one in comments] == ["1", "2", "3"]
    assert {one.parent for one in comments} == {None}
    assert found.low_confidence
    assert lines_of(found, "incomplete-time") == [25]


def test_old_pages_without_times():
    found = read(*HEAD, "2 comments:", "", "Ann said...", "a", "", "Bo said...", "b")
    assert [(one.author, one.text) for one in found.posts[0].comments] == [
        ("Ann", "a"),
        ("Bo", "b"),
    ]


def test_links_of_a_markdown_conversion_give_exact_times_and_ids():
    address = "https://blog.example/2020/05/p.html?showComment=1590096205999#c8001"
    remove = "https://www.blogger.com/comment/delete/55/8002"
    found = read(
        *(*HEAD, "2 comments:", ""),
        f"  1. [Ann](/u/1)[May 21, 2020 at 6:23:00 PM GMT-3]({address})",
        *("", f"    See [this]({address}).", ""),
        "    [Reply](#)[Delete](https://www.blogger.com/comment/delete/55/8001)",
        *("    Replies", "    1. Hello.", "", f"      [Delete]({remove})"),
    )
    first, second = found.posts[0].comments
    assert (first.id, first.author) == ("8001", "Ann")
    assert first.written_at == dt.datetime(
        2020, 5, 21, 21, 23, 25, 999000, tzinfo=dt.UTC
    )
    assert first.text == f"See [this]({address})."
    assert (second.id, second.parent, second.text) == ("8002", "8001", "Hello.")


# --- footers


SURE_FOOTERS = [
    "Post a Comment",
    "Create a Link",
    "Newer Post Older Post Home",
    "Newer PostOlder PostHome",
    "Newer Post Home",
    "Older Post",
    "Subscribe to: Post Comments (Atom)",
    "Email ThisBlogThis!Share to TwitterShare to Facebook",
    "blog comments powered by Disqus",
    "Links to this post",
]
FOOTERS = [*SURE_FOOTERS, "Home", "Add comment", "Load more...", "Posted by X at 12:00"]
FOOTERS += ["Labels: a, b", "at August 02, 2019", "at 12:00"]


@pytest.mark.parametrize("footer", FOOTERS)
def test_footers_end_the_body_and_the_comments(footer):
    found = read(*HEAD, footer, "", *ONE, footer, "", "Home")
    assert found.posts[0].body == "Body."
    assert [one.text for one in found.posts[0].comments] == ["Yes."]
    assert not found.warnings


@pytest.mark.parametrize("footer", FOOTERS)
def test_footer_words_inside_a_comment_are_text(footer):
    post = read_post(*HEAD, *ONE[:3], f"    {footer}", "", *ONE[-1:])
    assert post.comments[0].text == f"Yes.\n{footer}"
    assert (post.author, post.time, post.labels) == (None, None, ())


@pytest.mark.parametrize("footer", SURE_FOOTERS)
def test_a_sure_footer_ends_a_comment_whose_end_is_missing(footer):
    found = read(*HEAD, *ONE, "  2. No.", "", footer)
    assert [one.text for one in found.posts[0].comments] == ["Yes.", "No."]
    assert "unterminated" in codes(found)


def test_what_stands_below_a_sure_footer_is_reported():
    found = read(
        *HEAD, "Post a Comment", "About me", "", *ONE, "", "Post a Comment", "2022"
    )
    assert found.posts[0].body == "Body."
    assert lines_of(found, "not-understood") == [8, 17]


def test_a_list_beside_the_page_is_no_comment():
    found = read(*HEAD, *ONE, "", "Newer Post Home", "  2. Popular post", "  3. Other")
    assert len(found.posts[0].comments) == 1
    assert lines_of(found, "not-understood") == [14, 15]


def test_unsure_footer_words_in_the_middle_of_a_post_are_text():
    found = read(*HEAD, "Home", "", "Posted by Ann at 12:00", "", "Rest.", "", *ONE)
    assert found.posts[0].body == "Body.\n\nHome\n\nPosted by Ann at 12:00\n\nRest."
    assert found.posts[0].author is None
    assert lines_of(found, "footer-in-text") == [9]


@pytest.mark.parametrize("below", [False, True])
def test_author_time_and_labels_come_from_the_footer(below):
    footer = ("Posted by Ann B. at 7:02 PM", "", "Labels: Pay, Work ,Pay", "")
    post = read_post(
        *HEAD, *(() if below else footer), *ONE, *(footer if below else ())
    )
    assert (post.author, post.time) == ("Ann B.", dt.time(19, 2))
    assert post.labels == ("Pay", "Work")
    assert post.body == "Body."


def test_author_and_day_on_two_lines():
    found = read("Title", "", "Body.", "Posted by Ann", "at August 02, 2019", "", *ONE)
    [post] = found.posts
    assert (post.author, post.date) == ("Ann", dt.date(2019, 8, 2))
    assert (post.title, post.body) == ("Title", "Body.")
    assert "no-date" not in codes(found)


# --- date and title


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Friday, 2 September 2022", (2022, 9, 2)),
        ("Thursday 14 August 2014", (2014, 8, 14)),
        ("Saturday, November 28, 2009", (2009, 11, 28)),
        ("November 28 2009", (2009, 11, 28)),
        ("18 April 2008", (2008, 4, 18)),
        ("Fri, 2 Sept 2022", (2022, 9, 2)),
        ("2022-09-02", (2022, 9, 2)),
        ("30/12/14", (2014, 12, 30)),
        ("12.30.2014", (2014, 12, 30)),
        ("5/5/2005", (2005, 5, 5)),
    ],
)
def test_date_lines(line, day):
    post = read_post(line, *HEAD[1:], *ONE)
    assert (post.date, post.title) == (dt.date(*day), "Title")


@pytest.mark.parametrize(
    "line",
    [
        "Friday, 31 September 2022",
        "Someday, 2 September 2022",
        "2 Brumaire 2022",
        "2 September",
        "On 2 September 2022",
        "2 September 2022 at 18:20",
        "13/13/2014",
        "1.2",
        "0/1/2014",
        "",
    ],
)
def test_what_is_no_date(line):
    assert parse_date(line) is None


def test_a_numeric_date_is_read_as_told_and_never_guessed():
    assert read_post("4/3/2014", *HEAD[1:], *ONE, day_first=True).date == dt.date(
        2014, 3, 4
    )
    assert read_post("4/3/2014", *HEAD[1:], *ONE, day_first=False).date == dt.date(
        2014, 4, 3
    )
    found = read("4/3/2014", *HEAD[1:], *ONE)
    assert (found.posts[0].date, found.posts[0].title) == (None, "Title")
    [warning] = found.warnings
    assert (warning.code, warning.line) == ("ambiguous-date", 1)
    assert "day-first or month-first" in warning.message


def test_a_wrong_weekday_is_reported():
    found = read("Monday, 2 September 2022", *HEAD[1:], *ONE)
    assert found.posts[0].date == dt.date(2022, 9, 2)
    assert lines_of(found, "weekday") == [1]
    assert "Friday" in found.warnings[0].message


def test_text_above_the_date_is_left_out_and_reported():
    found = read("My Photo", "Location: Here", "", *HEAD, *ONE)
    assert (found.posts[0].title, found.posts[0].line) == ("Title", 4)
    assert lines_of(found, "not-understood") == [1, 2]


def test_a_date_is_looked_for_in_forty_lines():
    found = read(*["x"] * 38, "", *HEAD, *ONE)
    assert found.posts[0].date == dt.date(2022, 9, 2)
    found = read(*["x"] * 39, "", *HEAD, *ONE)
    assert found.posts[0].date is None


def test_no_date_at_all():
    found = read(*HEAD[2:], *ONE)
    [post] = found.posts
    assert (post.date, post.title, post.body) == (None, "Title", "Body.")
    assert codes(found) == ["no-date"]


def test_a_post_page_never_splits_at_a_date():
    quoted = (
        "",
        "Saturday, 4 September 2010",
        "",
        "Older Title",
        "",
        "Older body.",
        "",
    )
    post = read_post(*HEAD, *quoted, *ONE)
    assert post.body == "Body.\n\n" + "\n".join(quoted[1:-1])


@pytest.mark.parametrize(
    ("lines", "title"),
    [
        (("", "Why now?", "", "Text."), "Why now?"),
        (("", "Why now!", ""), "Why now!"),
        (("", "x" * 150, "", "Text."), "x" * 150),
        (("", "x" * 151, "", "Text."), ""),
        (("", "", "Short.", "", "Text."), ""),
        (("", "One line", "and the next."), ""),
        (("", "  • listed", "", "Text."), ""),
        (("", ""), ""),
    ],
)
def test_titles(lines, title):
    found = read(HEAD[0], *lines, "", *ONE)
    [post] = found.posts
    assert post.title == title
    assert ("no-title" in codes(found)) is (title == "")
    whole = "\n".join(lines).strip("\n")
    assert post.body == whole.removeprefix(title).strip("\n")
    assert len(post.comments) == 1


# --- label pages


LABEL = ("Showing posts with label A. B. Show all posts. Show all posts", "")


def test_label_page():
    found = read(
        *(LABEL[0], *LABEL, *HEAD, "Posted by Ann at 12:00", "Labels: C", ""),
        *("Thursday, 1 September 2022", "", "Older", "", "Text.", "", "1 comment:"),
    )
    first, second = found.posts
    assert (first.title, first.line) == ("Title", 4)
    assert first.labels == ("A. B. Show all posts", "C")
    assert (first.author, first.time) == ("Ann", dt.time(12, 0))
    assert (second.title, second.body) == ("Older", "Text.\n\n1 comment:")
    for post in found.posts:
        assert not post.comments_included
        assert post.comments_declared is None
        assert post.comments == ()


@pytest.mark.parametrize(
    "quoted",
    [
        ("Thursday, 1 September 2022", "", "A title", "but another line"),
        ("Thursday, 1 September 2022", "", "", "Two blank lines"),
        ("Thursday, 1 September 2022", "No blank line", ""),
        ("Text", "Thursday, 1 September 2022", "", "A title", ""),
        ("  Thursday, 1 September 2022", "", "A title", ""),
        ("1 September 2022", "", "Another form of date", ""),
        ("Thursday, 1 September 2022", "", "x" * 151, ""),
        ("Thursday, 1 September 2022",),
    ],
)
def test_dates_inside_the_posts_of_a_label_page(quoted):
    assert len(read(*LABEL, *HEAD, *quoted).posts) == 1


def test_a_post_newer_than_the_one_above_is_reported():
    found = read(*LABEL, *HEAD, "Saturday, 3 September 2022", "", "Newer", "", "x")
    assert len(found.posts) == 2
    assert lines_of(found, "date-order") == [9]


def test_a_label_line_inside_a_post_makes_no_label_page():
    post = read_post(*HEAD, *LABEL, *ONE)
    assert post.comments_included
    assert post.labels == ()


def test_a_label_page_without_a_date():
    found = read(*LABEL, "Title", "", "Text.")
    [post] = found.posts
    assert (post.date, post.title, post.body) == (None, "Title", "Text.")
    assert "no-date" in codes(found)


# --- breaks inside words


def test_breaks_inside_words_are_reported_and_not_repaired():
    long = "x" * 40
    found = read(
        *(*HEAD, f"{long} breaks in the mid", "dle", "", f"{long} ends.", "so"),
        *(f"{long} ends", "Here", f"{long} ends", "", "here", "short", "line", ""),
        *("1 comment:", "", f"  1. {long} and ag", "    ain", "", "    ReplyDelete"),
    )
    assert lines_of(found, "mid-word-break") == [7, 22]
    assert "in the mid\ndle" in found.posts[0].body
    assert found.posts[0].comments[0].text.endswith("ag\nain")
