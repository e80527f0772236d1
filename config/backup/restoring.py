"""A backup -> a database, compared row by row with what it holds, and checked."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import (
    DatabaseError,
    IntegrityError,
    OperationalError,
    connection,
    transaction,
)
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from blog import tree_ids
from blog.discussion import coarsening, tree
from blog.search import index
from moderation import coarsening as coarsening_of_moderation
from moderation import log, replay, retention
from moderation.models import LogHead

from . import bundle, integrity, keys, media, places, rows
from .bundle import Bundle, Manifest
from .errors import BackupError
from .taking import NO_LOG, secret_mark

USING = "default"
POSTS_AT_ONCE = 20


@dataclass
class Restored:
    """What was restored and what was found in it; ``faults`` were in the backup
    already, for it is whole: in words."""

    manifest: Manifest
    comments: int = 0
    trees: int = 0
    images: int = 0
    log_seq: int = 0
    log_hash: str = ""
    other_secret: bool = False
    is_log_whole: bool = True
    purged: int = 0
    coarsened: int = 0
    kept: str = ""
    faults: list[str] = field(default_factory=list)


def restore(path: Path, *, replace: bool = False, now: datetime | None = None):
    """Restores a backup; what was there is kept beside. Returns ``Restored``.

    Raises ``BackupError``; until the end nothing of the site is touched.
    """
    place = places.place()
    with bundle.reading(path) as source:
        _refuse(source)
        places.refuse_stranger()
        places.refuse_filled(replace=replace)
        with place.making():
            with place.turned():
                done = _make(source)
                _check(place, done)
                _bring_up_to_date(done, now)
            _images(source, done, Path(settings.MEDIA_ROOT))
            done.kept = place.put_in_place(now or timezone.now(), replace=replace)
    return done


def drill(path: Path) -> Restored:
    """The same into a place that goes at the end: whether this backup can be restored
    here, and what would be found. Touches nothing."""
    place = places.place()
    with bundle.reading(path) as source:
        _refuse(source)
        with place.making(), place.turned():
            done = _make(source)
            _check(place, done)
            _bring_up_to_date(done, None)
        _images(source, done, None)
    return done


def _refuse(source: Bundle) -> None:
    """Before anything is touched: a damaged backup, and one of a newer version."""
    known = MigrationExecutor(None).loader.disk_migrations.keys()
    unknown = set(_nodes(source.manifest)) - known
    if unknown:
        raise BackupError(
            "The backup was made by a newer version: this one does not know "
            f"{', '.join(sorted('.'.join(node) for node in unknown))}. Nothing was "
            "touched. Restore it with that version."
        )
    for name in source.manifest.members:
        if name.startswith("media/") and not media.NAME.fullmatch(name[6:]):
            raise BackupError(
                f"{name} is not called as images of this site are. Nothing was touched."
            )
    source.check()


def _nodes(manifest: Manifest) -> list[tuple[str, str]]:
    return [tuple(name.split(".", 1)) for name in manifest.migrations]


def _make(source: Bundle) -> Restored:
    """Tables as they were, rows, and then what this version makes of them."""
    executor = MigrationExecutor(connection)
    ends = rows.ends(executor.loader, _nodes(source.manifest))
    executor.migrate(ends)
    apps = rows.models_at(MigrationExecutor(connection).loader, ends)
    tables = rows.kept(apps)
    members = {rows.member(model): model for model in tables}
    strange = [
        name
        for name in source.manifest.members
        if name not in members and not name.startswith("media/")
    ]
    if strange or not members.keys() <= source.manifest.members.keys():
        raise BackupError(
            "The backup's tables are not those that its migrations make. Nothing was "
            "touched."
        )
    try:
        with transaction.atomic():
            for model in tables:
                rows.clear(model, USING)
            for name, model in members.items():
                _store(source, name, model)
            keys.go_on_after(source.manifest.last_ids, tables, USING)
            tree_ids.continue_after_largest(apps.get_model("blog", "Comment"), USING)
            _refuse_torn(integrity.torn(USING))
    except IntegrityError as error:
        _refuse_torn([integrity.table_of(error)])
    call_command("migrate", verbosity=0, interactive=False)
    return Restored(
        source.manifest, other_secret=source.manifest.secret_mark != secret_mark()
    )


def _refuse_torn(tables: list[str]) -> None:
    if tables:
        raise BackupError(
            "Rows of the backup refer to others that are not in it: of "
            f"{', '.join(tables)}. Nothing was touched. Use another backup."
        )


def _store(source: Bundle, name: str, model) -> None:
    """Puts in the rows of one table and reads them again: they must be the same."""
    try:
        with transaction.atomic():
            rows.store(model, source.lines(name), USING)
    except OperationalError:
        # Of the disk or the server, and not of the row.
        raise
    except (DatabaseError, ValueError, TypeError) as error:
        # Its own words quote the row.
        raise BackupError(
            f"Rows of {model._meta.label} cannot be stored in this database "
            f"({type(error).__name__}). Nothing was touched."
        ) from error
    seen = hashlib.sha256()
    for line in rows.lines(model, USING):
        seen.update(line)
    if seen.hexdigest() != source.manifest.members[name].sha256:
        raise BackupError(
            f"Rows of {model._meta.label} came out of this database other than they "
            "went in. Nothing was touched."
        )


def _check(place, done: Restored) -> None:
    """What the site's own commands check, in the new place."""
    if said := place.is_sound():
        raise BackupError(f"The new database is damaged: {said}. Nothing was touched.")
    if index.check():
        index.rebuild()
    if found := index.check():
        done.faults.append(
            f"The index of the search differs: {found.missing:,} missing, "
            f"{found.surplus:,} too many. {found.damage}".strip()
        )
    trees = tree.check()
    done.comments, done.trees = trees.comments, trees.trees
    if trees.bad:
        done.faults.append(
            f"{len(trees.bad):,} trees of comments are wrong: manage.py check_trees "
            "--rebuild repairs them."
        )
    of_log = [f"Row {fault.seq} of the log {fault.message}." for fault in log.faults()]
    done.is_log_whole = not of_log
    done.faults += of_log
    done.faults += [
        f"Comment {found.public_id} {found.message}." for found in replay.differences()
    ]
    head = LogHead.objects.filter(pk=1).values_list("seq", "hash").first()
    done.log_seq, done.log_hash = head or NO_LOG


def _bring_up_to_date(done: Restored, now: datetime | None) -> None:
    """What is due to be erased by now goes, and times that are more exact than the
    site keeps them now. Not on a log with faults, which takes no row more or would go
    on from a wrong one: that is the owner's to settle first."""
    if not done.is_log_whole:
        done.faults.append(
            "What is due to be erased by now was not erased, since the log has faults: "
            "run manage.py purge once it is settled."
        )
    else:
        done.purged = retention.purge_rows(now).total
    if coarsening.finer().exists():
        done.coarsened = sum(coarsening.coarsen(POSTS_AT_ONCE))
        coarsening_of_moderation.coarsen()


def _images(source: Bundle, done: Restored, folder: Path | None) -> None:
    for member in source.manifest.members:
        _, is_image, name = member.partition("media/")
        if not is_image:
            continue
        content = media.whole(name, source.pieces(member))
        if content is None:
            done.faults.append(f"The image {name} was damaged before it was backed up.")
            continue
        if folder:
            media.put(folder, name, content)
        done.images += 1
