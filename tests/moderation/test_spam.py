"""The spam score learns from the moderators' decisions, and from nothing else."""

import random
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from blog.models import Post
from moderation import transitions
from moderation.models import SpamWord
from moderation.screening import bayes, spam, spam_counts
from moderation.screening.bayes import Counts
from moderation.screening.spam import Lessons, Step, taught
from tests.blog import making

from .deciding import ANN, do, in_state, now

pytestmark = pytest.mark.django_db
JOBS = "tests.moderation.spam_jobs:"
PILLS = "Cheap pills: https://pills.example"


@pytest.fixture
def post(db) -> Post:
    return making.post()


def stored() -> dict[int, tuple[int, int]]:
    return {row.key: (row.spam, row.ham) for row in SpamWord.objects.all()}


def learnt(*texts: tuple[str, bool]) -> dict[int, tuple[int, int]]:
    """What must be stored when these texts, and no others, were learnt."""
    expected: dict[str, list[int]] = {}
    for text, is_spam in texts:
        for token in ("", *bayes.tokens(text)):
            expected.setdefault(token, [0, 0])[not is_spam] += 1
    return {
        key: tuple(expected[token])
        for key, token in spam_counts.keys_of(expected).items()
    }


class TestWhatTeaches:
    @pytest.mark.parametrize("state", ["pending", "likely_spam"])
    def test_spam_and_what_is_published(self, post, state):
        do("spam", in_state(post, state, PILLS))
        assert stored() == learnt((PILLS, True))
        do("approve", in_state(post, state, "The tide."))
        assert stored() == learnt((PILLS, True), ("The tide.", False))

    @pytest.mark.parametrize(
        ("action", "state"), [("reject", "pending"), ("hide", "published")]
    )
    def test_refused_is_not_spam_unless_it_is_refused_as_spam(
        self, post, action, state
    ):
        for reason in ("harassment", "off_topic", "duplicate"):
            do(action, in_state(post, state, PILLS), reason=reason)
        assert stored() == {}
        do(action, in_state(post, state, PILLS), reason="spam")
        assert stored() == learnt((PILLS, True))

    def test_what_a_mode_lets_through_nobody_has_read(self, post):
        do("approve", in_state(post), actor=transitions.MODE)
        assert stored() == {}

    def test_a_published_comment_that_turns_out_to_be_spam(self, post):
        comment = in_state(post, text=PILLS)
        do("approve", comment)
        do("hide", now(comment), reason="spam")
        assert stored() == learnt((PILLS, True))

    def test_hidden_for_another_reason_it_was_no_spam(self, post):
        comment = in_state(post, text=PILLS)
        do("approve", comment)
        do("hide", now(comment), reason="off_topic")
        do("restore", now(comment))
        assert stored() == learnt((PILLS, False))

    def test_restored_it_is_no_spam_any_more(self, post):
        comment = in_state(post, text=PILLS)
        do("spam", comment)
        do("restore", now(comment))
        assert stored() == learnt((PILLS, False))

    def test_many_at_once(self, post):
        texts = [f"{PILLS} number{number}" for number in range(12)]
        do("spam", *[in_state(post, text=text) for text in texts])
        assert stored() == learnt(*[(text, True) for text in texts])

    def test_what_came_too_late_teaches_nothing(self, post):
        comment = in_state(post, text=PILLS)
        do("approve", comment)
        assert do("spam", comment).conflicts
        assert stored() == learnt((PILLS, False))

    def test_nothing_is_learnt_of_a_name(self, post):
        do("spam", in_state(post, text="Tide.", name="Goober"))
        assert stored() == learnt(("Tide.", True))


class TestUndoing:
    @pytest.mark.parametrize("action", ["spam", "approve"])
    def test_it_unlearns(self, post, action):
        [row] = do(action, in_state(post, text=PILLS)).done
        transitions.undo([row.seq], ANN)
        assert stored() == {}

    def test_what_was_before_holds_again(self, post):
        comment = in_state(post, text=PILLS)
        do("spam", comment)
        [row] = do("restore", now(comment)).done
        transitions.undo([row.seq], ANN)
        assert stored() == learnt((PILLS, True))
        do("restore", now(comment))
        assert stored() == learnt((PILLS, False))

    def test_several_of_different_kinds(self, post):
        rows = [
            *do("spam", in_state(post, text=PILLS)).done,
            *do("approve", in_state(post, text="The tide.")).done,
            *do("reject", in_state(post, text="Rubbish.")).done,
        ]
        do("spam", in_state(post, text=PILLS))
        transitions.undo([row.seq for row in rows], ANN)
        assert stored() == learnt((PILLS, True))


