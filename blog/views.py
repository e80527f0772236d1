"""The public pages. Reading only; each has a fixed number of queries."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from operator import attrgetter

from django.core.paginator import Page
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from . import addresses, metadata, old_lists, passages
from .discussion.claims import marks
from .discussion.linking import answers_to
from .discussion.outline import outline_html, threads_of_page
from .discussion.pages import number_of_page
from .discussion.reading import Order, outline, page_address, read
from .feeds import cacheable
from .models import Comment, Label, Post, PostQuerySet
from .pager import Pager
from .paging import Pages
from .related import cited_by, in_series, whole_series

POSTS_A_PAGE = 10
LATEST_COMMENTS = 8
CARD_MAX_AGE = 60  # seconds: what is hidden is soon hidden there, too
_PERIOD = re.compile(r"^/([0-9]{4})(?:/(0[1-9]|1[0-2]))?/")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Milliseconds up to the year 5138: more would fit into no date.
_MILLISECONDS = re.compile(r"[0-9]{1,14}")
_PAGE_NUMBER = re.compile(r"[0-9]{1,6}")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The newest posts, with the latest comments, labels and years beside them.

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
            "latest": _latest_comments(),
            "labels": sorted(Label.objects.in_use(), key=attrgetter("place")),
            "years": Post.objects.published().count_by_year(),
            "metadata": metadata.of_home(),
        },
    )


def _latest_comments() -> list[Comment]:
    """Those that were published last, each with ``mark``: what is told of its name.

    One query; another if somebody has a name.
    """
    found = list(Comment.objects.latest_news()[:LATEST_COMMENTS])
    told = marks(found)
    for comment in found:
        comment.mark = told.get(comment.pk)
    return found


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
            number = number_of_page(named)
            # On which page it is may change as the discussion grows.
            return redirect(_place(shown, named, number), permanent=number == 1)
    older, newer = (None, None) if shown.is_page else _neighbours(shown)
    asked = request.GET.get("comments")
    context = {"post": shown, "older": older, "newer": newer}
    if asked == "map":
        return _map(request, context)
    reading = read(
        shown,
        order=Order.NEWEST if asked == Order.NEWEST else Order.OLDEST,
        number=_number_of_page(request),
    )
    shown.comment_count = reading.comments
    zone = timezone.get_current_timezone()
    pager = Pager(shown, reading)
    threads = threads_of_page(reading.rows) if pager.has_map else []
    ways = passages.of(shown)
    return render(
        request,
        "blog/post.html",
        context
        | {
            "discussion": reading.rows
            and {
                "drawn": reading.rows,
                "zone": zone,
                "marks": marks(row.comment for row in reading.rows),
                "answered": answers_to(
                    row.comment.pk for row in reading.rows if not row.is_stub
                ),
                "notes": ways.notes(),
            },
            "ways": ways,
            "pager": pager,
            "series": in_series(shown),
            "cited_by": cited_by(shown),
            "outline": outline_html(threads, zone),
            "metadata": metadata.of_post(shown),
        },
    )


def _map(request: HttpRequest, context: dict) -> HttpResponse:
    """Every thread of a discussion in a line."""
    threads = outline(context["post"])
    context["post"].comment_count = sum(thread.size for thread in threads)
    html = outline_html(threads, timezone.get_current_timezone())
    return render(
        request, "blog/map.html", context | {"outline": html, "threads": len(threads)}
    )


def _number_of_page(request: HttpRequest) -> int:
    """Page of the discussion; Blogger's own name for it in old links is known too.

    What is no number is the first; of one too large the reading takes the last: pages
    grow fewer where comments are hidden, and old links should lead close.
    """
    asked = request.GET.get("page") or request.GET.get("commentPage") or ""
    return int(asked) if _PAGE_NUMBER.fullmatch(asked) else 1


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


def _comment_of_moment(post: Post, milliseconds: str) -> Comment | None:
    """The comment that Blogger's ``?showComment=1590096205999`` names.

    None unless exactly one published comment of the post was written then.
    """
    if not _MILLISECONDS.fullmatch(milliseconds):
        return None
    moment = _EPOCH + timedelta(milliseconds=int(milliseconds))
    written = post.comments.published().filter(
        written_at__gte=moment, written_at__lt=moment + timedelta(milliseconds=1)
    )
    found = written.order_by().only("public_id", "post", "tree_id", "lft")[:2]
    return found[0] if len(found) == 1 else None


def _place(post: Post, comment: Comment, page: int) -> str:
    return f"{page_address(post.get_absolute_url(), page)}#c-{comment.public_id}"


@require_safe
def label(request: HttpRequest, name: str) -> HttpResponse:
    """The posts that bear a label: one after another, or all titles by year."""
    if "\0" in name:  # which PostgreSQL does not even look for
        raise Http404("No label has this name.")
    shown = get_object_or_404(Label, name=name)
    if old_lists.OLDER_THAN in request.GET:
        return redirect(f"{shown.get_absolute_url()}?by=year", permanent=True)
    if request.GET.get("by") == "year":
        posts = Post.objects.for_contents().filter(labels=shown)
        context = {"label": shown, "posts": _in_order_of_addresses(posts)}
        return render(request, "blog/label_years.html", context)
    return render(
        request,
        "blog/label.html",
        {
            "label": shown,
            "page": _page(request, Post.objects.for_listing().filter(labels=shown)),
        },
    )


@require_safe
def series(request: HttpRequest, key: str) -> HttpResponse:
    """All parts of a series in the order of their numbers."""
    found = None if "\0" in key else whole_series(key)
    if found is None:
        raise Http404("No series is called so.")
    name, posts = found
    return render(request, "blog/series.html", {"name": name, "posts": posts})


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
    posts = _in_order_of_addresses(
        Post.objects.for_contents().filter(address__startswith=prefix)
    )
    if not posts:
        raise Http404("Nothing was posted then.")
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


def _in_order_of_addresses(posts: Iterable[Post]) -> list[Post]:
    """By month, the newest first. A date that was moved leaves the address where it is,
    and the address decides."""
    return sorted(posts, key=attrgetter("month_of_address"), reverse=True)


@require_safe
def comment(request: HttpRequest, public_id: str) -> HttpResponse:
    """The permalink of a comment: to its place on the page of its post."""
    return _to_comment(public_id=public_id)


@require_safe
def comment_of_blogger(request: HttpRequest, number: str) -> HttpResponse:
    """To the comment that Blogger calls by this number: ``#c3341251086465812041``.

    A browser keeps that part of an address to itself. Where the comment is on another
    page of its discussion than the one that was opened, the page's script asks here.
    """
    return _to_comment(source_id=f"blogger:{number}")


def _to_comment(**which: str) -> HttpResponse:
    found = get_object_or_404(Comment.objects.select_related("post"), **which)
    # What was never published must look like what does not exist.
    if not (found.post.is_public and found.was_published):
        raise Http404("There is no such comment.")
    return redirect(_place(found.post, found, number_of_page(found)))


@require_safe
def comment_card(request: HttpRequest, public_id: str) -> HttpResponse:
    """A published comment by itself, for a glance from another page."""
    shown = get_object_or_404(
        Comment.objects.public().only(
            "public_id", "post", "name", "tag", "handle", "html", "written_at"
        ),
        public_id=public_id,
    )
    context = {"comment": shown, "mark": marks([shown]).get(shown.pk)}
    html = render_to_string("blog/card.html", context, request)
    response = cacheable(
        request, html.encode(), "text/html; charset=utf-8", CARD_MAX_AGE
    )
    response["X-Robots-Tag"] = "noindex"
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Where the post or the list stands now that stood here once.

    Else a page that does not exist, with ways on: its month, its year, the newest.
    """
    if request.method in ("GET", "HEAD"):
        if moved := _post_by_old_address(request):
            return redirect(moved, permanent=True)
        if way := old_lists.place_of(request):
            return way
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
    return Pages(posts, POSTS_A_PAGE).get_page(request.GET.get("page"))
