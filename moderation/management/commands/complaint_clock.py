"""The clock of complaints: ``manage.py complaint_clock``, every hour."""

from django.core.management.base import BaseCommand

from moderation import complaint_handling


class Command(BaseCommand):
    help = (
        "Takes comments from sight about which a valid complaint was left alone for 44 "
        "working hours, reminds the moderators by mail when 24, 8 and no hours are "
        "left, and erases files that were closed 15 months ago. Running it twice "
        "changes nothing."
    )

    def handle(self, **options) -> None:
        ran = complaint_handling.run()
        reminded = sum(ran.told.values())
        self.stdout.write(
            f"Comments held: {ran.held}. Reminders: {reminded}. Files erased: "
            f"{ran.erased}."
        )
