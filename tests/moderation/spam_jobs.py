"""What several moderators do at once, for the spam score."""

from .jobs import _in_threads


def teach(public_ids: list[str], action: str) -> int:
    """Decides each, takes every second decision back, and decides that anew; how many
    decisions that were. In another order than the next process would."""
    from moderation import transitions
    from moderation.transitions import Actor, Seen

    ann = Actor("moderator", "ann")

    def decide(public_id: str, version: int) -> int:
        [row] = transitions.decide([Seen(public_id, version)], action, ann).done
        return row.seq

    def work(number: int) -> int:
        mine = public_ids[number::2]
        for place, public_id in enumerate(mine):
            seq = decide(public_id, 1)
            if place % 2:
                transitions.undo([seq], ann)
                decide(public_id, 3)
        return len(mine)

    return _in_threads(work, 2)


def submit_texts(texts: list[str]) -> list[str]:
    from blog.discussion.submission import submit
    from blog.models import Post

    post = Post.objects.create(title="Rota", status="published", body="Text.")
    return [submit(post, text).comment.public_id for text in texts]


def add_plainly(tokens: list[str], times: int) -> None:
    """Adds to counts without the lock that decisions hold."""
    from django.db import transaction

    from moderation.screening import spam_counts
    from moderation.screening.bayes import Counts

    for _ in range(times):
        with transaction.atomic():
            spam_counts.add(dict.fromkeys(tokens, Counts(1, 2)))


def counted(tokens: list[str]) -> list[list[int]]:
    from moderation.screening import spam_counts

    found = spam_counts.find(tokens)
    return [list(found.get(token, (0, 0))) for token in tokens]


def counted_and_relearnt(tokens: list[str]) -> dict:
    """What is counted, and whether learning all again comes to the same."""
    from moderation.models import SpamWord
    from moderation.screening import spam

    def stored() -> list[tuple[int, int, int]]:
        return list(SpamWord.objects.order_by("key").values_list("key", "spam", "ham"))

    found, before = counted(tokens), stored()
    spam.relearn()
    return {"counted": found, "same": stored() == before}
