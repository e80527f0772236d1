"""What was here before a comment: noted once, when it comes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.discussion.submission import Circumstances
from blog.search import index
from moderation import receipts, retention
from moderation.models import Screening
from moderation.screening import earlier, findings, likeness
from tests.blog.making import comment as imported
from tests.blog.making import post

from .making import decided, moderator, now, submission

pytestmark = pytest.mark.django_db

TIDES = (
    "The tide table on the wall of the office has been wrong since March, and nobody "
    "who sails by it has been told by the company."
)
CHANGED = TIDES.replace("since March", "for half a year now").replace("wall", "door")
OTHER = "Four days on and three days off was promised to us when the new boat came."


@pytest.fixture
def subject():
    return post(1, title="On tides")


def similar(comment) -> list[list[int]]:
    return Screening.objects.get(comment=comment).similar


def new_hosts(comment) -> list[str]:
    return Screening.objects.get(comment=comment).new_hosts


def test_texts_like_it_are_kept_as_keys_and_per_cent(subject):
    first = submission(subject, TIDES)
    submission(subject, OTHER)
    second = submission(subject, CHANGED)
    alike = likeness.likeness(likeness.runs(TIDES), likeness.runs(CHANGED))
    assert 0.35 <= alike < 1
    assert similar(first) == []
    assert similar(second) == [[first.pk, round(alike * 100)]]


def test_what_is_like_it_but_no_copy_is_shown_and_holds_nothing(subject):
    submission(subject, f"{TIDES} {OTHER}")
    second = submission(subject, f"{OTHER} And so we wait for the day when it is kept.")
    [[_, percent]] = similar(second)
    assert 35 <= percent < 50
    assert Screening.objects.get(comment=second).why == []


def test_the_three_most_alike_the_most_alike_first(subject):
    made = [submission(subject, f"{TIDES} {'So it is. ' * n}") for n in range(5)]
    last = submission(subject, TIDES)
    kept = similar(last)
    assert len(kept) == earlier.SHOWN
    assert kept[0] == [made[0].pk, 100]
    assert [percent for _, percent in kept] == sorted(
        (percent for _, percent in kept), reverse=True
    )


def test_a_corrected_text_is_compared_anew_and_not_with_itself(subject):
    first = submission(subject, TIDES)
    second = submission(subject, CHANGED)
    receipts.correct(second, second.version, OTHER, "")
    assert similar(second) == []
    receipts.correct(now(second), now(second).version, TIDES, "")
    assert similar(second) == [[first.pk, 100]]


@pytest.mark.parametrize(
    "published",
    ["https://www.tide.example/a", "Look at tide.example, all of you."],
)
def test_a_host_that_was_published_is_not_new(subject, published):
    imported(subject, published)
    index.fill()
    comment = submission(subject, "https://tide.example/b https://moon.example")
    assert new_hosts(comment) == ["moon.example"]


def test_a_host_that_only_waited_or_was_refused_is_new(subject):
    decided(submission(subject, "https://tide.example/a"), moderator(), "reject")
    submission(subject, "https://tide.example/a again")
    assert new_hosts(submission(subject, "https://tide.example/")) == ["tide.example"]


def test_a_text_without_a_link_asks_nothing_about_hosts(subject):
    with CaptureQueriesContext(connection) as found:
        submission(subject, TIDES)
    assert not [query for query in found if "blog_search" in query["sql"]]


def test_of_many_hosts_ten_are_looked_up(subject):
    text = " ".join(f"https://h{n}.example/" for n in range(60))
    assert len(new_hosts(submission(subject, text))) == earlier.HOSTS


def test_a_broken_index_costs_no_comment(subject):
    index.uninstall()
    comment = submission(subject, "https://tide.example/")
    assert now(comment).text == "https://tide.example/"
    assert new_hosts(comment) == []


def test_nothing_of_it_stays_once_the_text_is_gone(subject):
    submission(subject, TIDES)
    comment = submission(subject, f"{TIDES} https://tide.example/")
    assert similar(comment)
    assert new_hosts(comment)
    receipts.withdraw(comment, comment.version)
    assert (similar(comment), new_hosts(comment)) == ([], [])


def test_it_goes_with_the_other_notes_half_a_year_after_the_decision(subject):
    submission(subject, TIDES)
    comment = submission(subject, TIDES)
    decided(comment, moderator(), "approve")
    retention.purge(timezone.now() + timedelta(days=180))
    assert similar(comment)
    retention.purge(timezone.now() + timedelta(days=184))
    assert similar(comment) == []


def test_the_texts_are_looked_at_once_for_the_screen_and_for_the_card(subject):
    for n in range(3):
        submission(subject, f"{TIDES} {n}")
    runs = likeness.runs(TIDES)
    comment = submission(subject, TIDES)
    case = findings.Case(comment, Circumstances(), likeness.sketch(runs), runs)
    with CaptureQueriesContext(connection) as found:
        assert list(findings.copies(case))
        assert earlier.as_numbers(case.nearest)
    # The sketches, the texts, and with which of them a row of copies begins.
    assert len(found) == 3
