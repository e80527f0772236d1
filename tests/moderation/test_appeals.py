"""Appeals: who may answer, when, and what the answer does."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.utils import timezone
from django.utils.dateformat import format as format_date

from blog.models import Comment
from moderation import appeals, desk, log, receipts
from moderation.appeals import REFUSED, UPHELD
from moderation.models import Appeal, Decision, Screening
from moderation.transitions import CLOCK, NotAllowed, Seen, decide
from tests.blog.contributions import RECEIPT, browser, fields, send
from tests.blog.contributions import post as send_form
from tests.blog.making import post

from .making import (
    DECIDE,
    QUEUE,
    decided,
    moderator,
    now,
    page,
    press,
    press_for_ticked,
    signed_in,
    staff,
    submission,
    superuser,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still")]
State, Lane = Comment.State, Screening.Lane


@pytest.fixture
def anna():
    return moderator("anna")


@pytest.fixture
def ben():
    return moderator("ben")


@pytest.fixture
def appealed(anna) -> Comment:
    """Refused by Anna, and its writer objects."""
    comment = decided(submission(post(1)), anna, "reject")
    receipts.appeal(comment, "It is about <tides>.\nRead it again.")
    return now(comment)


def appeal_of(comment: Comment) -> Appeal:
    return Appeal.objects.get(comment=comment)


def lane(comment: Comment) -> str:
    return Screening.objects.get(comment=comment).lane


def days_ago(comment: Comment, days: int) -> None:
    Appeal.objects.filter(comment=comment).update(
        made_on=timezone.localdate() - timedelta(days=days)
    )


def answer(comment: Comment, user, outcome: str):
    return appeals.answer(
        appeal_of(comment), user, outcome, version=now(comment).version
    )


# Who, and when


def test_another_moderator_publishes_after_all(appealed, ben):
    assert answer(appealed, ben, UPHELD).done
    found = appeal_of(appealed)
    assert now(appealed).state == State.PUBLISHED
    assert (found.outcome, found.answered_by) == (UPHELD, ben)
    assert found.answered_on == timezone.localdate()
    assert lane(appealed) == Lane.NEW
    row = Decision.objects.first()
    assert (row.action, row.actor) == ("restore", "ben")


def test_another_moderator_upholds_the_refusal(appealed, ben):
    version = now(appealed).version
    outcome = answer(appealed, ben, REFUSED)
    assert outcome.conflicts == []
    assert (now(appealed).state, now(appealed).version) == (State.REJECTED, version)
    assert appeal_of(appealed).outcome == REFUSED
    assert lane(appealed) == Lane.NEW
    refused, kept = Decision.objects.order_by("seq")
    assert [kept] == outcome.done
    assert (kept.action, kept.actor) == ("uphold", "ben")
    assert (kept.from_state, kept.to_state) == (State.REJECTED, State.REJECTED)
    # Its writer still sees why.
    assert kept.reason == refused.reason
    assert list(log.faults()) == []


def test_who_decided_does_not_answer_where_there_is_another(appealed, anna, ben):
    days_ago(appealed, 30)
    with pytest.raises(NotAllowed, match="another moderator answers"):
        answer(appealed, anna, UPHELD)
    assert appeal_of(appealed).outcome == ""
    assert now(appealed).state == State.REJECTED


@pytest.mark.parametrize("days", [0, 1])
def test_the_only_moderator_waits_a_day(appealed, anna, days):
    days_ago(appealed, days)
    with pytest.raises(NotAllowed, match="no other moderator: you can answer from"):
        answer(appealed, anna, REFUSED)


def test_the_only_moderator_answers_when_a_full_day_has_passed(appealed, anna):
    days_ago(appealed, 2)
    assert answer(appealed, anna, UPHELD).done


@pytest.mark.parametrize(
    "fields", [{"is_active": False}, {"is_staff": False}, {"group": "Editors"}]
)
def test_one_who_cannot_answer_is_no_other_moderator(appealed, anna, fields):
    other = staff("other", fields.pop("group", "Moderators"))
    type(other).objects.filter(pk=other.pk).update(**fields)
    days_ago(appealed, 2)
    assert answer(appealed, anna, UPHELD).done


def test_what_the_clock_decided_anybody_answers(anna):
    comment = decided(submission(post(1)), anna, "approve")
    decide(
        [Seen(comment.public_id, comment.version)],
        "hide",
        CLOCK,
        reason="defamation_complaint",
    )
    receipts.appeal(now(comment), "It is true.")
    assert answer(comment, anna, UPHELD).done


def test_an_appeal_is_answered_once(appealed, ben):
    answer(appealed, ben, REFUSED)
    [conflict] = answer(appealed, moderator("cleo"), UPHELD).conflicts
    assert "answered already by ben" in conflict.message
    assert now(appealed).state == State.REJECTED


def test_an_answer_is_about_what_was_seen(appealed, ben):
    stale = appealed.version
    receipts.withdraw(now(appealed), stale)
    outcome = appeals.answer(appeal_of(appealed), ben, UPHELD, version=stale)
    assert outcome.conflicts
    assert now(appealed).state == State.WITHDRAWN


def test_an_answer_that_is_none_is_refused(appealed, ben):
    with pytest.raises(NotAllowed):
        answer(appealed, ben, "perhaps")


# What else becomes of an appealed comment


def test_it_is_not_restored_in_passing(appealed, anna):
    outcome = desk.decide(anna, [Seen(appealed.public_id, appealed.version)], "restore")
    assert "answer the appeal" in outcome.conflicts[0].message
    assert now(appealed).state == State.REJECTED


def test_taking_the_refusal_back_and_publishing_settles_it(appealed, anna):
    desk.undo(anna, [appeal_of(appealed).decision_seq])
    assert now(appealed).state == State.PENDING
    assert lane(appealed) == Lane.NEW
    decided(appealed, anna, "approve")
    assert appeal_of(appealed).outcome == UPHELD


def test_refused_again_it_waits_for_an_answer_again(appealed, anna, ben):
    desk.undo(anna, [appeal_of(appealed).decision_seq])
    decided(appealed, ben, "reject")
    assert lane(appealed) == Lane.APPEAL
    with pytest.raises(NotAllowed):
        answer(appealed, ben, UPHELD)
    assert answer(appealed, anna, UPHELD).done


def test_an_answer_that_is_taken_back_leaves_the_appeal_open(appealed, ben):
    [row] = answer(appealed, ben, UPHELD).done
    desk.undo(ben, [row.seq])
    found = appeal_of(appealed)
    assert (found.outcome, found.answered_on, found.answered_by) == ("", None, None)
    assert lane(appealed) == Lane.APPEAL
    assert now(appealed).state == State.REJECTED


def test_hiding_it_later_does_not_open_the_appeal_again(appealed, ben):
    answer(appealed, ben, UPHELD)
    decided(appealed, ben, "hide")
    assert appeal_of(appealed).outcome == UPHELD


def test_withdrawn_it_keeps_no_word_of_the_appeal(appealed):
    receipts.withdraw(appealed, appealed.version)
    assert appeal_of(appealed).text == ""
    assert lane(appealed) == Lane.NEW


def test_what_is_published_meanwhile_is_not_appealed_against(anna):
    comment = decided(submission(post(1)), anna, "reject")
    seen = now(comment)
    decided(comment, anna, "restore")
    with pytest.raises(receipts.NotPossible):
        receipts.appeal(seen, "Why?")
    assert not Appeal.objects.exists()


# In the queue


def test_the_queue_shows_the_appeal_and_both_answers(appealed, ben):
    html = page(signed_in(ben), f"{QUEUE}?what=appeals")
    assert "It is about &lt;tides&gt;.<br>Read it again." in html
    assert "Publish after all" in html
    assert "Uphold the refusal" in html
    assert 'value="restore:' not in html


def test_the_queue_says_why_one_cannot_answer(appealed, anna):
    client = signed_in(anna)
    html = page(client, f"{QUEUE}?what=appeals")
    assert "Publish after all" not in html
    first = appeal_of(appealed).made_on + timedelta(days=2)
    assert f"{first.day} {date(2000, first.month, 1):%B}" in unescape(html)
    assert "no other moderator" in html
    moderator("ben")
    assert "another moderator answers" in page(client, f"{QUEUE}?what=appeals")


@pytest.mark.parametrize(
    ("button", "said", "state"),
    [
        ("publish-after-all", "1 published after all.", State.PUBLISHED),
        ("uphold", "The appeal is answered: the decision stands.", State.REJECTED),
    ],
)
def test_the_buttons_answer(appealed, ben, button, said, state):
    client = signed_in(ben)
    reply = press(client, button, appealed)
    html = page(client, reply["Location"])
    assert said in html
    assert now(appealed).state == state
    assert appeal_of(appealed).outcome
    assert "No appeal waits" in page(client, f"{QUEUE}?what=appeals")


def test_a_button_that_was_not_offered_does_nothing(appealed, anna):
    reply = press(signed_in(anna), "publish-after-all", appealed)
    assert reply.status_code == 422
    assert "no other moderator" in reply.content.decode()
    assert now(appealed).state == State.REJECTED


def test_an_answer_where_no_appeal_is_does_nothing(anna, ben):
    comment = decided(submission(post(1)), anna, "reject")
    reply = press(signed_in(ben), "uphold", comment)
    assert reply.status_code == 422
    assert "no appeal to answer" in reply.content.decode()


def test_a_bulk_passes_appealed_ones_over_and_says_so(appealed, anna, ben):
    other = decided(submission(post(2), "Another."), anna, "spam")
    client = signed_in(ben)
    reply = press_for_ticked(client, "restore", appealed, other)
    html = page(client, reply["Location"])
    assert "1 restored. 1 not done:" in html
    assert "answer the appeal" in html
    assert now(other).state == State.PUBLISHED
    assert now(appealed).state == State.REJECTED


# What its writer is told


@pytest.fixture
def receipt(anna):
    """A refused comment, and what its receipt's page says."""
    comment, code = send(browser(), fields(post(1), "It leaks."))
    decided(comment, anna, "reject")

    def shown() -> str:
        answer = send_form(browser(), RECEIPT, {"code": code})
        return " ".join(unescape(answer.content.decode()).split())

    return now(comment), shown


