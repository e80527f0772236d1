"""Mentions -> the comments that they name, in one discussion."""

from bisect import bisect_left
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from operator import attrgetter
from typing import NamedTuple, Protocol

from .mentions import Mention, find

# As many candidates as a reader may be asked to choose from, the latest ones. It also
# bounds the work where a whole discussion was written in one minute.
MOST = 10


class Written(Protocol):
    """What is asked of a comment that may be named by its time.

    ``tree_id`` is the same for all of a thread. ``letter`` is that of its handle, ""
    or None if it has none; ``name`` is empty or None for a nameless one.
    """

    pk: int
    post_id: Hashable
    tree_id: Hashable
    written_at: datetime | None
    name: str | None
    letter: str | None


class ByClock:
    """The comments of a discussion by the minute of the day in which they were written.

    Those that were ever shown belong here, hidden ones too: what is no longer shown
    was still what somebody meant, and leaving it out would make another of the same
    minute the only one. One without a recorded time is never found.
    """

    def __init__(self, comments: Iterable[Written], *, zone: tzinfo) -> None:
        self.zone = zone
        self._whole: dict[tuple, list[Written]] = {}
        self._thread: dict[tuple, list[Written]] = {}
        timed = [one for one in comments if one.written_at is not None]
        for comment in sorted(timed, key=attrgetter("written_at")):
            moment = comment.written_at.astimezone(zone)
            time = (moment.hour, moment.minute)
            self._whole.setdefault((comment.post_id, time), []).append(comment)
            key = (comment.post_id, comment.tree_id, time)
            self._thread.setdefault(key, []).append(comment)

    def before(
        self,
        mention: Mention,
        written_at: datetime,
        post: Hashable,
        thread: Hashable | None,
    ) -> list[Written]:
        """Those that ``mention`` may mean, the latest first, at most ``MOST``.

        ``thread`` None: of the whole post.
        """
        found: list[Written] = []
        for time in mention.times:
            written = (
                self._whole.get((post, time), ())
                if thread is None
                else self._thread.get((post, thread, time), ())
            )
            last = bisect_left(written, written_at, key=attrgetter("written_at"))
            of_this_time = 0
            for place in range(last - 1, -1, -1):
                if of_this_time == MOST:
                    break
                if self._may_be(written[place], mention, written_at):
                    found.append(written[place])
                    of_this_time += 1
        found.sort(key=attrgetter("written_at"), reverse=True)
        return found[:MOST]

    def _may_be(self, comment: Written, mention: Mention, written_at: datetime) -> bool:
        if comment.name and (mention.is_anon or mention.letter):
            return False
        # "a" is what somebody calls the first of a minute who has seen the second.
        if mention.letter and (comment.letter or "a") != mention.letter:
            return False
        if mention.day is None:
            return True
        return mention.day.is_day(
            comment.written_at.astimezone(self.zone).date(),
            seen_from=written_at.astimezone(self.zone).date(),
        )


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a mention means: ids of comments, the latest first; () if nothing."""

    mention: Mention
    candidates: tuple[int, ...] = ()

    @property
    def target(self) -> int | None:
        """The comment to link to; None where there is none, or more than one."""
        return self.candidates[0] if len(self.candidates) == 1 else None


class Annotation(NamedTuple):
    """A place in a text, and what it means.

    Either ``target``, the id of the one comment, or ``candidates``, several ids.
    """

    start: int
    end: int
    target: int | None
    candidates: tuple[int, ...]


def resolve(
    mention: Mention,
    comments: ByClock,
    *,
    written_at: datetime | None,
    post: Hashable,
    thread: Hashable,
) -> Resolution:
    """Which comments a mention means that stands in a comment of ``thread``.

    Comments of the same post that were written before it: of its own thread if there
    is one, else of any. Nothing where the referring comment's own time is not known
    (``written_at`` None): what came before it cannot be told.
    """
    if written_at is None:
        return Resolution(mention)
    found = comments.before(mention, written_at, post, thread)
    if not found:
        found = comments.before(mention, written_at, post, None)
    return Resolution(mention, tuple(comment.pk for comment in found))


def annotate(
    text: str,
    comments: ByClock,
    *,
    written_at: datetime | None,
    post: Hashable,
    thread: Hashable,
) -> list[Annotation]:
    """The places in a comment's plain text that name other comments, in its order.

    A mention that means nothing in this discussion is left out.
    """
    found = []
    for mention in find(text):
        said = resolve(
            mention, comments, written_at=written_at, post=post, thread=thread
        )
        if said.candidates:
            several = said.candidates if said.target is None else ()
            found.append(Annotation(mention.start, mention.end, said.target, several))
    return found
