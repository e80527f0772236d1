"""What happens at the door at once, with the test's own database."""

from django.conf import settings


def guess(addresses: list[str], rounds: int) -> int:
    """So many guesses from each address, in turn: how many may be checked."""
    from moderation.accounts import guessing

    return sum(
        not guessing.attempt("anna", address).wait
        for _ in range(rounds)
        for address in addresses
    )


def may_try(name: str, address: str) -> int:
    """In how many seconds one may."""
    from moderation.accounts import guessing

    return guessing.attempt(name, address).wait


def with_recovery_code(code: str) -> bool:
    from django.contrib.auth.models import User

    from moderation.accounts import factors

    return factors.check(User.objects.get(username="anna"), code).is_right


def account_with_factor() -> list[str]:
    """Anna, with a second factor: her recovery codes."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    from .signing_in import with_factor

    return with_factor()[1]


def count(model: str) -> int:
    from django.apps import apps

    return apps.get_model(model).objects.count()
