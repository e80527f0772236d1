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
from blog.archive.report import FileReport, Report, Tally
from blog.models import Post


class Command(BaseCommand):
    help = (
        "Reads the pages of an old blog from files or folders and adds what is new. "
        "Running it twice changes nothing. Exit code 1: a file could not be read."
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
            "--time-zone",
            default=settings.TIME_ZONE,
            help="of the old blog's dates (default: %(default)s)",
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
        terminal = self.stderr.isatty() and options["verbosity"] > 0
        with tqdm(
            unit=" files", disable=not terminal, file=self.stderr, leave=False
        ) as bar:
            report = import_paths(
                options["paths"],
                zone=zone,
                day_first=options["day_first"],
                dry_run=options["dry_run"],
                progress=lambda done, total: _show(bar, done, total),
            )
        if options["report"] == "json":
            self.stdout.write(
                json.dumps(report.as_dict(), indent=1, ensure_ascii=False)
            )
        else:
            self._print(report, every_file=options["verbosity"] > 1)
        if report.failed:
            raise CommandError(
                f"{_count(len(report.failed), 'file')} could not be read; "
                f"{_count(len(report.read), 'other')} imported."
                if not report.dry_run
                else f"{_count(len(report.failed), 'file')} could not be read."
            )
        if not report.read:
            raise CommandError(
                "No archive found. Name the files, or a folder that holds pages of a "
                "blog saved as text."
            )

    def _print(self, report: Report, *, every_file: bool) -> None:
        unchanged = 0
        for file in report.files:
            if file.is_unchanged and not every_file:
                unchanged += 1
            else:
                self._print_file(file)
        if unchanged:
            self.stdout.write(
                f"{_count(unchanged, 'file')}: nothing new since the last import."
            )
        what = "Would import" if report.dry_run else "Imported"
        self.stdout.write(
            f"{what} {_count(report.posts.found, 'post')} ({_changes(report.posts)}), "
            f"{_count(report.comments.found, 'comment')} ({_changes(report.comments)})."
        )
        if report.dry_run:
            self.stdout.write("Nothing was written.")

    def _print_file(self, file: FileReport) -> None:
        if file.error:
            where = f"{file.path}:{file.error_line}" if file.error_line else file.path
            self.stderr.write(self.style.ERROR(f"{where}: {file.error}"))
            return
        if file.skipped:
            self.stdout.write(f"{file.path}: skipped, {file.skipped}")
            return
        declared = (
            f", {file.declared} declared"
            if file.declared is not None
            else ", number not declared"
            if file.comments.found
            else ""
        )
        self.stdout.write(
            f"{file.path}: {_count(file.posts.found, 'post')} "
            f"({_changes(file.posts)}), {_count(file.comments.found, 'comment')} "
            f"({file.top_level} top-level, {_count(file.replies, 'reply', 'replies')}; "
            f"{_changes(file.comments)}{declared})"
        )
        for warning in file.warnings:
            where = f"line {warning.line}: " if warning.line else ""
            self.stdout.write(self.style.WARNING(f"  {where}{warning.message}"))


def _show(bar: tqdm, done: int, total: int) -> None:
    bar.total, bar.n = total, done
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
