"""Files -> database: what ``manage.py import_archive`` does, for any caller."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from django.db import DatabaseError, IntegrityError

from blog.discussion import citations
from blog.search import index

from . import remembered, sources
from .batches import Batch
from .filling import Run
from .gathering import Gathering
from .loader import chunks, load
from .media import Media
from .model import ArchiveError, PostStatus, SourceFile, SourcePost
from .report import FileReport, Report
from .trial import trial

Progress = Callable[[float, float], None]


@dataclass
class _Import:
    """One run over many files."""

    zone: ZoneInfo
    day_first: bool | None
    media: Media | None
    batch: Batch
    labels: dict = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)


def import_paths(
    paths: Iterable[Path],
    *,
    zone: ZoneInfo,
    day_first: bool | None = None,
    blog: str = "",
    media: Media | None = None,
    dry_run: bool = False,
    again: bool = False,
    progress: Progress = lambda done, total: None,
) -> Report:
    """Imports every archive in ``paths``, files, zips or folders, and reports.

    A file is stored by the handful of posts, each in one transaction: a run that is
    killed and begun again ends like one that was not, and contributors never wait for
    long. A file that cannot be read is in the report with the reason and does not stop
    the others; of one that was cut what is whole comes in. ``dry_run`` does all of it
    and takes it back. ``blog`` chooses one of several of a Google Takeout; ``media`` is
    where images of posts are found. ``progress`` is called with the bytes done and in
    all. A file that came in before and of which nothing can be new is not read again,
    unless ``again`` says so. Raises ``ArchiveError`` if ``blog`` leaves open what to
    read.
    """
    report = Report(dry_run=dry_run)
    found = sources.files(paths, blog=blog)
    # The folder of images may hold more than last time.
    digests = [
        None if media else remembered.digest(file, zone, day_first) for file in found
    ]
    known = {} if again else remembered.known(digests, remembered.state())
    total, done = sum(file.size for file in found), 0
    with trial() if dry_run else nullcontext():
        run = _Import(zone, day_first, media, Batch())
        for file, digest in zip(found, digests, strict=True):
            if digest in known:
                report.files.append(replace(known[digest], path=file.path))
            else:
                report.files.append(
                    _import_file(
                        file,
                        run,
                        lambda part, done=done, file=file: progress(
                            done + part * file.size, total
                        ),
                    )
                )
            done += file.size
            progress(done, total)
        citations.settle_all()
        run.batch.finish(report)
        if not dry_run:
            remembered.remember(
                (digest, file_report)
                for file, digest, file_report in zip(
                    found, digests, report.files, strict=True
                )
                # A file that was replaced while it was read is not the one hashed.
                if remembered.is_whole(file_report)
                and digest == remembered.digest(file, zone, day_first)
            )
        report.batch = None if dry_run else run.batch.row.pk
    if not dry_run:
        index.fill()
    return report


def _import_file(
    file: sources.Found, run: _Import, progress: Callable[[float], None]
) -> FileReport:
    report = FileReport(file.path)
    posts: dict[str, int] = {}
    try:
        with file.open() as opened:
            read = sources.read(file, opened, day_first=run.day_first)
            report.format = read.format
            if isinstance(read, SourceFile):
                report.warnings.extend(read.warnings)
                _load(read.posts, len(read.posts), report, run, posts, progress)
            else:
                _import_feed(read, report, run, posts, progress)
    except sources.NotAnArchive as reason:
        report.skipped = str(reason)
    except ArchiveError as error:
        report.fail(error)
    except IntegrityError as error:
        if "source_" in str(error) or "address" in str(error):
            report.collided = True
            report.error = (
                "Another import of the same posts runs at this moment. "
                "Wait for its end and start this one again."
            )
        else:
            report.error = (
                f"It could not be stored ({error}). What is counted here was; the "
                "other files are not touched by this."
            )
    except (DatabaseError, OverflowError, ValueError) as error:
        # One odd file must not keep the others out.
        report.error = (
            f"It could not be stored ({type(error).__name__}: {error}). What is "
            "counted here was; the other files are not touched by this."
        )
    _tell_refused(run, report)
    run.batch.forget()
    run.batch.note(report, posts)
    return report


def _tell_refused(run: _Import, report: FileReport) -> None:
    """Files of the folder of images that are none, each once."""
    if run.media is None:
        return
    for name, why in run.media.refused.items():
        if name not in run.refused:
            run.refused.add(name)
            report.add_warning("image-refused", f"{name} was not copied: {why}")


def _import_feed(
    feed: sources.Feed,
    report: FileReport,
    run: _Import,
    posts: dict[str, int],
    progress: Callable[[float], None],
) -> None:
    with Gathering(feed.items, run.zone) as gathering:
        progress(0.3)
        try:
            _load(
                gathering.posts(),
                len(gathering),
                report,
                run,
                posts,
                lambda part: progress(0.3 + 0.7 * part),
            )
        finally:
            report.orphans = gathering.orphans
            report.missing_parents = gathering.missing_parents
            report.flattened = gathering.flattened
            report.warnings.extend(gathering.warnings)
        if gathering.cut:
            report.fail(gathering.cut)


def _load(
    source_posts: Iterable[SourcePost],
    count: int,
    report: FileReport,
    run: _Import,
    posts: dict[str, int],
    progress: Callable[[float], None],
) -> None:
    done = 0
    state = Run(report.format, report, run.zone, run.batch, run.media, run.labels)
    for chunk in chunks(_counted(source_posts, report)):
        before = report.stored_so_far()
        try:
            posts |= load(chunk, state)
        except BaseException:
            report.take_back(before)
            run.labels.clear()
            raise
        done += len(chunk)
        progress(done / max(count, 1))


def _counted(
    source_posts: Iterable[SourcePost], report: FileReport
) -> Iterator[SourcePost]:
    for post in source_posts:
        report.pages += post.is_page
        report.drafts += post.status in (PostStatus.DRAFT, PostStatus.TRASHED)
        if post.comments_declared is not None:
            report.declared = (report.declared or 0) + post.comments_declared
        yield post
