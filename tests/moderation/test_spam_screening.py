"""The spam score when a comment comes: it chooses the lane and says by which words."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.discussion import receipts
from blog.models import Comment, Post
from moderation import receipts as of_writers
from moderation.models import Decision, Mode, Screening
from tests.blog import making as blog_making

from . import making
from .deciding import do, in_state, now

pytestmark = pytest.mark.django_db
SPAM = "Cheap pills and a bonus, order today: https://pills.example/now"
WHY = "Looks like spam you marked before: "


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.NETWORK_KEY_FILE = tmp_path / "network-key"


@pytest.fixture
def post() -> Post:
    return blog_making.post()


def teach(post: Post, spam_texts: int, good_texts: int) -> None:
    pills = [
        f"Cheap pills, bonus {n}: https://pills.example" for n in range(spam_texts)
    ]
    tides = [f"The keeper lit lamp {n} at nine today." for n in range(good_texts)]
    if pills:
        do("spam", *[in_state(post, text=text) for text in pills])
    if tides:
        do("approve", *[in_state(post, text=text) for text in tides])


def learnt_notes(comment: Comment) -> list[str]:
    why = Screening.objects.get(comment=comment).why
    return [note["words"] for note in why if note["code"] == "learnt"]


def where(comment: Comment) -> tuple[str, str]:
    return comment.state, Screening.objects.get(comment=comment).lane


@pytest.mark.parametrize(
    ("spam_texts", "good_texts", "speaks"),
    [(25, 25, True), (24, 25, False), (10, 40, True), (9, 45, False), (60, 0, False)],
)
def test_from_fifty_decisions_of_both_kinds(post, spam_texts, good_texts, speaks):
    teach(post, spam_texts, good_texts)
    comment = making.submission(post, SPAM)
    assert bool(learnt_notes(comment)) is speaks
    lane = "likely_spam" if speaks else "new"
    assert where(comment) == ("likely_spam" if speaks else "pending", lane)


def test_it_says_by_which_words(post):
    teach(post, 30, 30)
    [words] = learnt_notes(making.submission(post, SPAM))
    assert words.startswith(WHY)
    shown = words.removeprefix(WHY).removesuffix(".").split(", ")
    assert {"cheap", "pills", "bonus", "pills.example"} <= set(shown)
    assert len(shown) == 5
    assert "today" not in shown


def test_other_comments_are_left_alone(post):
    teach(post, 30, 30)
    for text in ("The keeper of the lamp.", "Something else entirely.", "?"):
        comment = making.submission(post, text)
        assert learnt_notes(comment) == []
        assert where(comment) == ("pending", "new")


def test_refusals_teach_no_opinion(post):
    """A view that was refused sixty times is not put aside the next time."""
    texts = [f"The pilots should strike until they win {n}." for n in range(60)]
    do("reject", *[in_state(post, text=text) for text in texts], reason="off_topic")
    teach(post, 30, 30)
    comment = making.submission(post, "The pilots should strike and they will win.")
    assert where(comment) == ("pending", "new")


def test_it_waits_and_can_be_read_by_its_writer_and_published(post):
    teach(post, 30, 30)
    before = Decision.objects.count()
    comment = making.submission(post, SPAM)
    assert Decision.objects.count() == before
    assert comment.text == SPAM
    assert of_writers.standing(comment).is_waiting
    do("approve", comment)
    assert now(comment).state == "published"


def test_told_that_it_is_none_it_learns(post):
    teach(post, 30, 30)
    for number in range(40):
        text = f"Cheap pills, bonus {number}: https://pills.example"
        do("approve", in_state(post, "likely_spam", text))
    assert where(making.submission(post, SPAM)) == ("pending", "new")


def test_it_holds_what_the_mode_would_publish(post):
    teach(post, 30, 30)
    Mode.objects.create(kind=Mode.Kind.OPEN)
    assert making.submission(post, SPAM).state == "likely_spam"
    assert making.submission(post, "The keeper of the lamp.").state == "published"


def test_a_corrected_text_is_looked_at_again(post):
    teach(post, 30, 30)
    comment = making.submission(post, "The keeper of the lamp.")
    of_writers.correct(comment, comment.version, SPAM, "")
    assert learnt_notes(now(comment)) != []


def test_the_card_shows_it_escaped_and_withdrawal_takes_it_away(post):
    teach(post, 30, 30)
    nonce = receipts.new_nonce()
    comment = making.submission(post, f"{SPAM} <i>bonus</i>", nonce=nonce)
    client = making.signed_in(making.moderator())
    shown = making.page(client, f"{making.QUEUE}?lane=likely_spam")
    assert f"Held because</span> {WHY}" in " ".join(shown.split())
    assert "pills.example" in shown
    do("withdraw", comment)
    assert Screening.objects.get(comment=comment).why == []


@pytest.mark.parametrize("length", [1, 900])
def test_one_query_for_any_text(post, length):
    teach(post, 30, 30)
    text = " ".join(f"word{number}" for number in range(length))
    with CaptureQueriesContext(connection) as captured:
        making.submission(post, text)
    assert sum("spamword" in query["sql"] for query in captured) == 1
