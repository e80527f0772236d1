"""What an import did, for people and for programs."""

from dataclasses import dataclass, field

from .model import Warning


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
    """One file: ``error`` if it could not be read, ``skipped`` if it is no archive."""

    path: str
    format: str = ""
    posts: Tally = field(default_factory=Tally)
    comments: Tally = field(default_factory=Tally)
    top_level: int = 0
    replies: int = 0
    declared: int | None = None
    warnings: list[Warning] = field(default_factory=list)
    error: str = ""
    error_line: int | None = None
    skipped: str = ""

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
            "declared": self.declared,
            "found": self.comments.found,
            "warnings": [
                {"line": warning.line, "code": warning.code, "message": warning.message}
                for warning in self.warnings
            ],
            "error": {"line": self.error_line, "message": self.error}
            if self.error
            else None,
            "skipped": self.skipped or None,
        }

    def add_warning(self, code: str, message: str, line: int | None = None) -> None:
        self.warnings.append(Warning(code, message, line))


@dataclass
class Report:
    """The whole run."""

    dry_run: bool = False
    files: list[FileReport] = field(default_factory=list)

    @property
    def posts(self) -> Tally:
        return self._sum("posts")

    @property
    def comments(self) -> Tally:
        return self._sum("comments")

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
