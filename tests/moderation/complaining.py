"""Complaints as they come, and moderators who handle them, for the tests."""

import re
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from blog.models import Comment
from moderation import complaints
from moderation.clock import LONDON
from moderation.complaints import Arrival, Given
from moderation.models import Complaint
from tests.blog import making
from tests.blog.contributions import browser, post

FRIDAY = datetime(2026, 11, 20, 14, 5, tzinfo=LONDON)
LIST = reverse("admin:moderation_complaint_changelist")
WHOLE = {
    "kind": "defamation",
    "name": "Cormorant Pike",
    "email": "pike@rookery.example",
    "statement": "He sold the lifeboat.",
    "why": "I never sold it, and clients left me.",
    "meaning": "That I stole from the crew.",
    "wrong": "The lifeboat was never sold.",
    "unknown_author": "1",
    "pass_name": "no",
    "pass_email": "no",
    "website": "",
}
OTHER = {
    "kind": "harassment",
    "name": "Cormorant Pike",
    "email": "pike@rookery.example",
    "why": "It tells people to come to my door.",
    "good_faith": "1",
    "website": "",
}


def comment(**fields) -> Comment:
    """A published comment below a published post."""
    return making.comment(making.post(), "He sold the lifeboat, they say.", **fields)


def address(about: Comment) -> str:
    return reverse("moderation:complaint", args=[about.public_id])


def send(about: Comment, form: dict, client=None, **headers: str):
    """The answer to the form of a complaint."""
    return post(client or browser(), address(about), form, **headers)


def given(**fields) -> Given:
    """A whole notice of defamation."""
    values = {
        name: value for name, value in WHOLE.items() if name not in ("kind", "website")
    } | {"unknown_author": True, "pass_name": False, "pass_email": False}
    return Given(**(values | fields))


def lodged(about: Comment, kind: str = "defamation", **fields) -> Complaint:
    """The file of a valid complaint, unless ``fields`` leave something out."""
    arrival = fields.pop("arrival", Arrival())
    complaints.lodge(about, kind, given(**fields), arrival)
    return Complaint.objects.latest("pk")


def at(monkeypatch, moment: datetime) -> None:
    """Makes it that time."""
    monkeypatch.setattr(timezone, "now", lambda: moment)


def events(complaint: Complaint) -> list[str]:
    """What was done: "held clock", "letter moderator incomplete"."""
    return [
        " ".join(filter(None, (event.what, event.actor_kind, event.detail)))
        for event in complaint.events.all()
    ]


def page_of(complaint: Complaint) -> str:
    return reverse("admin:moderation_complaint_change", args=[complaint.pk])


def act(client, complaint: Complaint, do: str, **fields):
    """A button of a complaint's page, about the comment as it is now."""
    about = Comment.objects.filter(public_id=complaint.comment_public_id).first()
    form = {"do": do, "version": about.version if about else 0} | fields
    path = reverse("admin:moderation_complaint_act", args=[complaint.pk])
    return client.post(path, form)


def ticket(page) -> str:
    return re.search(r'name="ticket" value="([^"]+)"', page.content.decode())[1]


def missing(page) -> list[str]:
    """The items of "What is missing"."""
    html = page.content.decode()
    found = re.search(r"What is missing:</p>\s*<ul>(.*?)</ul>", html, re.S)
    return re.findall(r"<li>(.*?)</li>", found[1]) if found else []
