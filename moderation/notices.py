"""What a complaint must say, by its kind, and in which words that is asked for. Pure.

For defamation: section 5(6) of the Defamation Act 2013 and regulation 2 of the
Defamation (Operators of Websites) Regulations 2013. For everything else what article
16(2) of the Digital Services Act (Regulation (EU) 2022/2065) asks of a notice.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """A ground of complaint. ``reason`` is the code of the reason with which the
    comment is held; ``needs`` are names of fields of a notice."""

    code: str
    label: str
    reason: str
    needs: tuple[str, ...]


DEFAMATION = "defamation"
_BY_STATUTE = (
    "name",
    "email",
    "statement",
    "why",
    "meaning",
    "wrong",
    "unknown_author",
    "pass_name",
    "pass_email",
)
_BY_DSA = ("name", "email", "why", "good_faith")
_QUESTIONS = frozenset(("pass_name", "pass_email"))

KINDS = (
    Kind(
        DEFAMATION,
        "Defamation: it is untrue and harms me",
        "defamation_complaint",
        _BY_STATUTE,
    ),
    Kind(
        "personal_data",
        "Personal data: it tells what is private",
        "identifies_person",
        _BY_DSA,
    ),
    Kind(
        "harassment",
        "Harassment: it attacks or threatens somebody",
        "harassment",
        _BY_DSA,
    ),
    Kind(
        "confidential",
        "Confidence: it gives away what is confidential",
        "confidential_data",
        _BY_DSA,
    ),
    Kind(
        "court_reporting",
        "Courts: it harms a case or breaks an order",
        "court_reporting",
        _BY_DSA,
    ),
    Kind("other", "It breaks another law", "other", _BY_DSA),
)
BY_CODE = {kind.code: kind for kind in KINDS}
# The public note that goes with the reason "other", which says nothing by itself.
OTHER_NOTE = "Somebody complained that it breaks the law."

# In the order of the form; each goes on after "What is missing:".
ASKED = {
    "name": "your name",
    "email": "an e-mail address at which you can be reached",
    "statement": "the words that you complain of",
    "why": "why they are defamatory of you",
    "meaning": "the meaning that you take them to have",
    "wrong": (
        "what in them is factually inaccurate, or an opinion not supported by fact"
    ),
    "unknown_author": (
        "that you do not know enough about their writer to bring proceedings against "
        "that person"
    ),
    "pass_name": "whether their writer may be given your name",
    "pass_email": "whether their writer may be given your e-mail address",
    "good_faith": (
        "that what you say is accurate and complete to the best of your knowledge"
    ),
}
_WHY_OTHERWISE = "why the comment breaks the law"


def asked(kind: str, field: str) -> str:
    """What a field is for, in the words of the law as far as they can be kept."""
    if field == "why" and kind != DEFAMATION:
        return _WHY_OTHERWISE
    return ASKED[field]


def missing(kind: str, given: Mapping[str, object]) -> list[str]:
    """The fields that a notice of this kind lacks, in the order of the form.

    A question that is answered with no is answered; a statement that has to be
    confirmed is missing unless it is.
    """
    return [field for field in BY_CODE[kind].needs if not _is_given(field, given)]


def _is_given(field: str, given: Mapping[str, object]) -> bool:
    value = given.get(field)
    return value is not None if field in _QUESTIONS else bool(value)


def in_words(kind: str, fields: list[str]) -> list[str]:
    """What is missing, as items of a list."""
    return [asked(kind, field) for field in fields if field in ASKED]


def requirements(kind: str) -> list[str]:
    """All that a notice of this kind must say: regulation 4 wants it to be set out."""
    return in_words(kind, list(BY_CODE[kind].needs))
