"""Which post of a source is which stored one, and what it brings."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.utils import timezone

from blog import addresses, markup
from blog.models import Label, OldAddress, Post

from .batches import Batch
from .bodies import comment_from_html, post_from_html
from .gathering import MISSING_POST
from .matching import letters_digest, system, words_digest
from .media import Media
from .model import PostStatus, SourcePost
from .report import FileReport

NOON = time(12)
LONGEST_TITLE = 500
LONGEST_ID = 200
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


@dataclass
class Run:
    """What holds for all posts of one file."""

    format: str
    report: FileReport
    zone: ZoneInfo
    batch: Batch
    media: Media | None = None
    labels: dict[str, Label] = field(default_factory=dict)

    def warn(self, code: str, message: str, source: SourcePost) -> None:
        self.report.add_warning(code, message, source.line, source.uid)


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


def _paths(source: SourcePost) -> list[str]:
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
        paths = {path for source in sources for path in _paths(source)}
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
        key = None if source.is_missing else post_key(source, self._zone)
        for found in (self._by_key.get(key), self._by_path(source)):
            if found is not None and (source.is_missing or _may_be(source, found)):
                return found
        if not source.title:
            return self._same_untitled(source)
        return None

    def add(self, post: Post, source: SourcePost) -> None:
        """A new post, so that a second source of this chunk finds it."""
        self._enter(post)
        for path in _paths(source):
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
        for path in _paths(source):
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


def plain(body: str, body_format: str) -> str:
    """The words of a body, whatever its format."""
    if body_format == Post.Format.TEXT:
        return body
    if body_format == Post.Format.MARKDOWN:
        body = markup.post_html(body, body_format)
    return comment_from_html(body)[0]


def new_post(source: SourcePost, stored: StoredPosts, run: Run) -> Post:
    """The row of a post that was not there, not yet saved."""
    post = Post(
        source=run.format,
        source_id=source.uid[:LONGEST_ID] or None,
        batch=run.batch.row,
        is_page=source.is_page,
    )
    key = None if source.is_missing else post_key(source, run.zone)
    if key and stored.is_taken(key):
        run.warn(
            "same-date-and-title",
            f"“{source.title}” has the date and the title of another post. Both are "
            "kept; a text dump of either cannot tell which of them it is.",
            source,
        )
        key = None
    post.source_key = key or _own_key(source)
    fill_new(post, source, stored, run)
    return post


def _own_key(source: SourcePost) -> str:
    """For a post that its day and title do not tell from others."""
    return "id:" + sha256(source.uid.encode()).hexdigest()[:32]


def fill_new(post: Post, source: SourcePost, stored: StoredPosts, run: Run) -> None:
    """Gives a new post, or the draft that stood in for a missing one, what it is."""
    post.title = _title(source, run)
    post.author_name = (source.author or "")[:200]
    post.is_page = source.is_page
    if source.is_missing:
        post.status = Post.Status.DRAFT
        post.comments_found = len(source.comments)
        return
    post.body, post.body_format = _body(source, run)
    post.source_digests = _digests(source, post)
    post.comments_recorded = source.comments_included
    if source.comments_included:
        post.comments_declared = source.comments_declared
        post.comments_found = len(source.comments)
    _settle_time(post, source, run)
    _keep_address(post, source, stored)


def _digests(source: SourcePost, post: Post) -> list[str]:
    """Of the body as it came and, last, as it stands here: images may have come in."""
    return list(dict.fromkeys([words_digest(source.body), words_digest(post.body)]))


def is_placeholder(post: Post) -> bool:
    """Whether it stands for a post of which only comments were known until now."""
    return (
        post.status == Post.Status.DRAFT
        and not post.source_digests
        and not post.body
        and bool(post.source_id)
    )


def _title(source: SourcePost, run: Run) -> str:
    title = " ".join(source.title.split()) if source.uid else source.title
    if len(title) > LONGEST_TITLE:
        run.warn(
            "title-too-long",
            f"A title has {len(title)} characters, {LONGEST_TITLE} are the most; it "
            f"is cut: “{title[:40]}…”",
            source,
        )
        title = title[: LONGEST_TITLE - 1] + "…"
    return title or (MISSING_POST if source.is_missing else "")


def _body(source: SourcePost, run: Run) -> tuple[str, str]:
    if source.body_format != Post.Format.HTML:
        return source.body, source.body_format
    body = post_from_html(source.body)
    if run.media is not None:
        body, ambiguous, missing = run.media.adopt(body)
        for code, names, why in (
            ("image-ambiguous", ambiguous, "several different files have this name"),
            ("image-missing", missing, "no file in the folder of images has this name"),
        ):
            for name in names:
                run.warn(
                    code,
                    f"An image stays a link, {why}: {name} (“{source.title}”)",
                    source,
                )
    return body, source.body_format


def _settle_time(post: Post, source: SourcePost, run: Run) -> None:
    _take_time(post, source, run.zone)
    now = timezone.now()
    post.status = Post.Status.DRAFT
    if source.status is PostStatus.DRAFT:
        post.published_at = None
    elif source.status is PostStatus.TRASHED:
        post.published_at = None
        run.warn(
            "trashed",
            f"“{post}” was in the old blog's bin: it is a draft here.",
            source,
        )
    elif post.published_at is None:
        if source.uid:
            run.warn(
                "no-date", f"“{post}” has no date: it is a draft until it has.", source
            )
    elif source.status is PostStatus.SCHEDULED and post.published_at <= now:
        run.warn(
            "was-scheduled",
            f"“{post}” was to appear on {post.published_at:%-d %B %Y}, which is past: "
            "it is a draft. Publish it if it should be public.",
            source,
        )
        post.published_at = None
    else:
        post.status = Post.Status.PUBLISHED  # a future one is scheduled when saved
        if post.published_at > now:
            run.warn(
                "future-date",
                f"“{post}” is dated {post.published_at:%-d %B %Y}: it appears on that "
                "day.",
                source,
            )


def _take_time(post: Post, source: SourcePost, zone: ZoneInfo) -> None:
    if source.published_at is not None:
        post.published_at = source.published_at
        post.published_precision = Post.Precision.MINUTE
    elif source.date is not None:
        post.published_at = datetime.combine(source.date, source.time or NOON, zone)
        known = Post.Precision.MINUTE if source.time else Post.Precision.DAY
        post.published_precision = known


def _keep_address(post: Post, source: SourcePost, stored: StoredPosts) -> bool:
    """Gives a public post the address that it had at the old blog, if that is free and
    of a shape that is used here; whether it did."""
    if post.status == Post.Status.DRAFT or source.status is not PostStatus.LIVE:
        return False
    for path in _paths(source):
        address = addresses.address_of_path(path)
        if address is None or address.startswith("p/") != post.is_page:
            continue
        other = stored.at(address)
        if other is not None and other is not post:
            continue
        if address == post.address:
            return False
        post.address, post.slug = address, address.rpartition("/")[2]
        post.was_public = True  # readers of the old blog have seen it there
        return True
    return False


def update_post(post: Post, source: SourcePost, stored: StoredPosts, run: Run) -> None:
    """Takes from the source what is new of a post itself."""
    if source.is_missing:
        return
    if is_placeholder(post):
        post.source_id = source.uid[:LONGEST_ID] or post.source_id
        fill_new(post, source, stored, run)
        key = post_key(source, run.zone)
        if key and not stored.is_taken(key):
            post.source_key = key
        return
    if source.author and not post.author_name:
        post.author_name = source.author[:200]
    if source.uid and not post.source_id:
        post.source_id = source.uid[:LONGEST_ID]
        if post.source_key:
            _keep_true_address(post, source, stored)
    _fill_time(post, source, run.zone)
    _take_body(post, source, run)


def _keep_true_address(post: Post, source: SourcePost, stored: StoredPosts) -> None:
    """A text dump does not tell its address, so that one was made of the title; the
    true one takes its place, and the other leads there."""
    if post.source_id and system(post.source_id) not in ("blogger", "wordpress"):
        return
    made_up = post.address
    if _keep_address(post, source, stored) and made_up:
        OldAddress.objects.get_or_create(
            path=f"/{made_up}.html", defaults={"post": post}
        )


def _fill_time(post: Post, source: SourcePost, zone: ZoneInfo) -> None:
    """A time in place of no time, and the exact one in place of its day alone."""
    day = day_of(source, zone)
    if day is None or source.status is not PostStatus.LIVE:
        return
    exact = source.published_at is not None or source.time is not None
    same_day = (
        post.published_at is not None
        and post.published_precision == Post.Precision.DAY
        and timezone.localtime(post.published_at, zone).date() == day
    )
    if post.published_at is None or (same_day and exact):
        _take_time(post, source, zone)


def _take_body(post: Post, source: SourcePost, run: Run) -> None:
    """Takes a body that changed at the source or says more (links, stress), unless it
    was edited here, is one that the source had before, or plainly another post's."""
    digest = words_digest(source.body)
    if digest in post.source_digests:
        return
    mine, theirs = (
        plain(post.body, post.body_format),
        plain(source.body, source.body_format),
    )
    same = letters_digest(mine) == letters_digest(theirs)
    is_edited = not post.source_digests or (
        words_digest(post.body) != post.source_digests[-1]
    )
    richer = (
        post.body_format == Post.Format.TEXT and source.body_format != Post.Format.TEXT
    )
    poorer = (
        post.body_format != Post.Format.TEXT and source.body_format == Post.Format.TEXT
    )
    if same and (is_edited or not richer):
        # Known from now on; the last one stays that of the body that stands here.
        post.source_digests = [digest, *post.source_digests]
    elif not same and not _much_the_same(mine, theirs):
        run.warn(
            "same-date-and-title",
            f"“{post}” was imported before with the same date and another text, which "
            "is kept; these comments are added to it. If they are two posts, give one "
            "of them another title in its file.",
            source,
        )
    elif is_edited:
        run.warn(
            "body-differs",
            f"The text of “{post}” differs from the source and was edited here: "
            "the edited one is kept.",
            source,
        )
    elif poorer:
        run.warn(
            "body-differs",
            f"The text of “{post}” differs in this text dump. The earlier one, which "
            "has its links and its stress, is kept.",
            source,
        )
    else:
        post.body, post.body_format = _body(source, run)
        post.source_digests = [*post.source_digests, *_digests(source, post)]


