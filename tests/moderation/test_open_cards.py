"""Who reads which card: told to the others, in nobody's way."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from moderation import open_cards
from moderation.models import Decision, OpenCard
from tests.blog.making import post

from .making import QUEUE, decided, moderator, now, page, press, signed_in, submission

pytestmark = pytest.mark.django_db
OPEN = reverse("admin:moderation_queuedcomment_open")
NEWS = reverse("admin:moderation_queuedcomment_news")


@pytest.fixture
def anna():
    return moderator("anna")


@pytest.fixture
def ben():
    return moderator("ben")


@pytest.fixture
def comment():
    return submission(post(1))


def opens(user, comment) -> str:
    client = signed_in(user)
    return client.post(OPEN, {"comment": comment.public_id}).json()["reader"]


def read_by_others(user) -> dict[str, str]:
    client: Client = signed_in(user)
    return client.get(NEWS).json()["reading"]


def test_the_other_is_told_on_the_page_and_by_the_news(anna, ben, comment):
    assert opens(anna, comment) == ""
    assert "anna is reading this" in page(signed_in(ben))
    assert "is reading this" not in page(signed_in(anna))
    assert read_by_others(ben) == {comment.public_id: "anna"}
    assert read_by_others(anna) == {}


def test_who_comes_second_is_told_and_takes_nothing_over(anna, ben, comment):
    opens(anna, comment)
    assert opens(ben, comment) == "anna"
    assert read_by_others(ben) == {comment.public_id: "anna"}


def test_it_keeps_nobody_from_deciding_and_ends_with_the_decision(anna, ben, comment):
    opens(anna, comment)
    assert press(signed_in(ben), "approve", comment).status_code == 302
    assert now(comment).is_published
    assert not OpenCard.objects.exists()


def test_one_moderator_reads_one_card(anna, ben, comment):
    other = submission(comment.post, "Another voice.")
    opens(anna, comment)
    opens(anna, other)
    assert read_by_others(ben) == {other.public_id: "anna"}
    assert OpenCard.objects.count() == 1


def test_who_leaves_says_so(anna, ben, comment):
    opens(anna, comment)
    signed_in(anna).post(OPEN, {"leave": "1"})
    assert not OpenCard.objects.exists()


def test_it_ends_by_itself_within_ten_minutes(anna, ben, comment):
    assert timedelta(minutes=5) <= open_cards.KEPT <= timedelta(minutes=10)
    opens(anna, comment)
    OpenCard.objects.update(until=timezone.now() - timedelta(seconds=1))
    assert read_by_others(ben) == {}
    assert "is reading this" not in page(signed_in(ben))
    assert opens(ben, comment) == ""
    assert read_by_others(anna) == {comment.public_id: "ben"}
    assert OpenCard.objects.count() == 1


def test_who_still_reads_keeps_it_longer(anna, comment):
    opens(anna, comment)
    OpenCard.objects.update(until=timezone.now() + timedelta(seconds=30))
    opens(anna, comment)
    assert OpenCard.objects.get().until > timezone.now() + timedelta(minutes=5)


def test_looking_at_the_queue_opens_nothing(anna, comment):
    for query in ("", "?view=one"):
        page(signed_in(anna), QUEUE + query)
    assert signed_in(anna).get(NEWS).status_code == 200
    assert not OpenCard.objects.exists()


def test_no_row_of_the_log_tells_of_it(anna, ben, comment):
    opens(anna, comment)
    opens(ben, comment)
    assert not Decision.objects.exists()
    decided(comment, ben, "approve")
    assert Decision.objects.count() == 1


def test_a_comment_that_is_none_is_not_opened(anna):
    client = signed_in(anna)
    assert client.post(OPEN, {"comment": "nosuchcomment"}).json() == {"reader": ""}
    assert not OpenCard.objects.exists()


def test_rows_whose_time_is_over_do_not_stay(anna, ben, comment):
    other = submission(comment.post, "Another voice.")
    opens(anna, comment)
    OpenCard.objects.update(until=timezone.now() - timedelta(seconds=1))
    opens(ben, other)
    assert [row.user for row in OpenCard.objects.all()] == [ben]
