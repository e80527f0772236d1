"""People who decide, and comments that came as comments come."""

import re
from datetime import datetime, timedelta
from html import unescape

from django.contrib.auth.models import Group, User
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog.discussion.submission import Circumstances, submit
from blog.models import Comment, Post
from moderation import desk
from moderation.transitions import Seen

QUEUE = reverse("admin:moderation_queuedcomment_changelist")
DECIDE = reverse("admin:moderation_queuedcomment_decide")
UNDO = reverse("admin:moderation_queuedcomment_undo")
LOG = reverse("admin:moderation_decision_changelist")
CALM = Circumstances(form_age=60)


def staff(name: str, *groups: str, **fields) -> User:
    user = User.objects.create(username=name, password="!", is_staff=True, **fields)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def moderator(name: str = "anna") -> User:
    """In the group alone: no superuser."""
    return staff(name, "Moderators")


def superuser() -> User:
    return staff("root", is_superuser=True)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def submission(
    post: Post,
    text: str = "The tide turns at nine.",
    *,
    at: datetime | None = None,
    **how,
) -> Comment:
    """A comment that somebody sent, waiting to be read. ``at``: when."""
    comment = submit(post, text, **({"circumstances": CALM} | how)).comment
    if at is not None:
        Comment.objects.filter(pk=comment.pk).update(written_at=at)
    return now(comment)


def now(comment: Comment) -> Comment:
    """The comment as it is stored."""
    return Comment.objects.get(pk=comment.pk)


def decided(comment: Comment, by: User, action: str, **more) -> Comment:
    """The comment after a decision, which must have been possible."""
    fresh = now(comment)
    if action in ("reject", "hide", "hold"):
        more.setdefault("reason", "off_topic")
    outcome = desk.decide(by, [Seen(fresh.public_id, fresh.version)], action, **more)
    assert outcome.done
    return now(comment)


def ago(**how) -> datetime:
    return timezone.now() - timedelta(**how)


def key(comment: Comment) -> str:
    """What a card's tick and buttons send: which comment, and as seen when."""
    return f"{comment.public_id}:{comment.version}"


def press(client: Client, action: str, comment: Comment, **fields) -> HttpResponse:
    """The button of one card; ``fields`` are those of the card."""
    data = {"one": f"{action}:{key(comment)}"}
    data |= {f"{comment.public_id}-{name}": value for name, value in fields.items()}
    return client.post(DECIDE, data)


def press_for_ticked(
    client: Client, action: str, *comments: Comment, query: str = "", **fields
) -> HttpResponse:
    """The button for all that is ticked; ``fields`` are those of the bar."""
    data = {"many": action, "item": [key(comment) for comment in comments]}
    data |= {f"many-{name}": value for name, value in fields.items()}
    return client.post(f"{DECIDE}{query}", data)


def page(client: Client, address: str = QUEUE) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def one_of(comment: Comment) -> str:
    """The page of one comment."""
    return reverse("admin:moderation_queuedcomment_change", args=[comment.public_id])


def card(html: str, comment: Comment) -> str:
    """The card of a comment on a page that was asked for."""
    return html.partition(f'id="c-{comment.public_id}"')[2].partition("</article>")[0]


def words(html: str) -> str:
    """What stands there to be read, without markup, in single spaces."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())
