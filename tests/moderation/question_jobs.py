"""What processes do at once with questions, with the test's own database."""

from .jobs import _in_threads


def waiting() -> list[str]:
    """A comment that waits: its public id and its receipt. And somebody to ask."""
    from django.contrib.auth.models import User

    from blog.discussion.submission import submit
    from blog.models import Post

    User.objects.create(username="ann", is_staff=True)
    post = Post.objects.create(title="Rota", status="published", body="Text.")
    stored = submit(post, "It leaks.")
    return [stored.comment.public_id, stored.code]


def ask(public_id: str, count: int) -> list:
    """Rows written, and why not, of so many who ask at once."""
    from django.contrib.auth.models import User

    from moderation import questions
    from moderation.transitions import Seen

    ann = User.objects.get(username="ann")

    def work(number: int) -> list:
        outcome = questions.ask(ann, Seen(public_id, 1), f"Question {number}?")
        return [len(outcome.done), "".join(c.message for c in outcome.conflicts)]

    return _in_threads(work, count)


def _answer(code: str, number: int) -> str:
    from moderation import questions, receipts

    try:
        questions.answer(receipts.find(code), 1, f"Answer {number}.")
    except receipts.NotPossible as problem:
        return problem.message
    return "done"


def answer(code: str, count: int) -> list:
    return _in_threads(lambda number: _answer(code, number), count)


def answer_while_deciding(public_id: str, code: str) -> list:
    """What the answer was told, and how many rows the decision wrote."""
    from moderation import transitions
    from moderation.transitions import Actor, Seen

    def work(number: int):
        if number == 0:
            return _answer(code, 0)
        actor = Actor("moderator", "ann")
        return len(transitions.decide([Seen(public_id, 1)], "approve", actor).done)

    return _in_threads(work, 2)


def stored() -> list:
    """Questions, answers, rows of the log, and its faults."""
    from moderation import log
    from moderation.models import Decision, Question

    return [
        Question.objects.count(),
        Question.objects.exclude(answer="").count(),
        Decision.objects.count(),
        [fault.message for fault in log.faults()],
    ]
