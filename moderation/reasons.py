"""Why a comment may be refused or hidden: a closed list, with the words that its writer
and the readers see. ``VERSION`` counts up whenever a wording changes: each decision
keeps the number under which it was made."""

from dataclasses import dataclass

VERSION = 1


@dataclass(frozen=True)
class Reason:
    """``label`` for the moderator, ``public`` for the writer, ``in_short`` for the line
    that readers find in the place of the comment. ``legal``: the law asks for it.
    ``needs_note``: it says nothing without words of its own."""

    code: str
    label: str
    public: str
    in_short: str
    legal: bool = False
    needs_note: bool = False


REASONS = (
    Reason(
        "identifies_person",
        "Identifies somebody",
        "It tells who somebody is, or could: a colleague, a client or you yourself.",
        "identifies somebody",
    ),
    Reason(
        "defamation_complaint",
        "Complaint: defamation",
        "Somebody complained that it is untrue and does them harm.",
        "a complaint about defamation",
        legal=True,
    ),
    Reason(
        "harassment",
        "Harassment",
        "It attacks a person instead of what they say or do.",
        "harassment",
    ),
    Reason(
        "hate",
        "Hatred",
        "It is aimed at people for what they are.",
        "hatred",
        legal=True,
    ),
    Reason(
        "threat",
        "Threat",
        "It threatens somebody.",
        "a threat",
        legal=True,
    ),
    Reason(
        "confidential_data",
        "Confidential",
        "It gives away what was entrusted to somebody at work.",
        "confidential",
        legal=True,
    ),
    Reason(
        "court_reporting",
        "Court reporting",
        "It could harm a case that is before a court.",
        "could harm a court case",
        legal=True,
    ),
    Reason(
        "off_topic",
        "Off topic",
        "It is not about what this post is about.",
        "off topic",
    ),
    Reason(
        "spam",
        "Spam",
        "It is advertising.",
        "advertising",
    ),
    Reason(
        "duplicate",
        "Duplicate",
        "The same was said here already.",
        "said here already",
    ),
    Reason(
        "not_readable",
        "Not readable",
        "It could not be made sense of.",
        "not readable",
    ),
    Reason(
        "author_request",
        "Its writer asked",
        "Its writer asked for it.",
        "its writer asked",
    ),
    Reason(
        "other",
        "Other",
        "For the reason that stands beside it.",
        "another reason",
        needs_note=True,
    ),
)
BY_CODE = {reason.code: reason for reason in REASONS}
# Kinds of decisions that are none without a reason; and reasons that say nothing
# without words beside them. The database refuses such rows of the log, too.
NEED_REASON = ("reject", "hide", "hold")
NEED_WORDS = tuple(reason.code for reason in REASONS if reason.needs_note)
