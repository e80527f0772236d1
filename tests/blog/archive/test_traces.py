"""Names that are e-mail or IP addresses, and values that a message may repeat."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.archive.formats.traces import (
    is_address,
    is_plain,
    not_known,
    quoted,
    without_addresses,
)

ADDRESSES = [
    "ada@mail.example",
    "<ada@mail.example>",
    "“ada@mail.example”,",
    "ada＠mail.example",
    "a@b@mail.example.",
    "@ada@mail.example",
    "ada@mail.example＠home",
    "203.0.113.9",
    "[203.0.113.9];",
    "203.0.113.9:8080",
    "ip:203.0.113.9",
    "999.1.2.3",
    "2001:db8::1",
    "2001:db8:0:0:0:0:0:1",
    "::ffff:203.0.113.9",
    "fe80::1%eth0",
    "2001:db8:7:7:7",
    "a:b:c:d:e",
    "1234:5:6:789ab:c",
]
NAMES = [
    *("@ada", "ada@", "m@rtin", "@", "ada.example", "Ada", "…", ""),
    *("1.5", "v1.2.3", "1.2.3.4.5", "10:30", "10:30:00", "::", "a:b:c:d"),
]


@pytest.mark.parametrize("word", ADDRESSES)
def test_an_address_is_none_of_a_persons_names(word):
    assert is_address(word)
    assert without_addresses(f" Ada \n{word}  L. ") == ("Ada L.", True)
    assert without_addresses(word) == ("", True)


@pytest.mark.parametrize("word", NAMES)
def test_what_only_resembles_an_address_stays(word):
    assert not is_address(word)
    assert without_addresses(f"Ada {word}") == (f"Ada {word}".strip(), False)


@pytest.mark.parametrize(
    "value",
    [
        *("LIVE", "order_note", "my.kind", "noch nicht", "текст", "2019-02-30 10:00"),
        *("2024-13-06T07:08:09.123Z", "2024-05-06T07:08:09.5+01:00", "x" * 40),
    ],
)
def test_a_few_plain_words_are_repeated(value):
    assert is_plain(value)
    assert quoted(f" {value}\n") == f"“{value}”"
    assert not_known(value) == f"“{value}”, which is not known"


@pytest.mark.parametrize(
    "value",
    [
        *ADDRESSES,
        "mail ada@mail.example",
        "from 203.0.113.9 today",
        "from-2001:db8:7:7:7",
        *("x" * 41, "", " ", "<b>", "a\nb", "a\0b", "”"),
    ],
)
def test_all_else_is_not(value):
    assert quoted(value) == "that stands there"
    assert quoted(value, "it") == "it"
    assert not_known(value) == "not known"


@given(st.text(alphabet='ada@.:＠0123456789%<>" “\n\u0660', max_size=60))
def test_of_any_text_something_comes_and_no_address_is_left(text):
    name, had_any = without_addresses(text)
    assert not any(map(is_address, name.split()))
    assert had_any == any(map(is_address, text.split()))
    if is_plain(text):
        assert not had_any
