"""Posts that are named in posts and comments: links, and rows of ``Citation``.

What is named is worked out when a text is saved or published, and noted whether there
is such a post or not; which posts answer to it is looked up whenever a post is saved.
So the order in which they come makes no difference: a text is linked to what it names
if exactly one public post answers to it. A comment names nothing that was published
after the day on which it was written.

A published comment, and a post that is public or scheduled, has a row for all that it
wants; nobody else has any. A target is public, or there is none: a link tells nothing
of a draft.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from blog.models import Citation, Comment, OldAddress, Post

from . import archive_mentions as mentions
from . import tree
from .html_links import Link, has_links, with_links, without_links, words

LINKS = "cites"
BATCH = 500
_SERIES = ("series_key", "series_number")


class Source(NamedTuple):
    """A text that may name posts. ``day`` is the one on which a comment was written,
    None if that is not known or it is a post's; ``post`` is the one it stands in."""

    html: str
    post: int
    comment: int | None = None
    day: date | None = None


class _Target(NamedTuple):
    pk: int
    day: date
    path: str


def unlinked(html: str) -> str:
    """The HTML as its writer made it."""
    return without_links(html, LINKS)


def settle(comments: Collection[int]) -> None:
    """Brings up to date what these comments name, by their keys, after they were
    published, corrected or taken away. Inside the transaction that does it."""
    noted = Citation.objects.filter(by_comment=OuterRef("pk"))
    rows = (
        Comment.objects.filter(pk__in=comments)
        .order_by()
        .values_list("pk", "post_id", "state", "html", "written_at", Exists(noted))
    )
    sources, is_any_noted = [], False
    for pk, post, state, html, at, is_noted in rows:
        is_any_noted |= is_noted
        if state == Comment.State.PUBLISHED:
            sources.append(Source(html, post, pk, at and timezone.localdate(at)))
    stored = Citation.objects.filter(by_comment__in=comments) if is_any_noted else None
    _settle(sources, stored)
    # The decision stands, whatever becomes of what is linked.
    transaction.on_commit(settle_due, robust=True)


def saved(post: Post) -> None:
    """Brings up to date what a post names and, when the transaction ends, what names
    it. Inside the transaction that saves it."""
    renew([post])
    transaction.on_commit(settle_all)


def renew(posts: Iterable[Post]) -> None:
    """Brings up to date what these posts name, whose HTML was made anew."""
    posts = {post.pk: post for post in posts}
    sources = [Source(p.body_html, p.pk) for p in posts.values() if _may_cite(p)]
    stored = Citation.objects.filter(by_post__in=list(posts))
    for changed in _settle(sources, stored):
        if isinstance(changed, Post):
            posts[changed.pk].body_html = changed.body_html


def note(posts: Iterable[Post], comments: Iterable[Comment]) -> None:
    """Notes what these new rows name, without a look at who answers: ``settle_all``
    does that for all of an import."""
    rows = [
        row
        for post in posts
        if _may_cite(post)
        for row in _rows(Source(post.body_html, post.pk))
    ]
    rows += [
        row
        for comment in comments
        if comment.is_published
        for row in _rows(Source(comment.html, comment.post_id, comment.pk))
    ]
    Citation.objects.bulk_create(rows, batch_size=BATCH)


def settle_due() -> None:
    """Links what names posts whose time came without anybody saving them."""
    due = Post.objects.published().filter(was_public=False)
    if due.exists():
        with transaction.atomic():
            due.update(was_public=True)
            settle_all()


def settle_all(*, without: Collection[int] = ()) -> None:
    """Looks at all that is named anew, and links what changed.

    ``without``: keys of posts that are about to be deleted, so that nothing leads to
    them. Costs a look at all rows and all posts, and a write only where a target came
    or went.
    """
    archive = None
    changed: set[tuple[bool, int]] = set()
    rows = Citation.objects.order_by("pk").values_list(
        "wanted",
        "target_id",
        "by_post_id",
        "by_comment_id",
        "by_comment__post_id",
        "by_comment__written_at",
    )
    for wanted, target, by_post, by_comment, under, at in rows.iterator():
        archive = archive or _Archive(without=without)
        day = at and timezone.localdate(at)
        found = archive.find(wanted, under or by_post, day)
        if (found and found.pk) != target:
            changed.add((by_post is not None, by_post or by_comment))
    for some in _batches(sorted(changed), BATCH):
        with transaction.atomic():
            _relink(
                [pk for is_post, pk in some if is_post],
                [pk for is_post, pk in some if not is_post],
                archive,
            )


def settle_posts() -> None:
    """Works out anew what all posts name, and to which series they belong: for posts
    that were stored before either was known."""
    columns = ("status", "is_page", "title", "body_html", *_SERIES)
    posts = Post.objects.order_by("pk").only(*columns)
    for some in _batches(posts.iterator(100), 100):
        moved = []
        for post in some:
            before = [getattr(post, name) for name in _SERIES]
            post.number_in_series()
            if before != [getattr(post, name) for name in _SERIES]:
                moved.append(post)
        with transaction.atomic():
            Post.objects.bulk_update(moved, _SERIES)
            # As they are now: an editor may just have saved one.
            held = Post.objects.select_for_update(of=("self",), no_key=True)
            pks = [post.pk for post in some]
            renew(held.filter(pk__in=pks).order_by("pk").only("status", "body_html"))
    settle_all()


def _batches(rows: Iterable, size: int) -> Iterator[list]:
    rows = iter(rows)
    while some := list(islice(rows, size)):
        yield some


