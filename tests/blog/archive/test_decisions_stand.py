"""What was decided here stands, whichever copy of the blog is read next.

Every format after itself and after another: of each third comment somebody decided
something, or its words are gone. No copy brings back a state or a word.
"""

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F

from blog.archive.importing import import_paths
from blog.archive.matching import letters_digest
from blog.models import Comment

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
FIXTURES = Path(__file__).resolve().parents[3] / "fixtures"
COPIES = {
    "takeout": [FIXTURES / "takeout"],
    "backup": [FIXTURES / "the-lower-deck-backup.xml"],
    "wordpress": [FIXTURES / "the-lower-deck-wordpress.xml"],
    "disqus": [FIXTURES / "the-lower-deck-disqus.xml"],
    "text": sorted(FIXTURES.glob("*.txt")),
}
GONE = {"text": "", "html": "", "name": "", "tag": "", "signature": ""}
DECIDED = {
    "hidden": {},
    "rejected": {"published_at": None},
    "spam": {"published_at": None},
    "withdrawn": GONE,
    "erased": GONE | {"published_at": None},
}


def run(copy: str):
    report = import_paths(COPIES[copy], zone=LONDON, again=True)
    assert report.failed == []
    return report


def decide() -> set[str]:
    """Decides about a third of the comments; gives the letters that only those have
    whose words went."""
    shown = Comment.objects.published().exclude(text="").order_by("pk")
    texts = dict(shown.values_list("pk", "text"))
    pks = list(texts)
    removed = set()
    for number, (state, fields) in enumerate(DECIDED.items()):
        some = pks[number * 3 :: 15]
        assert some
        Comment.objects.filter(pk__in=some).update(
            state=state, version=F("version") + 1, **fields
        )
        if fields.get("text") == "":
            removed |= {letters_digest(texts[pk]) for pk in some}
    left = Comment.objects.values_list("text", flat=True)
    return removed - {letters_digest(text) for text in left}


@pytest.mark.parametrize(
    ("first", "then"),
    [(copy, copy) for copy in COPIES]
    + [
        ("takeout", "backup"),
        ("backup", "takeout"),
        ("text", "takeout"),
        ("takeout", "text"),
        ("wordpress", "takeout"),
        ("disqus", "wordpress"),
    ],
)
def test_no_copy_brings_anything_back(first, then):
    run(first)
    removed = decide()
    assert removed
    decided = Comment.objects.filter(version=2)
    before = list(decided.order_by("pk").values_list("pk", "state", "text", "html"))
    report = run(then)
    assert (
        list(decided.order_by("pk").values_list("pk", "state", "text", "html"))
        == before
    )
    texts = Comment.objects.values_list("text", flat=True)
    assert removed.isdisjoint(letters_digest(text) for text in texts)
    if first == then:
        assert (report.comments.new, report.comments.updated) == (0, 0)
