"""Files -> database: what ``manage.py import_archive`` does, for any caller."""

from collections.abc import Callable, Iterable
from contextlib import nullcontext
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import DatabaseError, IntegrityError, transaction

from . import sources
from .loader import load
from .model import ArchiveError
from .report import FileReport, Report


def import_paths(
    paths: Iterable[Path],
    *,
    zone: ZoneInfo,
    day_first: bool | None = None,
    dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Report:
    """Imports every archive in ``paths``, files or folders, and reports.

    Each file is one transaction: a run that is killed and begun again ends like one
    that was not. A file that cannot be read is in the report with the reason and does
    not stop the others. ``dry_run`` does all of it and takes it back. ``progress`` is
    called with the files done and the files in all.
    """
    report = Report(dry_run=dry_run)
    found = list(sources.files(paths))
    with transaction.atomic() if dry_run else nullcontext():
        for done, (path, named) in enumerate(found):
            progress(done, len(found))
            report.files.append(_import_file(path, named, zone, day_first))
        if dry_run:
            transaction.set_rollback(True)
    progress(len(found), len(found))
    return report


def _import_file(
    path: Path, named: bool, zone: ZoneInfo, day_first: bool | None
) -> FileReport:
    report = FileReport(str(path))
    try:
        source = sources.read(path, named=named, day_first=day_first)
        # Its own savepoint where a dry run holds all files in one transaction.
        with transaction.atomic():
            load(source, report, zone)
    except sources.NotAnArchive as reason:
        report.skipped = str(reason)
    except ArchiveError as error:
        report.error, report.error_line = error.message, error.line
    except IntegrityError:
        report = FileReport(
            str(path),
            error="Another import of the same posts runs at this moment. "
            "Wait for its end and start this one again.",
        )
    except (DatabaseError, OverflowError, ValueError) as error:
        # One odd file must not keep the others out; nothing of it was stored.
        report = FileReport(
            str(path),
            error=f"It could not be stored ({type(error).__name__}: {error}). Nothing "
            "of it was; the other files are not touched by this.",
        )
    return report
