"""Complaints about comments: how they come in, and what the law makes due when.

Nothing of what comes is refused or lost. A notice that lacks something is kept and
answered with what it lacks; the clock of section 5 of the Defamation Act 2013 runs from
the first one that lacks nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from blog.discussion import times
from blog.models import Comment

from . import complaint_mail
from .complaint_models import minute
from .complaint_times import due_times
from .models import Complaint, ComplaintEvent, Notice, Screening
from .notices import missing
from .screening import limits, network
from .screening.limits import Pace
from .screening.network import Purpose

LONGEST = 4000  # characters of each answer in the form
LONGEST_REPLY = 1000
CONNECTION = Pace(burst=3, seconds=600)
NEIGHBOURHOOD = Pace(burst=10, seconds=300)
SITE = Pace(burst=20, seconds=300)
_SALT = "candour.complaint"
_TICKET_AGE = 24 * 60 * 60  # seconds
# How long ago a letter may have come that is entered now.
ENTERED_WITHIN = timedelta(days=30)
_ID = re.compile(r"(?:^|/c/|#c-)([0-9a-z]{13})(?:$|[/?#])", re.ASCII)
# Whose comments can be complained about: readers see them, or saw them.
ABOUT = frozenset((Comment.State.PUBLISHED, Comment.State.HELD, Comment.State.HIDDEN))

What = ComplaintEvent.What
By = ComplaintEvent.ActorKind


@dataclass(frozen=True)
class Given:
    """What a complainant filled in. None: a question without an answer."""

    name: str = ""
    email: str = ""
    statement: str = ""
    why: str = ""
    meaning: str = ""
    wrong: str = ""
    unknown_author: bool = False
    pass_name: bool | None = None
    pass_email: bool | None = None
    good_faith: bool = False
    address: str = ""


@dataclass(frozen=True)
class Arrival:
    """How a notice came: nothing of it is stored but a doubt. ``ticket`` was given to
    the same complainant with an earlier answer."""

    trap_filled: bool = False
    address: str = ""
    ticket: str = ""


@dataclass(frozen=True)
class Lodged:
    """The file that a notice went into, and the names of the fields that the notice
    lacks. ``is_new``: the file was begun with it."""

    complaint: Complaint
    lacks: list[str]
    is_new: bool

    @property
    def ticket(self) -> str:
        """Joins the next notice of the same person to the file, for a day."""
        return signing.dumps(self.complaint.pk, salt=_SALT)


class NotEntered(ValueError):
    """What a moderator entered cannot be filed; its words say why."""

    @classmethod
    def as_another(cls) -> "NotEntered":
        return cls(
            "The complaint with which this should go on was closed meanwhile, or is "
            "about something else. Sent again, it becomes a complaint of its own."
        )


@dataclass(frozen=True)
class Came:
    """When and how a notice came. ``by``: who entered what came by another way than
    the form."""

    at: datetime
    channel: str = Notice.Channel.FORM
    by: AbstractBaseUser | None = None

    def record(self, complaint: Complaint, what: str) -> None:
        if self.by is None:
            record(complaint, what, By.COMPLAINANT)
        else:
            name = self.by.get_username()
            record(complaint, what, By.MODERATOR, name, str(self.channel))


def about(public_id: str) -> Comment | None:
    """A comment that readers see or saw, below a post that is public."""
    found = (
        Comment.objects.filter(public_id=public_id, state__in=ABOUT)
        .select_related("post")
        .first()
    )
    return found if found and found.post.is_public else None


def linked(link: str) -> Comment | None:
    """The same, by its link or its id."""
    found = _ID.search(link.strip()[:2000])
    return about(found[1]) if found else None


@transaction.atomic
def lodge(comment: Comment, kind: str, given: Given, arrival: Arrival) -> Lodged:
    """Takes a notice in: into the open file that it completes or repeats, or a new
    one."""
    comment = _locked(comment)
    doubt = _doubt(arrival)
    found = _open_file(comment, kind, given, _of_ticket(arrival.ticket))
    came = Came(minute(timezone.now()))
    return _take_in(comment, kind, given, came, into=found, doubt=doubt)


@transaction.atomic
def enter(
    comment: Comment, kind: str, given: Given, came: Came, into: int | None = None
) -> Lodged:
    """Takes in what came by another way than the form, as a moderator enters it; the
    clock runs from when it came. ``into``: the number of the file that it goes on with.
    Raises ``NotEntered``."""
    comment = _locked(comment)
    found = _open_file(comment, kind, given, into)
    if into is not None and (found is None or found.pk != into):
        raise NotEntered.as_another()
    return _take_in(comment, kind, given, came, into=found)


def _locked(comment: Comment) -> Comment:
    # Locked first, as in every decision; and read as it is now, not as it was when
    # somebody opened the form.
    return Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)


def _take_in(
    comment: Comment,
    kind: str,
    given: Given,
    came: Came,
    *,
    into: Complaint | None,
    doubt: str = "",
) -> Lodged:
    lacks = missing(kind, asdict(given) | {"email": _address_of(given)})
    Screening.objects.update_or_create(
        comment=comment, defaults={"lane": Screening.Lane.COMPLAINT}
    )
    found = into or _new_file(comment, kind, lacks, came.at, doubt)
    if into and found.notices.filter(**asdict(given)).exists():
        return Lodged(found, lacks, is_new=False)  # sent twice
    Notice.objects.create(
        complaint=found,
        received_at=came.at,
        channel=came.channel,
        missing=lacks,
        **asdict(given),
    )
    came.record(found, What.JOINED if into else What.RECEIVED)
    if into is None:
        transaction.on_commit(complaint_mail.tell, robust=True)
    elif not lacks and not found.is_valid:
        found.valid_at, found.missing = came.at, []
        found.answered_at, found.told = None, None
        for name, moment in due_times(came.at).items():
            setattr(found, name, moment)
        found.save()
        came.record(found, What.COMPLETED)
        transaction.on_commit(complaint_mail.tell, robust=True)
    elif not found.is_valid:
        found.missing = lacks
        found.save(update_fields=["missing"])
    return Lodged(found, lacks, is_new=into is None)


def _open_file(
    comment: Comment, kind: str, given: Given, number: int | None
) -> Complaint | None:
    """The file that this notice belongs to, locked: the one of this number, or of one
    that says the very same.

    Not that of the same address: the answer would tell anybody who knows an address
    whether its owner has complained. The moderators see what is of one address.
    """
    files = (
        Complaint.objects.open()
        .select_for_update(of=("self",))
        .filter(comment_public_id=comment.public_id, kind=kind)
    )
    if number is not None and (mine := files.filter(pk=number).first()):
        return mine
    same = Notice.objects.filter(**asdict(given)).values("complaint")
    return files.filter(pk__in=same).first()


def _of_ticket(ticket: str) -> int | None:
    try:
        return signing.loads(ticket, salt=_SALT, max_age=_TICKET_AGE)
    except signing.BadSignature:
        return None


def _new_file(
    comment: Comment,
    kind: str,
    lacks: list[str],
    now: datetime,
    doubt: str,
) -> Complaint:
    return Complaint.objects.create(
        comment=comment,
        comment_public_id=comment.public_id,
        kind=kind,
        received_at=now,
        valid_at=None if lacks else now,
        missing=lacks,
        doubt=doubt,
        snapshot_version=comment.version,
        snapshot_state=comment.state,
        snapshot_name=comment.name or "",
        snapshot_text=comment.text,
        **due_times(now),
    )


def _doubt(arrival: Arrival) -> str:
    """Why the clock alone should not act on it. Nothing of the sender stays but a
    pace, which is forgotten as that of comments is."""
    if arrival.trap_filled:
        return Complaint.Doubt.TRAP
    network.forget_old()
    limits.forget_old()
    hashed = network.keys(Purpose.COMPLAINT, arrival.address)
    limited = list(zip(hashed, (CONNECTION, NEIGHBOURHOOD), strict=False))
    limited.append(("site", SITE))
    for key, allowed in limited:
        if not limits.within(f"complaint:{key}", allowed):
            return Complaint.Doubt.PACE
    return ""


def _address_of(given: Given) -> str:
    """The e-mail address; "" if it is none."""
    try:
        validate_email(given.email)
    except ValidationError:
        return ""
    return given.email


def record(
    complaint: Complaint, what: str, kind: str, actor: str = "", detail: str = ""
) -> ComplaintEvent:
    """Adds to what was done about a complaint; in the transaction of what it tells.

    The time of the writer's own act is cut as the times of comments are. The others
    are kept: the law counts from them."""
    precision = times.of_site() if kind == By.CONTRIBUTOR else None
    return ComplaintEvent.objects.create(
        complaint=complaint,
        at=times.cut_to(minute(timezone.now()), precision),
        precision=precision,
        actor=actor,
        actor_kind=kind,
        what=what,
        detail=detail,
    )


# What the comment's writer may see of it, and say


class NoReply(ValueError):
    """The writer's answer cannot be taken; its words say why."""


