"""Rows of the database <-> lines of JSON, the same from every database.

The models are those of the migrations that the database has, and not those of the
code: a backup that is older than the program is read as what it was.
"""

import base64
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime

from django.apps.registry import Apps
from django.db import models
from django.db.migrations.loader import MigrationLoader

from .errors import BackupError

# What lives hours or a week at most, and may not live longer in a backup: paces of
# networks, who has which card open, how many comments came in which ten minutes; and
# the keys of signed-in browsers.
LEFT_OUT = frozenset(
    {
        "moderation.Allowance",
        "moderation.OpenCard",
        "moderation.ArrivalCount",
        "sessions.Session",
    }
)
CHUNK = 500


def ends(loader: MigrationLoader, applied: Iterable[tuple[str, str]]) -> list:
    """The last ones of ``applied`` in each app: where the database stands."""
    nodes = set(applied)
    return sorted(
        node
        for node in nodes
        if not any(
            child.key in nodes and child.key[0] == node[0]
            for child in loader.graph.node_map[node].children
        )
    )


def models_at(loader: MigrationLoader, where: list) -> Apps:
    """The models as those migrations left them."""
    return loader.project_state(where).apps


def kept(apps: Apps) -> list[type[models.Model]]:
    """The models whose rows belong in a backup, tables of many-to-many among them."""
    found = apps.get_models(include_auto_created=True)
    return sorted(
        (
            model
            for model in found
            if model._meta.managed
            and not model._meta.proxy
            and model._meta.label not in LEFT_OUT
        ),
        key=lambda model: model._meta.label,
    )


def member(model: type[models.Model]) -> str:
    return f"rows/{model._meta.label}.jsonl"


def lines(model: type[models.Model], using: str) -> Iterator[bytes]:
    """The names of the columns, then each row by its key. All of them are read from
    the same state of the database if a transaction is open that shows one."""
    names = _columns(model)
    yield _line(names)
    found = models.QuerySet(model, using=using).order_by("pk").values_list(*names)
    for row in found.iterator(chunk_size=2000):
        yield _line([_plain(value) for value in row])


def store(model: type[models.Model], given: Iterator[bytes], using: str) -> int:
    """Inserts the rows of ``lines``; how many there were."""
    names = _columns(model)
    if json.loads(next(given, b"null")) != names:
        raise BackupError(
            f"The columns of {model._meta.label} are not those that its migrations "
            "make. Nothing was touched."
        )
    fields = [model._meta.get_field(name) for name in names]
    for field in fields:
        if isinstance(field, models.DateField | models.TimeField):
            # Django would note this moment anew, and not keep that of the backup.
            field.auto_now = field.auto_now_add = False
    readers = [_reader(field) for field in fields]
    into, some, total = models.QuerySet(model, using=using), [], 0
    for line in given:
        values = zip(names, readers, json.loads(line), strict=True)
        some.append(model(**{name: read(value) for name, read, value in values}))
        if len(some) == CHUNK:
            into.bulk_create(some)
            total, some = total + len(some), []
    into.bulk_create(some)
    return total + len(some)


def clear(model: type[models.Model], using: str) -> None:
    """Takes out what migrations put in: the backup has it."""
    rows = models.QuerySet(model, using=using)
    if rows.exists():
        rows.delete()


def _columns(model: type[models.Model]) -> list[str]:
    return [field.attname for field in model._meta.local_concrete_fields]


def _line(values: list) -> bytes:
    # ASCII alone, and keys of objects in order: PostgreSQL does not keep theirs.
    return json.dumps(values, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def _plain(value: object) -> object:
    """What JSON can say of a value that the database gave."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes | memoryview):
        return base64.b64encode(value).decode()
    return value


def _reader(field: models.Field):
    """The way back, for what JSON cannot say by itself."""
    while field.remote_field:
        field = field.target_field
    if isinstance(field, models.DateTimeField):
        read = datetime.fromisoformat
    elif isinstance(field, models.DateField):
        read = date.fromisoformat
    elif isinstance(field, models.BinaryField):
        read = base64.b64decode
    else:
        return lambda value: value
    return lambda value: None if value is None else read(value)
