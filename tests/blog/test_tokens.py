"""The token that sends what was previewed, and nothing else."""

import pytest
from django.core import signing

from blog.discussion import receipts, tokens
from blog.discussion.pseudonyms import Proof

BOUND = (7, "parent0000000", "The text.", "Deckhand")
NONCE = "5e" * 16


@pytest.fixture
def clock(monkeypatch):
    """The time, which tests move: a list of one number."""
    now = [1_700_000_000.0]
    monkeypatch.setattr("time.time", lambda: now[0])
    return now


def test_it_gives_back_its_number_and_its_age(clock):
    token = tokens.issue(NONCE, *BOUND)
    clock[0] += 12.5
    read = tokens.read(token, *BOUND)
    assert read.nonce == NONCE
    assert read.age == pytest.approx(12.5, abs=0.1)


def test_it_holds_no_word_of_the_text():
    token = tokens.issue(NONCE, 7, "", "kittiwake" * 500, "Bosun")
    assert len(token) < 250
    payload = token.split(":")[0]
    for word in ("kittiwake", "Bosun"):
        assert signing.b64_encode(word.encode())[:-2].decode() not in payload
    assert "kittiwake" not in signing.b64_decode(payload.encode()).decode()


@pytest.mark.parametrize(
    "other",
    [
        (8, "parent0000000", "The text.", "Deckhand"),
        (7, "", "The text.", "Deckhand"),
        (7, "parent0000001", "The text.", "Deckhand"),
        (7, "parent0000000", "The text", "Deckhand"),
        (7, "parent0000000", "The text.", ""),
        (7, "parent0000000", "The text.", "deckhand"),
        # What one field loses another has won.
        (7, "parent000000", "0The text.", "Deckhand"),
        (7, "parent0000000", "Deckhand", "The text."),
        (7, "parent0000000", "The text.Deck", "hand"),
    ],
)
def test_it_is_for_what_was_shown_alone(other):
    token = tokens.issue(NONCE, *BOUND)
    with pytest.raises(tokens.StaleToken):
        tokens.read(token, *other)
    assert tokens.read(token, *BOUND).nonce == NONCE


@pytest.mark.parametrize(("seconds", "good"), [(86_399, True), (86_402, False)])
def test_it_lasts_a_day(clock, seconds, good):
    token = tokens.issue(NONCE, *BOUND)
    clock[0] += seconds
    if good:
        assert tokens.read(token, *BOUND)
    else:
        with pytest.raises(tokens.StaleToken):
            tokens.read(token, *BOUND)


def test_a_clock_that_went_back_gives_no_negative_age(clock):
    token = tokens.issue(NONCE, *BOUND)
    clock[0] -= 100
    assert tokens.read(token, *BOUND).age == 0.0


def forged() -> list[str]:
    good = tokens.issue(NONCE, *BOUND)
    payload, stamp, signature = good.split(":")
    return [
        "",
        " ",
        ":",
        "::",
        "a:b:c",
        "\0",
        "é",
        "\ud800",
        good[:-1],
        good + "x",
        f"{payload}:{stamp}",
        f"{payload}::{signature}",
        f"{payload}x:{stamp}:{signature}",
        good * 100,
        # Signed by this site, but for another purpose or of another form.
        signing.dumps([NONCE, "x", 1.0], salt="another"),
        signing.dumps("words", salt=tokens.SALT),
        signing.dumps([], salt=tokens.SALT),
        signing.dumps({"a": 1}, salt=tokens.SALT),
        signing.dumps(5, salt=tokens.SALT),
        signing.dumps(None, salt=tokens.SALT),
        signing.dumps([NONCE, "x", 1.0], salt=tokens.SALT),
    ]


@pytest.mark.parametrize("number", range(21))
def test_nothing_else_is_one(number):
    tokens_ = forged()
    assert len(tokens_) == 21
    with pytest.raises(tokens.StaleToken):
        tokens.read(tokens_[number], *BOUND)


def test_another_sites_key_makes_no_token(settings):
    token = tokens.issue(NONCE, *BOUND)
    settings.SECRET_KEY = "x" * 50
    with pytest.raises(tokens.StaleToken):
        tokens.read(token, *BOUND)


def test_who_reads_the_token_cannot_make_the_receipt():
    """The number stands in it for all to see; the receipt needs the site's key."""
    token = tokens.issue(NONCE, *BOUND)
    assert NONCE in signing.b64_decode(token.split(":")[0].encode()).decode()
    assert receipts.code_for(NONCE) not in token


PROOF = Proof("k7qf2m9xdv", True)


class TestProofs:
    def test_what_was_proved_comes_back(self):
        token = tokens.issue_proof(PROOF, 7, "Deckhand")
        assert tokens.read_proof(token, 7, "Deckhand") == PROOF

    @pytest.mark.parametrize(
        ("post", "name"), [(8, "Deckhand"), (7, "deckhand"), (7, ""), (7, "Deckhand ")]
    )
    def test_for_this_name_below_this_post_alone(self, post, name):
        token = tokens.issue_proof(PROOF, 7, "Deckhand")
        assert tokens.read_proof(token, post, name) is None

    def test_it_lasts_a_day(self, clock):
        token = tokens.issue_proof(PROOF, 7, "Deckhand")
        clock[0] += 86_402
        assert tokens.read_proof(token, 7, "Deckhand") is None

    @pytest.mark.parametrize(
        "value",
        ["words", [], 5, None, ["k7qf2m9xdv", True], ["no tag", True, "x"], {"a": 1}],
    )
    def test_what_else_the_site_signed_is_none(self, value):
        for salt in (tokens.SALT_OF_PROOF, tokens.SALT):
            token = signing.dumps(value, salt=salt)
            assert tokens.read_proof(token, 7, "Deckhand") is None

    def test_a_token_that_sends_proves_nothing_and_a_proof_sends_nothing(self):
        sends = tokens.issue(NONCE, *BOUND)
        assert tokens.read_proof(sends, 7, "Deckhand") is None
        with pytest.raises(tokens.StaleToken):
            tokens.read(tokens.issue_proof(PROOF, 7, "Deckhand"), *BOUND)

    @pytest.mark.parametrize(
        "other", [None, Proof("0000000000", True), Proof("k7qf2m9xdv", False)]
    )
    def test_what_was_shown_with_a_tag_is_sent_with_it(self, other):
        token = tokens.issue(NONCE, *BOUND, PROOF)
        assert tokens.read(token, *BOUND, PROOF).nonce == NONCE
        with pytest.raises(tokens.StaleToken):
            tokens.read(token, *BOUND, other)
