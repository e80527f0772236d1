"""Answer and approve: the comment and the moderator's answer, in one act."""

import pytest

from blog.discussion import tree
from blog.models import Comment
from blog.names import is_reserved
from moderation import answers, desk, log, replay, tally
from moderation.editorial import masks, redacting
from moderation.models import Decision, Tally
from moderation.transitions import NotAllowed, Seen
from tests.blog.making import post

from .making import (
    DECIDE,
    QUEUE,
    UNDO,
    decided,
    key,
    moderator,
    now,
    page,
    press,
    press_for_ticked,
    signed_in,
    submission,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still")]
State = Comment.State


@pytest.fixture
def anna():
    user = moderator("anna")
    user.first_name, user.last_name = "Anna", "Pike"
    user.save()
    return user


@pytest.fixture
def comment():
    return submission(post(1, title="On tides"), "When does it turn?")


def answered(user, comment, text: str = "At nine."):
    return press(signed_in(user), "approve-with-answer", comment, answer=text)


def the_answer() -> Comment:
    return Comment.objects.get(parent__isnull=False)


def test_both_are_published_and_the_log_tells_of_both(anna, comment):
    assert answered(anna, comment).status_code == 302
    answer = the_answer()
    assert now(comment).is_published
    assert answer.is_published
    assert (answer.parent, answer.name, answer.text) == (
        comment,
        "Anna Pike",
        "At nine.",
    )
    assert answer.html.strip() == "<p>At nine.</p>"
    assert answer.published_at == now(comment).published_at
    rows = Decision.objects.order_by("seq")
    assert [(row.action, row.actor, row.comment_public_id) for row in rows] == [
        ("approve", "anna", comment.public_id),
        ("answer", "anna", answer.public_id),
    ]
    assert list(log.faults()) == []
    told = [found.message for found in replay.differences()]
    assert not [words for words in told if "decision #" in words]
    assert tree.check().bad == []
    html = page(signed_in(anna), comment.post.get_absolute_url())
    assert "At nine." in html
    assert "Anna Pike" in html


def test_the_name_is_one_that_nobody_else_can_use(anna, comment):
    answered(anna, comment)
    assert is_reserved(the_answer().name)
    assert is_reserved(answers.signature(moderator("ben")))


def test_the_card_says_how_it_will_be_signed(anna, comment):
    assert "signed “Anna Pike”" in page(signed_in(anna))


def test_it_is_told_as_one_and_taken_back_as_one(anna, comment):
    desk_ = signed_in(anna)
    press(desk_, "approve-with-answer", comment, answer="At nine.")
    html = page(desk_)
    assert "1 published with your answer." in html
    seqs = Decision.objects.values_list("seq", flat=True)
    desk_.post(UNDO, {"seq": list(seqs)})
    assert now(comment).state == State.PENDING
    assert the_answer().state == State.REJECTED


def test_taking_back_the_approval_takes_the_answer_along(anna, comment):
    answered(anna, comment)
    approved = Decision.objects.get(action="approve")
    outcome = desk.undo(moderator("ben"), [approved.seq])
    assert outcome.conflicts == []
    answer = the_answer()
    assert now(comment).state == State.PENDING
    # Kept for its writer, and neither shown nor waiting.
    assert (answer.state, answer.text) == (State.REJECTED, "At nine.")
    row = Decision.objects.get(action="undo", comment_public_id=answer.public_id)
    assert (row.actor, row.reason) == ("ben", "author_request")
    html = page(signed_in(anna), comment.post.get_absolute_url())
    assert "At nine." not in html
    assert "Anna Pike" not in html
    assert list(log.faults()) == []
    told = [found.message for found in replay.differences()]
    assert not [words for words in told if "decision #" in words]
    assert "Anna Pike" in page(signed_in(anna), f"{QUEUE}?what=refused")


def test_the_answer_alone_is_taken_back_by_its_own_row(anna, comment):
    answered(anna, comment)
    desk.undo(anna, [Decision.objects.get(action="answer").seq])
    assert now(comment).is_published
    assert the_answer().state == State.REJECTED


def test_an_answer_that_was_hidden_since_stays_as_it_is(anna, comment):
    answered(anna, comment)
    decided(the_answer(), moderator("ben"), "hide")
    outcome = desk.undo(anna, [Decision.objects.get(action="approve").seq])
    assert [each.public_id for each in outcome.conflicts] == [the_answer().public_id]
    assert the_answer().state == State.HIDDEN
    assert now(comment).state == State.PENDING


@pytest.mark.parametrize("both", [True, False])
def test_where_the_approval_has_to_stay_so_does_the_answer(anna, comment, both):
    answered(anna, comment)
    redacting.redact(
        anna,
        [Seen(comment.public_id, now(comment).version)],
        [masks.Mask("turn", "removed")],
    )
    approved = Decision.objects.get(action="approve")
    outcome = desk.undo(anna, [approved.seq, approved.seq + 1][: 1 + both])
    assert outcome.done == []
    assert [each.public_id for each in outcome.conflicts] == [comment.public_id]
    assert now(comment).is_published
    assert the_answer().is_published


def test_an_approval_followed_by_another_answer_is_taken_back_alone(anna, comment):
    decided(comment, anna, "approve")
    other = submission(comment.post, "And when does it ebb?")
    answered(anna, other)
    # Number 2 is of the other comment: it does not go with number 1.
    desk.undo(anna, [1])
    assert now(comment).state == State.PENDING
    assert now(other).is_published
    assert the_answer().is_published


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Write the answer first"),
        ("  \n ", "Write the answer first"),
        ("x" * 8001, "8,001 characters"),
        ("Half a\0character", "no text"),
    ],
)
def test_without_words_nothing_is_done_and_what_was_typed_is_kept(
    anna, comment, text, why
):
    answer = answered(anna, comment, text)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert why in html
    assert now(comment).state == State.PENDING
    assert Comment.objects.count() == 1
    if len(text) > 8000:
        assert text in html


