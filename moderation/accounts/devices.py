"""A browser in which somebody of the staff has signed in before.

It keeps a signed mark that names the account, for the admin alone (OWASP's device
cookie). Its guesses at this name count by themselves: whoever tries passwords from
elsewhere, at a site without network addresses from anywhere, keeps nobody waiting who
has been here before. The mark opens nothing, and another password ends it.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.models import User
from django.core import signing

KEPT = timedelta(days=90)  # since the account signed in here last
_SALT = "moderation.device"


@dataclass(frozen=True)
class Device:
    """``number`` is the browser's, made anew at each signing in."""

    username: str
    number: str


def mark_for(user: User) -> str:
    """What a browser keeps in which this account has just signed in."""
    return _signer(user).sign(f"{user.pk}.{secrets.token_urlsafe(12)}")


def read(mark: str) -> Device | None:
    """Whose browser it is; None for a mark that is forged, old or of another
    password."""
    pk = mark.partition(".")[0]
    if not (pk.isascii() and pk.isdecimal() and len(pk) < 19):
        return None
    user = User.objects.filter(pk=int(pk), is_active=True, is_staff=True).first()
    if user is None:
        return None
    try:
        value = _signer(user).unsign(mark, max_age=KEPT)
    except signing.BadSignature:
        return None
    return Device(user.get_username(), value.partition(".")[2])


def _signer(user: User) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"{_SALT} {user.get_session_auth_hash()}")
