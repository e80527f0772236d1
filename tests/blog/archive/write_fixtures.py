"""Writes the invented blog of ``fixtures/`` in the forms of every kind of export.

``python -m tests.blog.archive.write_fixtures`` reads the pages of text and adds what
such pages lose: numbers, names, times, labels, addresses. It gives the same files each
time.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import partial
from html import escape
from io import StringIO
from itertools import groupby
from pathlib import Path

from blog.addresses import post_address, slug_from_title
from blog.archive.formats import text
from blog.archive.model import PostStatus, SourceComment, SourcePost, Status

from . import backup_writer, disqus_writer, takeout_writer, wxr_writer
from .made_blogs import LONDON, as_html, renumbered

FIXTURES = Path(__file__).parents[3] / "fixtures"
EDITOR = "Aldous"

ToHtml = Callable[[str], str]

# When each post came out; pages 09 and 10 say it themselves.
_PUBLISHED = {
    "Who Decides We Sail?": "17:30",
    "Thirty-Nine Years and a Clock": "20:30",
    "Mainstay Goes Live": "18:12",
    "Two Per Cent and a Mug": "12:45",
    "Five Years of One Water": "18:30",
    "You Said, We Aligned": "18:00",
    "The Same Boat": "19:40",
    "Announced on a Tuesday": "17:50",
    "First Entry": "14:00",
    "Notices to Readers 4": "17:15",
    "Ten Years Below": "21:30",
    "": "18:20",
    "The Christmas Eve Boat": "17:30",
}

_LABELS = {
    "Who Decides We Sail?": ("Safety", "The joint room"),
    "Thirty-Nine Years and a Clock": ("People",),
    "Mainstay Goes Live": ("Mainstay",),
    "Two Per Cent and a Mug": ("Pay",),
    "First Entry": ("Housekeeping",),
    "Notices to Readers 4": ("Notices",),
    "Ten Years Below": ("Housekeeping",),
    "": ("Training",),
    "The Christmas Eve Boat": ("People",),
}

# When the comments were written, a thread a line; "+" is the day after the post. Where
# the words answer a time (page 01: "19.42." and "21.15"), 1.2 and 8.1 are of then.
_WRITTEN = {
    "Who Decides We Sail?": """
        18:40 18:58 19:42 19:49 20:05 20:11 20:26 20:51 21:34 21:52
        18:47 19:10
        18:55
        19:03 19:17 19:24 19:31 20:40 21:19
        19:36 19:58 20:14
        19:45
        20:20 20:57 21:06 21:41 22:12
        20:33 21:15 21:22 21:29 21:47 22:04 22:31
        20:44
        21:01 21:26 21:38 22:48
        21:12 21:33
        22:20 22:39 +08:05
        +07:25
        """,
    "Thirty-Nine Years and a Clock": """
        20:51 20:58 21:10 21:22
        20:55 21:03 21:05 21:48 21:53
        21:15 21:20
        21:27 21:36 22:01 22:14 22:19
        21:31 21:40 21:44 21:58
        21:50
        22:06
        22:25 22:31 22:38 22:41 22:52
        """,
    "Mainstay Goes Live": """
        18:19 18:22 18:24 18:47
        18:26
        18:31 18:36 18:44
        18:34 18:53 19:02
        18:40 18:58
        18:46 18:50 19:15
        18:55
        """,
    "Two Per Cent and a Mug": """
        18:10 18:15 18:32 18:41 19:20
        18:55 19:08
        19:30 19:42
        20:15 +07:40
        +12:20
        """,
    "First Entry": "19:35",
    "Ten Years Below": """
        21:48 22:03
        22:40
        """,
    "": """
        19:05 19:12
        20:30
        21:57
        """,
    "The Christmas Eve Boat": """
        20:40 20:58
        +11:20 +11:31 +12:05
        +20:45
        """,
}

# Whoever is not here did not sign.
_SIGNED = {
    "Who Decides We Sail?": {
        "1.8": "'Bosun",
        "2.1": "Berth 2",
        "4.5": "Limit Switch",
        "5.1": "Spring Line",
        "7": "Annex B",
        "7.4": "Annex B",
        "8.4": "Guild Rep",
        "8.6": "Guild Rep",
        "10": "North Loop",
        "10.2": "North Loop",
        "11": "Quayside",
        "12": "Second Mate (retd)",
    },
    "Thirty-Nine Years and a Clock": {
        "1.1": "Quayside",
        "3": "Slide Rule",
        "5": "Old Constance",
        "5.2": "Old Constance",
        "6": "Second Mate (not retd, alas)",
        "7": "Tea Break",
        "8.4": "Berth 2",
    },
    "Mainstay Goes Live": {
        "1": "Derwent",
        "1.3": "Derwent",
        "2": "Wallpaper",
        "4.1": "Payroll (retd)",
    },
    "Two Per Cent and a Mug": {
        "2.1": "Leading Hand, Berth 5",
        "3": "Night Mail",
        "4": "Half and One",
    },
    "Ten Years Below": {"2": "The Bucket"},
    "": {"3": "Nine Years at Sea"},
    "The Christmas Eve Boat": {"1": "Purser"},
}

# What stands below the one post whose page of text has no comments. Number, parent,
# time, name, status, words; the parent 9 is in no file.
_FURTHER_COMMENTS = (
    ("1", None, "19:05", "", Status.REMOVED_BY_AUTHOR, ""),
    (
        *("2", "1", "19:20", "", Status.LIVE),
        "I saw that before it went, and you were right about page 31.",
    ),
    (
        *("3", "1", "19:41", "Quayside", Status.LIVE),
        "It has gone, so let it be gone. But thank you for it.",
    ),
    (
        *("4", None, "20:02", "", Status.LIVE),
        "Forty pages, and the ladder at Quelm is not on one of them.",
    ),
    (
        *("5", "4", "20:15", "Leading Hand, Berth 5", Status.LIVE),
        "It is. Look at the sunrise again, bottom left, without its third rung.",
    ),
    (
        *("6", "9", "20:30", "", Status.LIVE),
        "Agreed with every word, and so is the whole of the early turn.",
    ),
    (
        *("7", None, "21:10", "", Status.HELD),
        "Is anybody still reading this one? I have a question about page 12, and\n"
        "I should rather ask it here than upstairs.",
    ),
    (
        *("8", None, "22:47", "Raft Bargains", Status.SPAM),
        "Life rafts at half price, hardly used! https://rafts.example.org/offer",
    ),
)
_FURTHER_COMMENTS_ON = "Five Years of One Water"

# What no page of text shows.
_FURTHER_POSTS = (
    SourcePost(
        title="What the Third One Was",
        date=date(2024, 11, 20),
        time=time(21, 5),
        body="Not finished. Ask the ticket desk whether amber is better than red, and "
        "for whom.",
        labels=("Safety",),
        status=PostStatus.DRAFT,
    ),
    SourcePost(
        title="To Whoever Keeps This Page",
        date=date(2099, 5, 8),
        time=time(9),
        body="If this has gone up by itself, then nobody has stopped it, and I take "
        "that as a sign of life.\n\nWeather: you tell me.",
        status=PostStatus.SCHEDULED,
    ),
    SourcePost(
        title="Testing, Testing",
        date=date(2011, 5, 7),
        time=time(21, 40),
        body="One two. Does this thing float?",
        status=PostStatus.TRASHED,
    ),
    SourcePost(
        title="About The Lower Deck",
        date=date(2011, 5, 8),
        time=time(14, 30),
        body="A page for everybody who works on the boats, the piers and the offices "
        "behind them.\n\nNobody has to sign. Everything is read before it goes up, by "
        "me, with my supper, so please be patient after seven.",
        addresses=("/p/about-the-lower-deck.html",),
        is_page=True,
    ),
)
_ORPHAN = SourceComment(
    id="blogger:1000000000000000505",
    uid="blogger:1000000000000000505",
    post="blogger:8000000000000000404",
    parent=None,
    text="",
    html="I can’t find the page about the kettle any more, so I’ll say it here: it "
    "came back.",
    author="Wallpaper",
    written_at=datetime(2022, 3, 1, 20, 4, tzinfo=LONDON),
)
_MISSING_PARENT = "blogger:1000000000000000404"

# Of these posts' discussions the Disqus file pretends to be.
_ON_DISQUS = (
    "Thirty-Nine Years and a Clock",
    "Storm Watch, Sunday Night",
    "Five Years of One Water",
)


def formats() -> dict[str, str]:
    """Every file that is written, by its path below ``fixtures/``."""
    posts = blogger_posts()
    takeout, backup, wordpress, disqus = (StringIO() for _ in range(4))
    takeout_writer.write_feed(posts, takeout)
    backup_writer.write(posts, backup)
    disqus_writer.write(renumbered(_disqus(posts), "disqus", 40_101, 5_000_001), disqus)
    # WordPress keeps comments as they were typed.
    typed = partial(escape, quote=False)
    there = _numbered([_as_feed(post, _wordpress_html, typed) for post in lower_deck()])
    wxr_writer.write(renumbered(there, "wordpress", 11, 101), wordpress)
    folder = f"takeout/Takeout/Blogger/Blogs/{takeout_writer.NAME}"
    return {
        f"{folder}/feed.atom": takeout.getvalue(),
        "the-lower-deck-backup.xml": backup.getvalue(),
        "the-lower-deck-wordpress.xml": wordpress.getvalue(),
        "the-lower-deck-disqus.xml": disqus.getvalue(),
    }


def blogger_posts() -> list[SourcePost]:
    """The blog as Blogger holds it."""
    posts = [_as_feed(post, _blogger_html, as_html) for post in lower_deck()]
    return _with_orphan(_numbered(posts))


def lower_deck() -> list[SourcePost]:
    """The blog: the pages of text as one, names and times added, texts as they are."""
    found: dict[tuple[date, str], SourcePost] = {}
    for path in sorted(FIXTURES.glob("*.txt")):
        for post in text.read(path.read_bytes()).posts:
            earlier = found.get((post.date, post.title), post)
            labels = tuple(dict.fromkeys([*earlier.labels, *post.labels]))
            whole = post if post.comments else earlier
            found[post.date, post.title] = replace(whole, labels=labels)
    posts = [_completed(post) for post in found.values()]
    return [_dated(post) for post in (*posts, *_FURTHER_POSTS)]


def _completed(post: SourcePost) -> SourcePost:
    """With names, times and labels; those that a page prints are kept."""
    day = post.date
    comments = [_named(post, comment) for comment in post.comments]
    if post.title in _WRITTEN:
        written = _WRITTEN[post.title].split()
        comments = [
            replace(comment, written_at=_at(day, moment, seconds=_seconds(comment)))
            for comment, moment in zip(comments, written, strict=True)
        ]
    if post.title == _FURTHER_COMMENTS_ON:
        comments = [
            SourceComment(own, parent, words, author, _at(day, moment), status)
            for own, parent, moment, author, status, words in _FURTHER_COMMENTS
        ]
    return replace(
        post,
        time=post.time or time.fromisoformat(_PUBLISHED[post.title]),
        labels=(*post.labels, *_LABELS.get(post.title, ())),
        comments=tuple(comments),
    )


def _named(post: SourcePost, comment: SourceComment) -> SourceComment:
    """A page prints "Anonymous" where nobody signed."""
    author = comment.author
    if author is None:
        author = _SIGNED.get(post.title, {}).get(comment.id, "")
    written = comment.written_at
    return replace(
        comment,
        author="" if author == "Anonymous" else author,
        written_at=written and written.replace(tzinfo=LONDON),
    )


def _seconds(comment: SourceComment) -> int:
    return (7 * len(comment.text) + 13) % 60


def _at(day: date, clock: str, seconds: int = 0) -> datetime:
    """A time on ``day``, or on the next one if a "+" stands before it."""
    day += timedelta(days=clock.startswith("+"))
    moment = time.fromisoformat(clock.removeprefix("+")).replace(second=seconds)
    return datetime.combine(day, moment, LONDON)


def _dated(post: SourcePost) -> SourcePost:
    """With its moment and its address; a draft has had none yet."""
    day = post.date
    address = post_address(day.year, day.month, slug_from_title(post.title))
    is_draft = post.status is PostStatus.DRAFT
    return replace(
        post,
        published_at=datetime.combine(day, post.time, LONDON),
        date=None,
        time=None,
        author=EDITOR,
        addresses=post.addresses or (() if is_draft else (f"/{address}.html",)),
    )


def _as_feed(post: SourcePost, body_html: ToHtml, comment_html: ToHtml) -> SourcePost:
    """With HTML in the place of text."""
    return replace(
        post,
        body=body_html(post.body),
        body_format="html",
        comments=tuple(
            replace(comment, text="", html=comment_html(comment.text))
            for comment in post.comments
        ),
    )


def _blogger_html(body: str) -> str:
    """Paragraphs, line breaks and lists."""
    return "\n".join(
        part if part.startswith("<ul>") else f"<p>{part}</p>"
        for part in _parts(body, "<br />")
    )


def _wordpress_html(body: str) -> str:
    """Paragraphs are parted by empty lines, lines end where they end."""
    return "\n\n".join(_parts(body, "\n"))


def _parts(body: str, line_break: str) -> Iterator[str]:
    """The paragraphs and lists of a text."""
    lines = escape(body, quote=False).split("\n")
    for kind, found in groupby(lines, key=_kind):
        if kind == "list":
            items = (f"<li>{line.strip().lstrip('• ')}</li>" for line in found)
            yield f"<ul>{''.join(items)}</ul>"
        elif kind == "text":
            yield line_break.join(found)


def _kind(line: str) -> str:
    if not line:
        return "empty"
    return "list" if line.lstrip().startswith("•") else "text"


def _numbered(posts: list[SourcePost]) -> list[SourcePost]:
    """With Blogger's numbers, which fall with time for comments and are highest for
    posts: a feed sorted by them has all in the order that is hardest to read."""
    dated = sorted(range(len(posts)), key=lambda at: posts[at].published_at)
    uids = {
        at: f"blogger:{81 * 10**17 + rank * 40_000_000_000_000_003}"
        for rank, at in enumerate(dated)
    }
    comments = sorted(
        (comment.written_at, at, comment.id)
        for at, post in enumerate(posts)
        for comment in post.comments
    )
    ids = {
        (at, own): f"blogger:{8 * 10**18 - rank * 30_517_578_125_000_001}"
        for rank, (_, at, own) in enumerate(comments)
    }
    return [
        replace(
            post,
            uid=uids[at],
            comments=tuple(
                replace(
                    comment,
                    id=ids[at, comment.id],
                    uid=ids[at, comment.id],
                    post=uids[at],
                    parent=comment.parent
                    and ids.get((at, comment.parent), _MISSING_PARENT),
                )
                for comment in post.comments
            ),
        )
        for at, post in enumerate(posts)
    ]


def _with_orphan(posts: list[SourcePost]) -> list[SourcePost]:
    """With a comment on a post that is gone: only Blogger's feeds can hold one."""
    missing = SourcePost(
        title="",
        date=None,
        body="",
        uid=_ORPHAN.post,
        is_missing=True,
        addresses=("/2022/02/kettle.html",),
        comments=(_ORPHAN,),
    )
    return [*posts, missing]


def _disqus(posts: Iterable[SourcePost]) -> list[SourcePost]:
    return [post for post in posts if post.title in _ON_DISQUS]


def main() -> None:
    for name, content in formats().items():
        path = FIXTURES / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
