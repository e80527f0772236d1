"""The first run: ten made-up comments, and nothing real is touched."""

import re

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blog.models import Comment
from moderation import practice
from moderation.admin.keys import REASON_KEYS
from moderation.admin.practice import KEYS
from moderation.models import Decision, Tally
from moderation.practice import EXERCISES
from moderation.reasons import BY_CODE
from tests.blog.making import post

from . import making
from .making import QUEUE, decided, moderator, page, signed_in, staff, submission

FIRST_RUN = reverse("admin:moderation_queuedcomment_first_run")
INDEX = reverse("admin:index")
NUMBERS = range(1, len(EXERCISES) + 1)

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return moderator("anna")


@pytest.fixture
def desk(anna):
    return signed_in(anna)


def choose(desk, number: int, choice: str):
    action, _, reason = choice.partition(":")
    form = {"one": f"{action}:{number}", "practice-reason": reason}
    return desk.post(f"{FIRST_RUN}?n={number}", form)


def words(html: str) -> str:
    return making.words(html.partition('id="content"')[2])


class TestTheExercises:
    def test_there_are_ten_and_each_teaches_another_thing(self):
        assert len(EXERCISES) == 10
        assert len({each.teaches for each in EXERCISES}) == 10
        assert len({each.text for each in EXERCISES}) == 10

    @pytest.mark.parametrize("number", NUMBERS)
    def test_what_is_good_can_be_chosen_and_each_word_is_about_a_choice(self, number):
        each = EXERCISES[number - 1]
        assert each.is_choice(each.good[0])
        assert each.verdict(each.good[0]) == "good"
        assert each.most.startswith("Most moderators would ")
        assert "because" in each.most
        for choice in (*each.good, *each.also, *each.said):
            action, _, reason = choice.partition(":")
            assert action in each.offered, choice
            assert not reason or reason in BY_CODE, choice

    def test_all_that_can_be_learnt_is_asked_for(self):
        best = {each.good[0] for each in EXERCISES}
        assert best == {
            "approve",
            "reject:identifies_person",
            "spam",
            "redact",
            "reject:duplicate",
            "hold:defamation_complaint",
            "ask",
            "reject:off_topic",
            "publish-after-all",
        }

    def test_several_answers_can_be_right(self):
        each = next(e for e in EXERCISES if e.good[0] == "reject:off_topic")
        assert each.verdict("approve") == "also"
        assert each.verdict("reject:hate") == "other"
        assert sum(bool(e.also) for e in EXERCISES) >= 5

    def test_every_reason_and_every_button_has_its_key(self):
        assert set(REASON_KEYS.values()) == set(BY_CODE)
        offered = {action for each in EXERCISES for action in each.offered}
        assert offered - set(KEYS) == practice.WITH_REASON


