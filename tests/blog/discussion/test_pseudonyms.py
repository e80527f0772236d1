"""A pass-phrase gives a tag; slowly, two at once, and without leaving a trace."""

import hashlib
import threading
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blog.codes import LETTERS
from blog.discussion import pseudonyms
from blog.discussion.phrase_words import WORDS

PEPPER = bytes(range(32))
PHRASE = "kelp barnacle sextant gale"


@pytest.fixture
def cheap(monkeypatch):
    """The same function at the least price, where the price is not the matter."""
    monkeypatch.setitem(pseudonyms._COST, "n", 2)


def tag(phrase=PHRASE, where="site", pepper=PEPPER) -> str:
    return pseudonyms.tag(phrase, where, pepper)


class TestTags:
    def test_it_is_scrypt_at_the_promised_price(self):
        """Worked out apart, from what SAFETY says: the tags of a site never change."""
        made = hashlib.scrypt(
            PHRASE.encode(),
            salt=PEPPER + b"|site",
            n=2**14,
            r=8,
            p=1,
            maxmem=2**26,
            dklen=16,
        )
        number = int.from_bytes(made, "big") % 2**50
        digits = []
        for _ in range(10):
            number, digit = divmod(number, 32)
            digits.append(LETTERS[digit])
        assert tag() == "".join(reversed(digits))

    def test_phrase_place_and_secret_each_make_another(self, cheap):
        tags = {
            tag(),
            tag(PHRASE + "s"),
            tag(PHRASE.title()),
            tag(where=pseudonyms.scope("2022/03/gale", site_wide=False)),
            tag(where=pseudonyms.scope("2022/03/gales", site_wide=False)),
            tag(pepper=bytes(32)),
        }
        assert len(tags) == 6

    def test_no_post_has_the_place_of_the_whole_site(self):
        assert pseudonyms.scope("site", site_wide=False) != "site"
        assert pseudonyms.scope("2022/03/gale", site_wide=True) == "site"

    @pytest.mark.parametrize(
        "same",
        [
            f"  {PHRASE}\t",
            PHRASE.replace(" ", "   "),
            PHRASE.replace(" ", "\u00a0"),
            PHRASE.replace("k", "\uff4b"),
        ],
    )
    def test_spaces_and_composition_make_none(self, cheap, same):
        assert tag(same) == tag()

    def test_composed_letters_are_one_however_they_are_typed(self, cheap):
        assert tag("phare d'e\u0301te\u0301") == tag("phare d'\u00e9t\u00e9")

    @given(st.text(max_size=60), st.text(max_size=30))
    @settings(max_examples=60)
    def test_any_phrase_gives_ten_letters_that_are_not_misread(self, phrase, where):
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(pseudonyms._COST, "n", 2)
            phrase, where = (
                s.encode("utf-8", "replace").decode() for s in (phrase, where)
            )
            made = tag(phrase, where)
        assert pseudonyms.is_tag(made)
        assert len(made) == 10
        assert not set(made) & set("ilou")
        assert pseudonyms.grouped(made) == f"{made[:5]}-{made[5:]}"

    @pytest.mark.parametrize(
        "text",
        ["", "k7qf2m9xd", "k7qf2m9xdvv", "K7QF2M9XDV", "k7qf2-9xdv", "k7qf2m9xdi"],
    )
    def test_what_is_no_tag_is_not_taken_for_one(self, text):
        assert not pseudonyms.is_tag(text)

    def test_a_proof_tells_no_phrase(self):
        assert PHRASE not in repr(pseudonyms.Proof(tag()))


class TestTwoAtOnce:
    def test_of_many_threads_never_more_than_two_work(self, monkeypatch):
        """Each waits in the function itself until all had the time to come."""
        gate, lock = threading.Event(), threading.Lock()
        working, most = Counter(), []

        def slow(*args, **kwargs) -> bytes:
            with lock:
                working["now"] += 1
                most.append(working["now"])
                if len(most) == pseudonyms.AT_ONCE:
                    full.set()
            gate.wait(30)
            with lock:
                working["now"] -= 1
            return bytes(16)

        full = threading.Event()
        monkeypatch.setattr(pseudonyms.hashlib, "scrypt", slow)
        monkeypatch.setattr(pseudonyms, "PATIENCE", 30)
        made = []
        threads = [
            threading.Thread(target=lambda: made.append(tag())) for _ in range(12)
        ]
        for thread in threads:
            thread.start()
        assert full.wait(30)
        # All the others stand before the gate, as far as they will ever come.
        assert max(most) == working["now"] == pseudonyms.AT_ONCE == 2
        gate.set()
        for thread in threads:
            thread.join(30)
        assert len(made) == 12
        assert max(most) == 2

    def test_real_work_in_real_threads(self, monkeypatch):
        """The library lets go of the interpreter, so that two do work at once."""
        real, lock, working, most = hashlib.scrypt, threading.Lock(), Counter(), []

        def counted(*args, **kwargs) -> bytes:
            with lock:
                working["now"] += 1
                most.append(working["now"])
            try:
                return real(*args, **kwargs)
            finally:
                with lock:
                    working["now"] -= 1

        monkeypatch.setattr(pseudonyms.hashlib, "scrypt", counted)
        monkeypatch.setattr(pseudonyms, "PATIENCE", 60)
        made = []
        threads = [
            threading.Thread(target=lambda: made.append(tag())) for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert made == [made[0]] * 8
        assert max(most) <= 2

    def test_who_waits_too_long_is_told(self, monkeypatch):
        monkeypatch.setattr(pseudonyms, "PATIENCE", 0)
        turns = pseudonyms._turns
        with turns.one(0), turns.one(0), pytest.raises(pseudonyms.Busy):
            tag()
        assert tag() == tag()

    def test_what_fails_gives_its_turn_back(self, monkeypatch):
        def broken(*args, **kwargs):
            raise MemoryError

        monkeypatch.setattr(pseudonyms, "PATIENCE", 0)
        with monkeypatch.context() as patch:
            patch.setattr(pseudonyms.hashlib, "scrypt", broken)
            for _ in range(3):
                with pytest.raises(MemoryError):
                    tag()
        assert tag()


class TestSuggestions:
    def test_the_words_are_enough_short_and_plain(self):
        assert len(set(WORDS)) == len(WORDS) >= 1024
        assert list(WORDS) == sorted(WORDS)
        for word in WORDS:
            assert word.isascii()
            assert word.isalpha()
            assert word.islower()
            assert 3 <= len(word) <= 10

    def test_a_phrase_is_five_of_them_and_long_enough(self):
        phrases = {pseudonyms.suggestion() for _ in range(50)}
        assert len(phrases) == 50
        for phrase in phrases:
            words = phrase.split(" ")
            assert len(words) == 5
            assert set(words) <= set(WORDS)
            assert pseudonyms.SHORTEST <= len(phrase) <= pseudonyms.LONGEST
            assert pseudonyms.normalised(phrase) == phrase