class TestTextsThatGo:
    def test_a_corrected_text_is_another_one(self, post):
        comment = in_state(post, text="The tide.")
        do("approve", comment)
        do("edit", now(comment), fields={"text": PILLS})
        assert stored() == {}
        do("spam", now(comment))
        assert stored() == learnt((PILLS, True))

    def test_a_text_changed_in_passing_is_learnt_instead(self, post):
        do("approve", in_state(post, text=PILLS), fields={"text": "The tide."})
        assert stored() == learnt(("The tide.", False))

    def test_withdrawn_its_words_are_unlearnt(self, post):
        comment = in_state(post, text="The tide.")
        do("approve", comment)
        do("withdraw", now(comment))
        assert stored() == {}

    @pytest.mark.parametrize("action", ["withdraw", "erase"])
    def test_spam_stays_learnt(self, post, action):
        """Else who sends it could withdraw it and have it forgotten."""
        comment = in_state(post, text=PILLS)
        do("spam", comment)
        do(action, now(comment))
        assert now(comment).text == ""
        assert stored() == learnt((PILLS, True))


def at(seq: int, action: str, actor: str = "moderator", reason="", undoes=None) -> Step:
    return Step(seq, action, actor, reason, undoes)


class TestTaught:
    @pytest.mark.parametrize(
        ("steps", "label"),
        [
            ([], None),
            ([at(1, "spam"), at(2, "undo", undoes=1)], None),
            (
                [
                    at(1, "approve"),
                    at(2, "hide", reason="spam"),
                    at(5, "undo", undoes=2),
                ],
                False,
            ),
            ([at(1, "approve"), at(2, "hold", reason="spam")], False),
            ([at(1, "reject", reason="spam"), at(2, "uphold", reason="spam")], True),
            ([at(1, "approve"), at(2, "hide", "clock", "spam")], False),
            ([at(1, "spam"), at(2, "edit", "contributor")], None),
            ([at(1, "approve"), at(2, "erase", "clock")], False),
            ([at(2, "undo", undoes=1)], None),
        ],
    )
    def test_what_the_log_says(self, steps, label):
        assert taught(steps) is label


words = st.text(st.characters(codec="utf-8"), max_size=40)


