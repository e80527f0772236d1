"""Tags and signatures where a blog comes in, goes out and is taken back."""

import json
from datetime import timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command

from blog.archive import undoing
from blog.archive.importing import import_paths
from blog.models import Claim, Comment, ImportBatch
from moderation.models import Screening
from tests.blog import making
from tests.moderation.deciding import do, in_state

from .test_export_roundtrip import FIXTURES, bring, empty, export, pages

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")
TAG = "k7qf2m9xdv"


def names() -> set[tuple]:
    return set(
        Comment.objects.values_list("name", "tag", "tag_is_site_wide", "signature")
    )


@pytest.fixture
def blog():
    post = making.post()
    at = making.START + timedelta(days=1)
    do(
        "approve",
        in_state(post, name="Deckhand", tag=TAG, written_at=at),
        in_state(post, name="Bosun", tag=TAG, tag_is_site_wide=True, written_at=at),
        in_state(post, "pending", "Who knows?\n\nCheers, Ned", name="", written_at=at),
    )
    late = Comment.objects.latest("published_at").published_at + timedelta(hours=1)
    do("approve", in_state(post, name="Deckhand", written_at=late))
    return post


@pytest.mark.parametrize("options", [(), ("--all",)], ids=["public", "whole"])
def test_they_come_back_as_they_were(blog, tmp_path, options):
    before, shown, claims = names(), pages(), Claim.objects.count()
    assert {"Deckhand", "Bosun", ""} == {name for name, *_ in before}
    assert "not verified" in "".join(shown.values())
    file = export(tmp_path / "blog.atom", *options)
    empty()
    bring(file)
    assert names() == before
    assert Claim.objects.count() == claims == 2
    assert pages() == shown


def test_json_tells_them_too(blog, tmp_path):
    file = tmp_path / "blog.json"
    call_command("export_archive", str(file), "--format", "json", stdout=StringIO())
    [post] = json.loads(file.read_text())["posts"]
    told = {(c["author"], c["tag"], c["tag_is_site_wide"]) for c in post["comments"]}
    assert told == {
        ("Deckhand", TAG, False),
        ("Bosun", TAG, True),
        ("", "", False),
        ("Deckhand", "", False),
    }


def test_a_public_file_has_none_of_what_is_not_shown(blog, tmp_path):
    hidden = Comment.objects.get(name="Bosun")
    making.comment(blog, "An answer.", hidden)
    do("hide", hidden)
    text = export(tmp_path / "blog.atom").read_text()
    assert text.count("<candour:tag") == 1
    assert 'scope="site"' not in text


@pytest.mark.parametrize("tag", ["", "K7QF2M9XDV", "k7qf2", "<b>", "k7qf2m9xdvvv"])
def test_what_is_no_tag_is_left_out(blog, tmp_path, tag):
    file = export(tmp_path / "blog.atom")
    escaped = tag.replace("<", "&lt;")
    file.write_text(file.read_text().replace(f">{TAG}<", f">{escaped}<"))
    empty()
    bring(file)
    assert {tag for _, tag, *_ in names()} == {""}
    assert not Claim.objects.exists()


def test_taking_an_import_back_ends_its_claims(blog, tmp_path):
    file = export(tmp_path / "blog.atom")
    Screening.objects.all().delete()
    empty()
    post = making.post(title="Another")
    bring(file)
    assert Claim.objects.count() == 2
    undoing.undo(ImportBatch.objects.get())
    assert not Comment.objects.exists()
    assert not Claim.objects.exists()
    assert post.claims.count() == 0


def test_old_texts_are_read_for_their_signatures():
    bring(next(FIXTURES.glob("01-*")))
    signed = Comment.objects.exclude(signature="")
    assert list(signed.values_list("signature", "name")) == [("Bosun", None)]
    assert "signed “<bdi>Bosun</bdi>”, not verified" in "".join(pages().values())
    assert import_paths([next(FIXTURES.glob("01-*"))], zone=LONDON).comments.new == 0


def test_what_is_not_shown_is_not_read(blog, tmp_path):
    do("hide", Comment.objects.get(signature="Ned"))
    file = export(tmp_path / "blog.atom", "--all")
    empty()
    bring(file)
    [hidden] = Comment.objects.filter(state="hidden")
    assert "Ned" in hidden.text
    assert hidden.signature == ""
