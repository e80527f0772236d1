"""How the moderators' pages say who, when and what."""

from datetime import datetime

from django.utils import timezone
from django.utils.dateformat import format as format_date

from blog.models import Comment
from moderation import actions
from moderation.models import Decision


def handle(comment: Comment) -> str:
    """How a comment is called: its name, or the time of a nameless one."""
    if comment.name:
        return comment.name
    if comment.handle:
        return comment.handle
    if comment.name is None:
        return "Name not recorded"
    if comment.written_at is None:
        return "Anon"
    return f"Anon {timezone.localtime(comment.written_at):%H:%M}"


def moment(at: datetime) -> str:
    """Day and time to the minute, as everywhere on these pages."""
    return format_date(timezone.localtime(at), "j F Y, H:i")


def clock(at: datetime) -> str:
    """The time alone, where it was today."""
    local = timezone.localtime(at)
    if local.date() == timezone.localdate():
        return f"{local:%H:%M}"
    return format_date(local, "H:i \\o\\n j F")


def done(row: Decision) -> str:
    """What a row of the log tells: “Refused”, “No. 12 taken back”."""
    if row.undoes is not None:
        return f"No. {row.undoes} taken back"
    words = actions.done(row.action)
    return words[:1].upper() + words[1:]


def actor(row: Decision) -> str:
    """Who did it: a moderator's name, or what kind of actor it was."""
    return row.actor or row.get_actor_kind_display()


def count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"


def duration(since: datetime) -> str:
    """“3 hours”, “12 minutes”: the largest unit, rounded down."""
    minutes = max(0, int((timezone.now() - since).total_seconds() // 60))
    for size, one, many in ((1440, "day", "days"), (60, "hour", "hours")):
        if minutes >= size:
            return count(minutes // size, one, many)
    return count(minutes, "minute", "minutes")