class TestLearningAndUnlearning(TestCase):
    @given(st.lists(st.tuples(words, st.booleans()), max_size=6), st.randoms())
    @settings(max_examples=40)
    def test_what_is_unlearnt_was_never_there_and_order_is_nothing(self, texts, chance):
        texts = [(text, is_spam) for text, is_spam in texts if text]
        self.each(texts, 1)
        assert stored() == learnt(*texts)
        SpamWord.objects.all().delete()
        self.each(chance.sample(texts, len(texts)), 1)
        assert stored() == learnt(*texts)
        kept = texts[: len(texts) // 2]
        self.each(chance.sample(texts[len(kept) :], len(texts) - len(kept)), -1)
        assert stored() == learnt(*kept)

    def each(self, texts, times: int) -> None:
        for text, is_spam in texts:
            lessons = Lessons()
            lessons.learn(text, is_spam, times)
            lessons.store()


class TestCounts:
    def test_the_words_are_not_in_the_database(self, post):
        do("spam", in_state(post, text="xylophone"))
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM moderation_spamword")
            assert "xylophone" not in repr(cursor.fetchall())

    def test_without_the_sites_secret_nothing_is_found(self, post, settings):
        do("spam", in_state(post, text=PILLS))
        assert spam_counts.find(["pills"]) == {"pills": Counts(1, 0)}
        settings.PSEUDONYM_SECRET = "another " * 10
        assert spam_counts.find(["pills", spam_counts.TEXTS]) == {}

    def test_a_number_of_eight_bytes(self):
        keys = spam_counts.keys_of(map(str, range(1000)))
        assert len(keys) == 1000
        assert min(keys) < 0 < max(keys)
        assert all(-(2**63) <= key < 2**63 for key in keys)

    def test_it_never_falls_below_nothing(self, db):
        spam_counts.add({"a": Counts(0, 3)})
        spam_counts.add({"a": Counts(-1, -1), "never seen": Counts(-1, 0)})
        assert spam_counts.find(["a", "never seen"]) == {"a": Counts(0, 2)}

    def test_rare_words_are_forgotten_after_half_a_year(self, db):
        once, twice = Counts(1, 0), Counts(1, 1)
        spam_counts.add({"": Counts(0, 1), "rare": once, "known": twice})
        assert spam.forget_rare() == 0
        SpamWord.objects.update(seen_on=timezone.localdate() - timedelta(days=184))
        spam_counts.add({"new": once})
        assert spam.forget_rare() == 1
        found = spam_counts.find(["", "rare", "known", "new"])
        assert found.keys() == {"", "known", "new"}


def long_text(number: int) -> str:
    chance = random.Random(number)
    return " ".join(f"{chance.getrandbits(24):x}" for _ in range(1100))


class TestCost:
    def cost(self, work) -> int:
        with CaptureQueriesContext(connection) as captured:
            work()
        return sum("spamword" in query["sql"] for query in captured)

    @pytest.mark.parametrize("text", ["Tide.", long_text(1)], ids=["short", "long"])
    def test_a_decision_is_one_statement_and_an_undoing_two(self, post, text):
        comment = in_state(post, text=text)
        assert self.cost(lambda: do("spam", comment)) == 1
        assert self.cost(lambda: do("restore", now(comment))) == 2
        [row] = do("approve", in_state(post, text=text)).done
        assert self.cost(lambda: transitions.undo([row.seq], ANN)) == 2
        assert self.cost(lambda: spam.verdict(text)) == 1

    def test_what_teaches_nothing_costs_nothing(self, post):
        comment = in_state(post)
        assert self.cost(lambda: do("reject", comment)) == 0

    def test_twenty_cost_as_many_queries_as_two(self, post):
        def cost(count: int) -> int:
            comments = [in_state(post, text=f"Tide {n}.") for n in range(count)]
            do("spam", *comments)
            again = [now(comment) for comment in comments]
            with CaptureQueriesContext(connection) as captured:
                do("restore", *again)
            return len(captured)

        assert cost(2) == cost(20)

    def test_a_whole_page_of_long_texts_is_learnt_in_a_few_statements(self, post):
        texts = [long_text(number) for number in range(12)]
        comments = [in_state(post, text=text) for text in texts]
        assert self.cost(lambda: do("spam", *comments)) == 3
        assert stored() == learnt(*[(text, True) for text in texts])


class TestRelearning:
    def test_from_the_log_and_the_texts_that_are_there(self, post, capsys):
        do("spam", *[in_state(post, text=f"{PILLS} {n}") for n in range(7)])
        do("approve", *[in_state(post, text=f"Tide {n}.") for n in range(5)])
        do("reject", in_state(post, text="Rubbish."))
        [row] = do("spam", in_state(post, text="Oh.")).done
        transitions.undo([row.seq], ANN)
        before = stored()
        SpamWord.objects.all().delete()
        spam_counts.add({"left over": Counts(3, 3)})
        call_command("relearn_spam")
        assert stored() == before
        assert capsys.readouterr().out == (
            "Learnt 7 spam, 5 good; of 0 decisions the text is gone.\n"
        )

    def test_what_is_erased_teaches_nothing_any_more(self, post, capsys):
        gone, there = in_state(post, text="Gone."), in_state(post, text=PILLS)
        do("spam", gone, there)
        do("erase", now(gone))
        call_command("relearn_spam")
        assert stored() == learnt((PILLS, True))
        assert "1 spam, 0 good; of 1 decisions" in capsys.readouterr().out

    def test_in_batches(self, post, monkeypatch):
        monkeypatch.setattr(spam, "TOGETHER", 2)
        do("spam", *[in_state(post, text=f"{PILLS} {n}") for n in range(5)])
        before = stored()
        assert spam.relearn() == spam.Relearnt(spam=5)
        assert stored() == before


def test_several_moderators_at_once_lose_no_count(own_database):
    """Each decides, takes back, decides anew; four at a time, about like texts."""
    texts = [f"tide harbour lamp number{number}" for number in range(24)]
    ids = own_database.work(f"{JOBS}submit_texts", texts)
    answers = own_database.together(
        {f"{JOBS}teach": [(ids[:12], "spam"), (ids[12:], "approve")]}
    )
    assert answers == [[6, 6], [6, 6]]
    tokens = ["", "tide", "number0", "number23"]
    assert own_database.work(f"{JOBS}counted_and_relearnt", tokens) == {
        "counted": [[12, 12], [12, 12], [1, 0], [0, 1]],
        "same": True,
    }


def test_adding_alone_loses_nothing_and_does_not_wait_in_a_circle(own_database):
    tokens = [f"word{number}" for number in range(300)]
    orders = [(tokens, 20), (tokens[::-1], 20), (tokens[150:] + tokens[:150], 20)]
    own_database.together({f"{JOBS}add_plainly": orders})
    assert own_database.work(f"{JOBS}counted", tokens) == [[60, 120]] * 300
