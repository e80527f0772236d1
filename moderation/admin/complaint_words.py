"""The file of a complaint, and what a complainant wrote, as it shows that."""

from dataclasses import dataclass

from django.contrib.auth.models import AbstractBaseUser
from django.db.models import prefetch_related_objects
from django.http import Http404

from moderation import complaint_handling
from moderation.models import Complaint, Notice


@dataclass(frozen=True)
class Said:
    """One answer of a notice, under what was asked."""

    label: str
    words: str


def said(notice: Notice) -> list[Said]:
    """What a complainant wrote, field by field, without what is empty."""
    found = [
        Said("Name", notice.name),
        Said("E-mail", notice.email),
        Said("Postal address", notice.address),
        Said("Words complained of", notice.statement),
        Said("Why they break the law", notice.why),
        Said("Meaning", notice.meaning),
        Said("Inaccurate or unsupported", notice.wrong),
    ]
    if notice.unknown_author:
        found.append(Said("The writer", "Not known well enough for proceedings"))
    for label, value in (
        ("Writer may have the name", notice.pass_name),
        ("Writer may have the address", notice.pass_email),
    ):
        if value is not None:
            found.append(Said(label, "Yes" if value else "No"))
    if notice.good_faith:
        found.append(Said("Accurate and complete", "Yes, to the best of knowledge"))
    return [each for each in found if each.words]


def whole(pk: int, reader: AbstractBaseUser | None = None) -> Complaint:
    """With its comment, notices and events: three queries. ``reader``: to whom it is
    shown, which is noted in it first. Raises ``Http404``."""
    if pk >= 2**63:  # more than a database takes
        raise Http404
    found = (
        Complaint.objects.select_related("comment", "comment__post")
        .defer("comment__post__body", "comment__post__body_html")
        .filter(pk=pk)
        .first()
    )
    if found is None:
        raise Http404
    if reader is not None:
        complaint_handling.viewed(found, reader)
    prefetch_related_objects([found], "notices", "events")
    return found
