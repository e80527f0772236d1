"""Files that came in whole, remembered by their digests, so that the same file is not
read again for nothing.

Reading is most of what a second import costs. What a file brings depends on its bytes,
on how it is to be read, on the program, and on what was imported until now; where all
four are what they were, it brings nothing. Whatever people did here since (decisions,
edits) an import leaves as it is anyway.
"""

import zlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from pathlib import Path
from zipfile import BadZipFile
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Max, Q

from blog.models import Comment, ImportBatch, ImportedFile, Post

from .model import ArchiveError, Warning
from .report import FileReport, Tally
from .sources import Found

_CHUNK = 1 << 20


def digest(file: Found, zone: ZoneInfo, day_first: bool | None) -> str | None:
    """Of the bytes of a file and all else on which its reading depends.

    None if it cannot be read to its end: the import says why.
    """
    name = file.path.rpartition("/")[2]
    told = (_reader(), name, str(zone), str(day_first), file.aside)
    found = sha256("\0".join(told).encode(errors="surrogateescape"))
    try:
        with file.open() as opened:
            while data := opened.read(_CHUNK):
                found.update(data)
    except (ArchiveError, OSError, EOFError, BadZipFile, zlib.error):
        return None
    return found.hexdigest()


@cache
def _reader() -> str:
    """Of the program's own source, addresses and names included: a later version may
    find more in the same file."""
    found = sha256()
    blog = Path(__file__).parent.parent
    for path in sorted(blog.rglob("*.py")):
        found.update(path.read_bytes())
    return found.hexdigest()


def state() -> str:
    """Another one after whatever could make a second reading bring something: an
    import that stored anything, also in part; the taking back of one, also in part;
    the removal of what one brought."""
    runs = ImportBatch.objects.aggregate(
        last=Max("pk"),
        undone=Count("pk", filter=Q(undone_at__isnull=False) | ~Q(undo_report={})),
        ended=Count("undone_at"),
    )
    posts = Post.objects.filter(batch__isnull=False).count()
    comments = Comment.objects.filter(batch__isnull=False).order_by().count()
    return "/".join(map(str, (*runs.values(), posts, comments)))


def known(digests: Iterable[str | None], now: str) -> dict[str, FileReport]:
    """What to tell of those files of which nothing new can come, by their digests."""
    wanted = [digest for digest in digests if digest]
    rows = ImportedFile.objects.filter(digest__in=wanted, state=now)
    return {row.digest: _told_again(row.report) for row in rows}


def is_whole(report: FileReport) -> bool:
    """Whether a file was read now, and to its end."""
    return not (report.error or report.skipped or report.known)


def remember(reports: Iterable[tuple[str | None, FileReport]]) -> None:
    """Keeps the files of a run that are whole, and forgets what does not hold any
    more. To be called when the record of the run is closed."""
    now = state()
    rows = [
        ImportedFile(digest=digest, state=now, report=_as_json(report))
        for digest, report in dict(reports).items()
        if digest and is_whole(report)
    ]
    with transaction.atomic():
        ImportedFile.objects.exclude(state=now).delete()
        ImportedFile.objects.bulk_create(
            rows,
            batch_size=50,
            update_conflicts=True,
            unique_fields=["digest"],
            update_fields=["state", "report"],
        )


def _as_json(report: FileReport) -> dict:
    # Not asdict() for the whole, which takes a Counter for pairs to be counted.
    return vars(report) | {
        "posts": asdict(report.posts),
        "comments": asdict(report.comments),
        "warnings": [asdict(warning) for warning in report.warnings],
    }


def _told_again(stored: dict) -> FileReport:
    """The report of a first reading as that of a second."""
    tallies = {
        kind: Tally(
            found=told["found"],
            unchanged=told["new"] + told["updated"] + told["unchanged"],
        )
        for kind in ("posts", "comments")
        if (told := stored[kind])
    }
    return FileReport(
        **{
            **stored,
            **tallies,
            "statuses": Counter(stored["statuses"]),
            "warnings": [Warning(**warning) for warning in stored["warnings"]],
            "known": True,
        }
    )
