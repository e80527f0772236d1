"""The times that comments name become links, and rows of ``Reference``.

What a comment refers to depends on which comments were ever shown, and on nothing else:
the order in which they were makes no difference, for a comment is linked anew whenever
one comes, or changes, that may be meant.

A published comment has rows for all times that it names; nobody else has any.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from django.db.models import F, Q
from django.utils import timezone

from blog.models import Comment, Post, Reference

from . import times, tree
from .backlinks import Answer
from .handles import parted
from .html_links import Link, has_links, with_links, without_links, words
from .references import ByClock, Mention, find, resolve

LINKS = "at"
BATCH = 500
# What is longer than this is not asked for by name: databases limit a list.
MOST_NAMED = 500
_OF_A_CANDIDATE = (
    *("post", "public_id", "tree_id", "state", "name", "handle"),
    *("version", "written_at", "published_at", "precision", "source_id"),
)
_TIME = re.compile(r"[0-9][.:][0-9]{2}")


class Found(NamedTuple):
    """That a comment names a minute of the day, and a comment that may be meant."""

    source: Comment
    minute: int
    target: Comment | None
    is_sure: bool


class _Written(NamedTuple):
    """A comment as ``references`` wants it; ``pk`` is its place in the discussion."""

    pk: int
    post_id: int
    tree_id: int
    written_at: object
    name: str | None
    letter: str


class _Linker:
    """Reads the comments of one discussion; ``answers`` says of two whether the first
    is a reply to the second. ``continued``: the comments of the discussion that this
    one continues, which are meant where none of its own is."""

    def __init__(
        self,
        post: Post,
        comments: list[Comment],
        answers: Callable[[Comment, Comment], bool],
        continued: Iterable[Comment] = (),
    ) -> None:
        # Of a post without a date nobody sees any comment.
        self._is_seen = post.published_at is not None
        self._discussions = [comments, list(continued)]
        self._answers = answers
        self._zone = timezone.get_default_timezone()
        # Few discussions name any time.
        self._by_clock: list[ByClock] | None = None

    def read(self, source: Comment, html: str) -> tuple[str, list[Found]]:
        """The HTML with its links as they should be, and what they refer to."""
        plain = without_links(html, LINKS)
        is_timed = self._is_seen and _is_known(source)
        if not (is_timed and _TIME.search(plain)):
            return plain, []
        said = words(plain)
        found: dict[tuple[int, int | None], Found] = {}
        links = []
        listed: set[tuple] = set()
        for mention in find(said.text):
            candidates = self._candidates(mention, source)
            for row in self._rows(mention, source, candidates):
                key = (row.minute, row.target and row.target.public_id)
                if key not in found or row.is_sure:
                    found[key] = row
            if len(candidates) == 1:
                address = candidates[0].get_absolute_url()
                links.append(Link(mention.start, mention.end, address))
            elif candidates:
                choices = tuple((c.get_absolute_url(), _called(c)) for c in candidates)
                # Once is enough: a text may name one minute a thousand times.
                if choices not in listed:
                    listed.add(choices)
                    links.append(Link(mention.start, mention.end, choices=choices))
        met = {minute for minute, target in found if target}
        rows = [row for row in found.values() if row.target or row.minute not in met]
        return with_links(plain, links, LINKS, said=said) if links else plain, rows

    def minute(self, comment: Comment) -> int:
        moment = comment.written_at.astimezone(self._zone)
        return moment.hour * 60 + moment.minute

    def _candidates(self, mention: Mention, source: Comment) -> list[Comment]:
        """Which may be meant, the earliest first. Of several it is the one that is
        answered, if that is among them."""
        if self._by_clock is None:
            self._by_clock = [
                ByClock(self._written(each), zone=self._zone)
                for each in self._discussions
            ]
        found: list[Comment] = []
        for comments, by_clock in zip(self._discussions, self._by_clock, strict=True):
            said = resolve(
                mention,
                by_clock,
                written_at=source.written_at,
                post=0,
                thread=source.tree_id,
            )
            if said.candidates:
                found = [comments[place] for place in said.candidates]
                break
        if len(found) > 1:
            answered = [c for c in found if self._answers(source, c)]
            # The old blog may have drawn it below another than the one it answers.
            really = [
                c for c in found if c.source_id and c.source_id == source.source_parent
            ]
            found = really or answered or found
        return sorted(found, key=lambda c: (c.written_at, _called(c), c.public_id))

    def _rows(
        self, mention: Mention, source: Comment, candidates: list[Comment]
    ) -> Iterable[Found]:
        is_sure = len(candidates) == 1
        for hour, minute in mention.times:
            of_day = hour * 60 + minute
            meant = [c for c in candidates if self.minute(c) == of_day]
            for target in meant or [None]:
                yield Found(source, of_day, target, is_sure and target is not None)

    @staticmethod
    def _written(comments: list[Comment]) -> Iterable[_Written]:
        for place, one in enumerate(comments):
            if _is_known(one) and one.was_published:
                letter = parted(one.handle)[1] if one.handle else ""
                # A name that was put in since it was shown, nobody has read yet.
                is_nameless = one.handle is not None and not one.is_published
                name = "" if is_nameless else one.name
                yield _Written(place, 0, one.tree_id, one.written_at, name, letter)


def _is_known(comment: Comment) -> bool:
    """Whether the minute in which it was written is known. A time that was cut to the
    hour or the day is not guessed at."""
    return comment.written_at is not None and comment.precision is None


def _called(comment: Comment) -> str:
    """How it is called in the text of others. No name of what is not shown: that may be
    why it is not, and one that was corrected nobody has read yet."""
    if comment.is_published:
        return comment.called
    return comment.handle or "a comment that is gone"


def link_unstored(
    post: Post, comments: list[Comment], parents: Mapping[str, Comment]
) -> list[Found]:
    """Links in the HTML of a whole discussion that is not stored yet.

    ``parents``: what comments answer, by their public ids. Give what comes back to
    ``store`` when they are stored.
    """
    linker = _Linker(
        post, comments, lambda one, other: parents.get(one.public_id) is other
    )
    found: list[Found] = []
    for comment in comments:
        if comment.is_published and _TIME.search(comment.html):
            comment.html, rows = linker.read(comment, comment.html)
            found += rows
    return found


def store(found: Iterable[Found]) -> None:
    Reference.objects.bulk_create(
        [
            Reference(
                source_id=row.source.pk,
                minute=row.minute,
                target_id=row.target and row.target.pk,
                is_sure=row.is_sure,
            )
            for row in found
        ],
        batch_size=BATCH,
    )


def linked_if_written_now(post: Post, parent: Comment | None, html: str) -> str:
    """The HTML of a comment that is being written, with the links that it would have:
    its writer sees which times are understood. Nothing is stored.

    One query, and none where the text names no time.
    """
    if not _TIME.search(html):
        return html
    comments = Comment.objects.filter(post=post, written_at__isnull=False).only(
        *_OF_A_CANDIDATE
    )
    linker = _Linker(
        post,
        list(comments.order_by("tree_id", "lft")),
        lambda _, other: parent is not None and other.pk == parent.pk,
    )
    tree_id = parent.tree_id if parent else None
    written = Comment(
        tree_id=tree_id, written_at=timezone.now(), precision=times.of_site()
    )
    return linker.read(written, html)[0]


def link(
    post: Post,
    comments: list[Comment],
    changed: set[int],
    continued: list[Comment] = (),
) -> None:
    """Brings up to date what the changed comments refer to, and what refers to them.

    ``comments`` are all of the post, in the order of their trees; the post is locked.
    ``continued`` are those of the discussion that it continues.
    """
    linker = _Linker(
        post, comments, lambda one, other: one.parent_id == other.pk, continued
    )
    by_pk = {comment.pk: comment for comment in comments}
    sources = {pk for pk in changed if pk in by_pk}
    meant = [comment for comment in (*comments, *continued) if comment.pk in changed]
    sources |= _referring(post, meant, linker)
    published = [pk for pk in sources if by_pk[pk].is_published]
    html_now = dict(
        _of(Comment.objects.filter(post=post), "pk", published).values_list(
            "pk", "html"
        )
    )
    found: list[Found] = []
    relinked = []
    for pk in published:
        html, rows = linker.read(by_pk[pk], html_now[pk])
        found += rows
        if html != html_now[pk]:
            relinked.append(Comment(pk=pk, html=html))
    if relinked:
        # Comments of a thread come after its lock.
        tree.lock_trees(sorted({by_pk[comment.pk].tree_id for comment in relinked}))
    Comment.objects.bulk_update(relinked, ["html"], batch_size=BATCH)
    _replace_rows(post, sources, found)


def _replace_rows(post: Post, sources: set[int], found: list[Found]) -> None:
    """Makes ``found`` the rows of these sources; those that stand there stay."""
    wanted = {
        (row.source.pk, row.minute, row.target and row.target.pk, row.is_sure): row
        for row in found
    }
    stored = {
        (source, *what): pk
        for pk, source, *what in _of(
            Reference.objects.filter(source__post=post), "source", list(sources)
        ).values_list("pk", "source_id", "minute", "target_id", "is_sure")
        if source in sources
    }
    gone = [stored[key] for key in stored.keys() - wanted.keys()]
    for start in range(0, len(gone), BATCH):
        Reference.objects.filter(pk__in=gone[start : start + BATCH]).delete()
    store(wanted[key] for key in wanted.keys() - stored.keys())


def sources_of(targets: Iterable[int]) -> set[int]:
    """Comments that refer to these, by their keys: to be linked anew when they go."""
    pks = list(targets)
    return {
        source
        for start in range(0, len(pks), BATCH)
        for source in Reference.objects.filter(
            target__in=pks[start : start + BATCH]
        ).values_list("source_id", flat=True)
    }


def answers_to(targets: Iterable[int]) -> dict[int, list[Answer]]:
    """Which published comments name these, and surely these, by their keys; in the
    order in which they were written. One query.

    Replies are left out: they stand right below what they answer.
    """
    rows = (
        Reference.objects.filter(
            target__in=list(targets),
            is_sure=True,
            source__state=Comment.State.PUBLISHED,
        )
        .exclude(source__parent=F("target"))
        .order_by("source__written_at", "source")
        .values_list("target", "source__public_id", "source__name", "source__handle")
    )
    found: dict[int, list[Answer]] = {}
    for target, *source in rows:
        found.setdefault(target, []).append(Answer(*source))
    return found


def _referring(post: Post, changed: list[Comment], linker: _Linker) -> set[int]:
    """Who names a minute in which one of the changed was written, or refers to one."""
    minutes = {linker.minute(c) for c in changed if _is_known(c)}
    rows = Reference.objects.filter(source__post=post)
    if len(changed) <= MOST_NAMED:
        rows = rows.filter(
            Q(minute__in=minutes) | Q(target__in=[comment.pk for comment in changed])
        )
    return set(rows.values_list("source_id", flat=True))


def _of(rows, column: str, pks: list[int]):
    """Those of the rows whose ``column`` is one of ``pks``, or more of them."""
    return rows.filter(**{f"{column}__in": pks}) if len(pks) <= MOST_NAMED else rows


def unlinked(html: str) -> str:
    """The HTML without links that this module made."""
    return without_links(html, LINKS) if has_links(html, LINKS) else html