def of_writer(comment: Comment) -> list[Complaint]:
    """The open complaints that hold a comment, with their notices. Two queries where
    the comment is held, else none."""
    if comment.state != Comment.State.HELD:
        return []
    return list(
        Complaint.objects.open()
        .filter(comment=comment)
        .prefetch_related("notices")
        .order_by("pk")
    )


def may_reply(complaints: Iterable[Complaint]) -> bool:
    """Whether the writer has not answered one of them yet."""
    return any(not complaint.reply for complaint in complaints)


@transaction.atomic
def reply(comment: Comment, text: str) -> None:
    """The writer's one answer, to all complaints that have none. ``NoReply``."""
    if not text:
        raise NoReply("Write something first.")
    if len(text) > LONGEST_REPLY:
        raise NoReply(f"This has {len(text):,} characters; {LONGEST_REPLY:,} at most.")
    held = (
        Comment.objects.select_for_update(of=("self",))
        .filter(pk=comment.pk, state=Comment.State.HELD)
        .values_list("pk", flat=True)
    )
    if not held:
        raise NoReply("The comment is not held any more, so that nothing was sent.")
    waiting = (
        Complaint.objects.open().select_for_update().filter(comment=comment, reply="")
    )
    found = list(waiting.order_by("pk"))
    if not found:
        raise NoReply("You have answered already.")
    for complaint in found:
        complaint.reply, complaint.replied_on = text, timezone.localdate()
        complaint.save(update_fields=["reply", "replied_on"])
        record(complaint, What.REPLIED, By.CONTRIBUTOR)
