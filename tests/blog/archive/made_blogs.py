"""Blogs of any size with made-up words, for tests and benchmarks."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import escape, unescape
from random import Random
from zoneinfo import ZoneInfo

from blog.addresses import post_address, slug_from_title
from blog.archive.model import SourceComment, SourcePost

SITE = "https://the-lower-deck.example.org"
LONDON = ZoneInfo("Europe/London")

# What exports hold of people and no part of the program may keep: easy to search for.
EMAIL = "never.stored@example.org"
IP_ADDRESS = "192.0.2.77"

WORDS = (
    "rota shift pier tide notice memo form line crew winch rope gale quay ledger "
    "inspector minister Monday overtime lamp signal barge engine cold early nobody "
    "always because however under between without again perhaps certainly"
).split()

NAMES = (
    "'Bosun",
    "Second Mate (retd)",
    "Berth 2",
    "Quayside",
    "Leading Hand, Berth 5",
    "Night Mail",
)
LABELS = ("Rosters", "Weather", "Pay & rations", "Masters' notes", "Linkspans")

# Blogger's numbers fall with time here: a feed sorted by them has every reply before
# what it answers, and, as posts have the highest, all comments before their posts.
_FIRST_COMMENT = 7 * 10**18
_FIRST_POST = 9 * 10**18


def posts(chosen: Random, count: int, comments: int) -> Iterator[SourcePost]:
    """``count`` posts on different days with ``comments`` comments each, about half of
    them replies, of 5 to 160 words."""
    for number in range(count):
        yield SourcePost(
            title=f"{_sentence(chosen, 5)} {number}".title(),
            date=date(2010, 1, 1) + timedelta(days=number),
            body="\n\n".join(_sentence(chosen, 60) for _ in range(3)),
            comments=tuple(_comments(chosen, comments)),
            comments_declared=comments,
        )


def _comments(chosen: Random, count: int) -> Iterator[SourceComment]:
    top = reply = 0
    for _ in range(count):
        if top and chosen.random() < 0.55:
            reply += 1
            number, parent = f"{top}.{reply}", str(top)
        else:
            top, reply = top + 1, 0
            number, parent = str(top), None
        yield SourceComment(id=number, parent=parent, text=_text(chosen))


def feed_posts(chosen: Random, count: int, comments: int) -> Iterator[SourcePost]:
    """Posts as feeds hold them: with lasting numbers, authors, times to the second and
    HTML. One a day from 2010 on; about half of the comments are replies."""
    for number in range(count):
        published = datetime(2010, 1, 1, 9, tzinfo=LONDON) + timedelta(
            days=number, seconds=chosen.randrange(36_000)
        )
        title = f"Notice {number}: {_sentence(chosen, 4)[:-1]}"
        slug = slug_from_title(title)
        uid = f"blogger:{_FIRST_POST - number}"
        first = _FIRST_COMMENT - number * comments
        yield SourcePost(
            title=title,
            date=None,
            body="".join(
                f"<p>{_sentence(chosen, 40)}<br />R&amp;D, page {number}.</p>"
                for _ in range(2)
            ),
            author="Aldous",
            labels=tuple(chosen.sample(LABELS, chosen.randrange(3))),
            comments=tuple(_feed_comments(chosen, uid, published, first, comments)),
            comments_declared=comments,
            uid=uid,
            body_format="html",
            published_at=published,
            addresses=(f"/{post_address(published.year, published.month, slug)}.html",),
        )


def as_dump(post: SourcePost) -> SourcePost:
    """The same post as it is on a page without names and times: what ``dump_writer``
    can write, with the words of the feed."""
    numbers: dict[str | None, str] = {}
    below: dict[str | None, int] = {}
    comments = []
    for comment in post.comments:
        below[comment.parent] = below.get(comment.parent, 0) + 1
        number = str(below[comment.parent])
        parent = numbers.get(comment.parent)
        numbers[comment.id] = f"{parent}.{number}" if parent else number
        text = as_text(comment.html)
        comments.append(SourceComment(numbers[comment.id], parent, text))
    return SourcePost(
        title=post.title,
        date=post.published_at.astimezone(LONDON).date(),
        body=as_text(post.body),
        labels=post.labels,
        comments=tuple(comments),
        comments_declared=len(comments),
    )


def as_html(text: str) -> str:
    """A text as Blogger stores a comment of these words."""
    return escape(text, quote=False).replace("\n", "<br />")


def as_text(html: str) -> str:
    """The text of the simple HTML that is made here."""
    html = html.replace("<br />", "\n").replace("</p><p>", "\n\n")
    return unescape(html.replace("<p>", "").replace("</p>", ""))


def number(uid: str) -> str:
    """What a program itself calls the thing with this uid: 123 of "blogger:123"."""
    return uid.rpartition(":")[2]


def whole_address(post: SourcePost) -> str:
    """Where the post stands on the blog; "" if it has no address."""
    address = post.addresses[0] if post.addresses else ""
    return SITE + address if address.startswith("/") else address


def renumbered(
    posts: list[SourcePost], system: str, first_post: int, first_comment: int
) -> list[SourcePost]:
    """The same blog as another program numbers it: posts and comments from 1 up, in
    the order of their times."""
    dated = sorted(posts, key=lambda post: post.published_at)
    post_uids = {p.uid: f"{system}:{n}" for n, p in enumerate(dated, first_post)}
    comments = sorted(
        (comment for post in posts for comment in post.comments),
        key=lambda comment: comment.written_at,
    )
    uids = {c.uid: f"{system}:{n}" for n, c in enumerate(comments, first_comment)}
    # A parent that is missing keeps missing, under a number that nothing has.
    gone = f"{system}:{first_comment + len(comments)}"
    return [
        replace(
            post,
            uid=post_uids[post.uid],
            comments=tuple(
                replace(
                    comment,
                    id=uids[comment.uid],
                    uid=uids[comment.uid],
                    post=post_uids[post.uid] if comment.post else "",
                    parent=uids.get(comment.parent, gone) if comment.parent else None,
                )
                for comment in post.comments
            ),
        )
        for post in posts
    ]


def _feed_comments(
    chosen: Random, post: str, published: datetime, first: int, count: int
) -> Iterator[SourceComment]:
    tops: list[str] = []
    moment = published
    for at in range(count):
        uid = f"blogger:{first - at}"
        moment += timedelta(seconds=chosen.randrange(20, 900))
        is_reply = bool(tops) and chosen.random() < 0.55
        text = _text(chosen)
        if chosen.random() < 0.05:
            text += "\nFish & chips, 5 < 6."
        yield SourceComment(
            id=uid,
            parent=chosen.choice(tops[-5:]) if is_reply else None,
            text="",
            author="" if chosen.random() < 0.75 else chosen.choice(NAMES),
            written_at=moment,
            html=as_html(text),
            uid=uid,
            post=post,
        )
        if not is_reply:
            tops.append(uid)


def texts(chosen: Random) -> Iterator[str]:
    """Comments without end."""
    while True:
        yield _text(chosen)


def _text(chosen: Random) -> str:
    return "\n\n".join(
        _sentence(chosen, chosen.randint(5, 80)) for _ in range(chosen.randint(1, 2))
    )


def _sentence(chosen: Random, words: int) -> str:
    return " ".join(chosen.choices(WORDS, k=words)).capitalize() + "."
