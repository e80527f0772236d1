"""Why /readyz says what it says, and more: ``manage.py check_health``."""

from django.core.management.base import BaseCommand, CommandError

from config import condition


class Command(BaseCommand):
    help = (
        "Looks at the database, the disk, the log, the newest backup and what should "
        "have run by itself, and says a line of each. Exit code 1: something is not "
        "as it should be."
    )
    # It says itself what the database lacks.
    requires_system_checks = []

    def handle(self, **options) -> None:
        wrong = 0
        for line in condition.thorough():
            wrong += not line.is_ok
            mark = "ok    " if line.is_ok else self.style.ERROR("NOT OK")
            self.stdout.write(f"{mark} {line.name}: {line.words}")
        if wrong:
            raise CommandError(f"{wrong} not as they should be.")
