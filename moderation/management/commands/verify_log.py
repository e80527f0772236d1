"""Checks the log of decisions: ``manage.py verify_log``."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from moderation import log
from moderation.models import LogHead


class Command(BaseCommand):
    help = (
        "Reads the whole log and tells where it is not what was written. "
        "Exit code 1: it was tampered with."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head", help="the hash that was published: the log must contain it"
        )

    def handle(self, *, head: str | None, **options) -> None:
        faults = list(log.faults())
        for fault in faults:
            self.stderr.write(self.style.ERROR(f"#{fault.seq}: {fault.message}"))
        end = LogHead.objects.get(pk=1)
        if head and not log.contains(head):
            raise CommandError(
                f"The published head {head} is not in the log: rows were rewritten."
            )
        if faults:
            raise CommandError(f"{len(faults)} faults in the log.")
        self.stdout.write(f"{end.seq:,} decisions, unbroken. Head: {end.hash}")
