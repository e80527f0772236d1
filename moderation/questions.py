"""One question of a moderator to the writer of a comment that waits, and one answer.

The comment stays where it is. Neither question nor answer is ever public; that there
were such is on record in the log, without their words.
"""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.dateformat import format as format_date

from blog.discussion import cleaning
from blog.models import Comment

from . import actions, mail, transitions
from .actions import WAITING
from .complaint_models import minute
from .models import Question
from .question_models import LONGEST_ANSWER, LONGEST_QUESTION
from .receipts import NotPossible
from .transitions import Conflict, NotAllowed, Outcome, Seen


def ask(user: AbstractBaseUser, seen: Seen, text: str) -> Outcome:
    """Asks the writer of a comment that waits, once about the version that was seen.

    What is not possible any more is a conflict in the outcome. Raises ``NotAllowed``
    where the question says nothing or too much.
    """
    text = _cleaned(text)
    with transaction.atomic():
        comment, outcome = transitions.as_seen(seen, WAITING)
        if comment is None:
            return outcome
        if comment.receipt_digest is None:
            raise NotAllowed("It has no receipt: its writer could not see a question.")
        earlier = Question.objects.filter(comment=comment, version=comment.version)
        if found := earlier.select_related("asked_by").first():
            who = found.asked_by or "somebody who has left"
            at = format_date(timezone.localtime(found.asked_at), "H:i \\o\\n j F")
            words = f"its writer was asked already by {who} at {at}"
            return Outcome(conflicts=[Conflict(comment.public_id, words)])
        Question.objects.create(
            comment=comment,
            version=comment.version,
            text=text,
            asked_at=minute(timezone.now()),
            asked_by=user,
        )
        actor = transitions.moderator(user)
        outcome.done = [transitions.remark(comment, actions.ASK, actor)]
    return outcome


def _cleaned(text: str) -> str:
    try:
        text = cleaning.text(text)
    except cleaning.NotText as error:
        raise NotAllowed("A question is plain text.") from error
    if not text:
        raise NotAllowed("Write the question first.")
    if len(text) > LONGEST_QUESTION:
        raise NotAllowed(
            f"A question has at most {LONGEST_QUESTION} characters; this has "
            f"{len(text):,}."
        )
    return text


def of_writer(comment: Comment) -> Question | None:
    """The newest question about a comment, as its writer sees it."""
    return Question.objects.filter(comment=comment).order_by("pk").last()


def may_answer(comment: Comment, question: Question | None) -> bool:
    """Whether an answer is still of use: the comment waits, and there is none."""
    return bool(question and not question.answer and comment.state in WAITING)


def answer(comment: Comment, version: int, text: str) -> None:
    """The writer's one answer to the question about ``version`` of the comment.

    ``text`` is cleaned already. Raises ``NotPossible``.
    """
    if not text:
        raise NotPossible("Write something first.")
    if len(text) > LONGEST_ANSWER:
        raise NotPossible(
            f"This has {len(text):,} characters; {LONGEST_ANSWER:,} are the most."
        )
    with transaction.atomic():
        now = transitions.locked_now(comment)
        question = of_writer(comment)
        if question is None or question.version != version:
            raise NotPossible(
                "The question is not as the page showed it any more, so that nothing "
                "was sent. This is how it is now."
            )
        if question.answer:
            raise NotPossible("You have answered already.")
        if now is None or now.state not in WAITING:
            raise NotPossible(
                "It was decided meanwhile, so that nothing was sent. This is how it "
                "is now."
            )
        question.answer, question.answered_on = text, timezone.localdate()
        question.save(update_fields=["answer", "answered_on"])
        transitions.remark(now, actions.REPLY, transitions.CONTRIBUTOR)
        transaction.on_commit(mail.remind, robust=True)
