"""How the moderators' pages say who, when and what."""

from datetime import datetime

from django.utils import timezone
from django.utils.dateformat import format as format_date

from blog import moments
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
    written = timezone.localtime(comment.written_at)
    return f"Anon{moments.after_day(written, comment.precision, ' ')}"


def moment(at: datetime, precision: str | None = None) -> str:
    """Day and time to the minute, as everywhere on these pages, or so far as it was
    not cut."""
    local = timezone.localtime(at)
    day = format_date(local, "j F Y")
    return day + moments.after_day(local, precision, ", ")


def clock(row: Decision) -> str:
    """When it was done: "at 14:03" if that was today, "at 14:03 on 3 September"."""
    local = timezone.localtime(row.at)
    time = moments.clock(local, row.precision)
    is_today = local.date() == timezone.localdate()
    day = "" if is_today and time else format_date(local, "\\o\\n j F")
    return " ".join(filter(None, (time and f"at {time}", day)))


def at_its_time(row: Decision) -> str:
    """The same with the whole day: "at 14:03 on 3 September 2022"."""
    local = timezone.localtime(row.at)
    time = moments.clock(local, row.precision)
    return (f"at {time} " if time else "") + format_date(local, "\\o\\n j F Y")


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
