"""What a moderator answers to a comment, published together with it.

An answer is a comment of its own below the other, signed with the name of the account,
which nobody else can use (``blog.names``). It has no receipt: the log tells who wrote
it. It is not counted among what was received.
"""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.utils import timezone

from blog.discussion import cleaning, tree
from blog.discussion.text import contribution_html
from blog.models import Comment

from . import transitions
from .models import Decision
from .transitions import NotAllowed, Outcome, Seen

ACTION = "answer"
LONGEST = 8000  # characters, as of any comment
_LONGEST_NAME = Comment._meta.get_field("name").max_length


def signature(user: AbstractBaseUser) -> str:
    """The name that stands on the answers of an account, as readers see it."""
    name = user.get_full_name() or user.get_username()
    return name[:_LONGEST_NAME]


def checked(text: str) -> str:
    """The words as they are stored. Raises ``NotAllowed`` for none, or too many."""
    try:
        text = cleaning.text(text)
    except cleaning.NotText:
        raise NotAllowed("The answer holds characters that are no text.") from None
    if not text:
        raise NotAllowed("Write the answer first, or approve without one.")
    if len(text) > LONGEST:
        raise NotAllowed(
            f"The answer has {len(text):,} characters; {LONGEST:,} are the most."
        )
    return text


def publish(user: AbstractBaseUser, public_id: str, text: str) -> Outcome:
    """Adds the answer below the comment of this id and publishes it.

    Inside the transaction that published the comment: its discussion is locked.
    """
    answered = Comment.objects.select_related("post").get(public_id=public_id)
    answer = tree.insert(
        answered.post,
        answered,
        name=signature(user),
        text=text,
        html=contribution_html(text),
        written_at=timezone.now().replace(second=0, microsecond=0),
        state=Comment.State.PENDING,
    )
    return transitions.decide(
        [Seen(answer.public_id, answer.version)], ACTION, transitions.moderator(user)
    )


def published_with(seqs: Iterable[int]) -> dict[int, int]:
    """Of approvals among these rows of the log the answers that were published in one
    act with them, the next rows: the number of each, and of its approval. Three queries
    at most."""
    seqs = list(seqs)
    after = {
        row.comment_public_id: row.seq
        for row in Decision.objects.filter(
            seq__in=[seq + 1 for seq in seqs], action=ACTION
        )
    }
    if not after:
        return {}
    below = dict(
        Comment.objects.filter(public_id__in=after)
        .order_by()
        .values_list("public_id", "parent__public_id")
    )
    approved = set(
        Decision.objects.filter(
            seq__in=[seq - 1 for seq in after.values()], action="approve"
        ).values_list("seq", "comment_public_id")
    )
    return {
        seq: seq - 1
        for answer, seq in after.items()
        if (seq - 1, below.get(answer)) in approved
    }
