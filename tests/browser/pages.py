"""Which pages there are, known before the site runs."""

import json
from dataclasses import dataclass

from .deep_discussion import LONG_NAME
from .server import ROOT, SEEDS, Site

WIDTHS = (360, 1440)
THEMES = ("light", "dark")


@dataclass(frozen=True)
class Imported:
    """A post of an imported page. ``paths`` are its comments' numbers ("5.2") and first
    words, where a seed tells them."""

    file: str
    date: str
    title: str
    labels: tuple[str, ...]
    declared: int | None
    has_comments: bool
    paths: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        return f"{self.file[:3].rstrip('_-')}-{self.date}"

    def path(self, site: Site) -> str:
        return site.post_path(self.date, self.title)


def _seeds() -> list[Imported]:
    golden = SEEDS / "golden.json"
    if not golden.is_file():
        return []
    return [
        Imported(
            file["file"],
            post["date"],
            post["title"],
            tuple(post["labels"]),
            post["declared_comments"],
            post["declared_comments"] is not None,
            tuple((each["path"], each["starts"]) for each in post.get("comments", ())),
        )
        for file in json.loads(golden.read_text(encoding="utf-8"))
        for post in file["posts"]
    ]


def _fixtures() -> list[Imported]:
    expected = ROOT / "fixtures" / "expected.json"
    return [
        Imported(
            file,
            post["date"],
            post["title"],
            tuple(post["labels"]),
            post["declared_comments"],
            post["comments_included"],
        )
        for file, said in json.loads(expected.read_text(encoding="utf-8")).items()
        for post in said["posts"]
    ]


SEED_POSTS = _seeds()
FIXTURE_POSTS = _fixtures()
IMPORTED = SEED_POSTS or FIXTURE_POSTS
DISCUSSED = [post for post in IMPORTED if post.has_comments]
STORM = next(post for post in FIXTURE_POSTS if post.file.startswith("10-"))
MUG = next(post for post in FIXTURE_POSTS if post.file.startswith("04-"))

# One of each kind; the values are made into addresses by ``kind_path``.
KINDS = {
    "home": "/",
    "home, page 2": "/?page=2",
    "post": STORM,
    "post without times": DISCUSSED[0],
    "post without comments": FIXTURE_POSTS[6],
    "post of a label page": next(p for p in FIXTURE_POSTS if not p.has_comments),
    "untitled post": next(p for p in FIXTURE_POSTS if not p.title),
    "deep discussion": "deep",
    "label": "/search/label/One%20Water",
    "label by year": "/search/label/One%20Water?by=year",
    "long label": f"/search/label/{LONG_NAME}",
    "year": "/2022/",
    "month": "/2022/01/",
    "before you write": "/moderation/before-you-write/",
    "not found": "/2022/01/nothing-here.html",
}


def kind_path(kind: str, site: Site) -> str:
    where = KINDS[kind]
    if isinstance(where, Imported):
        return where.path(site)
    return site.deep["path"] if where == "deep" else where
