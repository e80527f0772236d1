"""The record of an import: what it added and changed, so that it can be taken back."""

from datetime import datetime
from pathlib import PurePath

from django.db.models import Model
from django.utils import timezone

from blog.models import Comment, ImportBatch, ImportChange, ImportNote, Post

from .report import FileReport, Report

BATCH = 500


class Batch:
    """One run of an import. Its changes are written with ``flush``, in the transaction
    that makes them."""

    def __init__(self) -> None:
        self.row = ImportBatch.objects.create(started_at=timezone.now())
        self._changes: list[ImportChange] = []

    def changed(self, row: Post | Comment, before: dict, after: dict) -> None:
        """Notes what the import changed of a row that stood there before."""
        kind = "post" if isinstance(row, Post) else "comment"
        self._changes.append(
            ImportChange(
                batch=self.row,
                before=_plain(before),
                after=_plain(after),
                **{f"{kind}_id": row.pk},
            )
        )

    def flush(self) -> None:
        """Writes the changes noted so far."""
        ImportChange.objects.bulk_create(self._changes, batch_size=BATCH)
        self._changes = []

    def forget(self) -> None:
        """Drops the changes noted so far: their transaction failed."""
        self._changes = []

    def note(self, file: FileReport, posts: dict[str, int]) -> None:
        """Keeps the warnings of a file for the owner to walk through.

        One that stands there from an earlier import, settled or not, is not repeated.
        ``posts`` are the ids of the file's posts by their lasting numbers.
        """
        if not file.warnings and not file.error:
            return
        name = PurePath(file.path).name[-300:]
        told = set(ImportNote.objects.filter(file=name).values_list("code", "message"))
        notes = {}
        for warning in file.warnings:
            key = (warning.code, warning.message)
            if key not in told:
                notes[key] = ImportNote(
                    batch=self.row,
                    file=name,
                    line=warning.line,
                    code=warning.code,
                    message=warning.message,
                    post_id=posts.get(warning.post) if warning.post else None,
                )
        if file.error and not file.collided and ("error", file.error) not in told:
            notes["error"] = ImportNote(
                batch=self.row,
                file=name,
                line=file.error_line,
                code="error",
                message=file.error,
            )
        ImportNote.objects.bulk_create(notes.values(), batch_size=BATCH)

    def finish(self, report: Report) -> None:
        """Closes the record. None is kept of a run that changed nothing and has nothing
        to tell, nor of one that could read nothing."""
        total = report.as_dict()
        was_read = not all(file.skipped or file.unreadable for file in report.files)
        noted = was_read and self.row.notes.exists()
        kept = total["new"] or total["updated"] or noted
        if not kept:
            self.row.delete()
            return
        for file in total["files"]:
            file.pop("warnings")  # they are the notes
        self.row.report = total
        self.row.finished_at = timezone.now()
        self.row.save(update_fields=["report", "finished_at"])


def _plain(values: dict) -> dict:
    """As JSON can hold them; rows become their ids."""
    return {
        name: value.isoformat()
        if isinstance(value, datetime)
        else value.pk
        if isinstance(value, Model)
        else value
        for name, value in values.items()
    }
