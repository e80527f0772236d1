"""Before sending: what in a text may tell who wrote it, or whom it is about. Pure.

Warnings, never refusals: the writer knows best, but may not have thought of it.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class SelfIdentification:
    """A passage, and what it may give away."""

    passage: str
    why: str


_YEARS = re.compile(
    r"\b(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty)"
    r"\s+years?(?:\s+(?:in|as|at|with)\b|['’]?\s+(?:service|experience))",
    re.I,
)
_PLACE = re.compile(
    r"\b(?:my|our)\s+(?:office|team|ward|station|depot|school|prison|court|branch|unit)\b"
    r"(?:\s+(?:in|at)\s+[A-Z]\w+)?"
)
_WORKS_AT = re.compile(
    r"\bI\s+(?:work|worked|am\s+based|was\s+based|trained)\s+(?:in|at|for)\s+[A-Z]\w+"
)
_PERSON = re.compile(
    r"\bmy\s+(?:manager|supervisor|colleague|client|patient|boss)\b\s*,?\s+[A-Z][a-z]+"
)
_MAIL = re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{2,64}")
_PHONE = re.compile(r"(?<![\d/])(?:\+44|0)\d{2,4}[ \d]{6,10}\d\b")
_SIGNED = re.compile(r"\b(?:my name is|I am called)\s+[A-Z]\w+")

_KINDS = (
    (_SIGNED, "tells your name"),
    (_MAIL, "is a mail address"),
    (_PHONE, "is a telephone number"),
    (_WORKS_AT, "tells where you work"),
    (_PLACE, "narrows down where you work"),
    (_YEARS, "tells how long you have served"),
    (_PERSON, "names somebody you know"),
)


def warnings(text: str) -> list[SelfIdentification]:
    """Passages that narrow down who wrote this, in the order of the text."""
    found = sorted(
        (match.start(), match.group(), why)
        for pattern, why in _KINDS
        for match in pattern.finditer(text)
    )
    return [SelfIdentification(passage, why) for _, passage, why in found[:10]]
