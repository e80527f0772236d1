"""``manage.py remove_second_factor USERNAME``: for who has locked herself out."""

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from moderation.accounts import factors


class Command(BaseCommand):
    help = (
        "Takes away an account's second factor and its recovery codes and signs it out "
        "everywhere. It signs in with its password alone from then on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args, username: str, **options) -> None:
        users = get_user_model().objects
        user = users.filter(**{users.model.USERNAME_FIELD: username}).first()
        if user is None:
            raise CommandError(f"There is no account named {username}.")
        if not factors.remove(user):
            self.stdout.write(f"{username} has no second factor: nothing to remove.")
            return
        self.stdout.write(
            f"{username} has no second factor any more and is signed out everywhere. "
            "If its password may be known too: "
            f"manage.py changepassword {username}"
        )