def day(days: int) -> str:
    return format_date(timezone.localdate() + timedelta(days=days), "l, j F Y")


def test_before_the_appeal_the_page_says_who_will_answer(receipt, anna):
    _, shown = receipt
    html = shown()
    assert "within six months of the decision. There is no other moderator now" in html
    assert f"looks at it again, not before {day(2)}, and answers within seven" in html
    moderator("ben")
    assert "Another moderator than the one who decided answers within seven" in shown()


def test_after_it_the_page_says_it_as_things_are_now(receipt, anna):
    comment, shown = receipt
    receipts.appeal(comment, "Why?")
    html = shown()
    assert "not before" in html
    assert f"answers within seven days, by {day(7)}." in html
    ben = moderator("ben")
    html = shown()
    assert "Another moderator than the one who decided answers" in html
    assert "not before" not in html
    type(ben).objects.filter(pk=ben.pk).update(is_active=False)
    assert "There is no other moderator now" in shown()
    # What is promised is what is allowed.
    assert not appeals.rulings([appeal_of(comment)], anna)[
        appeal_of(comment).pk
    ].may_answer


def test_one_that_is_late_says_so(receipt):
    comment, shown = receipt
    receipts.appeal(comment, "Why?")
    days_ago(comment, 7)
    assert f"by {day(0)}." in shown()
    days_ago(comment, 8)
    assert f"That was due by {day(-1)}, and is late." in shown()


