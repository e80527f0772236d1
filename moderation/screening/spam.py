"""The spam score: what it learns from the moderators' decisions, and what it says.

It learns spam from what a moderator marked as spam or refused or hid as advertising,
and its opposite from what a moderator published, and nothing else: a refusal for any
other reason is no spam, and what a mode let through nobody has read. Only the text is
read, never a name: nobody has a score. It sorts; it neither publishes nor drops.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from operator import itemgetter

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from blog.models import Comment
from moderation.editorial import codes
from moderation.models import Decision, SpamWord

from . import bayes, spam_counts
from .bayes import Counts, Verdict

# What was seen in one text alone is forgotten after so long.
RARE_KEPT = timedelta(days=183)
TOGETHER = 500  # texts at a time, where all are read again
_SPAM = "spam"  # the state, the action and the reason


@dataclass(frozen=True)
class Step:
    """A row of the log, as far as it teaches something."""

    seq: int
    action: str
    actor_kind: str
    reason: str
    undoes: int | None


_STEP = ("seq", "action", "actor_kind", "reason", "undoes")


def taught(steps: Iterable[Step]) -> bool | None:
    """What the decisions about one comment, in their order, say about its text as it
    is now: spam, no spam, or None: nothing.

    A decision that is taken back has taught nothing, nor has what leaves a comment in
    its state, whether it is taken back or not. A text that its writer corrected
    is another one. What was withdrawn is nobody's example of a good comment any more,
    but spam stays spam: who sends it cannot make it forgotten.
    """
    now: bool | None = None
    before: dict[int, bool | None] = {}
    neutral: set[int | None] = set()
    for step in steps:
        before[step.seq] = now
        if step.action in codes.DONE:
            neutral.add(step.seq)
        elif step.undoes in neutral:
            continue
        elif step.undoes is not None:
            now = before.get(step.undoes)
        elif step.action == "edit" or (step.action == "withdraw" and not now):
            now = None
        elif step.actor_kind == Decision.ActorKind.MODERATOR:
            if step.action == _SPAM or (
                step.action in ("reject", "hide") and step.reason == _SPAM
            ):
                now = True
            elif step.action in ("approve", "restore"):
                now = False
    return now


class Lessons:
    """What is to be learnt and unlearnt together."""

    def __init__(self) -> None:
        self._changes: dict[str, Counter[bool]] = defaultdict(Counter)

    def learn(self, text: str, is_spam: bool | None, times: int = 1) -> None:
        """``times`` -1: unlearns. Nothing where there is no label or no text."""
        if is_spam is not None and text:
            for token in (spam_counts.TEXTS, *bayes.tokens(text)):
                self._changes[token][is_spam] += times

    def store(self) -> None:
        """In the transaction of the decisions that teach them."""
        spam_counts.add(
            {
                token: Counts(spam=change[True], ham=change[False])
                for token, change in self._changes.items()
            }
        )


def follow(
    comments: Iterable[Comment], rows: Iterable[Decision], new_text: str | None = None
) -> None:
    """Learns from rows that were just added to the log, inside their transaction.

    ``comments`` are as they were before, with their texts; ``new_text`` is what stands
    there instead, if it was changed. At most one query for what was decided before and
    two to store, for any number.
    """
    latest = {row.comment_public_id: row for row in rows}
    # Version 1: nothing was decided about it before.
    again = [comment.public_id for comment in comments if comment.version > 1]
    earlier: dict[str, list[Step]] = defaultdict(list)
    if again:
        for public_id, *step in (
            Decision.objects.filter(comment_public_id__in=again)
            .order_by("seq")
            .values_list("comment_public_id", *_STEP)
        ):
            if step[0] < latest[public_id].seq:
                earlier[public_id].append(Step(*step))
    lessons = Lessons()
    for comment in comments:
        row = latest[comment.public_id]
        steps = earlier[comment.public_id]
        was = taught(steps)
        now = taught([*steps, Step(*(getattr(row, name) for name in _STEP))])
        text = comment.text if new_text is None else new_text
        if (was, comment.text) != (now, text):
            lessons.learn(comment.text, was, -1)
            lessons.learn(text, now)
    lessons.store()


def verdict(text: str) -> Verdict | None:
    """How a text looks; None while too little was decided. One query."""
    found = spam_counts.find({spam_counts.TEXTS, *bayes.tokens(text)})
    texts = found.pop(spam_counts.TEXTS, Counts(0, 0))
    return bayes.judge(found, texts)


@dataclass
class Relearnt:
    """What was learnt anew; ``gone``: decisions whose texts are erased."""

    spam: int = 0
    ham: int = 0
    gone: int = 0


def relearn() -> Relearnt:
    """Forgets all and learns again from the log and the texts that are still there.

    Decisions wait meanwhile.
    """
    report = Relearnt()
    with transaction.atomic():
        spam_counts.alone()
        SpamWord.objects.all().delete()
        batch: dict[str, bool] = {}
        rows = Decision.objects.order_by("comment_public_id", "seq").values_list(
            "comment_public_id", *_STEP
        )
        by_comment = groupby(rows.iterator(chunk_size=2000), key=itemgetter(0))
        for public_id, group in by_comment:
            label = taught(Step(*row[1:]) for row in group)
            if label is not None:
                batch[public_id] = label
            if len(batch) == TOGETHER:
                _relearn(batch, report)
                batch = {}
        _relearn(batch, report)
    return report


def _relearn(labels: dict[str, bool], report: Relearnt) -> None:
    lessons = Lessons()
    texts = dict(
        Comment.objects.filter(public_id__in=labels)
        .exclude(text="")
        .values_list("public_id", "text")
    )
    for public_id, text in texts.items():
        lessons.learn(text, labels[public_id])
    lessons.store()
    spam = sum(labels[public_id] for public_id in texts)
    report.spam += spam
    report.ham += len(texts) - spam
    report.gone += len(labels) - len(texts)


def forget_rare() -> int:
    """Forgets what was seen in a single text, half a year ago or more; how many.

    For the words that only one person would use: their hashes do not stay either.
    """
    with transaction.atomic():
        spam_counts.alone()
        old = SpamWord.objects.filter(
            Q(spam=1, ham=0) | Q(spam=0, ham=1),
            seen_on__lt=timezone.localdate() - RARE_KEPT,
        )
        own = spam_counts.keys_of([spam_counts.TEXTS])
        return old.exclude(key__in=own).delete()[0]
