"""The counts of the spam score as they are stored: added to, never overwritten.

A word is stored as a keyed hash only; the key is a secret of the site that is not in
the database. What was learnt under another key is not found any more.
"""

import hmac
from collections.abc import Iterable, Mapping

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from moderation.models import LogHead, SpamWord

from .bayes import Counts

TEXTS = ""  # the token that every text has: it counts the texts themselves
BATCH = 5000  # rows a statement: SQLite takes 32,766 values in one
_COLUMNS = ("key", "spam", "ham", "seen_on")


def keys_of(tokens: Iterable[str]) -> dict[int, str]:
    """The tokens by their hashes: 8 bytes of HMAC-SHA256, as a signed number."""
    secret = settings.PSEUDONYM_SECRET or settings.SECRET_KEY
    key = salted_hmac("candour.spam", "", secret, algorithm="sha256").digest()
    return {
        int.from_bytes(
            hmac.digest(key, token.encode("utf-8", "surrogatepass"), "sha256")[:8],
            signed=True,
        ): token
        for token in tokens
    }


def find(tokens: Iterable[str]) -> dict[str, Counts]:
    """What was counted of these tokens, without those that were never seen. One query
    for any number."""
    keys = keys_of(tokens)
    rows = SpamWord.objects.filter(key__in=keys).values_list("key", "spam", "ham")
    return {keys[key]: Counts(spam, ham) for key, spam, ham in rows}


def add(changes: Mapping[str, Counts]) -> None:
    """Adds to the counts of tokens; what is below 0 is taken away again.

    One statement for 5,000 tokens, and one more where something is taken away. The
    database adds, and rows are taken in the order of their keys: two at once lose
    nothing and do not wait for each other in a circle.
    """
    today = connection.ops.adapt_datefield_value(timezone.localdate())
    rows = sorted(
        (key, *changes[token], today)
        for key, token in keys_of(changes).items()
        if any(changes[token])
    )
    for start in range(0, len(rows), BATCH):
        _upsert(rows[start : start + BATCH])
    lessened = [row[0] for row in rows if min(row[1:3]) < 0]
    for start in range(0, len(lessened), BATCH):
        batch = lessened[start : start + BATCH]
        SpamWord.objects.filter(key__in=batch, spam__lte=0, ham__lte=0).delete()


def _upsert(rows: list[tuple]) -> None:
    """Django's own upsert can set, but not add."""
    quote = connection.ops.quote_name
    table = quote(SpamWord._meta.db_table)
    key, spam, ham, seen_on = map(quote, _COLUMNS)

    def sum_of(column: str) -> str:
        both = f"{table}.{column} + excluded.{column}"
        return f"{column} = CASE WHEN {both} > 0 THEN {both} ELSE 0 END"

    values = ", ".join(["(%s, %s, %s, %s)"] * len(rows))
    # Names of the table and its columns, and places for values: nothing from outside.
    statement = (
        f"INSERT INTO {table} ({key}, {spam}, {ham}, {seen_on}) VALUES {values} "  # noqa: S608
        f"ON CONFLICT ({key}) DO UPDATE SET {sum_of(spam)}, {sum_of(ham)}, "
        f"{seen_on} = excluded.{seen_on}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for row in rows for value in row])


def alone() -> None:
    """Waits until no decision is under way and keeps others waiting until the end of
    the transaction: each decision holds the head of the log while it learns."""
    LogHead.objects.select_for_update().get(pk=1)
