"""An export, imported into an empty blog, gives the same blog."""

from io import StringIO
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from blog.archive.importing import import_paths
from blog.discussion import submission, tree
from blog.models import (
    Citation,
    Comment,
    ImportBatch,
    ImportChange,
    Label,
    OldAddress,
    Post,
    Reference,
)
from moderation import desk
from moderation.models import Screening
from moderation.transitions import Seen

from . import takeout_writer
from .made_blogs import feed_posts

pytestmark = [pytest.mark.django_db, pytest.mark.long]
LONDON = ZoneInfo("Europe/London")
FIXTURES = Path(__file__).parents[3] / "fixtures"
STATES = ("published", "rejected", "spam", "hidden")


def export(file: Path, *options: str) -> Path:
    call_command("export_archive", str(file), *options, stdout=StringIO())
    return file


def empty() -> None:
    ImportChange.objects.all().delete()
    Screening.objects.all().delete()
    Citation.objects.all().delete()
    Reference.objects.all().delete()
    Comment.objects.all()._raw_delete("default")
    Post.objects.all().delete()
    Label.objects.all().delete()
    ImportBatch.objects.all().delete()


def bring(*paths: Path) -> None:
    report = import_paths(paths, zone=LONDON)
    assert [file.error for file in report.failed] == []


def pages() -> dict[str, str]:
    """Every public page of a post, as its readers see it."""
    client = Client()
    found = {}
    for post in Post.objects.published():
        address = post.get_absolute_url()
        html = client.get(address).content.decode()
        # The form names the post by its number in this database.
        found[address] = html.replace(f'value="{post.pk}"', "")
    return found


def rows() -> tuple[list, list, list]:
    """All that posts and comments hold, without numbers of this database."""
    posts = [
        (
            post.address,
            post.title,
            post.slug if post.address else "",
            post.body,
            post.body_format,
            post.body_html,
            post.author_name,
            post.status,
            post.published_at if post.status != "draft" else None,
            post.published_precision,
            post.is_page,
            post.comments_recorded,
            post.comments_declared,
            sorted(post.labels.values_list("name", flat=True)),
            sorted(post.old_addresses.values_list("path", flat=True)),
        )
        for post in Post.objects.all()
    ]
    comments = [
        (
            comment.public_id,
            comment.post.title,
            comment.parent and comment.parent.public_id,
            comment.name,
            comment.text,
            comment.html,
            comment.written_at,
            comment.published_at,
            comment.state,
            comment.level,
        )
        for comment in Comment.objects.order_by("tree_id", "lft").select_related(
            "post", "parent"
        )
    ]
    order = [c[0] for c in sorted(comments, key=lambda c: c[1])]
    return sorted(posts, key=repr), sorted(comments, key=repr), order


def there_and_back(folder: Path) -> None:
    """Public export: the same pages. Whole export: the same rows."""
    before, held = pages(), rows()
    public = export(folder / "public.atom")
    whole = export(folder / "whole.atom", "--all")
    # Into the blog that it came from: nothing is new.
    again = import_paths([whole], zone=LONDON)
    assert (again.posts.new, again.comments.new) == (0, 0)
    assert rows() == held

    empty()
    bring(public)
    assert pages() == before
    assert tree.check().bad == []
    assert not Post.objects.exclude(pk__in=Post.objects.published()).exists()

    empty()
    bring(whole)
    assert pages() == before
    assert rows() == held
    assert tree.check().bad == []
    empty()


def test_the_five_real_pages(shared, tmp_path):
    bring(shared.parent / "seeds")
    assert Comment.objects.count() == 108
    there_and_back(tmp_path)


@pytest.mark.parametrize(
    "sample",
    [
        "_synthetic/takeout-feed.atom",
        "_synthetic/old-backup.xml",
        "jeffhandley+jeffhandley.github.io/blogspot.xml",
        "getpelican+pelican/pelican_tests_content_wordpressexport.xml",
        "WordPress+wordpress-importer/phpunit_data_theme-unit-test-data.xml",
        "posativ+isso/isso_tests_wordpress.xml",
        "posativ+isso/isso_tests_disqus.xml",
    ],
)
def test_the_samples(shared, tmp_path, sample):
    bring(shared / sample)
    there_and_back(tmp_path)


def test_the_invented_blog(tmp_path):
    bring(FIXTURES)
    there_and_back(tmp_path)


def test_what_was_written_here(tmp_path):
    post = Post.objects.create(
        title="Café & <co> — “quotes”",
        body="Some *stress*, a [link](https://example.org/?a=1&b=2).\n\n--oo00oo--\n",
        status="published",
        published_at=timezone.now(),
        author_name="Ed",
    )
    Post.objects.create(title="A draft", body="Not yet.\r\nTwo lines.")
    post.labels.add(Label.objects.create(name="A/B, “c”"))
    user = get_user_model().objects.create_superuser("mo", password="x")
    texts = [
        "Plain.",
        "*Stress* and > no quotation\n> but this is\n\nhttps://example.org/x",
        "  leading space,\ttab & <b>no tag</b> &amp; &#8217;",
        "Another word.",
        "• one\n• two\n\n\u200fעברית ‏ 😀",
    ]
    parent = None
    for number, text in enumerate(texts):
        comment = submission.submit(
            post,
            text,
            parent=parent,
            name=["", "Anonymous", "ann@example.org", "  Zoë  x", "192.0.2.1"][number],
        ).comment
        parent = comment
        comment.refresh_from_db()
        if number != 4:  # it waits, and nothing hangs below it
            desk.decide(user, [Seen(comment.public_id, comment.version)], "approve")
    there_and_back(tmp_path)


@settings(max_examples=8)
@given(
    seed=st.integers(0, 2**32),
    posts=st.integers(0, 3),
    comments=st.integers(0, 12),
)
def test_any_blog(seed, posts, comments, tmp_path_factory):
    empty()
    chosen = Random(seed)
    folder = tmp_path_factory.mktemp("blog")
    out = StringIO()
    takeout_writer.write_feed(list(feed_posts(chosen, posts, comments)), out)
    (folder / "feed.atom").write_text(out.getvalue())
    bring(folder / "feed.atom")
    for comment in Comment.objects.all():
        state = chosen.choice(STATES)
        Comment.objects.filter(pk=comment.pk).update(state=state)
    OldAddress.objects.bulk_create(
        OldAddress(path=f"/old/{post.pk}", post=post) for post in Post.objects.all()
    )
    there_and_back(folder)
