"""The statement of reasons on the page of a receipt."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from blog.discussion import receipts as codes
from moderation import complaint_handling, reports, transitions
from moderation.complaints import Arrival
from moderation.models import Complaint, Decision
from tests.blog import making
from tests.blog.contributions import RECEIPT, browser
from tests.blog.contributions import post as send_form

from . import complaining
from .deciding import ANN, do, in_state, now

pytestmark = pytest.mark.django_db
READ = "by a moderator, who read it; no program decides this."
UNSEEN = "It is not shown; nothing else follows from this."
GONE = "It was shown and is shown no more; a line stands in its place."


@pytest.fixture(autouse=True)
def today(monkeypatch):
    moment = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
    monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.fixture
def sent():
    code = codes.code_for(codes.new_nonce())
    return in_state(making.post(), receipt_digest=codes.digest(code)), code


def told(code: str) -> str:
    html = send_form(browser(), RECEIPT, {"code": code}).text
    found = re.search(r"<p>(Decided on .*?)</p>", html)
    return re.sub(r"<[^>]*>", "", found[1]) if found else ""


def day() -> str:
    at = timezone.localtime(Decision.objects.latest("seq").at)
    return f"{at:%-d %B %Y}"


@pytest.mark.parametrize(
    ("steps", "reason", "words"),
    [
        (
            ["reject"],
            "off_topic",
            f"{UNSEEN} It was read as every comment is that waits to appear. "
            "The reason is one of the rules of this site.",
        ),
        (
            ["approve", "hide"],
            "hate",
            f"{GONE} Neither a report nor a complaint led to it. "
            "The reason is one of the rules of this site, and the law asks for it.",
        ),
    ],
)
def test_it_tells_when_by_whom_how_far_and_why(sent, steps, reason, words):
    comment, code = sent
    assert told(code) == "", "while it waits nothing was decided"
    for step in steps:
        do(step, now(comment), **({"reason": reason} if step == steps[-1] else {}))
    assert told(code) == f"Decided on {day()} {READ} {words}"


def test_it_tells_that_a_program_had_sorted_it():
    code = codes.code_for(codes.new_nonce())
    digest = codes.digest(code)
    do("spam", in_state(making.post(), "likely_spam", receipt_digest=digest))
    assert "A program had put it among likely spam before it was read." in told(code)
    assert UNSEEN in told(code)


def test_it_tells_of_reports_but_not_how_many(sent):
    comment, code = sent
    do("approve", comment)
    reports.report(now(comment), "spam", Arrival())
    assert told(code) == "", "what is shown has nothing to state"
    do("hide", now(comment))
    assert "It was looked at because readers reported it." in told(code)


def test_it_tells_of_a_complaint_but_not_whose(sent):
    comment, code = sent
    do("approve", comment)
    complaint = complaining.lodged(now(comment))
    Complaint.objects.filter(pk=complaint.pk).update(hide_at=timezone.now())
    complaint_handling._hold_by_clock(Complaint.objects.get(pk=complaint.pk))
    assert told(code).startswith(
        f"Decided on {day()} by the clock, since nobody had looked into a complaint in "
        "time. It is out of sight until that is decided; a line stands in its place. "
        "It was looked at because of a complaint under the law."
    )
    given = complaining.given()
    assert given.name not in told(code)
    assert given.email not in told(code)


def test_a_complaint_that_was_over_before_led_to_nothing(sent, monkeypatch):
    comment, code = sent
    do("approve", comment)
    complaint = complaining.lodged(now(comment))
    ago = timezone.now() - timedelta(days=3)
    Complaint.objects.filter(pk=complaint.pk).update(
        received_at=ago, closed_at=ago, outcome=Complaint.Outcome.KEPT
    )
    do("hide", now(comment))
    assert "Neither a report nor a complaint led to it." in told(code)
    later = timezone.now() + timedelta(days=200)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert "led to it" not in told(code), "reports are not known for so long"


def test_taken_back_nothing_is_stated(sent):
    comment, code = sent
    done = do("reject", comment).done[0]
    transitions.undo([done.seq], ANN)
    assert told(code) == ""
