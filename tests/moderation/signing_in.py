"""People at the door: passwords, codes of the minute, and what comes back."""

import re
from base64 import b32decode
from types import SimpleNamespace
from urllib.parse import parse_qs, urlsplit

from django.contrib.auth.models import Group, User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from moderation.accounts import factors

LOGIN = reverse("admin:login")
CODE = reverse("admin:login_code")
ACCOUNT = reverse("admin:account")
FACTOR = reverse("admin:account_factor")
INDEX = reverse("admin:index")
PASSWORD = "barnacle-bay-seven"
# What Django's own takes half a second for; what is tested here is not how long.
QUICK = "django.contrib.auth.hashers.MD5PasswordHasher"
MOMENT = timezone.now()
STANDING_STILL = SimpleNamespace(now=lambda: MOMENT)
HOME, OFFICE = "81.2.69.142", "93.184.216.34"


def person(name: str = "anna", *groups: str, **fields) -> User:
    user = User.objects.create_user(name, password=PASSWORD, is_staff=True, **fields)
    user.groups.set(Group.objects.filter(name__in=groups or ("Moderators",)))
    return user


def browser(address: str = HOME) -> Client:
    """A browser in a network of its own."""
    return Client(REMOTE_ADDR=address)


def typed(
    client: Client, name: str = "anna", password: str = PASSWORD, **more
) -> HttpResponse:
    return client.post(LOGIN, {"username": name, "password": password} | more)


def is_in(client: Client) -> bool:
    return client.get(INDEX).status_code == 200


def code_of(user: User, later: int = 0) -> str:
    """What the program shows, ``later`` steps from now (django-otp takes 1 and -1). A
    code that was taken is taken no more, so that this forgets when one was."""
    device = TOTPDevice.objects.get(user=user)
    TOTPDevice.objects.filter(pk=device.pk).update(last_t=-1)
    return f"{totp(device.bin_key, drift=later):06d}"


def with_factor(name: str = "anna", *groups: str, **fields) -> tuple[User, list[str]]:
    """An account with a second factor, and its recovery codes."""
    user = person(name, *groups, **fields)
    secret = factors.new_secret()
    now = f"{totp(bytes.fromhex(secret)):06d}"
    codes = factors.set_up(user, secret, now, None)
    assert len(codes) == 10
    TOTPDevice.objects.update(last_t=-1)
    return user, codes


def wrong(user: User) -> str:
    """Six figures that are no code of these minutes."""
    device = TOTPDevice.objects.get(user=user)
    near = {totp(device.bin_key, drift=step) for step in range(-5, 6)}
    return next(f"{n:06d}" for n in range(100) if n not in near)


def forget_wrong_ones() -> None:
    """As after a long while: django-otp looks at codes again."""
    TOTPDevice.objects.update(throttling_failure_timestamp=None)


def secret_on(html: str) -> bytes:
    text = re.search(r'id="secret"[^>]*>([A-Z2-7 ]+)<', html)[1]
    return b32decode(text.replace(" ", ""))


def next_of(answer: HttpResponse) -> str:
    return parse_qs(urlsplit(answer["Location"]).query).get("next", [""])[0]
