"""Which post of a source is which stored one.

By its lasting number where both have one of the same program; else by its address, or
by its day and title; a post without a title by its words.
"""

from collections.abc import Sequence
from datetime import date, datetime, time
from hashlib import sha256
from zoneinfo import ZoneInfo

from blog import addresses, markup
from blog.models import OldAddress, Post

from .bodies import comment_from_html
from .matching import letters_digest, system, words_digest
from .model import SourcePost

# What an import may change of a post that stood there before.
WATCHED = (
    "title",
    "body",
    "body_format",
    "author_name",
    "status",
    "published_at",
    "published_precision",
    "source_id",
    "source_key",
    "source_digests",
    "source_labels",
    "is_page",
    "address",
    "slug",
    "was_public",
    "comments_recorded",
    "comments_declared",
    "comments_found",
)


def day_of(source: SourcePost, zone: ZoneInfo) -> date | None:
    """The day of publication in the blog's zone."""
    if source.published_at is not None:
        return source.published_at.astimezone(zone).date()
    return source.date


def post_key(source: SourcePost, zone: ZoneInfo) -> str | None:
    """The same for the same post in every source: its day and title.

    A post without a title has its body's words for one. None where neither can be:
    without a title in a source of HTML, or without a day where lasting numbers exist.
    """
    day = day_of(source, zone)
    title = " ".join(source.title.casefold().split())
    if source.uid and (day is None or not title):
        return None
    title = title or words_digest(source.body)
    text = f"{day.isoformat() if day else 'no date'}\n{title}"
    return "text:" + sha256(text.encode()).hexdigest()[:32]


def paths_of(source: SourcePost) -> list[str]:
    paths = [addresses.old_path(address) for address in source.addresses]
    return list(dict.fromkeys(path for path in paths if path))