def test_what_the_clock_decided_any_moderator_answers(receipt, anna):
    comment, shown = receipt
    decided(comment, anna, "restore")
    fresh = now(comment)
    decide([Seen(fresh.public_id, fresh.version)], "hide", CLOCK, reason="hate")
    assert "decision. A moderator answers within seven days." in shown()
    receipts.appeal(now(comment), "Why?")
    assert f"A moderator answers within seven days, by {day(7)}." in shown()


def test_who_has_left_is_not_said_to_look_at_it_again(receipt, anna):
    comment, shown = receipt
    receipts.appeal(comment, "Why?")
    type(anna).objects.update(is_active=False)
    assert "A moderator answers within seven days" in shown()


def test_a_superuser_outside_the_group_may_answer_and_is_not_waited_for(receipt, anna):
    comment, shown = receipt
    receipts.appeal(comment, "Why?")
    root = superuser()
    # She is nobody's other moderator: Anna need not wait for her …
    assert "There is no other moderator now" in shown()
    days_ago(comment, 2)
    found = appeal_of(comment)
    assert appeals.rulings([found], anna)[found.pk].may_answer
    # … but she may answer, and at once.
    days_ago(comment, 0)
    assert answer(comment, root, REFUSED).done


def test_what_a_superuser_decided_a_moderator_answers(anna):
    root = superuser()
    comment, code = send(browser(), fields(post(1), "It leaks."))
    decided(comment, root, "reject")
    receipts.appeal(now(comment), "Why?")
    found = appeal_of(comment)
    assert not appeals.rulings([found], root)[found.pk].may_answer
    assert appeals.rulings([found], anna)[found.pk].may_answer
    html = send_form(browser(), RECEIPT, {"code": code}).content.decode()
    assert "Another moderator than the one who decided" in html
    anna.delete()
    html = send_form(browser(), RECEIPT, {"code": code}).content.decode()
    assert "There is no other moderator now" in html


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        (REFUSED, "The answer of {}: the decision stands."),
        (UPHELD, "The answer of {}: you were right, and it was published."),
    ],
)
@pytest.mark.parametrize("words", ["", "We read it <twice>.\nIt stays."])
def test_the_answer_stands_on_the_receipt(receipt, ben, outcome, said, words):
    comment, shown = receipt
    receipts.appeal(comment, "Why?")
    appeals.answer(
        appeal_of(comment), ben, outcome, version=now(comment).version, words=words
    )
    html = shown()
    today = format_date(timezone.localdate(), "j F Y")
    assert said.format(today) in html
    assert ("We read it <twice>. It stays." in html) == bool(words)
    assert "answers within" not in html
    off_topic = "It is not about what this post is about."
    assert (off_topic in html) == (outcome == REFUSED)
    row = Decision.objects.first()
    assert row.public_note == " ".join(words.split())
    # An id may hold these letters, too.
    assert not re.search(r"\bben\b", html)


