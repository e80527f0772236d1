"""The highest key that each table has ever given.

Keys are not given twice: feeds name posts by theirs, and readers' programs take what
has a known one for read. The rows that are left do not tell it.
"""

from django.db import connections, models


def last(tables: list[type[models.Model]], using: str) -> dict[str, int]:
    """By model; of tables whose keys count up and have begun to."""
    found = {}
    with connections[using].cursor() as cursor:
        for model in filter(_counts_up, tables):
            if number := _last(cursor, model, connections[using].vendor):
                found[model._meta.label] = number
    return found


def _counts_up(model: type[models.Model]) -> bool:
    return isinstance(model._meta.pk, models.AutoField | models.BigAutoField)


def _sequence(cursor, model: type[models.Model]) -> str:
    """The name of PostgreSQL's sequence, which may stand in a statement."""
    cursor.execute(
        "SELECT pg_get_serial_sequence(%s, %s)",
        [f'"{model._meta.db_table}"', model._meta.pk.column],
    )
    return cursor.fetchone()[0]


def _last(cursor, model: type[models.Model], vendor: str) -> int:
    if vendor == "postgresql":
        cursor.execute(
            "SELECT CASE WHEN is_called THEN last_value ELSE 0 END "
            f"FROM {_sequence(cursor, model)}"
        )
    else:
        cursor.execute(
            "SELECT seq FROM sqlite_sequence WHERE name = %s", [model._meta.db_table]
        )
    found = cursor.fetchone()
    return found[0] if found else 0


def go_on_after(
    numbers: dict[str, int], tables: list[type[models.Model]], using: str
) -> None:
    """The next row of each table gets a higher key than it, and than any row has."""
    vendor = connections[using].vendor
    with connections[using].cursor() as cursor:
        for model in filter(_counts_up, tables):
            largest = models.QuerySet(model, using=using).aggregate(
                largest=models.Max("pk")
            )["largest"]
            number = max(numbers.get(model._meta.label, 0), largest or 0)
            if not number:
                continue
            if vendor == "postgresql":
                cursor.execute(
                    "SELECT setval(%s, %s)", [_sequence(cursor, model), number]
                )
                continue
            name = model._meta.db_table
            cursor.execute("DELETE FROM sqlite_sequence WHERE name = %s", [name])
            cursor.execute(
                "INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)",
                [name, number],
            )