def _may_cite(post: Post) -> bool:
    return post.status != Post.Status.DRAFT


def _wanted(html: str) -> set[str]:
    found = mentions.addresses_wanted(html, _own_host()) if "<a " in html else set()
    if mentions.may_mention(html):
        found |= {each.wanted for each in mentions.mentions(words(html).text)}
    return found


def _own_host() -> str:
    return urlsplit(settings.SITE_URL).hostname or ""


def _rows(source: Source) -> list[Citation]:
    by_post = source.post if source.comment is None else None
    return [
        Citation(wanted=wanted, by_post_id=by_post, by_comment_id=source.comment)
        for wanted in sorted(_wanted(unlinked(source.html)))
    ]


def _settle(
    sources: Iterable[Source],
    stored: QuerySet[Citation] | None,
    archive: "_Archive | None" = None,
) -> list[Post | Comment]:
    """Notes and links what these name, in place of what is ``stored`` of them; gives
    those of which the HTML changed."""
    rows: dict[tuple, Citation] = {}
    posts, comments = [], []
    for source in sources:
        noted = _rows(source)
        if not noted and not has_links(source.html, LINKS):
            continue
        if noted and archive is None:
            archive = _Archive()
        for row in noted:
            found = archive.find(row.wanted, source.post, source.day)
            row.target_id = found and found.pk
            rows[_columns(row)] = row
        html = _linked(source, archive) if noted else unlinked(source.html)
        if html == source.html:
            continue
        if source.comment is None:
            posts.append(Post(pk=source.post, body_html=html))
        else:
            comments.append(Comment(pk=source.comment, html=html))
    now = {_columns(row): row.pk for row in stored} if stored is not None else {}
    gone = [pk for key, pk in now.items() if key not in rows]
    if gone:
        Citation.objects.filter(pk__in=gone).delete()
    new = [row for key, row in rows.items() if key not in now]
    Citation.objects.bulk_create(new, batch_size=BATCH)
    Post.objects.bulk_update(posts, ["body_html"], batch_size=BATCH)
    Comment.objects.bulk_update(comments, ["html"], batch_size=BATCH)
    return [*posts, *comments]


def _columns(row: Citation) -> tuple:
    return row.wanted, row.target_id, row.by_post_id, row.by_comment_id


def _relink(posts: list[int], comments: list[int], archive: "_Archive") -> None:
    """Notes and links these anew, as they are now. Posts are locked before comments, as
    by all who lock both."""
    discussed = Comment.objects.filter(pk__in=comments).order_by()
    locked = {*posts, *discussed.values_list("post_id", flat=True)}
    held = (
        Post.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=locked)
        .order_by("pk")
        .only("pk", "status", "body_html")
    )
    sources = [
        Source(post.body_html, post.pk)
        for post in held
        if post.pk in set(posts) and _may_cite(post)
    ]
    tree.lock_trees(sorted(set(discussed.values_list("tree_id", flat=True))))
    rows = (
        Comment.objects.published()
        .select_for_update(of=("self",))
        .filter(pk__in=comments)
        .order_by("pk")
        .values_list("pk", "post_id", "html", "written_at")
    )
    sources += [
        Source(html, post, pk, at and timezone.localdate(at))
        for pk, post, html, at in rows
    ]
    stored = Q(by_post__in=posts) | Q(by_comment__in=comments)
    _settle(sources, Citation.objects.filter(stored), archive)


def _linked(source: Source, archive: "_Archive") -> str:
    plain = unlinked(source.html)
    said = words(plain)
    found = mentions.mentions(said.text)
    targets = {
        each.wanted: target
        for each in found
        if (target := archive.find(each.wanted, source.post, source.day))
    }
    links = [
        Link(each.start, each.end, targets[each.wanted].path)
        for each in mentions.chosen(found, targets)
    ]
    return with_links(plain, links, LINKS, said=said)


class _Archive:
    """The public posts, by what may be wanted of them."""

    def __init__(self, *, without: Collection[int] = ()) -> None:
        self._by_key: dict[str, list[_Target]] = defaultdict(list)
        by_pk = {}
        posts = Post.objects.published().exclude(pk__in=without)
        for post in posts.only(
            "title", "address", "is_page", "published_at", "series_key", "series_number"
        ).order_by("pk"):
            day = timezone.localdate(post.published_at)
            target = _Target(post.pk, day, post.get_absolute_url())
            by_pk[post.pk] = target
            for key in _keys(post, day):
                self._by_key[key].append(target)
        # A post that stands at an address now comes before one that stood there.
        for path, pk in OldAddress.objects.values_list("path", "post_id"):
            key = mentions.address_key(path)
            if pk in by_pk and key not in self._by_key:
                self._by_key[key].append(by_pk[pk])

    def find(self, wanted: str, within: int, by: date | None) -> _Target | None:
        """The one post that is wanted, published on the day ``by`` or before, unless
        that is the very one within which it is named."""
        answers = self._by_key.get(wanted, ())
        if by is not None and not wanted.startswith("address:"):
            answers = [target for target in answers if target.day <= by]
        return answers[0] if len(answers) == 1 and answers[0].pk != within else None


def _keys(post: Post, day: date) -> set[str]:
    keys = {mentions.address_key(f"/{post.address}.html")}
    if not post.is_page:
        keys |= {mentions.day_key(day), mentions.title_key(post.title)}
        if post.series_number:
            keys.add(mentions.series_key(post.series_key, post.series_number))
    return keys - {""}
