"""Making a backup, and removing those that are old enough."""

import hashlib
import hmac
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.apps.registry import Apps
from django.conf import settings
from django.db import connections
from django.db.migrations.loader import MigrationLoader

from . import bundle, integrity, keys, names, rows, unfinished
from .bundle import Manifest
from .errors import BackupError
from .media import images
from .snapshots import snapshot

NO_LOG = (0, "0" * 64)


@dataclass(frozen=True)
class Taken:
    """A new backup. ``torn``: the tables of which rows refer to others that are not
    there, so that no database takes them; then it cannot be restored as it is."""

    path: Path
    torn: list[str]


def take(folder: Path) -> Taken:
    """Writes a backup into ``folder``, reads it again, and only then gives it its name.

    Raises ``BackupError`` where there is none to be had; then there is no new file.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with unfinished.file(folder) as part:
        manifest, torn = _write(part)
        with bundle.reading(part) as written:
            written.check()
        path = folder / str(_name(manifest))
        part.rename(path)
        unfinished.settle(folder)
    return Taken(path, torn)


def _name(manifest: Manifest) -> names.Name:
    return names.Name(manifest.taken_at, manifest.log_seq, manifest.log_hash[:12])


def _free_second(folder: Path) -> datetime:
    """Two backups of one second would be called alike if nothing was decided."""
    while True:
        now = datetime.now(UTC).replace(microsecond=0)
        if all(name.taken_at != now for name, _ in names.in_folder(folder)):
            return now
        time.sleep(0.1)


def _write(path: Path) -> tuple[Manifest, list[str]]:
    taken_at = _free_second(path.parent)
    with snapshot() as alias, bundle.writing(path) as writer:
        loader = MigrationLoader(connections[alias])
        applied = _known(loader)
        apps = rows.models_at(loader, rows.ends(loader, applied))
        counts = {}
        for model in rows.kept(apps):
            counted = _Counted(rows.lines(model, alias))
            writer.add(rows.member(model), counted)
            counts[model._meta.label] = counted.number - 1  # the first names columns
        seq, hash_ = _log_head(apps, alias)
        for name, pieces in images(Path(settings.MEDIA_ROOT)):
            writer.add(f"media/{name}", pieces, packed=False)
        manifest = Manifest(
            taken_at=taken_at,
            site=settings.SITE_URL,
            database=connections[alias].vendor,
            migrations=sorted(".".join(node) for node in applied),
            log_seq=seq,
            log_hash=hash_,
            secret_mark=secret_mark(),
            rows=counts,
            last_ids=keys.last(rows.kept(apps), alias),
            members=writer.members,
        )
        writer.finish(manifest)
        return manifest, integrity.torn(alias)


class _Counted:
    """Passes lines on and counts them."""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self._lines, self.number = lines, 0

    def __iter__(self) -> Iterator[bytes]:
        for line in self._lines:
            self.number += 1
            yield line


def _known(loader: MigrationLoader) -> set[tuple[str, str]]:
    applied = set(loader.applied_migrations)
    if not applied:
        raise BackupError("The database has no tables yet: nothing to back up.")
    unknown = applied - loader.graph.nodes.keys()
    if unknown:
        raise BackupError(
            "The database was made by a newer version: this one does not know "
            f"{', '.join(sorted('.'.join(node) for node in unknown))}. Use that one."
        )
    return applied


def _log_head(apps: Apps, alias: str) -> tuple[int, str]:
    try:
        model = apps.get_model("moderation", "LogHead")
    except LookupError:
        return NO_LOG
    found = model.objects.using(alias).values_list("seq", "hash").first()
    return found or NO_LOG


def secret_mark() -> str:
    """By this a restore sees that the tags of claimed names will be others. Nothing
    follows from it about a secret of 50 random characters."""
    secret = settings.PSEUDONYM_SECRET or settings.SECRET_KEY
    digest = hmac.new(secret.encode(), b"candour backup", hashlib.sha256)
    return digest.hexdigest()[:16]


@dataclass
class Removed:
    """Files that went, and those that look like backups and were left alone, with the
    reason."""

    gone: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)


def remove_old(folder: Path, days: int, now: datetime | None = None) -> Removed:
    """Removes this site's backups that are older than ``days``, never the newest.

    What is called a backup and is none, or another site's, stays. This site's are those
    of its address, and of its secret where its address was another one then.
    """
    now = now or datetime.now(UTC)
    due = now - timedelta(days=days)
    removed = Removed()
    own = []
    for name, path in names.in_folder(folder):
        try:
            with bundle.reading(path) as found:
                told = found.manifest
        except BackupError:
            removed.left.append((path.name, "it cannot be read"))
            continue
        is_own = told.site == settings.SITE_URL or told.secret_mark == secret_mark()
        if not is_own:
            removed.left.append((path.name, f"it is of {told.site}"))
        elif told.taken_at != name.taken_at:
            removed.left.append((path.name, "it was made at another time"))
        elif told.taken_at > now:
            # As the newest it would keep its place, and the true one lose it.
            removed.left.append((path.name, "its time is still to come"))
        else:
            own.append((name.taken_at, path))
    for taken_at, path in own[:-1]:
        if taken_at < due:
            path.unlink()
            removed.gone.append(path.name)
    return removed
