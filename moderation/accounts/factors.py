"""The second factor of an account: codes of the minute, and recovery codes.

The secret of the codes must be readable to check them. Of a recovery code only a hash
is stored: it has 79 bits, which nobody tries one after the other.
"""

import hashlib
import math
import secrets
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

import segno
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from . import sessions

RECOVERY_CODES = 10
# Without what is misread from paper: 0 o, 1 l i.
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
GROUPS, GROUP_LENGTH = 4, 4
DIGITS = 6
STORED = 16  # base32 letters of a hash: 80 bits
# How the device is named that recovery codes are, until she says that she has them.
MADE, KEPT = "recovery codes that were shown", "recovery codes"


class Overtaken(Exception):
    """The factor is not the one any more that it was when the page was asked."""


@dataclass(frozen=True)
class Checked:
    """What became of a code. ``wait``: it was not looked at, for so many seconds;
    ``wrong_before``: wrong ones since the last that was right."""

    is_right: bool = False
    wait: int = 0
    wrong_before: int = 0
    left: int | None = None  # recovery codes, after one of them was used


def has(user: User) -> bool:
    """Whether the account is asked for a code after its password."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def current(user: User) -> int | None:
    """The number of the factor, another for each that is set up; None without one."""
    found = TOTPDevice.objects.filter(user=user, confirmed=True).order_by("pk")
    return found.values_list("pk", flat=True).first()


def since(user: User) -> datetime | None:
    """When the factor was set up; None where there is none."""
    found = TOTPDevice.objects.filter(user=user, confirmed=True).order_by("pk")
    return found.values_list("created_at", flat=True).first()


def may_lack_codes(user: User) -> bool:
    """Whether nobody said that she has the recovery codes which were shown."""
    return StaticDevice.objects.filter(user=user, name=MADE).exists()


def keep_codes(user: User) -> None:
    """She says that she has them."""
    StaticDevice.objects.filter(user=user, name=MADE).update(name=KEPT)


def recovery_codes_left(user: User) -> int:
    return StaticToken.objects.filter(device__user=user).count()


def check(user: User, typed: str) -> Checked:
    """Uses up a code of the minute or a recovery code, whichever this looks like.

    django-otp looks at no code for 1, 2, 4, 8 … seconds after wrong ones of its kind.
    Wrong ones of both are told together, and forgotten together when one was right. The
    rows are locked: of two who send one code at the same moment one is right.
    """
    code = "".join(typed.split()).replace("-", "").lower()
    is_short = len(code) == DIGITS and code.isascii() and code.isdecimal()
    model = TOTPDevice if is_short else StaticDevice
    with transaction.atomic():
        both = [
            device
            for kind in (TOTPDevice, StaticDevice)
            for device in kind.objects.select_for_update()
            .filter(user=user, confirmed=True)
            .order_by("pk")[:1]
        ]
        device = next((each for each in both if isinstance(each, model)), None)
        if device is None:
            return Checked()
        before = sum(each.throttling_failure_count for each in both)
        allowed, why = device.verify_is_allowed()
        if not allowed:
            ends = (why or {}).get("locked_until") or timezone.now()
            left = (ends - timezone.now()).total_seconds()
            return Checked(wait=max(1, math.ceil(left)), wrong_before=before)
        is_right = device.verify_token(code if is_short else _stored(code))
        if is_right:
            for each in both:
                each.throttle_reset()
        left = None if is_short else recovery_codes_left(user)
        return Checked(is_right, wrong_before=before, left=left)


# Setting it up


def new_secret() -> str:
    """160 bits, in hexadecimal digits, as RFC 4226 recommends."""
    return random_hex(20)


def as_text(secret: str) -> str:
    """The secret as it is typed into a program: base32 in groups of four."""
    text = b32encode(bytes.fromhex(secret)).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def as_picture(secret: str, name: str, site: str) -> str:
    """An SVG with the QR code that programs read: the secret, and whose it is."""
    text = as_text(secret).replace(" ", "")
    site = site.replace(":", " ")
    address = (
        f"otpauth://totp/{quote(site, safe='')}:{quote(name, safe='')}"
        f"?secret={text}&issuer={quote(site, safe='')}"
    )
    picture = segno.make(address, micro=False, error="m")
    return picture.svg_inline(
        border=4, dark="#000", light="#fff", lineclass=None, omitsize=True
    )


def set_up(
    user: User,
    secret: str,
    typed: str,
    own_key: str | None,
    *,
    replaces: int | None = None,
) -> list[str]:
    """Makes this the account's second factor, if the code is of this secret: new
    recovery codes, to be shown once; [] if it is not, and nothing has changed.

    The factor ``replaces`` goes, and all other sessions end. Raises ``Overtaken`` where
    there is another by now: a form that was sent twice makes no codes that nobody sees.
    """
    code = "".join(typed.split())
    with transaction.atomic():
        locked(user)
        if current(user) != replaces:
            raise Overtaken
        device = TOTPDevice.objects.create(user=user, name="codes", key=secret)
        if not (code.isascii() and code.isdecimal() and device.verify_token(code)):
            transaction.set_rollback(True)
            return []
        TOTPDevice.objects.filter(user=user).exclude(pk=device.pk).delete()
        codes = _new_codes(user)
        sessions.end_others(user, own_key)
    return codes


def new_recovery_codes(user: User, own_key: str | None) -> list[str]:
    """Ten codes in place of those that were there; all other sessions end."""
    with transaction.atomic():
        locked(user)
        codes = _new_codes(user)
        sessions.end_others(user, own_key)
    return codes


def remove(user: User, own_key: str | None = None) -> bool:
    """Takes the factor away and ends all sessions but the one of this key; whether
    there was one."""
    with transaction.atomic():
        locked(user)
        gone, _ = TOTPDevice.objects.filter(user=user).delete()
        codes, _ = StaticDevice.objects.filter(user=user).delete()
        if gone or codes:
            sessions.end_others(user, own_key)
    return bool(gone or codes)


def locked(user: User) -> User | None:
    """The account as it is now, held until the transaction ends: nobody signs in
    without a factor while one is set up. None if it is gone."""
    return User.objects.select_for_update().filter(pk=user.pk).first()


def _new_codes(user: User) -> list[str]:
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name=MADE)
    codes = [_new_code() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(
        StaticToken(device=device, token=_stored(code.replace("-", "")))
        for code in codes
    )
    return codes


def _new_code() -> str:
    return "-".join(
        "".join(secrets.choice(LETTERS) for _ in range(GROUP_LENGTH))
        for _ in range(GROUPS)
    )


def _stored(code: str) -> str:
    digest = hashlib.sha256(f"recovery code {code}".encode()).digest()
    return b32encode(digest).decode().lower()[:STORED]
