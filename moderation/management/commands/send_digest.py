"""The digest for moderators: ``manage.py send_digest``, every hour."""

from django.core.management.base import BaseCommand

from moderation import digest


class Command(BaseCommand):
    help = (
        "Sends counts by mail to the moderators who asked for them: what waits, what "
        "was decided, what is due. Run it every hour: it sends once a day or a week, "
        "from the hour of DIGEST_HOUR on. Running it twice sends nothing twice; what a "
        "mail server did not take is tried again by the next run."
    )

    def handle(self, **options) -> None:
        done = digest.send_due()
        words = [f"Digests sent: {done.sent}."]
        if done.empty:
            words.append(f"Nothing to tell: {done.empty}.")
        if done.failed:
            words.append(f"Not sent, to be tried again: {done.failed}.")
        self.stdout.write(" ".join(words))
