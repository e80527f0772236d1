"""Lengths of time, as they are told to who must wait (pure)."""

_UNITS = ((86400, "day"), (3600, "hour"), (60, "minute"))


def in_words(seconds: int) -> str:
    """A length of time, rounded up to one unit: ``12 seconds``, ``3 minutes``."""
    for size, name in _UNITS:
        if seconds > size:
            number = -(-seconds // size)
            return f"{number} {name}s" if number > 1 else f"{number} {name}"
    return "1 second" if seconds == 1 else f"{seconds} seconds"
