"""``manage.py create_moderator``: somebody who writes posts and reads comments."""

import secrets

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError, transaction
from django.urls import reverse

GROUPS = ("Editors", "Moderators")

# Without what is misread from a screen to a note and back: 0 o, 1 l i.
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
PASSWORD_GROUPS = 5
PASSWORD_GROUP_LENGTH = 4


class Command(BaseCommand):
    help = (
        "Makes an account for the admin that may write posts and moderate, and prints "
        "its password once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--username", default="moderator")
        parser.add_argument(
            "--if-none",
            action="store_true",
            help="do nothing where somebody can already enter the admin",
        )
        parser.add_argument(
            "--site",
            default=_site(),
            help="where the site is reached, for the printed address (%(default)s)",
        )

    def handle(self, *args, username: str, if_none: bool, site: str, **options) -> None:
        users = get_user_model().objects
        if if_none and users.filter(is_staff=True, is_active=True).exists():
            return
        if users.filter(username__iexact=username).exists():
            raise CommandError(
                f"There is a user named {username} already. Choose another name with "
                f"--username, or give this one a new password with: "
                f"manage.py changepassword {username}"
            )
        password = new_password()
        with transaction.atomic():
            self._create(username, password)
        address = site.rstrip("/") + reverse("admin:index")
        self.stdout.write(
            _box(
                "This password is shown once and kept nowhere. Write it down.",
                "",
                f"Address   {address}",
                f"Name      {username}",
                f"Password  {password}",
            )
        )

    def _create(self, username: str, password: str) -> None:
        groups = list(Group.objects.filter(name__in=GROUPS))
        if len(groups) < len(GROUPS):
            raise CommandError(
                f"The groups {' and '.join(GROUPS)} are not there. Run manage.py "
                "migrate first; a group that was deleted can be made again in the "
                "admin."
            )
        user = get_user_model()(username=username, is_staff=True)
        user.set_password(password)
        try:
            user.full_clean()
            user.save()
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except IntegrityError as error:
            raise CommandError(f"The user {username} has just been made.") from error
        user.groups.set(groups)


def new_password() -> str:
    """About 99 bits in five groups of letters and digits that are easy to copy."""
    return "-".join(
        "".join(secrets.choice(LETTERS) for _ in range(PASSWORD_GROUP_LENGTH))
        for _ in range(PASSWORD_GROUPS)
    )


def _site() -> str:
    if not settings.PRODUCTION:
        return "http://127.0.0.1:8000"
    host = settings.ALLOWED_HOSTS[0].lstrip("*.")
    return f"https://{host}" if host else ""


def _box(*lines: str) -> str:
    """The lines in a frame of plain characters, which every terminal can show."""
    width = max(map(len, lines))
    edge = "+" + "-" * (width + 4) + "+"
    return "\n".join([edge, *(f"|  {line:<{width}}  |" for line in lines), edge])
