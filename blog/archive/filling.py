"""What a source brings of a post: new ones, and what earlier ones did not have."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.utils import timezone

from blog import addresses
from blog.models import Label, OldAddress, Post

from .batches import Batch
from .bodies import post_from_html
from .gathering import MISSING_POST
from .matching import letters_digest, system, words_digest
from .media import Media
from .model import PostStatus, SourcePost
from .posts import StoredPosts, day_of, much_the_same, paths_of, plain, post_key
from .report import FileReport

NOON = time(12)
LONGEST_TITLE = 500
LONGEST_ID = 200


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


def _with_last(digests: list[str], body: str) -> list[str]:
    digest = words_digest(body)
    return digests if digests[-1:] == [digest] else [*digests, digest]


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
    return _with_images(post_from_html(source.body), source, run), source.body_format


def _with_images(body: str, source: SourcePost, run: Run) -> str:
    """The body with the images that the owner gave, if any."""
    if run.media is None:
        return body
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
    return body


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
    for path in paths_of(source):
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
    _tell_changes(post, source, run)
    if source.author and not post.author_name:
        post.author_name = source.author[:200]
    if source.uid and not post.source_id:
        post.source_id = source.uid[:LONGEST_ID]
        if post.source_key:
            _keep_true_address(post, source, stored)
    _fill_time(post, source, run.zone)
    _take_body(post, source, run)


def _tell_changes(post: Post, source: SourcePost, run: Run) -> None:
    """What the source says otherwise now of the very post: a person decides."""
    if not source.uid or source.uid != post.source_id:
        return
    is_live = source.status in (PostStatus.LIVE, PostStatus.SCHEDULED)
    if post.status == Post.Status.DRAFT and source.status is PostStatus.LIVE:
        run.warn(
            "published-since",
            f"“{post}” is public at the source and a draft here. Publish it if it "
            "should be.",
            source,
        )
    elif post.status != Post.Status.DRAFT and not is_live:
        run.warn(
            "removed-since",
            f"“{post}” is no longer public at the source ({source.status}). It still "
            "is here: decide about it.",
            source,
        )
    if source.title and _title(source, run) != post.title:
        run.warn(
            "renamed-since",
            f"“{post}” is called “{source.title}” at the source. The title here is "
            "kept.",
            source,
        )


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
    is_edited = not post.source_digests or (
        words_digest(post.body) != post.source_digests[-1]
    )
    if digest in post.source_digests:
        if source.body_format == post.body_format == Post.Format.HTML and not is_edited:
            # The same source again, this time with its images.
            post.body = _with_images(post.body, source, run)
            post.source_digests = _with_last(post.source_digests, post.body)
        return
    mine, theirs = (
        plain(post.body, post.body_format),
        plain(source.body, source.body_format),
    )
    same = letters_digest(mine) == letters_digest(theirs)
    richer = (
        post.body_format == Post.Format.TEXT and source.body_format != Post.Format.TEXT
    )
    poorer = (
        post.body_format != Post.Format.TEXT and source.body_format == Post.Format.TEXT
    )
    if same and (is_edited or not richer):
        # Known from now on; the last one stays that of the body that stands here.
        post.source_digests = [digest, *post.source_digests]
    elif not same and not much_the_same(mine, theirs):
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


def add_labels(pairs: Iterable[tuple[Post, Sequence[str]]], run: Run) -> None:
    """Adds the labels that no source gave before to saved posts, and notes them in
    ``source_labels``, which the caller saves."""
    longest = Label._meta.get_field("name").max_length
    wanted: dict[Post, list[str]] = {}
    for post, names in pairs:
        given = {" ".join(name.split()) for name in names} - {""}
        for name in sorted(given - set(post.source_labels)):
            if len(name) > longest:
                run.report.add_warning(
                    "label-too-long",
                    f"A label has {len(name)} characters, {longest} are the most; it "
                    f"is left out: “{name[:40]}…”",
                )
            elif addresses.is_lost_in_address(name):
                run.report.add_warning(
                    "label-unusable",
                    "No browser can ask for the page of a label with . or .. by itself "
                    f"or between slashes; it is left out: “{name}”",
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
        for path in paths_of(source):
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
