"""Checks the log, and the comments by it: ``manage.py verify_log``."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from moderation import log, replay
from moderation.models import LogHead


class Command(BaseCommand):
    help = (
        "Reads the whole log and tells where it is not what was written, and which "
        "comments are not what it tells of them. Exit code 1: something was tampered "
        "with."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--head", help="the hash that was published: the log must contain it"
        )

    def handle(self, *, head: str | None, **options) -> None:
        faults = list(log.faults())
        for fault in faults:
            self.stderr.write(self.style.ERROR(f"#{fault.seq}: {fault.message}"))
        differing = 0
        for difference in replay.differences():
            differing += 1
            self.stderr.write(
                self.style.ERROR(
                    f"Comment {difference.public_id} {difference.message}."
                )
            )
        if head and not log.contains(head):
            raise CommandError(
                f"The published head {head} is not in the log: rows were rewritten."
            )
        if faults or differing:
            told = [f"{len(faults):,} faults in the log"] if faults else []
            if differing:
                told.append(
                    f"{differing:,} differences between the log and the comments"
                )
            raise CommandError(f"{'; '.join(told)}.")
        end = LogHead.objects.get(pk=1)
        rows = f"{end.seq:,} decision{'s' * (end.seq != 1)}"
        self.stdout.write(f"{rows}, unbroken. Head: {end.hash}")
