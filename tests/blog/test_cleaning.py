"""What people type is made safe and otherwise left alone."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.discussion import cleaning

UNSEEN = {
    "zero width space": "\u200b",
    "word joiner": "\u2060",
    "soft hyphen": "\u00ad",
    "byte order mark": "\ufeff",
    "Hangul filler": "\u3164",
    "half width filler": "\uffa0",
    "Choseong filler": "\u115f",
    "Jungseong filler": "\u1160",
    "Braille blank": "\u2800",
    "grapheme joiner": "\u034f",
    "Khmer inherent": "\u17b4",
    "variation selector": "\ufe0f",
    "variation selector 17": "\U000e0100",
    "tag": "\U000e0041",
    "right to left override": "\u202e",
    "isolate": "\u2066",
    "left to right mark": "\u200e",
    "Arabic letter mark": "\u061c",
    "Mongolian vowel separator": "\u180e",
    "private": "\ue000",
    "not assigned": "\U000e0fff",
    "delete": "\x7f",
    "bell": "\x07",
    "next line": "\x85",
}
DIRECTIONS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
ANY_TEXT = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"], exclude_characters="\0"),
        st.sampled_from(
            [*UNSEEN.values(), *DIRECTIONS, "\u0301", "\u0489", "\n", "\r"]
        ),
        st.sampled_from("e \t>*"),
    ),
    max_size=60,
)


@pytest.mark.parametrize("clean", [cleaning.text, cleaning.name])
@pytest.mark.parametrize("raw", ["\0", "a\0b", "\ud800", "a\udfffb", "\ud83d\ude00"])
def test_what_no_keyboard_sends_is_no_text(clean, raw):
    with pytest.raises(cleaning.NotText):
        clean(raw)


class TestText:
    @pytest.mark.parametrize(
        ("raw", "kept"),
        [
            ("one\r\ntwo\rthree\nfour", "one\ntwo\nthree\nfour"),
            ("one\u2028two\u2029three", "one\ntwo\n\nthree"),
            ("one\x0btwo\x0cthree", "one\ntwo\nthree"),
            ("a\n\n\n\n\nb", "a\n\nb"),
            ("a\n \t \n  \nb", "a\n\nb"),
            ("  a  \n", "a"),
            ("a\tb", "a b"),
            ("a  b", "a  b"),
            ("> quote\n  indented", "> quote\n  indented"),
            ("cafe\u0301", "café"),
            ("ﬁ ½ ™", "ﬁ ½ ™"),
            ("a\x01b\x1bc\x7fd\x9be", "abcde"),
            ("a\u202eb\u2066c\u200fd", "abcd"),
            ("soft\u00adhyphen\ufeff", "softhyphen"),
            ("👨‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️ 1️⃣", "👨‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿 ❤️ 1️⃣"),
            ("नमस्ते क्षि", "नमस्ते क्षि"),
            ("שָׁלוֹם مُحَمَّد", "שָׁלוֹם مُحَمَّد"),
            ("Việt Nam ẫ", "Việt Nam ẫ"),
        ],
    )
    def test_what_is_kept(self, raw, kept):
        assert cleaning.text(raw) == unicodedata.normalize("NFC", kept)

    @pytest.mark.parametrize("unseen", UNSEEN)
    def test_nothing_but_the_unseen_is_nothing(self, unseen):
        assert cleaning.text(UNSEEN[unseen] * 5 + " \n" + UNSEEN[unseen]) == ""

    @pytest.mark.parametrize(
        "between", ["", "\u00ad", "\u200e", "\u200d", "\u200b", "\x01"]
    )
    def test_marks_do_not_pile_up(self, between):
        """Whatever unseen stands between them."""
        raw = "a" + between.join(["\u0300\u0301\u0302"] * 30) + "b"
        cleaned = unicodedata.normalize("NFD", cleaning.text(raw))
        marks = [letter for letter in cleaned if unicodedata.combining(letter)]
        # The letter and its first mark became one; three more may stand on it.
        assert len(marks) <= cleaning.MOST_MARKS + 1
        assert cleaned.strip("\u0300\u0301\u0302")[0] == "a"
        assert cleaned[-1] == "b"

    def test_letters_are_composed_across_what_is_dropped(self):
        assert cleaning.text("e\u00ad\u0301") == "é"

    @given(ANY_TEXT)
    def test_twice_is_once(self, raw):
        once = cleaning.text(raw)
        assert cleaning.text(once) == once

    @given(ANY_TEXT)
    def test_nothing_dangerous_is_left(self, raw):
        cleaned = cleaning.text(raw)
        assert unicodedata.is_normalized("NFC", cleaned)
        assert not set(cleaned) & set(DIRECTIONS)
        controls = {c for c in cleaned if unicodedata.category(c) == "Cc"}
        assert controls <= {"\n"}
        assert "\n\n\n" not in cleaned
        assert cleaned == cleaned.strip()

    @given(ANY_TEXT)
    def test_it_grows_by_nothing_but_composition(self, raw):
        lines = raw.replace("\u2029", "\n\n")
        assert len(cleaning.text(raw)) <= len(unicodedata.normalize("NFC", lines))

    @given(st.lists(st.text("abcXYZ019.,!?'éß漢д🙂", min_size=1), min_size=1))
    def test_printable_words_are_left_alone(self, words):
        sentence = " ".join(words)
        assert cleaning.text(sentence) == unicodedata.normalize("NFC", sentence)


class TestName:
    @pytest.mark.parametrize(
        ("raw", "kept"),
        [
            ("  Deck   hand ", "Deck hand"),
            ("Deck\nhand\t!", "Deck hand !"),
            ("Deck\u2028hand", "Deck hand"),
            ("Ｄｅｃｋ", "Deck"),
            ("ﬁnn", "finn"),
            ("Zoe\u0308", "Zoë"),
            ("Zoe\u200d\u0308", "Zoë"),
            ("\u0301x", "x"),
            ("x \u0301y", "x y"),
            ("محمد", "محمد"),
            ("नमस्ते", "नमस्ते"),
            ("O’Hara", "O’Hara"),
            ("🙂", "🙂"),
            ("", ""),
        ],
    )
    def test_what_is_kept(self, raw, kept):
        assert cleaning.name(raw) == kept

    @pytest.mark.parametrize("unseen", UNSEEN)
    def test_nothing_unseen_is_left(self, unseen):
        letter = UNSEEN[unseen]
        assert cleaning.name(letter) == ""
        cleaned = cleaning.name(f"Deck{letter}hand{letter}")
        assert cleaned in ("Deckhand", "Deck hand")

    @pytest.mark.parametrize("between", ["", "\u00ad", "\u200d", "\u034f", "\ufe0f"])
    def test_marks_do_not_pile_up(self, between):
        cleaned = cleaning.name("a" + between.join(["\u0300\u0301\u0489"] * 20))
        marks = [letter for letter in cleaned if unicodedata.category(letter)[0] == "M"]
        assert len(marks) <= cleaning.MOST_MARKS

    @given(ANY_TEXT)
    def test_twice_is_once(self, raw):
        once = cleaning.name(raw)
        assert cleaning.name(once) == once

    @given(ANY_TEXT)
    def test_all_of_it_is_seen_on_one_line(self, raw):
        cleaned = cleaning.name(raw)
        assert unicodedata.is_normalized("NFKC", cleaned)
        assert cleaned == " ".join(cleaned.split())
        for letter in cleaned.replace(" ", ""):
            assert unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
            assert letter not in UNSEEN.values()
