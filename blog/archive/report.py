"""What an import did, for people and for programs."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .model import REMOVED, ArchiveError, SourceComment, Status, Warning

KEPT_BACK = {
    "held": (Status.HELD,),
    "spam": (Status.SPAM,),
    "refused": (Status.REFUSED,),
    "trashed": (Status.TRASHED,),
    "removed": tuple(REMOVED),
}


@dataclass
class Tally:
    """How many rows of one kind were in the source, and what became of them."""

    found: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0

    def add(self, other: "Tally") -> None:
        self.found += other.found
        self.new += other.new
        self.updated += other.updated
        self.unchanged += other.unchanged

    def as_dict(self) -> dict[str, int]:
        return {
            "found": self.found,
            "new": self.new,
            "updated": self.updated,
            "unchanged": self.unchanged,
        }


@dataclass
class FileReport:
    """One file: ``error`` if it could not be read, ``skipped`` if it is no archive.

    ``collided``: another import stored the same at the same moment; that one counts.
    ``orphans``: comments whose post is not in the file; ``missing_parents``: those
    whose parent is not; ``flattened``: answers to answers that the old blog showed
    below the first comment of the thread. ``known``: the very file came in whole
    before and nothing of it can be new, so that it was not read again. ``unreadable``:
    nothing at all could be read of it.
    """

    path: str
    format: str = ""
    posts: Tally = field(default_factory=Tally)
    comments: Tally = field(default_factory=Tally)
    top_level: int = 0
    replies: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    pages: int = 0
    drafts: int = 0
    orphans: int = 0
    missing_parents: int = 0
    flattened: int = 0
    declared: int | None = None
    warnings: list[Warning] = field(default_factory=list)
    error: str = ""
    error_line: int | None = None
    error_column: int | None = None
    collided: bool = False
    skipped: str = ""
    known: bool = False
    unreadable: bool = False

    @property
    def is_unchanged(self) -> bool:
        """Whether it was read and all of it was there already."""
        return not (self.error or self.skipped) and not any(
            tally.new or tally.updated for tally in (self.posts, self.comments)
        )

    def as_dict(self) -> dict:
        return {
            "path": self.path,
            "format": self.format,
            "posts": self.posts.as_dict(),
            "comments": self.comments.as_dict(),
            "top_level": self.top_level,
            "replies": self.replies,
            **self.kept_back,
            "pages": self.pages,
            "drafts": self.drafts,
            "orphans": self.orphans,
            "missing_parents": self.missing_parents,
            "flattened": self.flattened,
            "declared": self.declared,
            "found": self.comments.found,
            "warnings": [
                {"line": warning.line, "code": warning.code, "message": warning.message}
                for warning in self.warnings
            ],
            "error": {
                "line": self.error_line,
                "column": self.error_column,
                "message": self.error,
            }
            if self.error
            else None,
            "skipped": self.skipped or None,
            "known": self.known,
        }

    @property
    def kept_back(self) -> dict[str, int]:
        """How many comments are not public, by why."""
        return {
            word: sum(self.statuses[status] for status in statuses)
            for word, statuses in KEPT_BACK.items()
        }

    def count(self, comments: Sequence[SourceComment]) -> None:
        """Counts the comments of a post of the file."""
        self.comments.found += len(comments)
        for comment in comments:
            if comment.parent is None:
                self.top_level += 1
            else:
                self.replies += 1
            self.statuses[comment.status] += 1

    def add_warning(
        self, code: str, message: str, line: int | None = None, post: str = ""
    ) -> None:
        self.warnings.append(Warning(code, message, line, post))

    def stored_so_far(self) -> tuple[Tally, Tally]:
        """What was counted as stored, to come back to if the next part fails."""
        return replace(self.posts), replace(self.comments)

    def take_back(self, tallies: tuple[Tally, Tally]) -> None:
        self.posts, self.comments = tallies

    def fail(self, error: ArchiveError) -> None:
        """Notes that the file, or the rest of it, could not be read."""
        self.error = error.message
        self.error_line, self.error_column = error.line, error.column
        self.unreadable = not (self.posts.found or self.comments.found)


@dataclass
class Report:
    """The whole run."""

    dry_run: bool = False
    batch: int | None = None
    files: list[FileReport] = field(default_factory=list)

    @property
    def posts(self) -> Tally:
        return self._sum("posts")

    @property
    def comments(self) -> Tally:
        return self._sum("comments")

    @property
    def needs_a_person(self) -> int:
        """How many warnings there are, and files that could not be read."""
        return sum(len(file.warnings) for file in self.files) + len(self.failed)

    @property
    def failed(self) -> list[FileReport]:
        return [file for file in self.files if file.error]

    @property
    def read(self) -> list[FileReport]:
        return [file for file in self.files if not file.error and not file.skipped]

    def _sum(self, kind: str) -> Tally:
        total = Tally()
        for file in self.files:
            total.add(getattr(file, kind))
        return total

    def as_dict(self) -> dict:
        posts, comments = self.posts, self.comments
        declared = [file.declared for file in self.files if file.declared is not None]
        return {
            "dry_run": self.dry_run,
            "files": [file.as_dict() for file in self.files],
            "posts": posts.as_dict(),
            "comments": comments.as_dict(),
            "new": posts.new + comments.new,
            "updated": posts.updated + comments.updated,
            "unchanged": posts.unchanged + comments.unchanged,
            "declared": sum(declared) if declared else None,
            "found": comments.found,
            "warnings": sum(len(file.warnings) for file in self.files),
            "errors": len(self.failed),
        }
