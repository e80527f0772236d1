"""A moderator handles complaints: what she sees, what she can do, and nobody else."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone

from blog.models import Comment
from moderation import complaint_handling
from moderation.models import Complaint, ComplaintEvent, Decision, Screening

from . import making as people
from .complaining import (
    FRIDAY,
    LIST,
    WHOLE,
    act,
    at,
    comment,
    events,
    lodged,
    page_of,
)
from .deciding import do

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.NETWORK_KEY_FILE = tmp_path / "network-key"


@pytest.fixture
def anna():
    return people.signed_in(people.moderator())


def text(client, address: str, status: int = 200) -> str:
    page = client.get(address)
    assert page.status_code == status
    return unescape(page.content.decode())


def state(about: Comment) -> str:
    return Comment.objects.get(pk=about.pk).state


class TestTheList:
    def test_it_says_when_each_is_due(self, monkeypatch):
        at(monkeypatch, FRIDAY)
        lodged(comment())
        at(monkeypatch, FRIDAY + timedelta(days=2, hours=17))
        html = text(people.signed_in(people.moderator()), LIST)
        assert "Tue 24 Nov, 14:05: 31 working hours left" in html
        assert 'class="due"' in html

    @pytest.mark.parametrize(
        ("minutes", "red"), [(-1, False), (0, True), (60 * 9, True)]
    )
    def test_it_is_red_with_less_than_eight_hours(self, monkeypatch, minutes, red):
        at(monkeypatch, FRIDAY)
        complaint = lodged(comment())
        at(monkeypatch, FRIDAY + timedelta(days=3, hours=16, minutes=minutes))
        assert complaint.is_red is red

    def test_what_is_due_next_stands_first(self, anna, monkeypatch):
        numbers = []
        for hours in (3, 0, 1, 2):
            at(monkeypatch, FRIDAY + timedelta(hours=hours))
            numbers.append(lodged(comment()).pk)
        monkeypatch.undo()
        Complaint.objects.filter(pk=numbers[1]).update(answered_at=FRIDAY)
        found = re.findall(r">No. (\d+)<", text(anna, LIST))
        assert [int(number) for number in found] == [
            numbers[2],
            numbers[3],
            numbers[0],
            numbers[1],
        ]

    def test_closed_ones_are_elsewhere(self, anna):
        complaint = lodged(comment())
        act(anna, complaint, "close", outcome="kept")
        assert f">No. {complaint.pk}<" not in text(anna, LIST)
        for query in (
            "?state=closed",
            "?state=all",
            f"?comment_public_id={complaint.comment_public_id}",
        ):
            assert f">No. {complaint.pk}<" in text(anna, LIST + query)

    def test_the_card_in_the_queue_leads_there(self, anna):
        complaint = lodged(comment())
        html = text(anna, f"{people.QUEUE}?what=all&lane=complaint")
        assert f'href="{LIST}?comment_public_id={complaint.comment_public_id}"' in html

    def test_it_names_nobody(self, anna):
        lodged(comment())
        html = text(anna, LIST)
        assert WHOLE["name"] not in html
        assert WHOLE["email"] not in html

    def test_twenty_cost_as_many_queries_as_two(
        self, anna, django_assert_num_queries, django_assert_max_num_queries
    ):
        for _ in range(2):
            lodged(comment())
        anna.get(LIST)
        with django_assert_max_num_queries(9) as few:
            anna.get(LIST)
        for _ in range(18):
            lodged(comment())
        with django_assert_num_queries(len(few)):
            anna.get(LIST)


class TestThePage:
    def test_everything_is_on_it(self, anna):
        complaint = lodged(comment(name="Purser"))
        html = text(anna, page_of(complaint))
        for name in ("name", "email", "statement", "why", "meaning", "wrong"):
            assert WHOLE[name] in html
        assert "He sold the lifeboat, they say." in html
        assert "Purser" in html
        assert "the clock takes the comment from sight" in html

    def test_nothing_typed_becomes_markup(self, anna):
        evil = "</textarea><script>alert(1)</script>"
        complaint = lodged(
            comment(), name=evil, statement=evil, why=evil, meaning=evil, wrong=evil
        )
        page = anna.get(page_of(complaint))
        assert b"<script>alert" not in page.content

    def test_it_shows_what_is_missing_and_asks_for_it(self, anna):
        complaint = lodged(comment(), meaning="", pass_name=None)
        html = text(anna, page_of(complaint))
        assert "Tell what is missing" in html
        assert "- the meaning that you take them to have\n" in html
        assert "- whether their writer may be given your name\n" in html
        assert act(anna, complaint, "letter:incomplete").status_code == 302
        complaint.refresh_from_db()
        assert complaint.answered_at is not None
        assert events(complaint)[-1] == "letter moderator incomplete"
        assert "The complainant was told what is missing" in text(
            anna, page_of(complaint)
        )

    def test_a_letter_says_whether_a_person_did_it(self, anna):
        automatic = "This was done automatically"
        complaint = lodged(comment())
        Complaint.objects.update(hide_at=timezone.now())
        complaint_handling.run()
        assert automatic in text(anna, page_of(complaint))
        other = lodged(comment())
        act(anna, other, "hold")
        html = text(anna, page_of(other))
        assert "The comment is not shown any more. Its writer" in html
        assert automatic not in html

    @pytest.mark.parametrize("email", ["", "nowhere"])
    def test_a_letter_goes_to_an_address_or_to_nobody(self, anna, email):
        complaint = lodged(comment(), email=email)
        html = text(anna, page_of(complaint))
        assert "nobody: no address was given" in html
        assert "- an e-mail address at which you can be reached" in html

    def test_it_shows_other_complaints_of_the_same_address(self, anna):
        about = comment()
        first, second = lodged(about), lodged(about, why="Again.")
        lodged(about, email="else@rookery.example")
        html = text(anna, page_of(first))
        assert f'{page_of(second)}">No. {second.pk}</a>' in html
        assert html.count("from the same address") == 1

    def test_more_events_and_notices_cost_no_queries(
        self, anna, django_assert_num_queries, django_assert_max_num_queries
    ):
        about = comment()
        complaint = lodged(about)
        lodged(about, why="Two.")
        for _ in range(2):
            act(anna, complaint, "letter:acknowledged")
        anna.get(page_of(complaint))
        with django_assert_max_num_queries(14) as few:
            anna.get(page_of(complaint))
        asked = len(few)
        for number in range(18):
            act(anna, complaint, "letter:acknowledged")
            lodged(about, why=f"More: {number}.")
        anna.get(page_of(complaint))
        with django_assert_num_queries(asked):
            anna.get(page_of(complaint))

    @pytest.mark.parametrize("number", ["0", "999999", "9" * 19, "x", "1%00"])
    def test_what_is_not_there(self, anna, number):
        assert anna.get(f"{LIST}{number}/change/").status_code == 404
        if number.isdigit():
            assert anna.post(f"{LIST}{number}/act/").status_code == 404


class TestWhatCanBeDone:
    def test_hold_and_show_again(self, anna):
        about = comment()
        complaint = lodged(about)
        assert act(anna, complaint, "hold").status_code == 302
        assert state(about) == "held"
        row = Decision.objects.first()
        assert (row.actor, row.action, row.reason) == (
            "anna",
            "hold",
            "defamation_complaint",
        )
        assert act(anna, complaint, "restore").status_code == 302
        assert state(about) == "published"
        assert events(complaint)[1:] == ["held moderator", "restored moderator"]
        assert Complaint.objects.get().is_open

    @pytest.mark.parametrize(
        ("outcome", "held", "after"),
        [
            ("removed", False, "hidden"),
            ("removed", True, "hidden"),
            ("kept", False, "published"),
            ("kept", True, "published"),
            ("taken_back", True, "published"),
        ],
    )
    def test_it_is_closed_with_what_follows(self, anna, outcome, held, after):
        about = comment()
        complaint = lodged(about)
        if held:
            act(anna, complaint, "hold")
        assert act(anna, complaint, "close", outcome=outcome).status_code == 302
        complaint.refresh_from_db()
        assert (complaint.outcome, state(about)) == (outcome, after)
        assert complaint.closed_at is not None
        assert events(complaint)[-1] == f"closed moderator {outcome}"
        assert Screening.objects.get(comment=about).lane == Screening.Lane.NEW
        html = text(anna, page_of(complaint))
        assert complaint.get_outcome_display() in html
        assert "How it ended" in html

    def test_an_incomplete_one_can_end_as_that(self, anna):
        complaint = lodged(comment(), meaning="")
        act(anna, complaint, "close", outcome="incomplete")
        assert Complaint.objects.get().outcome == "incomplete"

    def test_a_complete_one_cannot(self, anna):
        complaint = lodged(comment())
        page = act(anna, complaint, "close", outcome="incomplete")
        assert page.status_code == 409
        assert Complaint.objects.get().is_open

    def test_a_second_open_one_keeps_lane_and_hold(self, anna):
        about = comment()
        first, second = lodged(about), lodged(about, why="Two.")
        act(anna, first, "hold")
        act(anna, first, "close", outcome="taken_back")
        assert state(about) == "held"
        assert Screening.objects.get(comment=about).lane == Screening.Lane.COMPLAINT
        act(anna, second, "close", outcome="kept")
        assert state(about) == "published"

    def test_two_of_one_person_are_joined(self, anna):
        about = comment()
        first, _ = lodged(about), lodged(about, why="Two.")
        assert act(anna, first, "close", outcome="joined").status_code == 302
        assert Complaint.objects.open().count() == 1

    @pytest.mark.parametrize("do", ["", "hide", "letter:", "letter:outcome", "close"])
    def test_what_is_no_action_changes_nothing(self, anna, do):
        about = comment()
        complaint = lodged(about)
        anna.get(page_of(complaint))
        before = events(complaint)
        assert act(anna, complaint, do).status_code == 409
        assert (events(complaint), state(about)) == (before, "published")

    def test_a_comment_that_changed_meanwhile_is_not_touched(self, anna):
        about = comment()
        complaint = lodged(about)
        for action, more in (
            ("hold", {}),
            ("restore", {}),
            ("close", {"outcome": "removed"}),
            ("close", {"outcome": "kept"}),
        ):
            page = act(anna, complaint, action, version=7, **more)
            assert page.status_code == 409, action
            assert "Nothing was done" in page.content.decode()
        assert state(about) == "published"
        assert events(complaint) == ["received complainant", "viewed moderator"]

    def test_what_is_closed_stays_closed(self, anna):
        complaint = lodged(comment())
        act(anna, complaint, "close", outcome="kept")
        for action in ("hold", "close"):
            assert act(anna, complaint, action, outcome="removed").status_code == 409
        assert state(complaint.comment) == "published"

    def test_a_withdrawn_comment_ends_it(self, anna):
        about = comment()
        complaint = lodged(about)
        do("withdraw", about)
        html = text(anna, page_of(complaint))
        assert "Its text is gone." in html
        assert act(anna, complaint, "close", outcome="gone").status_code == 302

    def test_an_undone_hold_shows_it_again(self, anna):
        about = comment()
        complaint = lodged(about)
        act(anna, complaint, "hold")
        anna.post(people.UNDO, {"seq": Decision.objects.first().seq})
        assert state(about) == "published"
        assert act(anna, complaint, "close", outcome="kept").status_code == 302


class TestWhoOpenedIt:
    def test_each_who_reads_it_is_noted_once_an_hour(self, anna, monkeypatch):
        at(monkeypatch, FRIDAY)
        people.moderator("ben")
        complaint, other = lodged(comment()), lodged(comment(), email="")
        anna.get(LIST)  # names nobody
        assert events(complaint) == ["received complainant"]
        for minutes in (0, 59, 60):
            at(monkeypatch, FRIDAY + timedelta(minutes=minutes))
            for name in ("anna", "ben"):
                user = User.objects.get(username=name)
                html = text(people.signed_in(user), page_of(complaint))
        views = complaint.events.filter(what="viewed")
        assert [(each.actor, each.at - FRIDAY) for each in views] == [
            (name, timedelta(minutes=minutes))
            for minutes in (0, 60)
            for name in ("anna", "ben")
        ]
        assert "Who opened this file (4)" in html
        assert "20 November 2026, 14:05: anna" in html
        assert "Somebody opened the file" not in html
        # A letter names the complainant, too; and the page after a problem.
        sheet = "admin:moderation_complaint_letter"
        anna, ben = map(people.signed_in, User.objects.order_by("username"))
        anna.get(reverse(sheet, args=[other.pk, "incomplete"]))
        act(ben, other, "explode")
        assert events(other)[1:] == ["viewed moderator"] * 2

    def test_who_may_not_read_it_is_not_noted(self):
        complaint = lodged(comment())
        people.signed_in(people.staff("ed", "Editors")).get(page_of(complaint))
        assert events(complaint) == ["received complainant"]

    def test_of_an_erased_one_nothing_is_noted(self, anna, monkeypatch):
        complaint = lodged(comment())
        act(anna, complaint, "close", outcome="kept")
        Complaint.objects.update(erased_at=timezone.now())
        text(anna, page_of(complaint))
        assert "viewed moderator" not in events(complaint)

    def test_what_is_noted_stays(self, anna):
        complaint = lodged(comment())
        anna.get(page_of(complaint))
        view = complaint.events.get(what="viewed")
        for change in (
            lambda: ComplaintEvent.objects.filter(pk=view.pk).delete(),
            lambda: ComplaintEvent.objects.filter(pk=view.pk).update(actor="ben"),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()


class TestWhoMay:
    def test_an_editor_sees_nothing(self):
        editor = people.signed_in(people.staff("ed", "Editors"))
        complaint = lodged(comment())
        for address in (LIST, page_of(complaint)):
            assert editor.get(address).status_code == 403
        assert act(editor, complaint, "hold").status_code == 403
        assert state(complaint.comment) == "published"

    def test_nobody_adds_changes_or_deletes(self, anna):
        root = people.signed_in(people.superuser())
        complaint = lodged(comment())
        for client in (anna, root):
            assert client.get(f"{LIST}add/").status_code == 403
            assert client.get(f"{LIST}{complaint.pk}/delete/").status_code == 403
            assert client.post(page_of(complaint), {"kind": "other"}).status_code == 403

    def test_the_first_page_leads_there(self, anna):
        assert LIST in text(anna, reverse("admin:index"))
