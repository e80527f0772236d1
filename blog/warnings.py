"""Before sending: what in a text may tell who wrote it, or whom it is about. Pure.

Warnings, never refusals: the writer knows best, but may not have thought of it.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class SelfIdentification:
    """A passage, what it may give away in the words that its writer sees, and in those
    for whoever reads it before it appears; ``start``: where in the text it stands."""

    passage: str
    why: str
    about_writer: str = ""
    start: int = 0


_YEARS = re.compile(
    r"\b(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty)"
    r"\s+years?(?:\s+(?:in|as|at|with)\b|['’]?\s+(?:service|experience))",
    re.I,
)
_PLACE = re.compile(
    r"\b(?i:my|our)\s+(?:office|team|ward|station|depot|school|prison|court|branch|unit)\b"
    r"(?:\s+(?:in|at)\s+[A-Z]\w+)?"
)
_WORKS_AT = re.compile(
    r"\bI\s+(?:work|worked|am\s+based|was\s+based|trained)\s+(?:in|at|for)"
    r"(?:\s+the)?\s+[A-Z]\w+"
)
_PERSON = re.compile(
    r"\b(?i:my)\s+(?:manager|supervisor|colleague|client|patient|boss)\b\s*,?\s+[A-Z][a-z]+"
)
_MAIL = re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{2,64}")
_PHONE = re.compile(r"(?<![\d/])(?:\+44|0)\d{2,4}[ \d]{6,10}\d\b")
_SIGNED = re.compile(r"\b(?:(?i:my name is|my name['’]s)|I am called)\s+[A-Z]\w+")

_KINDS = (
    (_SIGNED, "tells your name", "tells its writer’s name"),
    (_MAIL, "is a mail address", "is a mail address"),
    (_PHONE, "is a telephone number", "is a telephone number"),
    (_WORKS_AT, "tells where you work", "tells where its writer works"),
    (_PLACE, "narrows down where you work", "narrows down where its writer works"),
    (_YEARS, "tells how long you have served", "tells how long its writer has served"),
    (_PERSON, "names somebody you know", "names somebody its writer knows"),
)


def warnings(text: str) -> list[SelfIdentification]:
    """Passages that narrow down who wrote this, in the order of the text."""
    found = sorted(
        (match.start(), match.group(), why, about_writer)
        for pattern, why, about_writer in _KINDS
        for match in pattern.finditer(text)
    )
    return [
        SelfIdentification(passage, why, about_writer, start)
        for start, passage, why, about_writer in found[:10]
    ]
