"""Erases what has been kept long enough: ``manage.py purge``, every day."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from blog.search import index
from blog.search.tables import StillOpen
from moderation import retention
from moderation.retention import Purged

WORDS = {
    "spam": "texts of spam",
    "refused": "texts of refused comments",
    "appeals": "texts of answered appeals",
    "questions": "questions to writers",
    "notes": "notes of screening",
    "sketches": "sketches of texts",
    "complaints": "files of complaints",
    "networks": "counts of networks",
    "words": "rare words of the spam score",
    "originals": "originals of redacted comments",
}


class Command(BaseCommand):
    help = (
        "Erases what has been kept long enough: texts of spam after 30 days, of "
        "refused comments after six months, what was masked in redacted ones after "
        "seven days, files of complaints 15 months after they "
        "were closed, old notes of screening, and what is left of networks. Then "
        "erased text is taken out of the database's files, as far as that can be done "
        "while the site runs. Running it twice changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="Only count what is due."
        )
        parser.add_argument(
            "--wipe",
            action="store_true",
            help="Also make the index of the search anew and write the files of the "
            "whole database anew (VACUUM FULL on PostgreSQL). Nobody can send a "
            "comment meanwhile.",
        )

    def handle(self, *, dry_run: bool, wipe: bool, **options) -> None:
        if dry_run and wipe:
            raise CommandError("Choose one: --dry-run changes nothing.")
        if dry_run:
            self._report("Due", retention.due())
            return
        self._report("Erased", retention.purge())
        try:
            self.stdout.write(index.wiped() if wipe else index.flush())
        except StillOpen as error:
            raise CommandError(
                f"{error} Everything is erased, but the files may still hold it until "
                "the next run."
            ) from error

    def _report(self, what: str, counted: Purged) -> None:
        if not counted.total:
            self.stdout.write(f"{what}: nothing.")
        for name, words in WORDS.items():
            if number := getattr(counted, name):
                self.stdout.write(f"{what}: {number:,} {words}.")
