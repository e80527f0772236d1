"""Comments that are named in other comments by the time they were written. Pure.

Where nobody has a name, people write "@19.50", "20.29. It is", "Anon at 14:03". Finding
is two questions that are kept apart. ``find`` reads one text: is this time there to
name a comment, or is it a train? ``resolve`` looks at the discussion: which comment was
written then? Only both together make a link, and where either is in doubt there is
none, since a wrong link puts words into somebody's mouth.
"""

from .mentions import Day, Mention, Strength, find
from .resolving import MOST, Annotation, ByClock, Resolution, Written, annotate, resolve

__all__ = [
    "MOST",
    "Annotation",
    "ByClock",
    "Day",
    "Mention",
    "Resolution",
    "Strength",
    "Written",
    "annotate",
    "find",
    "resolve",
]
