"""When something is due for a complaint: worked out once, when its notice comes."""

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.dateformat import format as format_date

from .bank_holidays import is_bank_holiday
from .clock import WorkingClock
from .models import Complaint

CLOCK = WorkingClock(is_bank_holiday)
# Regulation 4 and paragraph 3 of the schedule, in hours; and when the clock acts.
HOURS, HIDDEN_AT = 48, 44
MARKS = {24: "warn_at", 8: "red_at", 0: "due_at"}  # hours left: field of the file
# An action must be brought within a year of publication (Limitation Act 1980, section
# 4A), and a claim form served within four months of its issue: 15 months, in days.
KEPT = timedelta(days=457)


def due_times(start: datetime) -> dict[str, datetime]:
    """The fields of a file that hold what is due when, for a notice of this time."""
    times = {name: CLOCK.after(start, HOURS - left) for left, name in MARKS.items()}
    return times | {"hide_at": CLOCK.after(start, HIDDEN_AT)}


def hours_left(complaint: Complaint, now: datetime | None = None) -> float:
    """Working hours until it is due; less than nothing when that has passed."""
    return CLOCK.hours_between(now or timezone.now(), complaint.due_at)


def left_in_words(complaint: Complaint, now: datetime | None = None) -> str:
    """“31 working hours left”, rounded down; “overdue” once it is."""
    left = hours_left(complaint, now)
    if (now or timezone.now()) >= complaint.due_at:
        return "overdue"
    if left < 1:
        return "less than a working hour left"
    number = int(left)
    return f"{number} working hour{'' if number == 1 else 's'} left"


def in_words(moment: datetime) -> str:
    """“Tuesday 24 November 2026 at 14:05”, by the site's clock."""
    return format_date(timezone.localtime(moment), "l j F Y \\a\\t H:i")
