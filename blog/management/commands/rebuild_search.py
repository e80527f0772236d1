"""Makes the index of the search anew, or only looks whether it is right."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from blog.search import index
from blog.search.tables import StillOpen


class Command(BaseCommand):
    help = (
        "Makes the index of the search anew, so that no word of a text that was taken "
        "away is left in it, and checks it. With --check it is only compared with what "
        "readers may see."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Change nothing.")
        parser.add_argument(
            "--wipe",
            action="store_true",
            help="Also write the files of the whole database anew, so that no deleted "
            "text is left in them. Nobody can send a comment meanwhile.",
        )

    def handle(self, *args, **options) -> None:
        if options["check"] and options["wipe"]:
            raise CommandError("Choose one: --check changes nothing.")
        if not options["check"]:
            rows = index.rebuild()
            self.stdout.write(f"Posts and comments in the index: {rows:,}")
        if options["wipe"]:
            try:
                index.wipe()
            except StillOpen as error:
                raise CommandError(f"{error} Run it again.") from error
            self.stdout.write(
                "No byte of deleted text is left in the files of the database. "
                "Backups keep it as long as you keep them."
            )
        faults = index.check()
        if faults:
            raise CommandError(
                f"Missing: {faults.missing:,}. Too many: {faults.surplus:,}. "
                f"{faults.damage}".strip()
            )
        self.stdout.write("It holds what readers may see, and nothing else.")