class StoredPosts:
    """The posts of a chunk of sources that stand in the database, locked.

    The lock keeps a second import of the same posts waiting. It must not keep those
    waiting who add a comment: they hold its tree and only refer to the post, while we
    shall want the tree (on PostgreSQL a deadlock otherwise).
    """

    def __init__(self, sources: Sequence[SourcePost], zone: ZoneInfo) -> None:
        self._zone = zone
        uids = [source.uid for source in sources if source.uid]
        keys = {post_key(source, zone) for source in sources} - {None}
        paths = {path for source in sources for path in paths_of(source)}
        own = {addresses.address_of_path(path) for path in paths} - {None}
        self._at = dict(
            OldAddress.objects.filter(path__in=paths).values_list("path", "post_id")
        )
        pks = set(self._at.values())
        for column, values in (
            ("source_id", uids),
            ("source_key", keys),
            ("address", own),
        ):
            if values:
                rows = Post.objects.filter(**{f"{column}__in": values})
                pks.update(rows.values_list("pk", flat=True))
        pks.update(self._untitled(sources))
        pks.update(self._drafts(sources))
        pks.update(self._twins(sources))
        rows = Post.objects.select_for_update(no_key=True).filter(pk__in=pks)
        self._by_pk = {post.pk: post for post in rows.order_by("pk")}
        self._by_uid: dict[str, Post] = {}
        self._by_key: dict[str, Post] = {}
        self._by_address: dict[str, Post] = {}
        for post in self._by_pk.values():
            self._enter(post)
        self._new_at: dict[str, Post] = {}
        self._before = {pk: _columns(post) for pk, post in self._by_pk.items()}

    def changes(self, post: Post) -> tuple[dict, dict]:
        """The columns of a post that differ from what stood there, before and after."""
        before, after = self._before[post.pk], _columns(post)
        differ = [name for name in WATCHED if before[name] != after[name]]
        return (
            {name: before[name] for name in differ},
            {name: after[name] for name in differ},
        )

    def find(self, source: SourcePost) -> Post | None:
        """The stored post that this one is."""
        if source.uid and (post := self._by_uid.get(source.uid)):
            return post
        own = self._by_pk.get(_draft_number(source))
        if own and own.status == Post.Status.DRAFT and own.title == source.title:
            return own
        if source.is_missing:
            return self._by_path(source)
        key = post_key(source, self._zone)
        found = self._twin(source) or self._by_key.get(key)
        if found is not None and _may_be(source, found):
            return found
        found = self._by_path(source)
        if found is not None and _may_be(source, found) and _is_alike(source, found):
            return found
        if not source.title:
            return self._same_untitled(source)
        return None

    def add(self, post: Post, source: SourcePost) -> None:
        """A new post, so that a second source of this chunk finds it."""
        self._enter(post)
        for path in paths_of(source):
            self._new_at.setdefault(path, post)

    def is_taken(self, key: str) -> bool:
        return key in self._by_key

    def owner(self, path: str) -> int | None:
        """The id of the post that answers at an old path."""
        return self._at.get(path)

    def at(self, address: str) -> Post | None:
        return self._by_address.get(address)

    def _enter(self, post: Post) -> None:
        if post.source_id:
            self._by_uid[post.source_id] = post
        if post.source_key:
            self._by_key[post.source_key] = post
        if post.address:
            self._by_address[post.address] = post

    def _by_path(self, source: SourcePost) -> Post | None:
        # Of a post itself only where it stands: others may be anybody's claim.
        for path in paths_of(source)[: None if source.is_missing else 1]:
            address = addresses.address_of_path(path)
            if address and (post := self._by_address.get(address)):
                return post
            if "?" in path and not source.is_missing:
                continue  # "/?p=12" names another post on every blog
            if post := self._by_pk.get(self._at.get(path)) or self._new_at.get(path):
                return post
        return None

    def _untitled(self, sources: Sequence[SourcePost]) -> set[int]:
        """Posts without a title on the days of those without a title."""
        days = {
            day_of(source, self._zone)
            for source in sources
            if not source.title and not source.is_missing
        } - {None}
        if not days:
            return set()
        rows = Post.objects.filter(
            title="",
            published_at__range=(
                datetime.combine(min(days), time.min, self._zone),
                datetime.combine(max(days), time.max, self._zone),
            ),
        )
        return set(rows.values_list("pk", flat=True))

    @staticmethod
    def _twins(sources: Sequence[SourcePost]) -> set[int]:
        """All posts with the titles of those that come without a number."""
        titles = {source.title for source in sources if source.title and not source.uid}
        if not titles:
            return set()
        return set(Post.objects.filter(title__in=titles).values_list("pk", flat=True))

    def _twin(self, source: SourcePost) -> Post | None:
        """Of several posts of one day and title the one with the words of a source
        that has no number to tell."""
        if source.uid or not source.title:
            return None
        day = day_of(source, self._zone)
        twins = [
            post
            for post in self._by_pk.values()
            if post.title == source.title
            and post.published_at
            and post.published_at.astimezone(self._zone).date() == day
        ]
        if len(twins) < 2:
            return None
        words = letters_digest(source.body)
        same = (
            post
            for post in twins
            if letters_digest(plain(post.body, post.body_format)) == words
        )
        return next(same, None)

    @staticmethod
    def _drafts(sources: Sequence[SourcePost]) -> set[int]:
        """Drafts of this very blog that come back in an export of it."""
        return {_draft_number(source) for source in sources} - {None}

    def _same_untitled(self, source: SourcePost) -> Post | None:
        day = day_of(source, self._zone)
        if day is None:
            return None
        words = letters_digest(plain(source.body, source.body_format))
        for post in self._by_pk.values():
            if (
                not post.title
                and post.published_at
                and post.published_at.astimezone(self._zone).date() == day
                and _may_be(source, post)
                and letters_digest(plain(post.body, post.body_format)) == words
            ):
                return post
        return None


def _draft_number(source: SourcePost) -> int | None:
    """Of "candour:draft-12", what the exporter calls a post without an address."""
    number = source.uid.removeprefix("candour:draft-")
    is_one = source.uid != number and number.isascii() and number.isdigit()
    return int(number) if is_one and len(number) < 19 else None


def _columns(post: Post) -> dict[str, object]:
    return {name: getattr(post, name) for name in WATCHED}


def _may_be(source: SourcePost, post: Post) -> bool:
    """Two numbers of one program are two posts, whatever their titles."""
    return not (
        source.uid
        and post.source_id
        and source.uid != post.source_id
        and system(source.uid) == system(post.source_id)
    )


def _is_alike(source: SourcePost, post: Post) -> bool:
    """Whether two posts at one address are one: two blogs may have used it."""
    if not post.source_digests and not post.body:
        return True  # a stand-in for the one that comes now
    same_title = source.title.casefold().split() == post.title.casefold().split()
    return same_title and much_the_same(
        plain(source.body, source.body_format), plain(post.body, post.body_format)
    )


def much_the_same(one: str, other: str) -> bool:
    """Whether two texts share a fifth of their words, or are too short to tell."""
    words, others = set(one.casefold().split()), set(other.casefold().split())
    few = min(len(words), len(others)) < 20
    return few or len(words & others) >= len(words | others) / 5


def plain(body: str, body_format: str) -> str:
    """The words of a body, whatever its format."""
    if body_format == Post.Format.TEXT:
        return body
    if body_format == Post.Format.MARKDOWN:
        body = markup.post_html(body, body_format)
    return comment_from_html(body)[0]
