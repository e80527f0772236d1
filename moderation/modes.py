"""What a mode means, in the words that readers see."""

from datetime import datetime

from django.utils import timezone
from django.utils.dateformat import format as format_date

from .models import Mode

# What happens; and what else does to some, in a sentence of its own.
MEANING = {
    Mode.Kind.OPEN: ("Comments appear at once", "Some are held and read first."),
    Mode.Kind.HOLD_FIRST: (
        "Comments are read before they appear",
        "Those of writers who show the receipt of a published comment appear at once.",
    ),
    Mode.Kind.HOLD_ALL: ("All comments are read before they appear", ""),
    Mode.Kind.CLOSED: ("No new comments are taken", ""),
}

# Where none is in force.
WITHOUT = f"{MEANING[Mode.Kind.HOLD_ALL][0]}."

# What the preview tells of this one comment. Whether screening holds it is not known
# before it is sent.
_READ = "It appears after a moderator has read it"
WHEN_IT_APPEARS = {
    Mode.Kind.OPEN: (
        "It appears at once, unless it is held to be read by a moderator first."
    ),
    Mode.Kind.HOLD_FIRST: (
        f"{_READ}, or at once with the receipt of a published one, unless it is held."
    ),
    Mode.Kind.HOLD_ALL: f"{_READ}.",
}


def in_words(mode: Mode) -> str:
    """What readers are told: what happens, since when, until when, and the notice."""
    happens, to_some = MEANING[Mode.Kind(mode.kind)]
    words = f"{happens}, since {_moment(mode.since)}"
    if mode.until:
        words += f", until {_moment(mode.until)}"
    notice = mode.notice.strip()
    if to_some:
        return f"{words}. {to_some} {notice}".rstrip()
    return f"{words}: {notice}" if notice else f"{words}."


def briefly(mode: Mode) -> str:
    """For moderators: “Hold all, for this post, until Friday 2 September 20:15”."""
    name = mode.get_kind_display().partition(":")[0]
    where = "for this post" if mode.post_id else "for the whole site"
    until = f", until {_moment(mode.until)}" if mode.until else ""
    return f"{name}, {where}{until}"


def _moment(at: datetime) -> str:
    """“Friday 2 September 20:15”, with the year where it is another one."""
    at = timezone.localtime(at)
    year = "" if at.year == timezone.localdate().year else " Y"
    return format_date(at, f"l j F{year} H:i")
