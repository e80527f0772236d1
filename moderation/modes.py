"""What a mode means, in the words that readers see."""

from datetime import datetime

from django.utils import timezone
from django.utils.dateformat import format as format_date

from .models import Mode

MEANING = {
    Mode.Kind.OPEN: "Comments appear at once; some are held and read first",
    Mode.Kind.HOLD_FIRST: (
        "Comments are read before they appear, unless their writer shows the receipt "
        "of one that was published"
    ),
    Mode.Kind.HOLD_ALL: "All comments are read before they appear",
    Mode.Kind.CLOSED: "No new comments are taken",
}


def in_words(mode: Mode) -> str:
    """What readers are told: what happens, since when, until when, and the notice."""
    words = f"{MEANING[Mode.Kind(mode.kind)]}, since {_moment(mode.since)}"
    if mode.until:
        words += f", until {_moment(mode.until)}"
    notice = mode.notice.strip()
    return f"{words}: {notice}" if notice else f"{words}."


def _moment(at: datetime) -> str:
    """“Friday 2 September 20:15”, with the year where it is another one."""
    at = timezone.localtime(at)
    year = "" if at.year == timezone.localdate().year else " Y"
    return format_date(at, f"l j F{year} H:i")
