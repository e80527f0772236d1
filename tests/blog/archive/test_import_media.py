"""``--media DIR``: images of posts come along."""

from dataclasses import replace
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from blog.models import ImportNote, Post

from .made_blogs import feed_posts
from .takeout_writer import write_feed
from .test_media import png

pytestmark = pytest.mark.django_db
BODY = (
    '<p>The pier. <a href="https://old.example/big/pier.png">'
    '<img src="https://old.example/s320/pier.png" alt="The pier"/></a></p>'
    '<p><img src="https://old.example/gone.png" alt="Gone"/></p>'
    '<p><img src="https://old.example/fake.png"/></p>'
)


@pytest.fixture
def feed(tmp_path) -> Path:
    (post,) = feed_posts(Random(1), 1, 1)
    file = tmp_path / "feed.atom"
    with file.open("w") as out:
        write_feed([replace(post, body=BODY)], out)
    return file


@pytest.fixture
def images(tmp_path) -> Path:
    folder = tmp_path / "Albums"
    folder.mkdir()
    (folder / "pier.png").write_bytes(png())
    (folder / "fake.png").write_bytes(b"<script>alert(1)</script>")
    return folder


@pytest.fixture(autouse=True)
def store(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def page() -> str:
    return Client().get(Post.objects.get().get_absolute_url()).content.decode()


def test_without_it_images_are_links(feed, store):
    call_command("import_archive", str(feed), stdout=StringIO())
    html = page()
    assert "<img" not in html
    assert '<a href="https://old.example/big/pier.png"' in html
    assert "Image: The pier" in html
    assert not store.exists()


def test_with_it_they_are_copied_and_served_from_here(feed, images, store):
    out = StringIO()
    call_command("import_archive", str(feed), media=images, stdout=out)
    (copy,) = store.iterdir()
    html = page()
    assert f'<img src="/media/{copy.name}" alt="The pier"' in html
    assert "old.example/s320" not in html
    served = Client().get(f"/media/{copy.name}")
    assert served["Content-Type"] == "image/png"
    assert served.getvalue() == copy.read_bytes()
    # What is not there, or no image, stays a link and is told.
    assert '<a href="https://old.example/gone.png"' in html
    codes = set(ImportNote.objects.values_list("code", flat=True))
    assert {"image-missing", "image-refused"} <= codes


def test_again_changes_nothing(feed, images):
    call_command("import_archive", str(feed), media=images, stdout=StringIO())
    body = Post.objects.get().body
    for media in (images, None):
        out = StringIO()
        call_command("import_archive", str(feed), media=media, stdout=out)
        assert "nothing new" in out.getvalue() or "1 unchanged" in out.getvalue()
        assert Post.objects.get().body == body


def test_images_may_come_later(feed, images):
    call_command("import_archive", str(feed), stdout=StringIO())
    assert "<img" not in page()
    call_command("import_archive", str(feed), media=images, stdout=StringIO())
    assert page().count("<img") == 1
    # But not into what an editor wrote since.
    post = Post.objects.get()
    post.body = BODY + "<p>A word of today.</p>"
    post.save()
    call_command("import_archive", str(feed), media=images, stdout=StringIO())
    assert "<img" not in page()


def test_a_dry_run_copies_nothing(feed, images, store):
    call_command(
        "import_archive", str(feed), media=images, dry_run=True, stdout=StringIO()
    )
    assert not store.exists()


def test_a_folder_that_is_none_is_refused(feed, tmp_path):
    with pytest.raises(CommandError, match="is no folder"):
        call_command("import_archive", str(feed), media=tmp_path / "nowhere")