@pytest.mark.parametrize("words", ["x" * 501, "a\0b"])
def test_words_that_are_none_answer_nothing(appealed, ben, words):
    with pytest.raises(NotAllowed):
        appeals.answer(
            appeal_of(appealed), ben, REFUSED, version=appealed.version, words=words
        )
    assert appeal_of(appealed).outcome == ""


def test_the_button_takes_the_words_along_and_keeps_them_when_it_may_not(
    appealed, anna, ben
):
    html = page(signed_in(ben), f"{QUEUE}?what=appeals")
    assert f"To be answered by {day(7)}" in html
    assert f'name="{appealed.public_id}-appeal_words"' in html
    assert "appeal_words" not in page(signed_in(anna), f"{QUEUE}?what=appeals")
    long = press(signed_in(ben), "uphold", appealed, appeal_words="x" * 501)
    assert long.status_code == 422
    assert "these have 501" in long.content.decode()
    press(signed_in(ben), "uphold", appealed, appeal_words="Read twice.")
    assert Decision.objects.first().public_note == "Read twice."


def test_words_that_were_too_long_are_still_there(appealed, ben):
    client = signed_in(ben)
    data = {
        "one": f"uphold:{appealed.public_id}:{appealed.version}",
        f"{appealed.public_id}-appeal_words": "x" * 501,
    }
    html = client.post(f"{DECIDE}?what=appeals", data).content.decode()
    assert f">\n{'x' * 501}</textarea>" in html


def test_a_late_one_is_marked_for_moderators(appealed, ben):
    days_ago(appealed, 8)
    assert "It is late." in page(signed_in(ben), f"{QUEUE}?what=appeals")
