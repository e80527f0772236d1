"""Forgets whose networks sent comments: ``manage.py forget_networks``, every hour."""

from django.core.management.base import BaseCommand

from moderation.screening import limits, network


class Command(BaseCommand):
    help = (
        "Overwrites the key of a day that is over and deletes what was counted more "
        "than 24 hours ago. Each new comment does so too; this is for quiet days."
    )

    def handle(self, **options) -> None:
        network.forget_old()
        while limits.forget_old():
            pass
