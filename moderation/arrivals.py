"""What comes to a post, counted as it comes; and what of it is odd now.

Counting is one statement in the transaction of the comment. Reading looks at the posts
alone that had several comments in the last hour, in a few queries for any number.
Nothing is known here of who sent a comment: where today's come from is told for the
whole site, from the keyed hashes that the limits keep for a day anyhow.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Min, Q, Sum
from django.db.models.functions import Left
from django.utils import timezone

from blog.discussion import times
from blog.models import Comment, Post

from .models import Allowance, ArrivalCount, Mode, PutOff, Screening
from .surge import FEWEST, HOURS, SLOTS_AN_HOUR, SLOTS_SOON, Arrivals
from .surge import networks_in_words as _networks_in_words

SLOT = 3600 // SLOTS_AN_HOUR  # seconds
PUT_OFF_FOR = timedelta(hours=6)
_CONNECTIONS, _NETWORKS = ("32:", "64:"), ("24:", "48:")
FOR = timedelta(hours=12)
_SUGGESTED = (Mode.Kind.HOLD_ALL, Mode.Kind.CLOSED)


@dataclass(frozen=True)
class Offers:
    """What may be suggested for a post: the kinds of modes that are stricter than
    ``ruling``, the one in force, and until when. ``until`` is None where they should
    last until they are changed."""

    ruling: Mode | None
    kinds: list[str]
    until: datetime | None
    keeps_end: bool  # of the post's own mode, which is later than usual or never


@dataclass
class Signal:
    """A post to which something odd comes, in words, and what may be done about it.

    ``mode`` is the post's own, if it has one.
    """

    post: Post
    words: list[str]
    mode: Mode | None
    offers: Offers


def slot_of(at: datetime) -> int:
    return int(at.timestamp()) // SLOT


def record(comment: Comment, *, is_new_name: bool) -> None:
    """Counts a comment that has come, in its transaction. ``is_new_name``: it has a
    tag with which nothing was published yet.

    Where times are cut, all of an hour or a day are in its first ten minutes."""
    now = times.cut_to(timezone.now(), times.of_site())
    place = {"post": comment.post_id, "slot": slot_of(now)}
    more = {
        "arrived": 1,
        "named": int(bool(comment.tag)),
        "new_names": int(is_new_name),
    }
    adding = {name: F(name) + number for name, number in more.items()}
    rows = ArrivalCount.objects.filter(**place)
    if rows.update(**adding):
        return
    try:
        with transaction.atomic():
            ArrivalCount.objects.create(
                post_id=comment.post_id, slot=place["slot"], first=comment.pk, **more
            )
    except IntegrityError:
        rows.update(**adding)  # another process made it at this moment


def forget_old(now: datetime | None = None) -> int:
    """Deletes what no post is compared with any more; how many rows that were."""
    oldest = slot_of(now or timezone.now()) - SLOTS_AN_HOUR * (HOURS + 1)
    return ArrivalCount.objects.filter(slot__lt=oldest).delete()[0]


def signals(now: datetime | None = None) -> list[Signal]:
    """The posts to which something odd comes now, the busiest first.

    One query where nothing is going on, five at most.
    """
    now = now or timezone.now()
    arrivals = _arrivals(now)
    odd = {post: found for post, found in arrivals.items() if found.is_odd}
    if not odd:
        return []
    posts = Post.objects.only("title", "published_at").in_bulk(odd)
    own, of_site = _modes(odd, now)
    networks = _networks(now)
    made = []
    for key in sorted(odd, key=lambda key: -odd[key].hour):
        mode = own.get(key)
        words = odd[key].in_words() + ([networks] if networks else [])
        made.append(Signal(posts[key], words, mode, _offers(mode, of_site, now)))
    return made


def offers(post_id: int | None) -> Offers:
    """What may be suggested for a post now, or for the whole site."""
    now = timezone.now()
    own, of_site = _modes([] if post_id is None else [post_id], now)
    return _offers(own.get(post_id), of_site, now)


def _offers(own: Mode | None, of_site: Mode | None, now: datetime) -> Offers:
    if own is not None and not _is_in_force(own, now):
        own = None
    ruling = own or of_site
    kinds = [kind for kind in _SUGGESTED if _strictness(kind) > _strictness(ruling)]
    until = now.replace(second=0, microsecond=0) + FOR
    # Not to fall back sooner to a mode of the site that lets more through.
    keeps_end = (
        own is not None
        and _strictness(own) > _strictness(of_site)
        and (own.until is None or own.until > until)
    )
    return Offers(ruling, kinds, own.until if keeps_end else until, keeps_end)


def _strictness(mode: Mode | str | None) -> int:
    """Higher is stricter; without any mode all is held."""
    kind = mode.kind if isinstance(mode, Mode) else mode or Mode.Kind.HOLD_ALL
    return Mode.Kind.values.index(kind)


def put_off(post: Post, user: AbstractBaseUser) -> None:
    """Nothing is suggested for this post for some hours."""
    PutOff.objects.update_or_create(
        post=post, defaults={"until": timezone.now() + PUT_OFF_FOR, "by": user}
    )


def _arrivals(now: datetime) -> dict[int, Arrivals]:
    """What came to the posts that had several comments in the last hour. Two queries,
    one where there is no such post."""
    slot = slot_of(now)
    last_hour, soon = Q(slot__gt=slot - SLOTS_AN_HOUR), Q(slot__gt=slot - SLOTS_SOON)
    busy = (
        ArrivalCount.objects.filter(last_hour)
        .exclude(post__put_off__until__gt=now)
        .order_by()
        .values("post")
        .annotate(number=Sum("arrived"))
        .filter(number__gte=FEWEST)
        .values("post")
    )
    rows = (
        ArrivalCount.objects.filter(
            post__in=busy, slot__gt=slot - SLOTS_AN_HOUR * HOURS, slot__lte=slot
        )
        .order_by()
        .values("post", "post__published_at", back=(slot - F("slot")) / SLOTS_AN_HOUR)
        .annotate(
            comments=Sum("arrived"),
            soon=Sum("arrived", filter=soon, default=0),
            names=Sum("named"),
            unknown=Sum("new_names"),
            since=Min("first"),
        )
    )
    by_post: dict[int, dict[int, dict]] = defaultdict(dict)
    for row in rows:
        by_post[row["post"]][row["back"]] = row
    alike = _alike(
        {key: hours[0]["since"] for key, hours in by_post.items() if 0 in hours}
    )
    return {
        key: Arrivals(
            by_hour={back: row["comments"] for back, row in hours.items()},
            soon=hours[0]["soon"],
            known=_known(hours[0]["post__published_at"], now),
            named=hours[0]["names"],
            new_names=hours[0]["unknown"],
            alike=alike.get(key, 0),
        )
        for key, hours in by_post.items()
        if 0 in hours
    }


def _known(published_at: datetime | None, now: datetime) -> int:
    """How many whole hours before the last one a post was open to comments."""
    if published_at is None:
        return 0
    hours = int((now - published_at).total_seconds() // 3600) - 1
    return min(max(hours, 0), HOURS - 1)


def _alike(since: dict[int, int]) -> dict[int, int]:
    """Below each post the most comments of the last hour that nearly repeat one text.
    Only the latest comments are looked at, by their keys."""
    if not since:
        return {}
    rows = (
        Screening.objects.filter(
            comment__gte=min(since.values()),
            comment__post__in=since,
            alike__isnull=False,
        )
        .order_by()
        .values_list("comment__post", "alike")
        .annotate(number=Count("pk"))
    )
    most: Counter[int] = Counter()
    for post, _, number in rows:
        most[post] = max(most[post], number)
    return dict(most)


def _modes(posts: Iterable[int], now: datetime) -> tuple[dict[int, Mode], Mode | None]:
    """The posts' own modes, also those that have ended, and the one of the site that is
    in force."""
    own, of_site = {}, None
    for mode in Mode.objects.filter(Q(post=None) | Q(post__in=list(posts))):
        if mode.post_id is not None:
            own[mode.post_id] = mode
        elif _is_in_force(mode, now):
            of_site = mode
    return own, of_site


def _is_in_force(mode: Mode, now: datetime) -> bool:
    return mode.until is None or mode.until > now


def _networks(now: datetime) -> str:
    """Keys are of a day of UTC: a connection has another one tomorrow."""
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    counts = dict(
        Allowance.objects.filter(touched__gte=today)
        .order_by()
        .values_list(Left("key", 3))
        .annotate(number=Count("pk"))
    )
    connections, networks = (
        sum(counts.get(size, 0) for size in sizes)
        for sizes in (_CONNECTIONS, _NETWORKS)
    )
    return _networks_in_words(connections, networks)
