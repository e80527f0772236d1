"""How exactly the time of a comment is known, kept and shown. Pure.

To the minute, or cut to the hour or the day by the wall clock of the blog. A time that
was cut is the beginning of its hour or day: where two are compared it is the earliest
moment that may be meant. It is never shown as if it were exact.
"""

from datetime import UTC, datetime, tzinfo

MINUTE, HOUR, DAY = "minute", "hour", "day"
PRECISIONS = (MINUTE, HOUR, DAY)
# A column holds None for what was not cut: of most times that is so.
CUT = (HOUR, DAY)


def coarsest(*known: str | None) -> str | None:
    """The least exact of these; None: nothing was cut."""
    return max(known, key=lambda each: (None, *CUT).index(each), default=None)


def cut(moment: datetime, to: str | None, zone: tzinfo) -> datetime:
    """The beginning of the hour or day of ``zone`` in which ``moment`` lies.

    In UTC. ``to`` None: the moment itself.
    """
    if to is None:
        return moment
    begin = moment.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    # In the hour that comes twice when clocks go back, the first and the second stay
    # apart; a day begins with the first.
    begin = begin if to == HOUR else begin.replace(hour=0, fold=0)
    # Times of two zones are never equal where one comes twice or not at all.
    return begin.astimezone(UTC)


def clock(there: datetime, known: str | None) -> str:
    """The time of the day so far as it is known: "14:03", "14h", ""."""
    if known is None:
        return f"{there:%H:%M}"
    return f"{there:%H}h" if known == HOUR else ""


def after_day(there: datetime, known: str | None, separator: str) -> str:
    """``clock`` with what stands between it and the day; "" where there is none."""
    words = clock(there, known)
    return f"{separator}{words}" if words else ""


def for_machines(there: datetime, known: str | None) -> str:
    """For ``datetime`` in HTML, which knows minutes and days, and no hours: of what was
    cut the day alone."""
    if known is None:
        return there.isoformat(timespec="minutes")
    return there.date().isoformat()
