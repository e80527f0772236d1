"""Blogger's addresses of its lists and feeds, and where the same is read here.

What is always the same place is told as permanent; what depends on which posts there
are is not, for a browser keeps that for ever.
"""

import re
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.encoding import escape_uri_path

from .models import Post

OLDER_THAN = "updated-max"
_FEED = re.compile(
    r"/feeds/((?:posts|(?:[0-9]{1,30}/)?comments)/)(?:full|summary)(/-/.+)?"
)
_FILES = {"/atom.xml": "/feeds/posts/default", "/rss.xml": "/feeds/posts/default"}
_ARCHIVE = re.compile(r"/([0-9]{4})_(0[1-9]|1[0-2])_[0-9]{2}_archive\.html")


def place_of(request: HttpRequest) -> HttpResponse | None:
    """The way from a path of Blogger's at which nothing stands here; None: no such."""
    path = request.path
    if path == "/index.html":
        return redirect("blog:home", permanent=True)
    feed = _FILES.get(path)
    if found := _FEED.fullmatch(path):
        feed = f"/feeds/{found[1]}default{found[2] or ''}"
    if feed:
        return redirect(_with_query(feed, request), permanent=True)
    if found := _ARCHIVE.fullmatch(path):
        return _month_or_near(*found.groups())
    return None


def older_posts(request: HttpRequest) -> HttpResponse | None:
    """The way that "Older posts" led: to the newest month with a post before a moment.

    None: no moment is asked for, or what is asked for is none.
    """
    moment = _moment(request.GET.get(OLDER_THAN, ""))
    if moment is None:
        return None
    posts = Post.objects.published().articles().filter(published_at__lt=moment)
    newest = posts.newest_first().only("address").first()
    if newest is None:
        return redirect("blog:home")
    month = newest.month_of_address
    return redirect("blog:month", month.year, month.month)


def _moment(given: str) -> datetime | None:
    """In many an old link the + before the offset is not quoted: a space, then."""
    try:
        moment = parse_datetime(given.replace(" ", "+"))
        if moment and timezone.is_naive(moment):
            moment = timezone.make_aware(moment)
        return moment and moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _month_or_near(year: str, month: str) -> HttpResponse:
    """The archive of a month; of its year, or all posts, where the month has none."""
    posts = Post.objects.published().articles()
    if posts.filter(address__startswith=f"{year}/{month}/").exists():
        return redirect("blog:month", int(year), int(month), permanent=True)
    if posts.filter(address__startswith=f"{year}/").exists():
        return redirect("blog:year", int(year))
    return redirect("blog:home")


def _with_query(path: str, request: HttpRequest) -> str:
    """The feeds here know Blogger's questions."""
    path = escape_uri_path(path)
    query = request.META.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path
