"""The log in the admin: to read, and to take the last decision back."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blog.models import Comment
from moderation import log, receipts, transitions
from moderation.models import Decision, LogHead
from tests.blog.making import post

from .making import (
    LOG,
    QUEUE,
    UNDO,
    decided,
    moderator,
    now,
    page,
    signed_in,
    staff,
    submission,
    superuser,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return moderator("anna")


@pytest.fixture
def desk(anna):
    return signed_in(anna)


@pytest.fixture
def subject():
    return post(1)


def rows(html: str) -> list[str]:
    """The rows of the list in words."""
    body = html.partition('id="result_list"')[2].partition("<tbody>")[2]
    cells = re.findall(r"<tr.*?</tr>", body.partition("</tbody>")[0], re.S)
    return [" ".join(unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in cells]


def numbers(html: str) -> list[int]:
    return [int(row.split()[0]) for row in rows(html)]


def row_page(seq: int, name: str = "change") -> str:
    return reverse(f"admin:moderation_decision_{name}", args=[seq])


def test_it_tells_who_did_what_with_which_comment_and_why(subject, desk, anna):
    comment = decided(
        submission(subject),
        anna,
        "reject",
        reason="off_topic",
        public_note="Not about tides.",
        private_note="Third <today>.",
    )
    html = page(desk, LOG)
    [row] = rows(html)
    assert re.match(r"1 \d+ \w+ \d{4}, \d\d:\d\d anna Refused", row)
    assert f"{comment.public_id} Off topic Not about tides. (Third <today>.)" in row
    assert "<today>" not in html
    of_comment = reverse(
        "admin:moderation_queuedcomment_change", args=[comment.public_id]
    )
    assert f'href="{of_comment}"' in html


def test_those_without_a_name_are_said_by_what_they_are(subject, desk):
    comment = submission(subject)
    receipts.withdraw(comment, comment.version)
    assert "Its writer Withdrawn" in rows(page(desk, LOG))[0]


def test_the_head_stands_above_and_how_to_verify_it(subject, desk, anna):
    assert "Nothing was decided yet" in page(desk, LOG)
    decided(submission(subject), anna, "approve")
    html = page(desk, LOG)
    assert LogHead.objects.get().hash in html
    assert "manage.py verify_log" in html


def test_action_who_and_comment_narrow_it(subject, desk, anna):
    ben = moderator("ben")
    first = decided(submission(subject), anna, "approve")
    decided(submission(subject, "Second."), ben, "reject")
    third = submission(subject, "Third.")
    receipts.withdraw(third, third.version)
    expected = {
        "": [3, 2, 1],
        "?action=reject": [2],
        "?who=anna": [1],
        "?who=kind:contributor": [3],
        f"?q={first.public_id}": [1],
        "?q=nothing": [],
        "?month=1999-01": [3, 2, 1],
    }
    for query, seqs in expected.items():
        assert numbers(page(desk, f"{LOG}{query}")) == seqs, query


def test_months_are_those_of_the_sites_clock(subject, desk, monkeypatch):
    def at(*when: int) -> None:
        moment = datetime(*when, tzinfo=UTC)
        monkeypatch.setattr(log.timezone, "now", lambda: moment)
        transitions.decide(
            [transitions.Seen(comment.public_id, now(comment).version)],
            "approve" if now(comment).state == Comment.State.PENDING else "restore",
            transitions.Actor(Decision.ActorKind.MODERATOR, "anna"),
        )
        monkeypatch.undo()

    for when in [(2021, 11, 30, 23, 59), (2022, 1, 1, 0, 0), (2022, 6, 30, 23, 30)]:
        comment = submission(subject, f"Said on {when}.")
        at(*when)
    html = page(desk, LOG)
    assert "July 2022" in html  # half past midnight in London
    assert "December 2021" in html  # a month without any row, but between two
    months = {"2021-11": [1], "2021-12": [], "2022-01": [2], "2022-07": [3]}
    for month, seqs in months.items():
        assert numbers(page(desk, f"{LOG}?month={month}")) == seqs, month


def test_the_last_decision_about_a_comment_can_be_taken_back(subject, desk, anna):
    comment = decided(submission(subject), anna, "approve")
    decided(comment, anna, "hide")
    html = page(desk, f"{LOG}?who=anna")
    assert re.findall(r'name="seq" value="(\d+)"', html) == ["2"]
    form = re.search(r'<form method="post" action="([^"]+)" id="undo-form"', html)
    assert form[1] == UNDO
    back = unescape(re.search(r'name="next" value="([^"]+)"', html)[1])
    answer = desk.post(UNDO, {"seq": "2", "next": back})
    assert answer["Location"] == f"{LOG}?who=anna"
    html = page(desk, answer["Location"])
    assert "1 taken back." in html
    assert now(comment).state == Comment.State.PUBLISHED
    assert "No. 2 taken back" in rows(html)[0]
    assert re.findall(r'name="seq" value="(\d+)"', html) == []


def test_one_who_may_only_read_it_gets_no_button(subject, anna):
    decided(submission(subject), anna, "approve")
    reader = staff("guest")
    reader.user_permissions.add(
        *reader.user_permissions.model.objects.filter(codename="view_decision")
    )
    html = page(signed_in(reader), LOG)
    assert numbers(html) == [1]
    assert 'name="seq"' not in html


def test_a_row_has_a_page_that_changes_nothing(subject, desk, anna):
    decided(submission(subject), anna, "reject", public_note="Not about tides.")
    html = page(desk, row_page(1))
    assert "Not about tides." in html
    assert Decision.objects.get().hash in html
    assert not re.search(r'<input(?![^>]*type="hidden")[^>]*name="(?!q\b)', html)
    assert desk.get(row_page(1, "history")).status_code == 404


@pytest.mark.parametrize("who", [moderator, superuser])
def test_no_row_is_added_changed_or_deleted_by_anybody(subject, who):
    user = who()
    decided(submission(subject), user, "approve")
    before = Decision.objects.values().get()
    client = signed_in(user)
    data = {"action": "hide", "actor": "somebody", "post": "yes"}
    for address in (
        reverse("admin:moderation_decision_add"),
        row_page(1),
        row_page(1, "delete"),
    ):
        assert client.post(address, data).status_code == 403
    selected = {"action": "delete_selected", "_selected_action": "1", "post": "yes"}
    client.post(LOG, selected)
    assert Decision.objects.values().get() == before
    assert "delete_selected" not in page(client, LOG)


def test_editors_may_not_read_it_and_strangers_are_sent_to_the_login():
    editor = signed_in(staff("ed", "Editors"))
    assert editor.get(LOG).status_code == 403
    assert Client().get(LOG)["Location"].startswith(reverse("admin:login"))


def test_the_page_costs_the_same_for_2_and_for_20(subject, desk, anna):
    def queries(number: int) -> int:
        while Decision.objects.count() < number:
            text = f"Voice {Decision.objects.count()} of many."
            decided(submission(subject, text), anna, "approve")
        with CaptureQueriesContext(connection) as found:
            page(desk, LOG)
        return len(found)

    few = queries(2)
    assert queries(20) == few


def test_the_queue_leads_to_every_comment_of_the_log(subject, desk, anna):
    comment = decided(submission(subject), anna, "approve")
    html = page(desk, f"{QUEUE}?what=all&q={comment.public_id}")
    assert f'id="c-{comment.public_id}"' in html
