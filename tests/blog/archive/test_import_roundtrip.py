"""Any blog written out as text pages comes back the same from the database."""

import shutil
import tempfile
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blog.archive.importing import import_paths
from blog.archive.model import SourcePost
from blog.discussion import tree
from blog.models import Comment, Post

from . import made_blogs
from .dump_writer import write_post_page


def stored(post: Post) -> list[tuple[str, str | None]]:
    """Text and parent's place of each comment in the order of the discussion."""
    found, numbers, counts = [], {}, {}
    for comment in post.comments.order_by("tree_id", "lft"):
        counts[comment.parent_id] = counts.get(comment.parent_id, 0) + 1
        above = numbers.get(comment.parent_id)
        place = str(counts[comment.parent_id])
        numbers[comment.pk] = f"{above}.{place}" if above else place
        found.append((numbers[comment.pk], above, comment.text))
    return found


def written(post: SourcePost) -> list[tuple[str, str | None]]:
    return [(comment.id, comment.parent, comment.text) for comment in post.comments]


@pytest.mark.django_db
@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    count=st.integers(1, 4),
    comments=st.integers(0, 30),
    cut=st.integers(0, 30),
)
def test_all_at_once_or_grown_in_two_steps(seed, count, comments, cut):
    # Examples of one test share its transaction.
    Comment.objects.all()._raw_delete("default")
    Post.objects.all().delete()
    blog = list(made_blogs.posts(Random(seed), count, comments))
    folder = Path(tempfile.mkdtemp())
    try:
        # First the pages as they were when only the first `cut` comments stood there.
        for step in (cut, comments):
            for number, post in enumerate(blog):
                shown = post.comments[:step]
                early = SourcePost(
                    title=post.title,
                    date=post.date,
                    body=post.body,
                    comments=shown,
                )
                (folder / f"{number}.txt").write_text(write_post_page(early))
            report = import_paths([folder], zone=ZoneInfo("Europe/London"))
            assert not report.failed
        again = import_paths([folder], zone=ZoneInfo("Europe/London")).as_dict()
    finally:
        shutil.rmtree(folder)
    assert (again["new"], again["updated"]) == (0, 0)
    for post in blog:
        row = Post.objects.get(title=post.title)
        assert row.day.date() == post.date
        assert row.body == post.body
        assert stored(row) == written(post)
    assert tree.check().bad == []
