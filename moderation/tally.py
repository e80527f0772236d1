"""The figures: what was received, what became of it, and how long that took.

They are worked out from the log, for comments that were sent here and decided about.
An imported comment was received elsewhere; one that waits is not told of, so that
nobody can watch comments come. What is told of them: ``disclosure``.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from blog.discussion import times
from blog.models import Comment, Post

from . import disclosure
from .disclosure import Group, Told
from .models import Decision, Tally
from .reasons import BY_CODE, REASONS

State = Comment.State
PUBLISHED, HIDDEN, WITHDRAWN, REFUSED = "published", "hidden", "withdrawn", "refused"
WAIT = "wait:"  # before the minutes of a limit
# Put into the lane of likely spam when they came, and what became of these.
SORTED = "sorted:"
OF_REFUSED = {f"{REFUSED}:{reason.code}": reason for reason in REASONS}
_FIRST = frozenset(("approve", "reject", "spam"))
_FATES = {
    State.PUBLISHED: PUBLISHED,
    State.HIDDEN: HIDDEN,
    State.HELD: HIDDEN,
    State.WITHDRAWN: WITHDRAWN,
}
_POSTS = 20  # whose figures are worked out together; all their comments are read


@dataclass(frozen=True)
class Step:
    """A row of the log, as far as it counts."""

    at: datetime
    action: str
    actor_kind: str
    from_state: str
    to_state: str
    reason: str


_STEP = ("at", "action", "actor_kind", "from_state", "to_state", "reason")


def fate(steps: Iterable[Step]) -> str:
    """What became of a comment, from all that the log says of it, in order; "" while
    it waits. An erased text has the fate that the comment had before."""
    # What leaves it in its state (moved, redacted) changes nothing of its fate.
    told = [
        step
        for step in steps
        if step.action != "erase" and step.from_state != step.to_state
    ]
    if not told:
        return ""
    last = told[-1]
    if last.to_state == State.SPAM:
        return f"{REFUSED}:{last.reason or 'spam'}"
    if last.to_state == State.REJECTED:
        return f"{REFUSED}:{last.reason or 'other'}"
    return _FATES.get(last.to_state, "")


def first_read(steps: Iterable[Step]) -> datetime | None:
    """When a moderator first decided about it; None if none has."""
    return next(
        (
            step.at
            for step in steps
            if step.action in _FIRST and step.actor_kind == Decision.ActorKind.MODERATOR
        ),
        None,
    )


def settle(posts: Collection[int]) -> None:
    """Works out the figures of these posts, by their keys, anew.

    In the transaction of what changed them, after the rows of the log were added.
    Four queries for any number of posts.
    """
    posts = set(posts)
    if not posts:
        return
    here = Comment.objects.filter(post__in=posts, batch=None).order_by()
    steps: dict[str, list[Step]] = defaultdict(list)
    rows = Decision.objects.filter(comment_public_id__in=here.values("public_id"))
    for public_id, *step in rows.order_by("seq").values_list(
        "comment_public_id", *_STEP
    ):
        steps[public_id].append(Step(*step))
    months: dict[int, dict[str, Counter[str]]] = {post: {} for post in posts}
    for public_id, post, written in here.values_list("public_id", "post", "written_at"):
        _count(months[post], written, steps.get(public_id, ()))
    told = dict(Tally.objects.filter(post__in=posts).values_list("post", "told"))
    Tally.objects.bulk_create(
        [
            Tally(
                post_id=post,
                by_month=months[post],
                told=_next_told(told.get(post), _sums(months[post].values())),
            )
            for post in sorted(posts)
            if months[post] or post in told
        ],
        update_conflicts=True,
        unique_fields=["post"],
        update_fields=["by_month", "told"],
    )


def settle_all() -> int:
    """The same for every post, for example where the log is older than the figures;
    how many posts."""
    posts = list(Post.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(posts), _POSTS):
        with transaction.atomic():
            # Locked as by a decision: what is read here is not older than what stands.
            locked = Post.objects.select_for_update(of=("self",), no_key=True)
            those = locked.filter(pk__in=posts[start : start + _POSTS]).order_by("pk")
            settle(list(those.values_list("pk", flat=True)))
    return len(posts)


def _count(
    months: dict[str, Counter[str]], written: datetime | None, steps: Iterable[Step]
) -> None:
    steps = list(steps)
    became = fate(steps)
    # A moderator's own answer was not received from anybody.
    if not became or steps[0].action == "answer":
        return
    came = timezone.localtime(written or steps[0].at)
    month = months.setdefault(f"{came:%Y-%m}", Counter())
    month[became] += 1
    if any(step.from_state == State.LIKELY_SPAM for step in steps):
        month[f"{SORTED}{'published' if became == PUBLISHED else 'not'}"] += 1
    read = first_read(steps)
    if read and written:
        minutes = max((read - written).total_seconds() / 60, 0)
        month[f"{WAIT}{disclosure.limit(minutes)}"] += 1


def _sums(months: Iterable[Mapping[str, int]]) -> Counter[str]:
    sums: Counter[str] = Counter()
    for figures in months:
        sums.update(figures)
    return sums


def unseen(sums: Mapping[str, int]) -> dict[str, int]:
    """Refused, hidden later and withdrawn: what readers do not see."""
    return {
        REFUSED: sum(sums.get(name, 0) for name in OF_REFUSED),
        HIDDEN: sums.get(HIDDEN, 0),
        WITHDRAWN: sums.get(WITHDRAWN, 0),
    }


def reasons(sums: Mapping[str, int]) -> dict[str, int]:
    return {name: sums.get(name, 0) for name in OF_REFUSED}


def waits(sums: Mapping[str, int]) -> dict[int, int]:
    return {
        int(name.removeprefix(WAIT)): number
        for name, number in sums.items()
        if name.startswith(WAIT)
    }


def _next_told(stored: dict | list | None, sums: Mapping[str, int]) -> dict | None:
    """What is told of a post from now on, behind all that was told of it before."""
    history = _history(stored)
    inner, outer = reasons(sums), unseen(sums)
    cells = inner | {name: outer[name] for name in (HIDDEN, WITHDRAWN)}
    exact = disclosure.nested(outer, inner, REFUSED)
    later = disclosure.follow(history, exact, cells)
    if later != (history[-1] if history else None):
        history.append(later)
    return _stored(history) if history else None


def _stored(history: list[Told]) -> dict:
    """As JSON, each name once."""
    names = {name: None for told in history for g in told or () for name in g.names}
    number = {name: position for position, name in enumerate(names)}
    return {
        "cells": list(names),
        "states": [
            None
            if told is None
            else [[[number[name] for name in g.names], g.number] for g in told]
            for told in history
        ],
    }


def _history(stored: dict | list | None) -> list[Told]:
    """All that was told, the last one being told now."""
    if stored is None:
        return []
    if isinstance(stored, list):
        # Of a version that kept the last one alone.
        return [tuple(Group(tuple(names), number) for names, number in stored)]
    cells = stored["cells"]
    return [
        None
        if told is None
        else tuple(
            Group(tuple(cells[place] for place in places), number)
            for places, number in told
        )
        for told in stored["states"]
    ]


# In words


def line(tally: Tally) -> str:
    """What is told under a post, in one line; "" while there is too little.

    "148 received, 131 published; 17 refused: 9 off topic, 8 for other reasons; half
    were read within 40 minutes, 95 of 100 within 3 hours."
    """
    sums = _sums(tally.by_month.values())
    history = _history(tally.told)
    told = history[-1] if history else None
    published = sums[PUBLISHED]
    others = sum(group.number for group in told or ())
    if published + others < disclosure.LEAST:
        return ""
    if told is None:
        parts = [f"{published:,} published, fewer than {disclosure.LEAST} not"]
    else:
        parts = [f"{published + others:,} received, {published:,} published"]
        parts += of_groups(told)
    finest = disclosure.FINEST.get(times.of_site(), 0)
    parts += waits_in_words(told_waits(sums, finest))
    return "; ".join(parts) + "."


def told_waits(sums: Mapping[str, int], finest: int) -> tuple[str, str]:
    """Within what time half were read, and 95 of 100; "" where there are too few to
    tell. ``finest``: no fewer minutes are told."""
    counted = waits(sums)
    # Of fewer, the slowest twentieth would be one comment.
    shares = (0.5, 0.95) if sum(counted.values()) >= disclosure.LEAST_A_LINE else (0.5,)
    kept = [disclosure.kept_by(counted, share) for share in shares]
    half, *most = [disclosure.in_words(max(m, finest)) if m else "" for m in kept]
    return half, most[0] if most else ""


def waits_in_words(told: tuple[str, str]) -> list[str]:
    """ "half were read within 40 minutes, 95 of 100 within 3 hours"; none for none."""
    half, most = told
    if not half:
        return []
    if half == most:
        return [f"95 of 100 were read within {most}"]
    return [
        f"half were read within {half}" + (f", 95 of 100 within {most}" if most else "")
    ]


def of_groups(told: Iterable[Group]) -> list[str]:
    """Each kind of what readers do not see, with its number, in words."""
    words, refused = [], []
    for group in told:
        kinds = {REFUSED if name in OF_REFUSED else name for name in group.names}
        if kinds == {REFUSED}:
            refused.append(group)
        else:
            words.append(f"{group.number:,} {_of_kinds(kinds)}")
    if refused:
        total = sum(group.number for group in refused)
        words.insert(0, f"{total:,} refused{_of_reasons(refused)}")
    return words


def _of_kinds(kinds: Collection[str]) -> str:
    named = {
        REFUSED: "refused",
        HIDDEN: "hidden later",
        WITHDRAWN: "withdrawn",
    }
    *most, last = [words for kind, words in named.items() if kind in kinds]
    return f"{', '.join(most)} or {last}" if most else last


def _of_reasons(refused: list[Group]) -> str:
    each = [
        (group.number, of_reason(group.names[0]) if _is_one_reason(group) else None)
        for group in refused
    ]
    if len(each) == 1:
        only = each[0][1]
        return f", all {only}" if only else ""
    words = [f"{number:,} {what or 'for other reasons'}" for number, what in each]
    return ": " + ", ".join(words)


def _is_one_reason(group: Group) -> bool:
    return len(group.names) == 1 and group.names[0] in OF_REFUSED


def of_reason(name: str) -> str:
    """A reason in the middle of a line: "off topic"."""
    label = BY_CODE[name.removeprefix(f"{REFUSED}:")].label
    return label[0].lower() + label[1:]
