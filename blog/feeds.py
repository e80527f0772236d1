"""The feeds: newest posts, those of a label, latest comments, the comments of one post.

They stand at Blogger's addresses and know its query (``?max-results=N&start-index=N``);
``?alt=rss`` and ``?alt=json`` give Atom like everything else. A post's feed is at
``/feeds/ID/comments/default``, where ID is Blogger's number of the post if it is known,
and else the post's own address (``Post.get_comments_feed_url``). The latter answers in
both cases: a number may become known later, from a richer export of the old blog.

The ids of entries are made of what never changes: of a post's address, which is fixed
once readers have seen it, and of the random name of a comment. Both survive a move by
export and import. The authority before them is a setting of its own and not the name
of the host, which may change; a reader would show everything as new then.

Nothing is told more finely than on the pages: times are cut to the minute, and a post
of which only the day is known has its noon. Where the times of comments are cut
further, so are they here, and no header tells one.

The conditional request is answered by the ETag, a digest of the document, and by it
alone. ``Last-Modified`` is there for information: no column holds when a comment was
hidden or a post corrected, so that ``If-Modified-Since`` could say "not modified" to
somebody who still has the text that was taken away.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time
from hashlib import sha256
from urllib.parse import quote

from django.conf import settings
from django.db.models import Case, F, QuerySet, When
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from . import atom
from .models import (
    Comment,
    CommentQuerySet,
    Label,
    Post,
    PostQuerySet,
    published_order,
)

ENTRIES, MOST_ENTRIES = 25, 100
MAX_AGE = 5 * 60
ANONYMOUS = "Anonymous"
NOT_RECORDED = "Not recorded"
# Where there is nothing yet, there is no time at which it changed.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_LONGEST_NUMBER = 9  # more digits are a mistake, and fit into no database


@require_safe
def posts(request: HttpRequest) -> HttpResponse:
    """The newest posts with their whole text."""
    return _posts(
        request,
        Post.objects.all(),
        name="posts",
        title=settings.SITE_NAME,
        page=reverse("blog:home"),
    )


@require_safe
def posts_of_label(request: HttpRequest, name: str) -> HttpResponse:
    """The newest posts that bear a label."""
    if "\0" in name:  # which PostgreSQL does not even look for
        raise Http404("No label has this name.")
    label = get_object_or_404(Label, name=name)
    return _posts(
        request,
        label.posts.all(),
        name=f"posts/{quote(label.name, safe='')}",
        title=f"{settings.SITE_NAME}: {label}",
        page=label.get_absolute_url(),
        path=label.get_feed_url(),
    )


def _posts(request: HttpRequest, which: PostQuerySet, **told: str) -> HttpResponse:
    window = _Window.asked_for(request)
    found = window.of(
        which.published()
        .articles()
        .newest_first()
        .with_comment_count()
        .prefetch_related("labels")
        .defer("body", "plain", "summary", "source_digests", "source_labels")
    )
    entries = [_post_entry(post) for post in found]
    return _answer(request, window, entries=entries, **told)


@require_safe
def comments(request: HttpRequest) -> HttpResponse:
    """The latest comments on all posts.

    Those of which no time is known are in the feeds of their posts alone: no place
    among the others would be true.
    """
    window = _Window.asked_for(request)
    found = window.of(
        _for_entries(Comment.objects.public())
        .latest_first()
        .filter(moment__isnull=False)
    )
    return _answer(
        request,
        window,
        name="comments",
        title=f"{settings.SITE_NAME}: comments",
        page=reverse("blog:home"),
        entries=[_comment_entry(comment, comment.post) for comment in found],
        is_exact=_are_exact(found),
    )


@require_safe
def comments_of_number(request: HttpRequest, number: str) -> HttpResponse:
    """The comments on the post that Blogger knows by this number."""
    return _discussion(request, source_id=f"blogger:{number}")


@require_safe
def comments_of_post(request: HttpRequest, address: str) -> HttpResponse:
    """The comments on the post of this address."""
    return _discussion(request, address=address)


def _discussion(request: HttpRequest, **which: str) -> HttpResponse:
    """Newest first; those without any time follow in the order of the discussion."""
    public = Post.objects.published().defer("body", "body_html", "plain", "summary")
    post = public.filter(**which).first()
    if post is None:
        raise Http404("There is no such post.")
    window = _Window.asked_for(request)
    has_moment = Case(When(moment__isnull=False, then=F("pk")))
    found = window.of(
        _for_entries(post.comments.published()).order_by(
            F("moment").desc(nulls_last=True),
            published_order().desc(),
            has_moment.desc(nulls_last=True),
            "tree_id",
            "lft",
            "pk",
        )
    )
    return _answer(
        request,
        window,
        name=f"comments/{post.address}",
        title=f"{settings.SITE_NAME}: comments on “{_title(post)}”",
        page=post.get_absolute_url(),
        path=post.get_comments_feed_url(),
        entries=[_comment_entry(comment, post) for comment in found],
        is_exact=_are_exact(found),
    )


@dataclass
class _Window:
    """Which entries are asked for: ``start`` counts from 1, as Blogger does."""

    start: int = 1
    size: int = ENTRIES
    has_more: bool = False

    @classmethod
    def asked_for(cls, request: HttpRequest) -> "_Window":
        """What makes no sense is as if it had not been asked."""
        start = _number(request.GET.get("start-index"), default=1)
        size = _number(request.GET.get("max-results"), default=ENTRIES)
        return cls(max(1, start), min(max(1, size), MOST_ENTRIES))

    def of(self, rows: QuerySet) -> list:
        """The rows that it shows; it looks one row further."""
        begin = self.start - 1
        found = list(rows[begin : begin + self.size + 1])
        self.has_more = len(found) > self.size
        return found[: self.size]

    def links(self, path: str) -> list[atom.Link]:
        """The feed itself and its neighbours (RFC 5005)."""
        at = {"self": self.start}
        if self.has_more:
            at["next"] = self.start + self.size
        if self.start > 1:
            at["previous"] = max(1, self.start - self.size)
        return [
            atom.Link(rel, _whole(path + self._query(start)), atom.CONTENT_TYPE)
            for rel, start in at.items()
        ]

    def _query(self, start: int) -> str:
        asked = [f"start-index={start}"] if start > 1 else []
        asked += [f"max-results={self.size}"] if self.size != ENTRIES else []
        return f"?{'&'.join(asked)}" if asked else ""


def _number(given: str | None, *, default: int) -> int:
    if not (given and given.isascii() and given.isdigit()):
        return default
    return int(given) if len(given) <= _LONGEST_NUMBER else default


def _for_entries(found: CommentQuerySet) -> CommentQuerySet:
    """With what an entry needs, in one query, and with nothing else of the comment."""
    return (
        found.with_moment()
        .select_related("post", "parent")
        .only(
            "public_id",
            "name",
            "handle",
            "html",
            "written_at",
            "published_at",
            "precision",
            "post__title",
            "post__address",
            "post__is_page",
            "post__published_at",
            "post__published_precision",
            "parent__public_id",
            "parent__state",
        )
    )


def _post_entry(post: Post) -> atom.Entry:
    page = _whole(post.get_absolute_url())
    moment = _moment_of_post(post)
    # A source without its comments does not say that there were none.
    is_known = post.comments_recorded or post.comment_count
    return atom.Entry(
        id=_id("post", post.address),
        title=_title(post),
        author=_said(post.author_name) or settings.SITE_NAME,
        published=moment,
        updated=moment,
        html=atom.with_whole_addresses(post.body_html, settings.SITE_URL, page),
        links=[
            atom.Link("alternate", page),
            atom.Link(
                "replies",
                _whole(post.get_comments_feed_url()),
                atom.CONTENT_TYPE,
                count=post.comment_count if is_known else None,
            ),
        ],
        categories=sorted(label.name for label in post.labels.all()),
    )


def _comment_entry(comment: Comment, post: Post) -> atom.Entry:
    """The time of writing is the first of its times and that of publication the last.

    Atom asks for one: where neither is known, it is the post's, before which nobody
    can have answered. Where they were cut, only what it asks for is told: the beginning
    of the hour or day, since it has no other word for them.
    """
    page = _whole(comment.get_absolute_url())
    written = None
    if comment.written_at and comment.precision is None:
        written = timezone.localtime(comment.written_at)
    moment = comment.moment and timezone.localtime(comment.moment)
    title = _title(post)
    called = comment.name or comment.handle
    return atom.Entry(
        id=_id("comment", comment.public_id),
        title=f"{called} on “{title}”" if called else f"On “{title}”",
        author=_author(comment),
        published=written,
        updated=moment or _moment_of_post(post),
        html=atom.with_whole_addresses(comment.html, settings.SITE_URL, page),
        links=[atom.Link("alternate", page)],
        answers=_answered(comment, post),
    )


def _author(comment: Comment) -> str:
    if not comment.name and comment.handle:
        return comment.handle
    if comment.name is None:
        return NOT_RECORDED
    return _said(comment.name) or ANONYMOUS


def _said(name: str) -> str:
    """A name, or "" if nothing of it is left in XML, which asks for one."""
    return atom.FORBIDDEN.sub("", name).strip()


def _answered(comment: Comment, post: Post) -> atom.Answered:
    """What readers see it answer: a comment that is gone has no entry to refer to."""
    parent = comment.parent
    if parent is not None and parent.is_published:
        page = _whole(parent.get_absolute_url())
        return atom.Answered(_id("comment", parent.public_id), page)
    return atom.Answered(_id("post", post.address), _whole(post.get_absolute_url()))


def _moment_of_post(post: Post) -> datetime:
    day = post.day
    if post.shows_time:
        return day
    return datetime.combine(day.date(), time(12), day.tzinfo)


def _title(post: Post) -> str:
    return post.title or "(untitled)"


def _id(kind: str, name: str) -> str:
    return f"tag:{settings.FEED_TAG}:{kind}/{name}"


def _whole(path: str) -> str:
    return settings.SITE_URL + path


def _answer(
    request: HttpRequest,
    window: _Window,
    *,
    name: str,
    title: str,
    page: str,
    entries: list[atom.Entry],
    path: str | None = None,
    is_exact: bool = True,
) -> HttpResponse:
    updated = max((entry.updated for entry in entries), default=NEVER)
    links = [
        atom.Link("alternate", _whole(page)),
        *window.links(path or request.path),
    ]
    feed = atom.Feed(
        id=_id("feed", name),
        title=title,
        subtitle=settings.SITE_DESCRIPTION,
        author=settings.SITE_NAME,
        updated=updated,
        links=links,
        entries=entries,
    )
    response = cacheable(
        request, atom.to_xml(feed), f"{atom.CONTENT_TYPE}; charset=utf-8", MAX_AGE
    )
    if is_exact:
        response["Last-Modified"] = http_date(atom.to_minute(updated).timestamp())
    return response


def _are_exact(comments: Iterable[Comment]) -> bool:
    """Whether no time of these was cut: a header can only say seconds."""
    return all(comment.precision is None for comment in comments)


def cacheable(
    request: HttpRequest, content: bytes, content_type: str, max_age: int
) -> HttpResponse:
    """A document for everybody, or 304 for who has it; ``max_age`` in seconds."""
    response = HttpResponse(
        content,
        content_type=content_type,
        headers={"Cache-Control": f"public, max-age={max_age}"},
    )
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    response["ETag"] = etag
    return get_conditional_response(request, etag=etag, response=response)
