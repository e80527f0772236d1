"""Before sending: what in a text may tell who wrote it, or whom it is about. Pure.

Warnings, never refusals: the writer knows best, but may not have thought of it.
"""

import re
from dataclasses import dataclass

from .people import people

MOST = 10
SHOWN = 5  # passages of one kind that the writer is asked about


@dataclass(frozen=True)
class SelfIdentification:
    """A passage, what its writer is asked about it, and what it may give away in words
    for whoever reads it before it appears; ``start``: where in the text it stands."""

    passage: str
    asked: str
    about_writer: str = ""
    start: int = 0


@dataclass(frozen=True)
class Question:
    """What a writer is asked before sending, once for all passages of a kind."""

    passages: tuple[str, ...]
    asked: str


_NUMBER = (
    r"(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen"
    r"|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty)"
)
_NO_PLACE = (
    r"(?!(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December|Christmas|Easter|Monday|Tuesday|Wednesday|Thursday|Friday"
    r"|Saturday|Sunday|I|IT|HR)\b)"
)
_PLACE_NAME = rf"(?:the\s+)?{_NO_PLACE}[A-Z]\w+"
_ROLE = (
    r"(?i:(?:senior\s+|deputy\s+|trainee\s+|assistant\s+|approved\s+|prison\s+"
    r"|probation\s+|police\s+|area\s+|team\s+)*"
    r"(?:SPOs?|POs?|PSOs?|CROs?|officers?|managers?|governors?|social\s+workers?|nurses?"
    r"|midwife|midwives|teachers?|psychologists?|chaplains?|doctors?|supervisors?"
    r"|administrators?|receptionists?|engineers?|cooks?|stewards?|magistrates?|clerks?"
    r"|solicitors?|barristers?|trainers?|workers?|inspectors?|mates?|bosuns?))\b"
)
_SERVED = rf"for\s+(?:over\s+|nearly\s+|almost\s+|about\s+)?{_NUMBER}\s+years?\b"
_YEARS = re.compile(
    rf"\b{_NUMBER}\s+years?(?:\s+(?:in|as|at|with)\b|['’]?\s+(?:service|experience))"
    rf"|\b(?:I\s+(?:have|had|was|am|did|work|worked|served)|I['’](?:ve|m|d)|have\s+been"
    rf"|as|being)\s+(?:been\s+)?(?:here|doing\s+this|in\s+(?:this|the)\s+(?:job|service)"
    rf"|(?:an?|the)\s+{_ROLE}|working|employed|served|worked)[^.,;!?\n]{{0,30}}?\s+{_SERVED}",
    re.I,
)
_PLACE = re.compile(
    r"\b(?i:my|our)\s+(?:office|team|ward|station|depot|school|prison|court|branch|unit)\b"
    r"(?:\s+(?:in|at)\s+[A-Z]\w+)?"
)
_WORKS_AT = re.compile(
    r"\bI(?:\s+(?:(?:also|still|once|now|used\s+to|have|had)\s+)?"
    r"(?:work|worked|am\s+based|was\s+based|am\s+working|was\s+working|trained|serve"
    r"|served|live|lived|am\s+stationed|was\s+stationed)"
    r"|['’]m\s+(?:based|working|stationed)|['’](?:ve|d)\s+(?:worked|been\s+based|served))"
    rf"\s+(?:in|at|for|out\s+of|from)\s+{_PLACE_NAME}"
)
_ROLE_AT = re.compile(
    rf"\b(?:(?:I\s+am|I['’]m|I\s+was|[Aa]s|[Bb]eing)\s+(?:an?|the|one\s+of\s+the)\s+{_ROLE}"
    rf"\s+(?:in|at|from|for)\s+{_PLACE_NAME}"
    rf"|(?:[Aa]n?|[Tt]he)\s+{_ROLE}\s+(?:in|at|from|for)\s+{_PLACE_NAME}\s+{_SERVED})"
)
_ONLY = re.compile(
    r"\b(?:I\s+(?:am|was)|I['’]m|[Aa]s|[Bb]eing)\s+"
    r"(?:the\s+only\s+(?!ones?\b|person\b|people\b|way\b|thing\b)"
    rf"|one\s+of\s+(?:the\s+|only\s+)*(?:two|three|four|five)\s+)(?:{_ROLE}|\w+)"
    r"(?:\s+(?:in|at|on|from)\s+(?:the\s+|this\s+)?\w+)?"
)
_PERSON = re.compile(
    r"\b(?:(?i:my|our|one\s+of\s+(?:my|our))\s+"
    r"(?:(?i:line|area|team|case|senior|former|old|new|ex|late)[\s-]+)?"
    r"(?i:managers?|supervisors?|colleagues?|clients?|patients?|boss|bosses|cases?|pupils?"
    r"|mentor|governor))\b\s*,?\s+(?:(?i:called|named)\s+)?"
    rf"{_NO_PLACE}[A-Z][a-z]+"
)
_MAIL = re.compile(r"\b[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{2,64}")
_PHONE = re.compile(r"(?<![\d/])(?:\+44|0)\d{2,4}[ \d]{6,10}\d\b")
_SIGNED = re.compile(r"\b(?:(?i:my name is|my name['’]s)|I am called)\s+[A-Z]\w+")
# As the Royal Mail writes them: no month, hour or motorway ends so.
_POSTCODE = re.compile(
    r"\b(?:[A-PR-UWYZ][A-HK-Y]?\d[A-HJKPSTUW\d]?)\s?\d[ABD-HJLNP-UW-Z]{2}\b"
)
# Prison number, case number of probation, PNC, crown court, national insurance, health;
# and whatever is called a number of such a thing.
_REFERENCE = re.compile(
    r"\b(?:[A-Z]\d{4}[A-Z]{2}|[A-Z]\d{6}|\d{2}(?:\d{2})?/\d{4,7}[A-Z]|[AST]20\d{6}"
    r"|[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]"
    r"|(?:NHS|nhs)\s+(?:number|no\.?)\s*:?\s*\d{3} ?\d{3} ?\d{4}"
    r"|(?i:case|CRN|PNC|URN|NOMS|prison|hospital|claim|court)\s+"
    r"(?i:(?:number|no\.?|ref(?:erence)?\.?)\s*:?\s*)(?=[A-Z/-]{0,6}\d)[A-Z\d/-]{4,16}"
    r"|(?:CRN|PNC|URN|NOMS)\s*:?\s*(?=[A-Z/-]{0,4}\d)[A-Z\d/-]{5,16})(?![\w/-])"
)

