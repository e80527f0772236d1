"""Teaches the spam score anew: ``manage.py relearn_spam``."""

from django.core.management.base import BaseCommand

from moderation.screening import spam


class Command(BaseCommand):
    help = (
        "Forgets what the spam score has learnt and learns it again from the log of "
        "decisions and the texts that are still there, for example after the site's "
        "secret was changed. Texts that were erased teach nothing any more."
    )

    def handle(self, **options) -> None:
        learnt = spam.relearn()
        self.stdout.write(
            f"Learnt {learnt.spam:,} spam, {learnt.ham:,} good; "
            f"of {learnt.gone:,} decisions the text is gone."
        )
