"""Imports an old blog: ``manage.py import_archive PATH…``."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from blog.archive.importing import import_paths
from blog.archive.media import Media
from blog.archive.model import ArchiveError
from blog.archive.report import FileReport, Report, Tally
from blog.models import Post


class Command(BaseCommand):
    help = (
        "Reads an old blog from files, zips or folders and adds what is new: text "
        "pages, Google Takeout, Blogger backup, WordPress WXR, Disqus, and exports of "
        "this program. Running it twice changes nothing. Exit code 1: a file could not "
        "be read."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="say what would be done, write nothing",
        )
        parser.add_argument(
            "--report",
            choices=("text", "json"),
            default="text",
            help="json: one object with files, posts, comments, warnings",
        )
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help="do nothing if the blog has posts already",
        )
        parser.add_argument(
            "--again",
            action="store_true",
            help="read also files that came in whole before",
        )
        parser.add_argument(
            "--time-zone",
            default=settings.TIME_ZONE,
            help="of the old blog's dates (default: %(default)s)",
        )
        parser.add_argument(
            "--blog",
            default="",
            metavar="NAME",
            help="which blog, where a Google Takeout holds several",
        )
        parser.add_argument(
            "--media",
            type=Path,
            metavar="DIR",
            help="folder where images of the posts are found; they are copied in",
        )
        order = parser.add_mutually_exclusive_group()
        order.add_argument(
            "--day-first",
            action="store_const",
            const=True,
            dest="day_first",
            help="read 2/9/2022 as 2 September",
        )
        order.add_argument(
            "--month-first",
            action="store_const",
            const=False,
            dest="day_first",
            help="read 2/9/2022 as 9 February",
        )

    def handle(self, **options) -> None:
        for stream in (sys.stdout, sys.stderr):
            # Names and texts that the terminal cannot show must not end the import.
            if hasattr(stream, "reconfigure"):
                stream.reconfigure(errors="backslashreplace")
        if options["if_empty"] and Post.objects.exists():
            return
        try:
            zone = ZoneInfo(options["time_zone"])
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise CommandError(
                f"{options['time_zone']!r} is not a time zone. "
                "Use a name such as Europe/London."
            ) from error
        report = self._import(zone, options)
        if options["report"] == "json":
            told = {"batch": report.batch, **report.as_dict()}
            self.stdout.write(json.dumps(told, indent=1, ensure_ascii=False))
        else:
            self._print(report, every_file=options["verbosity"] > 1)
        if report.failed:
            raise CommandError(_failure(report))
        if not report.read:
            raise CommandError(
                "No archive found. Name the files, or a folder that holds pages of a "
                "blog saved as text, or what Blogger, WordPress or Disqus exported."
            )

    def _import(self, zone: ZoneInfo, options: dict) -> Report:
        media = None
        if options["media"] is not None:
            if not options["media"].is_dir():
                raise CommandError(f"{options['media']} is no folder.")
            media = Media(
                options["media"], settings.MEDIA_ROOT, dry_run=options["dry_run"]
            )
        terminal = self.stderr.isatty() and options["verbosity"] > 0
        with tqdm(
            unit="B",
            unit_scale=True,
            disable=not terminal,
            file=self.stderr,
            leave=False,
        ) as bar:
            try:
                return import_paths(
                    options["paths"],
                    zone=zone,
                    day_first=options["day_first"],
                    blog=options["blog"],
                    media=media,
                    dry_run=options["dry_run"],
                    again=options["again"],
                    progress=lambda done, total: _show(bar, done, total),
                )
            except ArchiveError as error:
                raise CommandError(error.message) from error

    def _print(self, report: Report, *, every_file: bool) -> None:
        unchanged = 0
        for file in report.files:
            if file.is_unchanged and not every_file:
                unchanged += 1
            else:
                self._print_file(file)
        if unchanged:
            self.stdout.write(
                f"{_count(unchanged, 'file')}: nothing that is not here already."
            )
        what = "Would import" if report.dry_run else "Imported"
        told = [
            f"{_count(tally.found, noun)} ({_changes(tally)})"
            for tally, noun in ((report.posts, "post"), (report.comments, "comment"))
            if tally.found
        ]
        self.stdout.write(f"{what} {', '.join(told) or 'nothing'}.")
        if report.dry_run:
            self.stdout.write("Nothing was written.")
        elif report.batch is not None and report.needs_a_person:
            self.stdout.write(
                f"{_count(report.needs_a_person, 'note')} for you to walk through: in "
                f"the admin under “Imports”, number {report.batch}."
            )

    def _print_file(self, file: FileReport) -> None:
        if file.skipped:
            self.stdout.write(f"{file.path}: skipped, {file.skipped}")
            return
        if file.known:
            self.stdout.write(f"{file.path}: the same file came in before.")
        if file.error:
            where = ":".join(
                str(part)
                for part in (file.path, file.error_line, file.error_column)
                if part
            )
            self.stderr.write(self.style.ERROR(f"{where}: {file.error}"))
            if not file.posts.found:
                return
        declared = (
            f", {file.declared} declared"
            if file.declared is not None
            else ", number not declared"
            if file.comments.found
            else ""
        )
        comments = "no comments"
        if file.comments.found:
            comments = (
                f"{_count(file.comments.found, 'comment')} "
                f"({file.top_level} top-level, "
                f"{_count(file.replies, 'reply', 'replies')}; "
                f"{_changes(file.comments)}{declared})"
            )
        self.stdout.write(
            f"{file.path}: {file.format}: {_count(file.posts.found, 'post')} "
            f"({_changes(file.posts)}), {comments}"
        )
        if details := _details(file):
            self.stdout.write(f"  {details}")
        for warning in file.warnings:
            where = f"line {warning.line}: " if warning.line else ""
            self.stdout.write(self.style.WARNING(f"  {where}{warning.message}"))


def _failure(report: Report) -> str:
    failed = _count(len(report.failed), "file")
    if report.dry_run:
        return f"{failed} could not be read."
    return (
        f"{failed} could not be read to the end; "
        f"{_count(len(report.read), 'other')} imported."
    )


def _details(file: FileReport) -> str:
    """What of a file is not simply public, in words."""
    parts = [
        *((number, word) for word, number in file.kept_back.items()),
        (file.orphans, "without their post"),
        (file.missing_parents, "whose parent is missing"),
        (file.flattened, "answers to answers, shown one level deep"),
    ]
    comments = ", ".join(f"{number:,} {words}" for number, words in parts if number)
    parts = [(file.pages, "page"), (file.drafts, "draft")]
    posts = ", ".join(_count(number, word) for number, word in parts if number)
    return "; ".join(
        f"{kind}: {words}"
        for kind, words in (("of the posts", posts), ("of the comments", comments))
        if words
    )


def _show(bar: tqdm, done: float, total: float) -> None:
    bar.total, bar.n = total, int(done)
    bar.refresh()


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def _changes(tally: Tally) -> str:
    parts = [
        f"{number:,} {word}"
        for word, number in tally.as_dict().items()
        if number and word != "found"
    ]
    return ", ".join(parts) or "none"
