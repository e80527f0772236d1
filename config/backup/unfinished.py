"""Files and folders that exist while something is made, and go with it.

Each is locked by the process that made it. A lock goes with a process that is killed;
what it leaves is removed by the next one.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

FILE, FOLDER = ".candour-part-", ".candour-work-"


@contextmanager
def file(folder: Path) -> Iterator[Path]:
    """An empty file that its owner alone can read; it goes at the end if it still has
    this name."""
    _tidy(folder, FILE)
    path, descriptor = _locked(lambda: _new_file(folder))
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


@contextmanager
def folder(beside: Path) -> Iterator[Path]:
    """An empty folder in ``beside`` that its owner alone can enter; it goes at the
    end with all that is in it."""
    _tidy(beside, FOLDER)
    path, descriptor = _locked(
        lambda: Path(tempfile.mkdtemp(prefix=FOLDER, dir=beside))
    )
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)
        os.close(descriptor)


def _new_file(folder: Path) -> Path:
    descriptor, name = tempfile.mkstemp(prefix=FILE, dir=folder)
    os.close(descriptor)
    return Path(name)


def _locked(make: Callable[[], Path]) -> tuple[Path, int]:
    """A new one, and the descriptor that holds its lock. Between the two another
    process can take it for one that a killed process left: then one more is made."""
    while True:
        path = make()
        try:
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
        except FileNotFoundError:
            continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            if os.path.samestat(os.fstat(descriptor), path.stat()):
                return path, descriptor
        except FileNotFoundError:
            pass
        os.close(descriptor)


def _tidy(folder: Path, prefix: str) -> None:
    """Removes what killed processes left: nobody holds its lock."""
    for path in folder.glob(f"{prefix}*"):
        with contextlib.suppress(OSError):
            descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(path) if path.is_dir() else path.unlink()
            finally:
                os.close(descriptor)


def settle(folder: Path) -> None:
    """What was renamed in ``folder`` is on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
