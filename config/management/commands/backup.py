"""The whole site in one file: ``manage.py backup``, every day."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError

from config.backup import bundle
from config.backup.bundle import Manifest
from config.backup.errors import BackupError
from config.backup.taking import remove_old, take

DAYS = 30


def in_words(manifest: Manifest) -> list[str]:
    """What is in a backup, for the owner."""
    images = sum(name.startswith("media/") for name in manifest.members)
    numbers = [
        (manifest.rows.get("blog.Post", 0), "post"),
        (manifest.rows.get("blog.Comment", 0), "comment"),
        (manifest.rows.get("moderation.Decision", 0), "decision"),
        (images, "image"),
    ]
    return [
        f"Made {manifest.taken_at:%Y-%m-%d %H:%M:%S} UTC of {manifest.site} "
        f"on {manifest.database}.",
        ", ".join(f"{n:,} {noun}{'s' * (n != 1)}" for n, noun in numbers) + ".",
        f"Head of the log: #{manifest.log_seq:,} {manifest.log_hash}",
    ]


class Command(BaseCommand):
    help = (
        "Writes everything that the site keeps into one file, on SQLite and on "
        "PostgreSQL, while the site runs; reads it again; and removes its own backups "
        "that are too old. No secret and nothing of networks is in it: keep the "
        "secrets of docs/settings.md apart from it."
    )
    # From Django 6 on the checks open the database, and make one that is not there.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder",
            nargs="?",
            type=Path,
            help="Where it is written: BACKUP_DIR, or backups/ in DATA_DIR.",
        )
        parser.add_argument(
            "--keep",
            metavar="DAYS",
            type=int,
            help=f"How long backups are kept ({DAYS}). The newest always is.",
        )
        parser.add_argument(
            "--check",
            metavar="FILE",
            type=Path,
            help="Only read a backup and say whether it is whole.",
        )

    def handle(
        self, *, folder: Path | None, keep: int | None, check: Path | None, **options
    ) -> None:
        if check and (folder or keep is not None):
            raise CommandError("Choose one: --check makes and removes nothing.")
        keep = DAYS if keep is None else keep
        if keep < 0:
            raise CommandError(f"--keep {keep} is no number of days. Use 0, 1, 2 …")
        folder = folder or settings.BACKUP_DIR or settings.DATA_DIR / "backups"
        try:
            taken = None if check else take(folder)
            path = taken.path if taken else check
            with bundle.reading(path) as found:
                found.check()
            for line in in_words(found.manifest):
                self.stdout.write(line)
            self.stdout.write(f"Whole: {path}")
            if taken and taken.torn:
                raise BackupError(
                    "In the database rows refer to others that are not there, of "
                    f"{', '.join(taken.torn)}. They were backed up as they are, and "
                    "no restore takes them: mend the database, or keep the last "
                    "backup before this one. No old backup was removed."
                )
        except BackupError as error:
            raise CommandError(str(error)) from error
        except OperationalError as error:
            raise CommandError(f"The database does not do it: {error}") from error
        except OSError as error:
            where = error.filename or folder
            raise CommandError(f"{where}: {error.strerror}.") from error
        if check:
            return
        removed = remove_old(folder, keep)
        for name in removed.gone:
            self.stdout.write(f"Removed, older than {keep} days: {name}")
        for name, why in removed.left:
            self.stdout.write(f"Left alone: {name}, for {why}.")
