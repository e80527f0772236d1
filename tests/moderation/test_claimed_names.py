"""Claimed names where moderators and their writers see them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.discussion import pseudonyms, receipts
from blog.discussion.pseudonyms import Proof
from blog.models import Comment
from moderation.models import ArrivalCount
from tests.blog.contributions import RECEIPT, browser
from tests.blog.contributions import post as send_form
from tests.blog.making import post

from . import making
from .deciding import do
from .making import QUEUE, moderator, signed_in, submission

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still")]
TAG, OTHER = "k7qf2m9xdv", "0000000000"
SHOWN = pseudonyms.grouped(TAG)
NONCE = "5e" * 16


@pytest.fixture
def subject():
    return post(1, title="On tides")


@pytest.fixture
def desk():
    return signed_in(moderator())


def card(desk, comment: Comment) -> str:
    return making.card(desk.get(QUEUE).content.decode(), comment)


class TestTheQueue:
    def test_a_card_shows_the_tag(self, desk, subject):
        claimed = submission(subject, name="Deckhand", proof=Proof(TAG))
        assert f"{SHOWN}</span>" in card(desk, claimed)

    def test_who_is_answered_has_it_too(self, desk, subject):
        above = submission(subject, name="Deckhand", proof=Proof(TAG))
        do("approve", above)
        answer = submission(subject, "Another tide.", parent=above)
        assert f"{SHOWN}</span>" in card(desk, answer)

    def test_a_name_that_somebody_claims_is_not_verified_without(self, desk, subject):
        first = submission(subject, "First.", name="Deckhand", proof=Proof(TAG))
        bare = submission(subject, "Second.", name="Deckhand")
        assert "not verified" not in card(desk, bare)
        do("approve", first)
        assert "not verified" in card(desk, bare)
        other = submission(subject, "Third.", name="Deckhand", proof=Proof(OTHER))
        assert "compare tags" in card(desk, other)

    def test_twenty_cards_cost_as_much_as_two(self, desk, subject):
        counts = []
        for number in (2, 18):
            for n in range(number):
                submission(subject, f"Tide {number} {n} of many.", name=f"Name {n}")
            # That so many come at once is told by itself, with queries of its own.
            ArrivalCount.objects.all().delete()
            with CaptureQueriesContext(connection) as queries:
                assert desk.get(QUEUE).status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestTheReceipt:
    def page(self, subject, **more) -> tuple[str, Comment]:
        comment = submission(
            subject, name="Deckhand", proof=Proof(TAG, True), nonce=NONCE
        )
        form = {"code": receipts.code_for(NONCE)} | more
        html = send_form(browser(), RECEIPT, form).content.decode()
        comment.refresh_from_db()
        return html, comment

    def test_it_shows_the_tag_and_says_what_becomes_of_it(self, subject):
        html, _ = self.page(subject)
        assert '<bdi>Deckhand</bdi> <span class="tag"' in html
        assert SHOWN in html
        assert "The tag stays as long as the name does." in html

    @pytest.mark.parametrize(("name", "tag"), [("Deckhand", TAG), ("Bosun", "")])
    def test_another_name_has_no_tag(self, subject, name, tag):
        correction = {"do": "correct", "version": "1", "text": "Words.", "name": name}
        html, comment = self.page(subject, **correction)
        assert "Corrected." in html
        assert (SHOWN in html) == bool(tag)
        assert (comment.tag, comment.tag_is_site_wide) == (tag, bool(tag))

    def test_a_stale_correction_changes_neither(self, subject):
        correction = {"do": "correct", "version": "2", "text": "Words.", "name": "X"}
        _, comment = self.page(subject, **correction)
        assert (comment.name, comment.tag) == ("Deckhand", TAG)
