"""What a backup is called: when it was made, and where the log ended then."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

_NAME = re.compile(r"candour-([0-9]{8}T[0-9]{6}Z)-log([0-9]+)-([0-9a-f]{12})\.zip")
_WHEN = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Name:
    """``taken_at`` is UTC, to the second; ``digits`` are the first 12 of the hash of
    row ``seq`` of the log, its last one."""

    taken_at: datetime
    seq: int
    digits: str

    def __str__(self) -> str:
        when = self.taken_at.astimezone(UTC).strftime(_WHEN)
        return f"candour-{when}-log{self.seq}-{self.digits}.zip"


def read(file_name: str) -> Name | None:
    """What the name of a file says; None if it is not called as backups are."""
    found = _NAME.fullmatch(file_name)
    if not found:
        return None
    try:
        when = datetime.strptime(found[1], _WHEN).replace(tzinfo=UTC)
    except ValueError:
        return None
    return Name(when, int(found[2]), found[3])


def in_folder(folder: Path) -> list[tuple[Name, Path]]:
    """Files that are called as backups are, the oldest first. A folder that is not
    there has none."""
    if not folder.is_dir():
        return []
    found = [
        (name, path)
        for path in folder.iterdir()
        if (name := read(path.name)) and path.is_file() and not path.is_symlink()
    ]
    return sorted(found, key=lambda each: (each[0].taken_at, each[1].name))


def newest(folder: Path, now: datetime) -> tuple[Name, Path] | None:
    """The last one that was made; not one whose time is still to come, because a clock
    was wrong."""
    made = [each for each in in_folder(folder) if each[0].taken_at <= now]
    return made[-1] if made else None
