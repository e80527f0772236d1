"""Writes the blog into one file: ``manage.py export_archive FILE``."""

import os
import secrets
import signal
import sys
import threading
from argparse import ArgumentParser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from blog.archive.exporter import FORMS, Tally, export

STANDARD_OUTPUT = "-"


class Command(BaseCommand):
    help = (
        "Writes all that readers may see into one file, which import_archive and other "
        "programs read. With --all everything else, too: keep that file private."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="- is the standard output")
        parser.add_argument(
            "--format",
            choices=tuple(FORMS),
            default="atom",
            help="atom: what other blogs and import_archive read (default); "
            "json: for programs",
        )
        parser.add_argument(
            "--all",
            action="store_true",
            dest="everything",
            help="drafts, scheduled posts and unpublished comments too",
        )
        parser.add_argument(
            "--overwrite",
            action="store_true",
            help="replace FILE if it exists, once the new one is complete",
        )

    def handle(self, **options) -> None:
        everything, name = options["everything"], options["file"]
        _show_all_names(sys.stderr)
        # What is said must not get into the file.
        to_output = name == STANDARD_OUTPUT
        say, where = (
            (self.stderr.write, "the standard output")
            if to_output
            else (self.stdout.write, name)
        )
        try:
            if to_output:
                if hasattr(sys.stdout, "reconfigure"):
                    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
                tally = self._export(partial(self.stdout.write, ending=""), options)
            else:
                _show_all_names(sys.stdout)
                target = _target(name, options["overwrite"])
                with _whole_file(target, 0o600 if everything else 0o666) as write:
                    tally = self._export(write, options)
        except OSError as error:
            raise CommandError(
                f"{where} could not be written: {error.strerror or error}."
            ) from error
        if options["verbosity"] > 0:
            for sentence in _sentences(tally, where, everything):
                say(sentence)

    def _export(self, write: Callable[[str], object], options: dict) -> Tally:
        terminal = self.stderr.isatty() and options["verbosity"] > 0
        with tqdm(
            unit=" posts", disable=not terminal, file=self.stderr, leave=False
        ) as bar:
            return export(
                write,
                options["format"],
                everything=options["everything"],
                progress=lambda done, total: _show(bar, done, total),
            )


def _show_all_names(stream: object) -> None:
    """What the terminal cannot show must not end the export."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")


def _target(name: str, overwrite: bool) -> Path:
    target = Path(name).resolve()
    if target.exists() and not target.is_file():
        raise CommandError(f"{name} is no file. Give the name of a new one.")
    if target.exists() and not overwrite:
        raise CommandError(
            f"{name} exists already. Choose another name, or replace it with "
            "--overwrite."
        )
    if not target.parent.is_dir():
        raise CommandError(f"There is no folder for {name}. Make it first.")
    return target


@contextmanager
def _whole_file(target: Path, mode: int) -> Iterator[Callable[[str], object]]:
    """Writes a file beside ``target``, which gets that name once it is complete.

    Whatever stops it before then takes it away again, SIGTERM too; a SIGKILL leaves
    it under its own name.
    """
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    with _terminated_by_exception():
        try:
            with open(
                beside,
                "x",
                encoding="utf-8",
                newline="\n",
                opener=partial(os.open, mode=mode),
            ) as file:
                yield file.write
                file.flush()
                os.fsync(file.fileno())
            beside.replace(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise


@contextmanager
def _terminated_by_exception() -> Iterator[None]:
    """SIGTERM ends a process at once, unless somebody wants to clear up first."""

    def leave(number: int, _: object) -> None:
        sys.exit(128 + number)

    if threading.current_thread() is not threading.main_thread():
        yield  # signals are the main thread's business
        return
    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _show(bar: tqdm, done: int, total: int) -> None:
    bar.total, bar.n = total, done
    bar.refresh()


def _sentences(tally: Tally, where: str, everything: bool) -> Iterator[str]:
    placeholders = (
        f" ({tally.placeholders:,} of them only as placeholders)"
        if tally.placeholders
        else ""
    )
    yield (
        f"Exported {_count(tally.posts, 'post')}, {_count(tally.pages, 'page')}, "
        f"{_count(tally.comments, 'comment')}{placeholders} to {where}."
    )
    if everything:
        yield (
            "This file holds what readers may not see: "
            f"{_count(tally.unpublished_posts, 'draft or scheduled post')} and "
            f"{_count(tally.unpublished_comments, 'comment')} that waited, or were "
            "refused, marked as spam, held or hidden, with their words, names and "
            "times. Keep it private."
        )
    if tally.cleaned:
        yield (
            f"Characters that XML does not allow were left out of "
            f"{_count(tally.cleaned, 'post or comment', 'posts or comments')}; "
            "--format json keeps them."
        )
    if tally.images:
        yield (
            f"Bodies refer to {_count(len(tally.images), 'image')} in data/media: copy "
            "that folder too."
        )


def _count(number: int, noun: str, plural: str = "") -> str:
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"
