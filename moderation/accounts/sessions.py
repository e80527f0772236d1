"""Who is signed in where: how long at most, how often, and the end of it."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from .session_store import SessionStore

LONGEST = timedelta(hours=8)
# What stands in a session:
HALFWAY = "moderation.halfway"  # the password was right, the code is awaited
PROVED = "moderation.second_factor"  # signed in with a second factor


def begin(session: SessionStore, *, with_factor: bool) -> None:
    """Of somebody who has just signed in: it ends ``LONGEST`` from now, whatever is
    done, and is stored at once."""
    session.pop(HALFWAY, None)
    session.set_expiry(timezone.now() + LONGEST)
    session[PROVED] = with_factor
    session.save()


def by_itself(view: Callable) -> Callable:
    """Marks a view that scripts ask without anybody doing anything: it keeps no session
    alive."""
    view.is_asked_by_itself = True
    return view


def elsewhere(user: User, own_key: str | None) -> int:
    """In how many other browsers the account is signed in just now."""
    password = user.get_session_auth_hash()
    return sum(
        constant_time_compare(data.get(HASH_SESSION_KEY, ""), password)
        for _, data in _others(user, own_key)
        if SESSION_KEY in data
    )


def end_others(user: User, own_key: str | None = None) -> None:
    """Signs the account out everywhere but in the session of this key. Who has typed
    the password and not yet the code begins anew, too."""
    ended = [key for key, _ in _others(user, own_key)]
    Session.objects.filter(pk__in=ended).delete()


def forget_old() -> None:
    """Deletes sessions that are over."""
    SessionStore.clear_expired()


def _others(user: User, own_key: str | None) -> Iterator[tuple[str, dict]]:
    """Only editors and moderators have sessions: there are few."""
    for row in Session.objects.filter(expire_date__gt=timezone.now()):
        if row.pk != own_key:
            data = row.get_decoded()
            whose = data.get(SESSION_KEY) or data.get(HALFWAY, {}).get("user")
            if whose == str(user.pk):
                yield row.pk, data
