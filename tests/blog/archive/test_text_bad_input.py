"""What is no text dump is refused with a sentence that helps; odd text is not."""

import datetime as dt

import pytest

from blog.archive.formats import text
from blog.archive.model import ArchiveError

PAGE = "Friday, 2 September 2022\n\nTitle\n\nBody.\n\n1 comment:\n\n"
PAGE += "  1. Ünïcode\n\n    ReplyDelete"


def refusal(data: bytes) -> ArchiveError:
    with pytest.raises(ArchiveError) as caught:
        text.read(data)
    return caught.value


@pytest.mark.parametrize(
    "data", [b"", b" \n\t\r\n ", b"\xef\xbb\xbf", b"\xef\xbb\xbf\n", b"\xc2\xa0\n"]
)
def test_refuses_an_empty_file(data):
    error = refusal(data)
    assert "empty" in error.message or "white space" in error.message
    assert "Save" in error.message


def test_refuses_binary_data_with_its_place():
    error = refusal(b"one\r\ntwo\rthr\0ee")
    assert error.line == 3
    assert "binary" in error.message
    assert "byte offset 12" in error.message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-32"])
def test_recognises_wide_encodings(encoding):
    mark = b"\xfe\xff" if encoding == "utf-16-be" else b""
    error = refusal(mark + PAGE.encode(encoding))
    assert "UTF-16" in error.message
    assert "UTF-8" in error.message


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_refuses_other_encodings_with_line_and_offset(end):
    data = PAGE.replace("\n", end).encode("latin-1")
    error = refusal(data)
    at = data.index(b"\xdc")
    assert error.line == 9
    assert "line 9" in error.message
    assert f"byte offset {at} " in error.message


def test_refuses_utf8_cut_inside_a_character():
    assert refusal("Title\n\né".encode()[:-1]).line == 3


def test_refuses_a_line_over_a_million_characters():
    error = refusal(f"one\ntwo\n{'é' * 1_000_001}\n".encode())
    assert error.line == 3
    assert "1,000,001" in error.message
    assert "1,000,000" in error.message


@pytest.mark.parametrize("filler", ["a", "(", " ", "[", "[a](", "1. ", "Reply", "é\t"])
@pytest.mark.parametrize("before", ["", "Friday, 2 September 2022\n\nT\n\n", "    "])
def test_reads_the_longest_line_whatever_is_in_it(filler, before):
    long = filler * (1_000_000 // len(filler) - 8)
    data = f"{before}{long}\n\nshowComment=\n\n2 comments:\n\n  1. {long}"
    post = text.read(data[:1_999_900].encode()).posts[0]
    assert post.body or post.comments or post.title


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("tail", ["", "\n", "\n\n\n"])
def test_line_ends_and_byte_order_mark_do_not_matter(end, mark, tail):
    data = (mark + PAGE + tail).replace("\n", end).encode()
    assert text.looks_like(data)
    [post] = text.read(data).posts
    assert (post.title, post.date) == ("Title", dt.date(2022, 9, 2))
    [comment] = post.comments
    assert (comment.text, comment.line) == ("Ünïcode", 9)


def test_keeps_tabs_and_characters_that_only_look_like_line_ends():
    body = "a\tb\u2028c\x85d"
    [post] = text.read(PAGE.replace("Body.", body).encode()).posts
    assert post.body == body


def test_control_characters_are_dropped():
    body = "a\x1b[31mb\x07\x08c\x0cd\x7fe"
    [post] = text.read(PAGE.replace("Body.", body).encode()).posts
    assert post.body == "a[31mbcde"
    assert post.comments[0].line == 9


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"PK\x03\x04\0\0",
        b"<?xml version='1.0'?>",
        b"Dear all,\n\nhello.\n",
        b"\xff",
    ],
)
def test_does_not_take_other_files_for_a_page(head):
    assert not text.looks_like(head)


@pytest.mark.parametrize(
    "head",
    [
        b"\xef\xbb\xbfFriday, 2 September 2022\n",
        b"About us\r\rThursday 14 August 2014\r\r",
        b"Showing posts with label Pay. Show all posts\n",
        b"x\n" * 60 + b"12 comments:\n",
        b"A\n\n2.9.2022\n\n\xc3",
    ],
)
def test_recognises_a_page_by_a_line(head):
    assert text.looks_like(head)
