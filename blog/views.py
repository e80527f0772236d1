"""The public pages. Reading only; each has a fixed number of queries."""

import re
from datetime import UTC, datetime, timedelta
from operator import attrgetter

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from . import addresses, metadata
from .discussion.drawing import discussion_html
from .models import Comment, Label, Post, PostQuerySet

POSTS_A_PAGE = 10
_PERIOD = re.compile(r"^/([0-9]{4})(?:/(0[1-9]|1[0-2]))?/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Milliseconds up to the year 5138: more would fit into no date.
_MILLISECONDS = re.compile(r"[0-9]{1,14}")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The newest posts, with the labels and years beside them.

    WordPress's short links (``/?p=12``) name a post at this path.
    """
    if not request.GET.keys().isdisjoint(addresses.NAMES_OF_POSTS):
        moved = _post_by_old_address(request)
        if moved:
            return redirect(moved, permanent=True)
    return render(
        request,
        "blog/home.html",
        {
            "page": _page(request, Post.objects.for_listing()),
            "labels": Label.objects.in_use(),
            "years": Post.objects.published().count_by_year(),
            "metadata": metadata.of_home(),
        },
    )


@require_safe
def post(request: HttpRequest, year: int, month: int, slug: str) -> HttpResponse:
    """A post and its discussion."""
    return _post_page(request, addresses.post_address(year, month, slug))


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """A page such as "About"; imported ones may have a discussion too."""
    return _post_page(request, addresses.page_address(slug))


def _post_page(request: HttpRequest, address: str) -> HttpResponse:
    shown = get_object_or_404(
        Post.objects.published().prefetch_related("labels"), address=address
    )
    if "showComment" in request.GET:
        named = _comment_of_moment(shown, request.GET["showComment"])
        if named:
            return redirect(_place_on_page(shown, named), permanent=True)
    discussion, comment_count = discussion_html(
        Comment.objects.for_thread(shown),
        timezone.get_current_timezone(),
        may_reply=True,
    )
    shown.comment_count = comment_count
    older, newer = (None, None) if shown.is_page else _neighbours(shown)
    return render(
        request,
        "blog/post.html",
        {
            "post": shown,
            "discussion": discussion,
            "older": older,
            "newer": newer,
            "metadata": metadata.of_post(shown),
        },
    )


def _neighbours(post: Post) -> tuple[Post | None, Post | None]:
    """The next older post and the next newer one, in one query."""
    older = Post.objects.before(post).values("pk")[:1]
    newer = Post.objects.after(post).values("pk")[:1]
    found = Post.objects.filter(Q(pk=older) | Q(pk=newer)).only(
        "title", "address", "is_page", "published_at"
    )
    place = attrgetter("published_at", "pk")
    beside = {place(other) < place(post): other for other in found}
    return beside.get(True), beside.get(False)


def _comment_of_moment(post: Post, milliseconds: str) -> str | None:
    """The comment that Blogger's ``?showComment=1590096205999`` names.

    None unless exactly one published comment of the post was written then.
    """
    if not _MILLISECONDS.fullmatch(milliseconds):
        return None
    moment = _EPOCH + timedelta(milliseconds=int(milliseconds))
    written = post.comments.published().filter(
        written_at__gte=moment, written_at__lt=moment + timedelta(milliseconds=1)
    )
    found = written.order_by().values_list("public_id", flat=True)[:2]
    return found[0] if len(found) == 1 else None


def _place_on_page(post: Post, public_id: str) -> str:
    return f"{post.get_absolute_url()}#c-{public_id}"


@require_safe
def label(request: HttpRequest, name: str) -> HttpResponse:
    """The posts that bear a label."""
    if "\0" in name:  # which PostgreSQL does not even look for
        raise Http404("No label has this name.")
    shown = get_object_or_404(Label, name=name)
    return render(
        request,
        "blog/label.html",
        {
            "label": shown,
            "page": _page(request, Post.objects.for_listing().filter(labels=shown)),
        },
    )


@require_safe
def archive_year(request: HttpRequest, year: int) -> HttpResponse:
    """All posts of a year by month."""
    return _archive(request, f"{year:04}/", year=year)


@require_safe
def archive_month(request: HttpRequest, year: int, month: int) -> HttpResponse:
    """All posts of a month."""
    return _archive(request, f"{year:04}/{month:02}/", year=year, month=month)


def _archive(
    request: HttpRequest, prefix: str, *, year: int, month: int | None = None
) -> HttpResponse:
    posts = list(
        Post.objects.published()
        .filter(address__startswith=prefix)
        .newest_first()
        .with_comment_count()
        .defer("body", "body_html", "summary")
    )
    if not posts:
        raise Http404("Nothing was posted then.")
    # A date that was moved leaves the address where it is, and the address decides.
    posts.sort(key=attrgetter("month_of_address"), reverse=True)
    return render(
        request,
        "blog/archive.html",
        {
            "year": year,
            "month": posts[0].month_of_address if month else None,
            "posts": posts,
            "years": Post.objects.published().count_by_year(),
        },
    )


@require_safe
def comment(request: HttpRequest, public_id: str) -> HttpResponse:
    """The permalink of a comment: to its place on the page of its post."""
    shown = get_object_or_404(
        Comment.objects.published().select_related("post"), public_id=public_id
    )
    if not shown.post.is_public:
        raise Http404("The post is not public.")
    return redirect(_place_on_page(shown.post, public_id))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Where the post stands now that stood here once.

    Else a page that does not exist, with ways on: its month, its year, the newest.
    """
    if request.method in ("GET", "HEAD") and (moved := _post_by_old_address(request)):
        return redirect(moved, permanent=True)
    published = Post.objects.published().articles()
    context = {
        "newest": published.newest_first().only("title", "address", "is_page")[:5]
    }
    if found := _PERIOD.match(request.path):
        year, month = found.groups()
        prefix = f"{year}/{month}/" if month else f"{year}/"
        if published.filter(address__startswith=prefix).exists():
            context |= {"year": int(year), "month": int(month) if month else None}
    return render(request, "404.html", context, status=404)


def _post_by_old_address(request: HttpRequest) -> Post | None:
    """The public post that stood at this address before it came here."""
    path = addresses.old_path(request.get_full_path())
    if path is None:
        return None
    posts = Post.objects.published().filter(old_addresses__path=path)
    return posts.only("address", "is_page").first()


def _page(request: HttpRequest, posts: PostQuerySet) -> Page:
    return Paginator(posts, POSTS_A_PAGE).get_page(request.GET.get("page"))
