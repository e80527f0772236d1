"""Names that are claimed by a pass-phrase: who proved what, and what readers are told.

A claim begins when a comment that bears it is published, so that nobody can have the
names of others marked by what no moderator has read; it ends with the last of them.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import BigIntegerField, Case, F, Min, Q, Value, When
from django.utils import timezone
from django.utils.crypto import salted_hmac

from blog import moments
from blog.models import Claim, Comment, Post
from blog.names import skeleton

from . import pseudonyms, times
from .pseudonyms import Mark, Proof

LONGEST_KEY = Claim._meta.get_field("name_key").max_length


def prove(phrase: str, post: Post, *, site_wide: bool) -> Proof:
    """What a phrase proves below a post. Raises ``pseudonyms.Busy``."""
    where = pseudonyms.scope(post.address, site_wide=site_wide)
    made = pseudonyms.tag(phrase, where, _pepper(), turns_in=settings.DATA_DIR)
    return Proof(made, site_wide)


def _pepper() -> bytes:
    """The site's secret for tags, 32 bytes: its own setting, or made of SECRET_KEY."""
    secret = settings.PSEUDONYM_SECRET or settings.SECRET_KEY
    return salted_hmac("candour.pseudonym", "", secret, algorithm="sha256").digest()


def name_key(name: str) -> str:
    """One key for all names that can be taken for each other.

    Names without a letter or digit have no skeleton; each is its own.
    """
    return (skeleton(name) or name.casefold())[:LONGEST_KEY]


def settle(post: Post, comments: Iterable[Comment]) -> None:
    """Brings the claims of a post up to date; ``comments`` are all of its discussion.

    Inside the transaction that changed what is shown.
    """
    _store({post.pk}, (c for c in comments if c.tag and c.is_published))


def settle_posts(posts: Iterable[int]) -> None:
    """The same for any number of posts at once, by their keys: after an import, or the
    taking back of one. Two queries, and two more where something changes."""
    keys = set(posts)
    if not keys:
        return
    bearers = (
        Comment.objects.published()
        .filter(post__in=keys)
        .exclude(tag="")
        .order_by()
        .only("post", "name", "tag", "tag_is_site_wide", "published_at", "written_at")
    )
    _store(keys, bearers)


def _store(posts: set[int], bearers: Iterable[Comment]) -> None:
    now = timezone.now().replace(second=0, microsecond=0)
    wanted: dict[tuple, datetime] = {}
    for bearer in bearers:
        claim = (
            bearer.post_id,
            name_key(bearer.name or ""),
            bearer.tag,
            bearer.tag_is_site_wide,
        )
        # An imported one may tell neither.
        since = bearer.published_at or bearer.written_at or now
        wanted[claim] = min(since, wanted.get(claim, since))
    stored = {
        claim: pk
        for pk, *claim_ in Claim.objects.filter(post__in=posts).values_list(
            "pk", "post_id", "name_key", "tag", "is_site_wide"
        )
        for claim in [tuple(claim_)]
    }
    if gone := [pk for claim, pk in stored.items() if claim not in wanted]:
        Claim.objects.filter(pk__in=gone).delete()
    Claim.objects.bulk_create(
        (
            Claim(post_id=post, name_key=key, tag=tag, is_site_wide=wide, since=since)
            for (post, key, tag, wide), since in wanted.items()
            if (post, key, tag, wide) not in stored
        ),
        ignore_conflicts=True,
    )


def marks(comments: Iterable[Comment]) -> dict[int | None, Mark]:
    """What is to be told of these comments' names, by the comments' keys.

    A name without a tag is not verified where a claim of it, or of one that looks like
    it, was known when the comment was written; a comment of unknown time is told
    nothing about, nor one of the same hour or day where times are cut to that. A tag
    proves itself, but where a name has several, a reader must compare them. One query;
    none where nobody has a name.
    """
    named = [comment for comment in comments if comment.name]
    if not named:
        return {}
    names = {comment.name for comment in named}
    keys = {name: name_key(name) for name in names}
    known = _known(set(keys.values()), {comment.post_id for comment in named})
    if not known:
        return {}
    found: dict[int | None, Mark] = {}
    for comment in named:
        key = keys[comment.name]
        wide, here = known[None, key], known[comment.post_id, key]
        if comment.tag:
            if (wide.keys() | here.keys()) - {comment.tag}:
                found[comment.pk] = Mark.SEVERAL
            continue
        since = min((*wide.values(), *here.values()), default=None)
        if since and comment.written_at and _is_later(comment, since):
            found[comment.pk] = Mark.NOT_VERIFIED
    return found


def _is_later(comment: Comment, since: datetime) -> bool:
    """Whether a comment was certainly written after a claim was known: where either
    time is cut to the hour or the day, in a later one."""
    is_cut_to_day = times.cut_to(since, moments.DAY) == since
    known = moments.coarsest(
        comment.precision, times.of_site(), moments.DAY if is_cut_to_day else None
    )
    if known is None:
        return comment.written_at >= since
    return times.cut_to(comment.written_at, known) > times.cut_to(since, known)


def mark_of_new(post: Post, name: str, proof: Proof | None) -> Mark | None:
    """What would be told of a comment that is written now. One query at most."""
    tag = proof.tag if proof else ""
    comment = Comment(post=post, name=name, tag=tag, written_at=timezone.now())
    return marks([comment]).get(None)


def _known(keys: set[str], posts: set[int]) -> dict[tuple, dict[str, datetime]]:
    """Of each post (None: of all) and name, the tags and since when there are they."""
    where = Case(
        When(is_site_wide=True, then=Value(None)),
        default=F("post_id"),
        output_field=BigIntegerField(),
    )
    rows = (
        Claim.objects.filter(Q(post__in=posts) | Q(is_site_wide=True))
        .filter(name_key__in=keys)
        .annotate(where=where)
        .order_by()
        .values_list("where", "name_key", "tag")
        .annotate(first=Min("since"))
    )
    known: dict[tuple, dict[str, datetime]] = defaultdict(dict)
    for post, key, tag, first in rows:
        known[post, key][tag] = first
    return known