# Of two that meet the first counts.
_KINDS = (
    (_SIGNED, "Is that your name?", "tells its writer’s name"),
    (_MAIL, "May everybody have that mail address?", "is a mail address"),
    (_PHONE, "May everybody have that number?", "is a telephone number"),
    (_WORKS_AT, "Does that tell where you work?", "tells where its writer works"),
    (_ROLE_AT, "Does that tell where you work?", "tells where its writer works"),
    (
        _PLACE,
        "Does that narrow down where you work?",
        "narrows down where its writer works",
    ),
    (
        _YEARS,
        "Does that tell how long you have served?",
        "tells how long its writer has served",
    ),
    (
        _ONLY,
        "Of how many people is that true?",
        "may be true of its writer alone",
    ),
    (_PERSON, "Will somebody know who that is?", "names somebody its writer knows"),
    (_POSTCODE, "Whose door does that postcode lead to?", "is a postcode"),
    (
        _REFERENCE,
        "Is that the number of a person or a case?",
        "looks like the number of a person or a case",
    ),
)
_NAMED = "Must readers know who that is?"


def warnings(text: str) -> list[SelfIdentification]:
    """Passages that narrow down who wrote this, in the order of the text."""
    found = sorted(
        (match.start(), place, match.group())
        for place, (pattern, *_) in enumerate(_KINDS)
        for match in pattern.finditer(text)
    )
    return [
        SelfIdentification(passage, *_KINDS[place][1:], start)
        for start, place, passage in found[:MOST]
    ]


def questions(text: str) -> list[Question]:
    """What its writer is asked before it is sent: each question once, in the order of
    the text, and of the persons who are named whatever else is."""
    asked: dict[str, list[str]] = {}
    covered: list[tuple[int, int]] = []
    for found in warnings(text):
        passages = asked.setdefault(found.asked, [])
        if found.passage not in passages:
            passages.append(found.passage)
        covered.append((found.start, found.start + len(found.passage)))
    named = [
        person.name
        for person in people(text)
        if not any(person.start < end and start < person.end for start, end in covered)
    ]
    if named:
        asked[_NAMED] = named
    return [Question(tuple(each[:SHOWN]), words) for words, each in asked.items()]