def _much_the_same(one: str, other: str) -> bool:
    """Whether two texts share a fifth of their words, or are too short to tell."""
    words, others = set(one.casefold().split()), set(other.casefold().split())
    few = min(len(words), len(others)) < 20
    return few or len(words & others) >= len(words | others) / 5


def add_labels(pairs: Iterable[tuple[Post, Sequence[str]]], run: Run) -> None:
    """Adds the labels that no source gave before to saved posts, and notes them in
    ``source_labels``, which the caller saves."""
    longest = Label._meta.get_field("name").max_length
    wanted: dict[Post, list[str]] = {}
    for post, names in pairs:
        for name in sorted(set(names) - set(post.source_labels)):
            if len(name) > longest:
                run.report.add_warning(
                    "label-too-long",
                    f"A label has {len(name)} characters, {longest} are the most; it "
                    f"is left out: “{name[:40]}…”",
                )
            else:
                wanted.setdefault(post, []).append(name)
    names = {name for new in wanted.values() for name in new} - run.labels.keys()
    if names:
        Label.objects.bulk_create(
            [Label(name=name) for name in sorted(names)], ignore_conflicts=True
        )
        run.labels |= {
            label.name: label for label in Label.objects.filter(name__in=names)
        }
    through = Post.labels.through
    through.objects.bulk_create(
        [
            through(post_id=post.pk, label_id=run.labels[name].pk)
            for post, new in wanted.items()
            for name in new
        ],
        ignore_conflicts=True,
    )
    for post, new in wanted.items():
        post.source_labels = [*post.source_labels, *new]


def add_old_addresses(
    pairs: Iterable[tuple[Post, SourcePost]], stored: StoredPosts, run: Run
) -> None:
    """Keeps where the posts stood, but for the address that they have here too."""
    new: dict[str, OldAddress] = {}
    for post, source in pairs:
        for path in _paths(source):
            if path == f"/{post.address}.html":
                continue
            owner = stored.owner(path)
            if owner is None and path in new:
                owner = new[path].post_id
            if owner is None:
                new[path] = OldAddress(path=path, post=post)
            elif owner != post.pk:
                run.warn(
                    "address-taken",
                    f"{path} leads to another post already; it does not lead to "
                    f"“{post}”.",
                    source,
                )
    OldAddress.objects.bulk_create(new.values(), ignore_conflicts=True)
