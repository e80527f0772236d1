"""A backup becomes the site again: ``manage.py restore FILE``."""

from argparse import ArgumentParser
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, OperationalError
from django.utils import timezone

from config.backup import names, places
from config.backup.errors import BackupError
from config.backup.restoring import Restored, drill, restore

from .backup import in_words

UNTOUCHED = (
    "The site's database was not touched. See that there is room on the disk and that "
    "the database answers, then run it again."
)


class Command(BaseCommand):
    help = (
        "Restores a backup, made on SQLite or on PostgreSQL, into the database of "
        "DATABASE_URL, which must be empty. Stop the site first. The backup is "
        "restored beside, compared row by row and checked, and put in place at the "
        "end. With --drill it is only tried. Exit code 1: it was not restored, or what "
        "is in it has faults, which are told."
    )
    # From Django 6 on the checks open the database, and make one that is not there.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file",
            nargs="?",
            type=Path,
            help="A backup. For a drill it may be left out: then it is the newest in "
            "BACKUP_DIR, or in backups/ in DATA_DIR.",
        )
        parser.add_argument(
            "--replace",
            action="store_true",
            help="Also where the database is not empty. What is in it is kept under "
            "another name, which is told.",
        )
        parser.add_argument(
            "--drill",
            action="store_true",
            help="Restore into a place that is removed at the end, and only tell what "
            "was found. The site may run meanwhile.",
        )

    def handle(
        self, *, file: Path | None, replace: bool, drill: bool, **options
    ) -> None:
        if replace and drill:
            raise CommandError("Choose one: --drill replaces nothing.")
        if file is None and not drill:
            raise CommandError("Say which backup: manage.py restore FILE.")
        if file is None:
            file = _newest()
        try:
            done = _tried(file) if drill else restore(file, replace=replace)
        except BackupError as error:
            raise CommandError(str(error)) from error
        except DatabaseError as error:
            raise CommandError(_of_database(error)) from error
        except OSError as error:
            where = error.filename or places.folder()
            raise CommandError(f"{where}: {error.strerror}. {UNTOUCHED}") from error
        self._tell(done)
        if drill:
            self.stdout.write("It was a drill: nothing of the site was touched.")
        else:
            self.stdout.write(f"It is in place: {places.in_words()}")
            self._tell_of_the_gap(done)
        if done.faults:
            for fault in done.faults:
                self.stderr.write(self.style.ERROR(fault))
            raise CommandError(
                f"{len(done.faults):,} faults, as they were when the backup was made."
            )
        self.stdout.write(
            "All rows are those of the backup. The log is unbroken, comments are what "
            "it tells, threads and search are right."
        )

    def _tell(self, done: Restored) -> None:
        for line in in_words(done.manifest):
            self.stdout.write(line)
        self.stdout.write(
            f"Restored: {done.comments:,} comments in {done.trees:,} threads, "
            f"{done.images:,} images, the log up to #{done.log_seq:,} {done.log_hash}"
        )
        if done.coarsened:
            self.stdout.write(
                "Times of this backup were more exact than TIME_PRECISION says now. "
                f"They were cut: {done.coarsened:,} comments."
            )
        if done.other_secret:
            self.stdout.write(
                "PSEUDONYM_SECRET is another one here than it was then: nobody gets "
                "the tag of a claimed name again, and the spam score knows no word. "
                "Set the old one, if you have it."
            )

    def _tell_of_the_gap(self, done: Restored) -> None:
        when = f"{done.manifest.taken_at:%Y-%m-%d %H:%M} UTC"
        self.stdout.write(
            f"What came after {when} is not here: comments, decisions, settings of "
            "moderators. What was withdrawn, hidden, redacted or erased after it is "
            "back as it was before: no backup can know of it. Look through what you "
            "remember, and tell your moderators. Heads of the log that were published "
            "since are not in it."
        )
        self.stdout.write(
            f"What is due to be erased by now was erased again: {done.purged:,}."
        )
        if done.kept:
            self.stdout.write(done.kept)


def _of_database(error: DatabaseError) -> str:
    """Of a disk or a server in its own words; those of other errors quote rows."""
    what = type(error).__name__
    if isinstance(error, OperationalError):
        what = str(error).strip()
    return f"The database does not do it: {what}. {UNTOUCHED}"


def _newest() -> Path:
    folder = settings.BACKUP_DIR or settings.DATA_DIR / "backups"
    found = names.newest(folder, timezone.now())
    if not found:
        raise CommandError(f"There is no backup in {folder}.")
    return found[1]


def _tried(file: Path) -> Restored:
    return drill(file)
