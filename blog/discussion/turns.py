"""Work that takes a whole core waits for its turn, over all processes of a site. Pure.

A semaphore counts the threads of one process; what is dear must be counted over all of
them, however many workers there are. So a turn is the lock of one of a few files. The
system takes it back when its holder dies, however that comes about.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import BoundedSemaphore

_AGAIN = 0.02  # seconds between two looks at what other processes hold


class NoTurn(Exception):
    """Others worked for longer than one was willing to wait."""


class Turns:
    """At most ``at_once`` at a time hold a turn."""

    def __init__(self, at_once: int) -> None:
        self.at_once = at_once
        self._here = BoundedSemaphore(at_once)

    @contextmanager
    def one(self, patience: float, folder: Path | None = None) -> Iterator[None]:
        """One turn, for the length of the block.

        All processes that give the same ``folder`` share their turns; without one, and
        where nothing can be written there, each process counts for itself. Raises
        ``NoTurn`` after ``patience`` seconds.
        """
        until = time.monotonic() + patience
        if not self._here.acquire(timeout=patience):
            raise NoTurn
        with ExitStack() as held:
            held.callback(self._here.release)
            if folder is not None:
                # A disk that is full must not keep anybody from a claimed name.
                with suppress(OSError):
                    held.callback(os.close, self._file(folder, until))
            yield

    def _file(self, folder: Path, until: float) -> int:
        """A file that is locked, open; its lock goes when it is closed."""
        while True:
            for number in range(self.at_once):
                file = os.open(
                    folder / f"turn-{number + 1}.lock",
                    os.O_RDWR | os.O_CREAT | os.O_CLOEXEC,
                    0o600,
                )
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    os.close(file)
                except OSError:
                    os.close(file)
                    raise
                else:
                    return file
            if time.monotonic() >= until:
                raise NoTurn
            time.sleep(_AGAIN)
