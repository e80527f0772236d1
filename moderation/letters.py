"""Letters to complainants, for the moderators to copy: the site sends none itself."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from blog.models import Comment

from .complaint_times import in_words
from .models import Complaint, ComplaintEvent, Notice
from .notices import requirements

ACKNOWLEDGED, INCOMPLETE, REMOVED, OUTCOME = (
    "acknowledged",
    "incomplete",
    "removed",
    "outcome",
)
# With one of these the complainant was told what the law asks for.
OF_ANSWER = frozenset((INCOMPLETE, REMOVED, OUTCOME))

_ENDS = {
    Complaint.Outcome.REMOVED: "The comment was removed and will not be shown again.",
    Complaint.Outcome.KEPT: (
        "We have looked into it and decided that the comment stays. You are free to "
        "take advice about what else you can do."
    ),
    Complaint.Outcome.TAKEN_BACK: (
        "You told us that you do not pursue it. Nothing more will be done about it."
    ),
    Complaint.Outcome.INCOMPLETE: (
        "What we asked you for has not come, so that nothing more will be done about "
        "it. You can send a complete notice at any time."
    ),
    Complaint.Outcome.JOINED: (
        "You wrote to us about the same comment more than once. This goes on under the "
        "other number."
    ),
    Complaint.Outcome.GONE: "The comment's writer took it back: its text is erased.",
}


@dataclass(frozen=True)
class Letter:
    """``to`` is an e-mail address, ``address`` one to which it can be posted where
    there is no other; both are empty where none is known."""

    code: str
    label: str
    to: str
    address: str
    subject: str
    body: str


def offered(complaint: Complaint) -> list[Letter]:
    """The letters that can be sent as things are, what is due first. Reads the notices
    and the comment of the complaint."""
    if complaint.erased_at:
        return []
    if not complaint.is_open:
        return [_letter(complaint, OUTCOME, "How it ended", _outcome(complaint))]
    if not complaint.is_valid:
        words = _incomplete(complaint)
        return [_letter(complaint, INCOMPLETE, "What is missing", words)]
    found = []
    if complaint.comment is None or complaint.comment.state != Comment.State.PUBLISHED:
        found.append(
            _letter(complaint, REMOVED, "It is not shown", _removed(complaint))
        )
    words = _acknowledged(complaint)
    found.append(_letter(complaint, ACKNOWLEDGED, "It was received", words))
    return found


def _letter(
    complaint: Complaint, code: str, label: str, paragraphs: list[str]
) -> Letter:
    notice = _latest(complaint)
    greeting = f"Dear {notice.name}," if notice.name else "To whom it may concern,"
    return Letter(
        code,
        label,
        notice.email if notice.can_be_answered else "",
        "" if notice.can_be_answered else notice.address,
        f"Your complaint no. {complaint.pk}",
        "\n\n".join([greeting, *paragraphs, f"For {settings.SITE_NAME}"]),
    )


def _latest(complaint: Complaint) -> Notice:
    """The newest notice, or the newest with an address to which a letter can go."""
    notices = list(complaint.notices.all())
    reachable = [notice for notice in notices if notice.can_be_answered]
    posted = [notice for notice in notices if notice.address]
    return (reachable or posted or notices)[-1]


def _about(complaint: Complaint) -> str:
    path = reverse("blog:comment", args=[complaint.comment_public_id])
    return (
        f"On {in_words(complaint.received_at)} we received your complaint about the "
        f"comment {settings.SITE_URL}{path}. Its number is {complaint.pk}."
    )


def _form(complaint: Complaint) -> str:
    path = reverse("moderation:complaint", args=[complaint.comment_public_id])
    return settings.SITE_URL + path


def _list(items: list[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _acknowledged(complaint: Complaint) -> list[str]:
    return [
        _about(complaint),
        "We are looking into it and will tell you what was done by "
        f"{in_words(complaint.due_at)}. The comment's writer is anonymous to us too: "
        "we have no address at which we could reach that person.",
    ]


def _incomplete(complaint: Complaint) -> list[str]:
    return [
        _about(complaint),
        "It does not say everything that the law asks of such a notice. What is "
        f"missing:\n\n{_list(complaint.lacks)}",
        f"A complete notice says:\n\n{_list(requirements(complaint.kind))}",
        f"Please send it again, complete, at {_form(complaint)} or in the way in which "
        "you sent it before. What you have sent is kept; the time for our answer runs "
        "from the complete notice.",
    ]


def _removed(complaint: Complaint) -> list[str]:
    by_clock = any(
        event.what == ComplaintEvent.What.HELD
        and event.actor_kind == ComplaintEvent.ActorKind.CLOCK
        for event in complaint.events.all()
    )
    automatic = " This was done automatically, before a person decided."
    return [
        _about(complaint),
        f"The comment is not shown any more.{automatic if by_clock else ''} Its writer "
        "is anonymous to us too: we have no address at which we could reach that "
        "person, who may see your complaint with a code that only the writer holds"
        f"{_named(complaint)}.",
        "We will write to you again if anything changes.",
    ]


def _named(complaint: Complaint) -> str:
    """What of the complainant the writer sees."""
    notice = complaint.notice
    seen = [
        words
        for words, agreed in (
            ("your name", notice.pass_name),
            ("your e-mail address", notice.pass_email),
        )
        if agreed
    ]
    return f", with {' and '.join(seen)}" if seen else ", without your name and address"


def _outcome(complaint: Complaint) -> list[str]:
    return [
        _about(complaint),
        _ENDS[Complaint.Outcome(complaint.outcome)],
        "A person decided this, after reading the comment and your complaint.",
    ]
