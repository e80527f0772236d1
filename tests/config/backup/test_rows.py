"""What a backup has of the database, and what stays behind."""

import json

import pytest
from django.apps import apps
from django.db import connection, models

from blog.models import Post
from config.backup import rows
from config.backup.errors import BackupError
from moderation.models import Screening
from tests.blog import making
from tests.moderation.making import submission

# Kinds of fields that are known to come out of both databases as they went in.
KNOWN = (
    models.BigAutoField,
    models.AutoField,
    models.BigIntegerField,
    models.IntegerField,
    models.PositiveIntegerField,
    models.PositiveSmallIntegerField,
    models.BooleanField,
    models.CharField,
    models.TextField,
    models.DateField,
    models.DateTimeField,
    models.JSONField,
    models.BinaryField,
    models.FloatField,
)
# Names that sound like what must not be kept, and why they are kept.
EXPLAINED = {
    "moderation.SpamWord.key": "a word, keyed by a secret that is in no backup",
    "blog.ImportedFile.digest": "of a file that the owner imported",
    "otp_totp.TOTPDevice.key": "of a moderator, who would be locked out without it",
    "blog.Comment.receipt_digest": "SHA-256 of 128 random bits",
}


def kept() -> list[type[models.Model]]:
    return rows.kept(apps)


def test_what_is_left_out_exists():
    labels = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    assert labels >= rows.LEFT_OUT
    assert not rows.LEFT_OUT & {model._meta.label for model in kept()}


def test_nothing_that_is_kept_sounds_of_networks_or_sessions():
    words = ("network", "address", "session", "agent", "cookie", "digest", "ip")
    suspects = {
        f"{model._meta.label}.{field.name}"
        for model in kept()
        for field in model._meta.local_concrete_fields
        if any(word in field.name.split("_") for word in words) or field.name == "key"
    }
    # Of a page; and by post, of a complainant who gave no other.
    others = {"blog.Post.address", "moderation.Notice.address"}
    assert suspects == others | EXPLAINED.keys()


def test_every_kind_of_field_is_known():
    for model in kept():
        for field in model._meta.local_concrete_fields:
            while field.remote_field:
                field = field.target_field
            assert isinstance(field, KNOWN), field


def test_keys_are_numbers_which_every_database_sorts_alike():
    for model in kept():
        key = model._meta.pk
        while key.remote_field:
            key = key.target_field
        assert isinstance(key, models.IntegerField), model


@pytest.mark.django_db
class TestLines:
    def test_they_say_columns_and_then_rows(self):
        making.post(1, title="Über 🌊")
        first, second = list(rows.lines(Post, "default"))
        row = dict(zip(json.loads(first), json.loads(second), strict=True))
        assert row["title"] == "Über 🌊"
        assert row["published_at"] == "2022-03-02T12:00:00+00:00"
        assert second.isascii()

    def test_bytes_come_back(self):
        comment = submission(making.post(), "Bytes of a sketch.")
        before = bytes(Screening.objects.get(comment=comment).sketch)
        assert before
        given = list(rows.lines(Screening, "default"))
        rows.clear(Screening, "default")
        assert rows.store(Screening, iter(given), "default") == 1
        assert bytes(Screening.objects.get().sketch) == before
        assert list(rows.lines(Screening, "default")) == given

    def test_other_columns_are_refused(self):
        with pytest.raises(BackupError, match=r"columns of blog\.Post"):
            rows.store(Post, iter([b'["id","surplus"]', b"[1,2]"]), "default")
        with pytest.raises(BackupError, match=r"columns of blog\.Post"):
            rows.store(Post, iter([]), "default")

    def test_the_models_of_the_migrations_have_the_same_columns(self):
        loader = rows.MigrationLoader(connection)
        where = rows.ends(loader, loader.applied_migrations)
        then = {
            model._meta.label: {f.attname for f in model._meta.local_concrete_fields}
            for model in rows.kept(rows.models_at(loader, where))
        }
        now = {
            model._meta.label: {f.attname for f in model._meta.local_concrete_fields}
            for model in kept()
        }
        assert then == now