class TestThePage:
    def test_it_begins_with_the_first_and_shows_how_far_one_is(self, desk):
        html = page(desk, FIRST_RUN)
        assert "Practice, 1 of 10" in html
        assert "Ten made-up comments" in html
        choose(desk, 1, "approve")
        assert "Practice, 2 of 10" in page(desk, FIRST_RUN)

    @pytest.mark.parametrize("number", NUMBERS)
    def test_each_is_shown_decided_and_explained(self, desk, number):
        each = EXERCISES[number - 1]
        html = page(desk, f"{FIRST_RUN}?n={number}")
        before = words(html)
        assert each.text[0] in before
        assert each.most not in before
        for action in each.offered:
            assert f'value="{action}:{number}"' in html
        answer = choose(desk, number, each.good[0])
        assert answer["Location"] == f"{FIRST_RUN}?n={number}"
        after = words(page(desk, answer["Location"]))
        assert each.most in after
        assert f"You chose “{practice.in_words(each.good[0])}”, as most would" in after

    def test_what_is_said_of_another_choice(self, desk):
        choose(desk, 2, "approve")
        text = words(page(desk, f"{FIRST_RUN}?n=2"))
        assert "You chose “Approve” " in text
        assert "as most would" not in text
        assert "cannot be called back" in text
        choose(desk, 2, "reject:confidential_data")
        assert "that can be right, too" in words(page(desk, f"{FIRST_RUN}?n=2"))

    @pytest.mark.parametrize("reason", ["", "nonsense"])
    def test_no_refusal_without_a_reason_here_either(self, desk, reason):
        answer = choose(desk, 2, f"reject:{reason}")
        html = answer.content.decode()
        assert answer.status_code == 422
        assert "Choose a reason first" in html
        assert re.search(r'<details class="with-reason"[^>]* open>', html)
        assert "Most moderators" not in html

    @pytest.mark.parametrize(
        "one", ["", "approve", "approve:0", "approve:11", "approve:x", "x:1", "hold:1"]
    )
    def test_what_is_no_choice_changes_nothing(self, desk, one):
        answer = desk.post(FIRST_RUN, {"one": one})
        assert answer.status_code in (302, 422)
        assert "Practice, 1 of 10" in page(desk, FIRST_RUN)

    def test_a_choice_can_be_taken_back(self, desk):
        choose(desk, 1, "spam")
        desk.post(FIRST_RUN, {"one": "retry:1"})
        html = page(desk, f"{FIRST_RUN}?n=1")
        assert "You chose" not in html
        assert 'value="approve:1"' in html

    def test_it_can_be_left_and_gone_on_with_and_repeated(self, desk):
        choose(desk, 1, "approve")
        choose(desk, 3, "spam")
        page(desk)
        assert "Practice, 2 of 10" in page(desk, FIRST_RUN)
        desk.post(FIRST_RUN, {"again": "1"})
        assert "Practice, 1 of 10" in page(desk, FIRST_RUN)

    def test_the_end_shows_all(self, desk):
        for number, each in enumerate(EXERCISES, 1):
            if number != 4:
                choose(desk, number, each.good[0])
        text = words(page(desk, f"{FIRST_RUN}?n=11"))
        assert "You have decided about 9 of 10." in text
        assert "left out" in text
        choose(desk, 4, "approve")
        text = words(page(desk, FIRST_RUN))
        assert "You have decided about all ten." in text
        assert "Practise again" in text

    @pytest.mark.parametrize("n", ["0", "-1", "999", "9999", "x", "²", ""])
    def test_any_number_in_the_address_is_met(self, desk, n):
        assert desk.get(FIRST_RUN, {"n": n}).status_code == 200

    def test_a_session_of_an_older_version_does_no_harm(self, desk):
        session = desk.session
        session["moderation.practice"] = {"1": "gone", "2": "reject:old", "77": "x"}
        session.save()
        assert "Practice, 1 of 10" in page(desk, FIRST_RUN)


class TestNothingReal:
    def test_no_row_but_the_session_is_written(self, desk, anna):
        decided(submission(post(1)), anna, "approve")
        before = [
            list(model.objects.order_by("pk").values())
            for model in (Comment, Decision, Tally)
        ]
        with CaptureQueriesContext(connection) as captured:
            for number, each in enumerate(EXERCISES, 1):
                page(desk, f"{FIRST_RUN}?n={number}")
                choose(desk, number, each.good[0])
                choose(desk, number, each.offered[0])
            page(desk, f"{FIRST_RUN}?n=11")
            desk.post(FIRST_RUN, {"again": "1"})
        written = {
            query["sql"].split('"')[1]
            for query in captured
            if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
        }
        assert written == {Session._meta.db_table}
        assert before == [
            list(model.objects.order_by("pk").values())
            for model in (Comment, Decision, Tally)
        ]

    def test_looking_writes_nothing_at_all(self, desk):
        with CaptureQueriesContext(connection) as captured:
            page(desk, FIRST_RUN)
        assert not [
            q for q in captured if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
        ]

    def test_only_who_may_decide(self):
        client = signed_in(staff("ed", "Editors"))
        assert client.get(FIRST_RUN).status_code == 403
        assert client.post(FIRST_RUN, {"one": "approve:1"}).status_code == 403


class TestTheWayThere:
    def test_from_the_first_page_until_one_has_decided(self, desk, anna):
        assert FIRST_RUN in page(desk, INDEX)
        decided(submission(post(1)), moderator("ben"), "approve")
        assert FIRST_RUN in page(desk, INDEX)
        decided(submission(post(2), "Rain."), anna, "approve")
        assert FIRST_RUN not in page(desk, INDEX)

    def test_always_from_the_queue(self, desk, anna):
        decided(submission(post(2), "Rain."), anna, "approve")
        assert FIRST_RUN in page(desk, QUEUE)

    def test_not_for_editors(self):
        assert FIRST_RUN not in page(signed_in(staff("ed", "Editors")), INDEX)