def test_a_comment_that_changed_meanwhile_gets_no_answer(anna, comment):
    decided(comment, moderator("ben"), "spam")
    answered(anna, comment)
    assert Comment.objects.count() == 1
    assert Decision.objects.count() == 1


def test_it_is_both_or_neither(anna, comment, monkeypatch):
    def fails(*args, **kwargs):
        raise RuntimeError("The disk is full.")

    monkeypatch.setattr(tree, "insert", fails)
    seen = Seen(comment.public_id, comment.version)
    with pytest.raises(RuntimeError):
        desk.approve_with_answer(anna, seen, "At nine.")
    assert now(comment).state == State.PENDING
    assert not Decision.objects.exists()


def test_an_answer_that_was_typed_is_not_lost_by_approving_without_it(anna, comment):
    answer = press(signed_in(anna), "approve", comment, answer="At nine.")
    assert answer.status_code == 422
    assert "You have written an answer" in answer.content.decode()
    assert ">At nine.</textarea>" in answer.content.decode()
    assert now(comment).state == State.PENDING


def test_nobody_publishes_a_contribution_as_an_answer(anna, comment):
    desk_ = signed_in(anna)
    assert press(desk_, "answer", comment).status_code == 422
    assert press_for_ticked(desk_, "answer", comment).status_code == 422
    assert press_for_ticked(desk_, "approve-with-answer", comment).status_code == 422
    with pytest.raises(NotAllowed):
        desk.decide(anna, [Seen(comment.public_id, comment.version)], "answer")
    assert now(comment).state == State.PENDING


def test_it_is_not_counted_among_what_was_received(anna, comment):
    answered(anna, comment)
    [months] = Tally.objects.values_list("by_month", flat=True)
    [figures] = months.values()
    assert figures["published"] == 1
    tally.settle_all()
    assert Tally.objects.get().by_month == months


def test_a_restored_answer_is_shown_again(anna, comment):
    answered(anna, comment)
    desk.undo(anna, [1])
    decided(comment, anna, "approve")
    decided(the_answer(), anna, "restore")
    html = page(signed_in(anna), comment.post.get_absolute_url())
    assert "At nine." in html


def test_the_script_gets_one_card_and_both_numbers(anna, comment):
    client = signed_in(anna)
    data = {
        "one": f"approve-with-answer:{key(comment)}",
        f"{comment.public_id}-answer": "At nine.",
    }
    headers = {"accept": "application/json"}
    said = client.post(DECIDE, data, headers=headers).json()
    assert said["words"] == "1 published with your answer."
    assert said["done"] == {comment.public_id: 1}
    assert said["seqs"] == [1, 2]
