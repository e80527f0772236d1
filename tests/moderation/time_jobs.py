"""Work for ``tests.worker``: what SQLite's files hold of a minute that was cut."""

from datetime import UTC, datetime
from pathlib import Path

from django.db import connection
from django.utils import timezone

from blog.models import Comment
from moderation.transitions import Seen, decide, moderator, undo
from tests.blog import making

from . import making as people

MINUTE = datetime(2025, 6, 12, 13, 37, 29, tzinfo=UTC)
LATER = datetime(2025, 6, 12, 16, 5, 11, tzinfo=UTC)
MARKER = b"2025-06-12 13:37"


def kept() -> list[list[str]]:
    """Which files hold the minute in which a comment was written: as long as it waits,
    once it is approved, and once that is taken back. The connection stays open."""
    clock = [MINUTE]
    timezone.now = lambda: clock[0]
    post = making.post(published_at=datetime(2025, 6, 1, 9, tzinfo=UTC))
    mo = moderator(people.moderator("mo"))
    comment = people.submission(post, at=MINUTE.replace(second=0))
    files = [_files()]
    clock[0] = LATER
    done = decide([Seen(comment.public_id, comment.version)], "approve", mo).done
    files.append(_files())
    # As an older version of this program left it.
    Comment.objects.update(
        written_at=MINUTE.replace(second=0), precision=None, published_at=None
    )
    assert _files()
    assert undo([done[0].seq], mo).done
    return [*files, _files()]


def _files() -> list[str]:
    file = Path(connection.settings_dict["NAME"])
    those = [file, file.with_name(f"{file.name}-wal")]
    return [each.suffix for each in those if MARKER in each.read_bytes()]
