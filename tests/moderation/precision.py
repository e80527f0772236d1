"""A clock of the test's own, and the search for what tells a minute of it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from blog.archive.exporter import export
from blog.models import Comment, Post
from tests.blog import making

LONDON = ZoneInfo("Europe/London")
# Whatever contributors do is done in this minute of an hour; others never act in it.
MINUTE, SECOND = 37, 29
_NOT_OURS = ("sessions", "auth", "contenttypes", "admin")
# What chance or a hash made: it tells nothing, and may look like anything.
_AT_RANDOM = ("hash", "prev_hash", "receipt_digest", "public_id", "comment_public_id")


class Clock:
    """What time it is. Contributors and others act in turn, each an hour later."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = datetime(2025, 6, 12, 12, 0, tzinfo=LONDON)
        self.written: list[datetime] = []
        monkeypatch.setattr(timezone, "now", lambda: self.now.astimezone(UTC))

    def contributor(self) -> None:
        self._go_on(minute=MINUTE, second=SECOND)
        self.written.append(self.now)

    def other(self) -> None:
        self._go_on(minute=5, second=11)

    def _go_on(self, **to: int) -> None:
        later = self.now + timedelta(hours=1)
        self.now = later.replace(**to, microsecond=123456)


def telling(moments: list[datetime]) -> set[str]:
    """All forms in which a text may tell one of these times, or its minute."""
    found = set()
    for moment in moments:
        seconds = int(moment.timestamp())
        found |= {str(seconds), str(seconds // 60), str(seconds // 600)}
        for zone in (UTC, LONDON):
            there = moment.astimezone(zone)
            found |= {f"{there:%H:%M}", f"{there:%H.%M}", f"{there:%M:%S}"}
            found |= {f"T{there:%H%M}", f"{there:%I:%M}"}
    return found


def stored_times(moments: list[datetime]) -> Iterator[str]:
    """Where a column of any table holds the minute of one of these times, in whatever
    form: as a time, as a number since 1970, in a text."""
    signs = telling(moments)
    minutes = {int(moment.timestamp()) // 60 for moment in moments}
    for model in apps.get_models(include_auto_created=True):
        if model._meta.proxy or model._meta.app_label in _NOT_OURS:
            continue
        names = [
            field.attname
            for field in model._meta.concrete_fields
            if not field.is_relation and field.attname not in _AT_RANDOM
        ]
        for row in model._base_manager.values(*names):
            for name, value in row.items():
                if _tells(value, minutes, signs):
                    yield f"{model.__name__}.{name}: {value!r}"


def _tells(value: object, minutes: set[int], signs: set[str]) -> bool:
    if isinstance(value, datetime):
        return int(value.timestamp()) // 60 in minutes
    if isinstance(value, int | float):
        # Seconds, minutes and ten minutes; a pace is over within half an hour.
        number = int(value)
        return any(
            number in (minute, minute // 10) or 0 <= number // 60 - minute <= 30
            for minute in minutes
        )
    if isinstance(value, dict | list):
        value = json.dumps(value)
    return isinstance(value, str) and any(sign in value for sign in signs)


def public_bytes(post: Post, receipts: list[str] = ()) -> Iterator[tuple[str, str]]:
    """All that readers, their programs and holders of receipts get: addresses, and
    headers with the body."""
    client = Client()
    here = post.get_absolute_url()
    addresses = [
        "/",
        here,
        f"{here}?comments=newest",
        f"{here}?comments=map",
        f"/{post.address[:5]}",
        f"/{post.address[:8]}",
        "/search?q=tide",
        "/search?q=tide&only=comments",
        "/feeds/posts/default",
        "/feeds/comments/default",
        post.get_comments_feed_url(),
        "/sitemap.xml",
        "/robots.txt",
        "/moderation/",
    ]
    for public_id in post.comments.values_list("public_id", flat=True):
        addresses += [f"/c/{public_id}/", f"/c/{public_id}/card/"]
        addresses += [f"/c/{public_id}/reply/", f"/complaint/{public_id}/"]
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code in (200, 302, 404, 410), address
        yield address, _bytes(answer)
    for code in receipts:
        yield "/receipt/", _bytes(client.post("/receipt/", {"code": code}))
    for form in ("atom", "json"):
        written: list[str] = []
        export(written.append, form, everything=True, progress=lambda *_: None)
        # It says itself when it was made.
        yield f"export {form}", "".join(written)


def _bytes(answer) -> str:
    # When the answer was made, by the clock of the machine.
    headers = "\n".join(
        f"{name}: {value}" for name, value in answer.items() if name != "Expires"
    )
    return f"{headers}\n\n{answer.content.decode()}"


def told(post: Post, moments: list[datetime], receipts: list[str] = ()) -> list[str]:
    """What of all that tells one of these times."""
    return [
        f"{address}: {sign} in {text[max(0, text.index(sign) - 60) :][:140]!r}"
        for address, text in public_bytes(post, receipts)
        for sign in telling(moments)
        if sign in text
    ]


def of(comment: Comment) -> Comment:
    return Comment.objects.get(pk=comment.pk)


def old_post(**fields) -> Post:
    """A post that is older than all that the clock tells."""
    at = datetime(2025, 6, 12, 9, 15, tzinfo=LONDON)
    return making.post(title="Tides", published_at=at, **fields)
