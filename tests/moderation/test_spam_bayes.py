"""The spam score itself: what it sees in a text, and how it weighs it."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.screening import bayes
from moderation.screening.bayes import Counts, judge, tokens, weight

EVEN = Counts(spam=100, ham=100)
counts = st.builds(Counts, st.integers(0, 50), st.integers(0, 50))


def words(text: str) -> set[str]:
    return {token for token in tokens(text) if ":" not in token}


def hosts(text: str) -> set[str]:
    return {t.removeprefix("host:") for t in tokens(text) if t.startswith("host:")}


class TestTokens:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Cheap PILLS, cheap pills!", {"cheap", "pills"}),
            ("the keeper's lamp", {"the", "keeper's", "lamp"}),
            ("a b I", set()),
            ("naïve Straße", {"naïve", "strasse"}),
            ("ｃｈｅａｐ", {"cheap"}),
            ("10 000 £500", {"10", "000", "500"}),
            ("under_score", {"under", "score"}),
            ("", set()),
            ("x" * 90, {"x" * 40}),
        ],
    )
    def test_words(self, text, expected):
        assert words(text) == expected

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("see https://pills.example/buy?now=1", {"pills.example"}),
            ("HTTP://WWW.Pills.Example", {"pills.example"}),
            ("www.pills.example", {"pills.example"}),
            (
                "https://a.shop.pills.example",
                {"a.shop.pills.example", "shop.pills.example", "pills.example"},
            ),
            ("https://shop.co.uk/", {"shop.co.uk"}),
            ("https://name:word@pills.example:8080/", {"pills.example"}),
            ("(https://pills.example)", {"pills.example"}),
            ("https://", set()),
            ("pills.example", set()),
        ],
    )
    def test_hosts_of_links(self, text, expected):
        assert hosts(text) == expected

    def test_an_address_is_no_words(self):
        assert words("https://pills.example/cheap-things") == set()

    @pytest.mark.parametrize(
        ("number", "token"),
        [(0, "0"), (1, "1"), (2, "2"), (3, "3"), (5, "3"), (6, "6"), (40, "6")],
    )
    def test_how_many_links(self, number, token):
        assert f"links:{token}" in tokens("https://a.example " * number)

    @pytest.mark.parametrize(
        ("text", "token"),
        [
            ("the tide turns at nine o'clock", "capitals:0"),
            ("The Tide Turns At Nine O'Clock", "capitals:1"),
            ("THE TIDE TURNS AT NINE TODAY", "capitals:3"),
        ],
    )
    def test_how_many_capitals(self, text, token):
        assert token in tokens(text)

    def test_a_few_letters_have_no_share_of_capitals(self):
        assert not any(token.startswith("capitals") for token in tokens("OK THEN"))

    def test_only_as_much_is_read_as_a_comment_may_have(self):
        assert words("tide " * 1600 + "pills") == {"tide"}

    @given(st.text())
    def test_no_text_is_an_error_and_no_word_pretends_a_sign(self, text):
        for token in tokens(text):
            assert token
            assert bayes.in_words(token)
            kind = token.partition(":")[0] if ":" in token else ""
            assert kind in ("", "host", "links", "capitals")

    @pytest.mark.parametrize(
        ("token", "shown"),
        [
            ("pills", "pills"),
            ("host:pills.example", "pills.example"),
            ("links:0", "no link"),
            ("links:6", "6 links or more"),
            ("capitals:3", "many capitals"),
        ],
    )
    def test_how_they_are_shown(self, token, shown):
        assert bayes.in_words(token) == shown


class TestWeight:
    def test_for_and_against(self):
        assert weight(Counts(10, 0), EVEN) > weight(Counts(10, 5), EVEN) > 0
        assert weight(Counts(0, 10), EVEN) < 0

    def test_what_was_never_seen_says_nothing(self):
        assert weight(Counts(0, 0), EVEN) == 0

    def test_what_is_as_common_in_both_says_nothing(self):
        assert weight(Counts(3, 30), Counts(20, 200)) == pytest.approx(0)

    def test_once_is_little_and_often_is_much(self):
        once, often = (weight(Counts(number, 0), EVEN) for number in (1, 50))
        assert once == pytest.approx(math.log((1 / 100 + 1 / 200) / (1 / 200)))
        assert often == pytest.approx(math.log(101))

    @given(counts, counts)
    def test_the_kinds_are_treated_alike(self, seen, texts):
        there = weight(seen, texts)
        back = weight(Counts(seen.ham, seen.spam), Counts(texts.ham, texts.spam))
        assert there == pytest.approx(-back)

    @given(counts, counts)
    def test_a_number_whatever_is_stored(self, seen, texts):
        """Also where rows were forgotten and texts are fewer than their words."""
        assert math.isfinite(weight(seen, texts))
        assert math.isfinite(weight(Counts(-1, seen.ham), texts))


def learnt(*texts: tuple[str, bool]) -> tuple[dict[str, Counts], Counts]:
    spam, ham = Counter(), Counter()
    for text, is_spam in texts:
        (spam if is_spam else ham).update(tokens(text))
    seen = {token: Counts(spam[token], ham[token]) for token in spam | ham}
    number = sum(is_spam for _, is_spam in texts)
    return seen, Counts(number, len(texts) - number)


class TestJudge:
    @pytest.mark.parametrize(
        ("spam", "ham", "speaks"),
        [
            (25, 25, True),
            (24, 25, False),
            (10, 40, True),
            (9, 4000, False),
            (4000, 9, False),
            (0, 0, False),
        ],
    )
    def test_it_is_silent_until_it_can_know(self, spam, ham, speaks):
        found = {"pills": Counts(spam, 0)}
        assert (judge(found, Counts(spam, ham)) is not None) is speaks

    def test_like_spam_and_like_the_others(self):
        seen, texts = learnt(
            *[("Cheap pills at https://pills.example today", True)] * 30,
            *[("The keeper lit the lamp at nine today", False)] * 30,
        )

        def judged(text):
            return judge({t: seen[t] for t in tokens(text) if t in seen}, texts)

        bad = judged("today: CHEAP pills https://pills.example/x")
        assert bad.is_likely_spam
        assert {"cheap", "pills", "pills.example"} <= set(bad.words)
        assert "today" not in bad.words
        good = judged("The lamp, said the keeper.")
        assert not good.is_likely_spam
        assert good.score < 0
        assert judged("Nothing known here").score < bayes.THRESHOLD

    def test_an_unknown_text_has_no_score(self):
        assert judge({}, EVEN) == bayes.Verdict(0, ())

    def test_one_word_alone_is_not_enough(self):
        """However often: a score of 6 is more than one word of a hundred texts."""
        assert not judge({"casino": Counts(100, 0)}, EVEN).is_likely_spam

    def test_only_what_says_most_is_weighed_and_five_words_are_shown(self):
        found = {f"w{number:03}": Counts(50, 0) for number in range(200)}
        found |= {f"weak{number}": Counts(51, 50) for number in range(200)}
        verdict = judge(found, EVEN)
        assert verdict.score == pytest.approx(30 * weight(Counts(50, 0), EVEN))
        assert verdict.words == ["w000", "w001", "w002", "w003", "w004"]

    def test_nothing_that_speaks_against_spam_explains_it(self):
        verdict = judge({"pills": Counts(90, 0), "tide": Counts(0, 100)}, EVEN)
        assert verdict.words == ["pills"]

    @given(st.dictionaries(st.text(), counts, max_size=60), counts, st.randoms())
    def test_the_order_makes_no_difference(self, found, texts, chance):
        items = list(found.items())
        chance.shuffle(items)
        texts = Counts(texts.spam + 30, texts.ham + 30)
        assert judge(dict(items), texts) == judge(found, texts)
