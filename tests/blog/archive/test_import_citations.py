"""Posts that are named in what is imported: linked in whatever order the files come."""

import json
from datetime import date
from io import StringIO
from itertools import permutations
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.archive.importing import import_paths
from blog.archive.model import SourceComment, SourcePost
from blog.archive.undoing import undo
from blog.discussion import citations
from blog.models import Citation, Comment, ImportBatch, Post

from .dump_writer import write_post_page

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
NAMED = {
    "Harbour Notes 12": "The pier is closed.",
    "A Lamp Goes Out": "It went out in the night, as Harbour Notes 12 foretold.",
    "Remembered": "Nobody listened.\n\nThis Blog, Monday, 18 June 2018",
}
DAYS = {
    "Harbour Notes 12": date(2018, 6, 11),
    "A Lamp Goes Out": date(2018, 6, 18),
    "Remembered": date(2019, 1, 7),
}
SAID = "I said so below the blogpost 'A Lamp Goes Out', and in Harbour Notes 12 before."


def page(title: str, comments: int = 1) -> str:
    said = tuple(
        SourceComment(id=str(n), parent=None, text=f"{SAID} {n}.")
        for n in range(1, comments + 1)
    )
    return write_post_page(SourcePost(title, DAYS[title], NAMED[title], comments=said))


@pytest.fixture
def files(tmp_path) -> list[Path]:
    found = []
    for title in NAMED:
        found.append(tmp_path / f"{title}.txt")
        found[-1].write_text(page(title))
    return found


def bring(*paths: Path, **options) -> ImportBatch | None:
    report = import_paths(paths, zone=LONDON, **options)
    assert [file.error for file in report.failed] == []
    return ImportBatch.objects.filter(pk=report.batch).first()


def texts() -> dict[str, str]:
    """The HTML of all posts, and of the comment below each."""
    found = {post.title: post.body_html for post in Post.objects.all()}
    comments = Comment.objects.select_related("post")
    return found | {f"below {c.post.title}": c.html for c in comments}


LAMP, NOTES = "/2018/06/lamp-goes-out.html", "/2018/06/harbour-notes-12.html"


def links(html: str) -> list[str]:
    return [part.partition('"')[0] for part in html.split('class="cites" href="')[1:]]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_any_order_of_files_gives_the_same_links(files, order):
    for place in order:
        bring(files[place])
    found = {source: links(html) for source, html in texts().items()}
    assert found == {
        "Harbour Notes 12": [],
        "A Lamp Goes Out": [NOTES],
        "Remembered": [LAMP],
        "below Harbour Notes 12": [LAMP],
        "below A Lamp Goes Out": [NOTES],
        "below Remembered": [LAMP, NOTES],
    }


def test_all_at_once_gives_the_same_as_one_by_one(files):
    bring(*files)
    together = texts()
    assert sum(map(len, map(links, together.values()))) == 6
    rows = list(Citation.objects.order_by("pk").values_list())
    # A second time nothing changes, not even where it is read again.
    bring(*files, again=True)
    assert texts() == together
    assert list(Citation.objects.order_by("pk").values_list()) == rows


def test_a_trial_leaves_nothing(files):
    bring(*files, dry_run=True)
    assert not Citation.objects.exists()
    assert not Post.objects.exists()


def test_what_is_taken_back_is_not_linked_any_more(files):
    notes, lamp, remembered = files
    bring(notes, remembered)
    before = texts()
    batch = bring(lamp)
    assert links(texts()["Remembered"]) == [LAMP]
    undo(batch)
    assert not Post.objects.filter(title="A Lamp Goes Out").exists()
    assert texts() == before
    bring(lamp)
    assert links(texts()["Remembered"]) == [LAMP]


def test_a_text_with_links_counts_as_unchanged_and_goes_with_its_import(files):
    batch = bring(*files)
    undo(batch)
    assert not Post.objects.exists()
    assert not Comment.objects.exists()
    assert not Citation.objects.exists()


@pytest.mark.parametrize("form", ["atom", "json"])
def test_an_export_has_no_links_and_brings_them_back(files, tmp_path, form):
    bring(*files)
    before = texts()
    file = tmp_path / f"blog.{form}"
    call_command("export_archive", str(file), f"--format={form}", stdout=StringIO())
    written = file.read_text()
    assert "cites" not in written
    if form == "json":
        bodies = {post["title"]: post["html"] for post in json.loads(written)["posts"]}
        assert bodies["Remembered"] == citations.unlinked(before["Remembered"])
        return
    Citation.objects.all().delete()
    undo(ImportBatch.objects.get())
    assert not Post.objects.exists()
    bring(file)
    assert texts() == before


def test_more_comments_cost_no_more_queries(files, tmp_path):
    bring(*files[:2])
    costs = []
    for number in (2, 20, 60):
        file = tmp_path / "more.txt"
        file.write_text(page("Remembered", number))
        bring(file)
        Citation.objects.update(target=None)
        with CaptureQueriesContext(connection) as queries:
            citations.settle_all()
        costs.append(len(queries))
    assert costs[0] == costs[1] == costs[2]
