"""What was here before a new comment: texts like it, and hosts of its links.

Worked out once, when the comment comes, and kept as numbers beside it: the queue only
reads what became of those comments since.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from django.db import DatabaseError, transaction

from blog.discussion.html_links import words
from blog.models import Comment
from blog.search import index
from blog.search.query import Query, Term
from blog.search.stemming import folded
from moderation import hosts
from moderation.models import Screening

from . import likeness

COMPARED = 5000
LOOKED_INTO = 20  # of the sketches that come nearest the texts themselves
SHOWN = 3
HOSTS = 10  # of one text that are looked up; each costs a query
_WORD = re.compile(r"[^\W_]+")


class Near(NamedTuple):
    """An earlier comment, and how much its text is like the new one: 0 to 1."""

    likeness: float
    comment: Comment


def nearest(comment: Comment, sketch: bytes, runs: frozenset[str]) -> list[Near]:
    """Those of the last 5,000 that are enough like it to be shown, most alike first.

    Two queries at most. Of the nameless ones this says that texts are alike, and
    nothing of who wrote them.
    """
    recent = (
        Screening.objects.exclude(comment=comment)
        .order_by("-comment_id")
        .values_list("comment_id", "sketch")[:COMPARED]
    )
    near = likeness.proposed(sketch, recent, least=likeness.PROPOSED_TO_SHOW)
    keys = [key for _, key in sorted(near, reverse=True)[:LOOKED_INTO]]
    if not keys:
        return []
    texts = Comment.objects.defer("html").in_bulk(keys)
    alike = [
        Near(likeness.likeness(runs, likeness.runs(texts[key].text)), texts[key])
        for key in keys
    ]
    alike = [found for found in alike if found.likeness >= likeness.TO_SHOW]
    return sorted(alike, key=lambda found: (-found.likeness, -found.comment.pk))


def as_numbers(found: Iterable[Near]) -> list[list[int]]:
    """The best of them as they are kept: keys of comments and per cent."""
    return [[near.comment.pk, round(near.likeness * 100)] for near in found][:SHOWN]


def new_hosts(comment: Comment) -> list[str]:
    """The hosts of its links, in ASCII, that no published comment names yet.

    By the index of the search; what that cannot say is not called new.
    """
    html = comment.html
    if "://" not in html:
        return []
    wanted = [hosts.comparable(link.host) for link in hosts.links(html, words(html))]
    return [host for host in list(dict.fromkeys(wanted))[:HOSTS] if _is_new(host)]


def _is_new(host: str) -> bool:
    spellings = {
        tuple(folded(word) for word in _WORD.findall(spelling))
        for spelling in (host, hosts.unicode_host(host))
    }
    spellings.discard(())
    if not spellings:
        return False
    query = Query((Term(tuple(sorted(spellings))),))
    try:
        # A damaged index must not cost a comment.
        with transaction.atomic():
            return not index.comments(Comment.objects.published(), query).exists()
    except DatabaseError:
        return False
