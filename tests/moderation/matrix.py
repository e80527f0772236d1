"""Every address of the site for everybody who may come, by looking and by sending.

``WRITE_MATRIX=1 python -m pytest tests/moderation/test_matrix.py`` writes
``matrix.json`` anew: read the difference line by line before it is committed.

A cell is the status; ``login`` where the answer leads to the sign-in page; a star where
something was written (other than a session).
"""

import re
from collections.abc import Iterator
from urllib.parse import urlencode

from django.contrib.auth.models import Group, User
from django.contrib.contenttypes.models import ContentType
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver
from django.utils import timezone

from blog.discussion import receipts, tokens
from blog.discussion.submission import Circumstances, submit
from blog.models import ImportBatch, ImportNote, Label, Post
from moderation import complaints, rulebook
from moderation.admin.modes import ModeForm
from moderation.models import Decision, Demand, Mode, Rule, RuleChange
from moderation.transitions import Actor, Seen, decide

ROLES = ("anonymous", "contributor", "moderator", "editor", "superuser")
FORM = "application/x-www-form-urlencoded"
_WRITES = re.compile(r'^(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
_NOT_CONTENT = {"django_session"}
_PART = re.compile(r"<(?:\w+:)?(\w+)>")


def patterns(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """The route of every pattern, as it is written."""
    for pattern in (resolver or get_resolver()).url_patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from patterns(pattern, route)


class Scene:
    """One of everything, and who may come."""

    def __init__(self) -> None:
        self.editor = self._staff("editor", "Editors")
        self.moderator = self._staff("moderator", "Moderators")
        self.superuser = User.objects.create(
            username="root", password="!", is_staff=True, is_superuser=True
        )
        self.someone = User.objects.create(username="someone", password="!")
        self.group = Group.objects.create(name="Nobody")
        now = timezone.now()
        self.post = Post.objects.create(
            title="Tides",
            body="Text.",
            status="published",
            published_at=now,
            source_id="blogger:7",
        )
        self.other_post = Post.objects.create(
            title="Boats", body="Text.", status="published", published_at=now
        )
        self.label = Label.objects.create(name="Sea")
        self.post.labels.add(self.label)
        self.published = self._comment("It turns at nine.")
        actor = Actor(Decision.ActorKind.MODERATOR, "somebody else")
        seen = [Seen(self.published.public_id, 1)]
        self.decision = decide(seen, "approve", actor).done[0]
        sent = self._submit("It waits.")
        self.waiting, self.code = sent.comment, sent.code
        self.mode = Mode.objects.create(kind="hold_all")
        self.rule = rulebook.store(Rule(pattern="casino"), self.moderator)
        self.rule_change = RuleChange.objects.get()
        notice = complaints.Given(name="Pike", email="pike@example.org", why="Mine.")
        self.complaint = complaints.lodge(
            self.published, "other", notice, complaints.Arrival()
        ).complaint
        self.demand = Demand.objects.create(
            kind="none", said_on=timezone.localdate(), said_by="root"
        )
        self.batch = ImportBatch.objects.create(started_at=now, finished_at=now)
        ImportNote.objects.create(
            batch=self.batch, file="feed.atom", code="no-date", message="No date."
        )

    @staticmethod
    def _staff(name: str, group: str) -> User:
        user = User.objects.create(username=name, password="!", is_staff=True)
        user.groups.add(Group.objects.get(name=group))
        return user

    def _submit(self, text: str):
        return submit(self.post, text, circumstances=Circumstances(form_age=60))

    def _comment(self, text: str):
        return self._submit(text).comment

    def client(self, role: str) -> Client:
        client = Client(raise_request_exception=False)
        user = getattr(self, role, None)
        if user is not None:
            client.force_login(user)
        return client

    def address(self, route: str) -> str:
        """An address of this route, of something that exists."""
        year, month, slug = self.post.address.split("/")
        objects = {
            "blog/post/": self.post.pk,
            "blog/label/": self.label.pk,
            "blog/importbatch/": self.batch.pk,
            "queuedcomment/": self.waiting.public_id,
            "decision/": self.decision.pk,
            "mode/": self.mode.pk,
            "rule/": self.rule.pk,
            "rulechange/": self.rule_change.pk,
            "demand/": self.demand.pk,
            "moderation/complaint/": self.complaint.pk,
            "auth/group/": self.group.pk,
            "auth/user/": self.someone.pk,
            "/r/": self.post.pk,
        }
        values = {
            "year": year,
            "month": month,
            "slug": slug,
            "name": self.label.name,
            "address": self.post.address,
            "number": "7",
            "code": "incomplete",
            "key": "no-series",
            "public_id": self.published.public_id,
            "content_type_id": ContentType.objects.get_for_model(Post).pk,
            "pk": self.batch.pk
            if "blog/importbatch/" in route
            else self.someone.pk
            if "auth/user/" in route
            else self.complaint.pk
            if "moderation/complaint/" in route
            else self.post.pk,
        }
        values["object_id"] = values["id"] = next(
            (pk for part, pk in objects.items() if part in route), ""
        )
        if "(?P<app_label>" in route:
            return reverse("admin:app_list", args=["moderation"])
        if "(?P<url>" in route:
            return reverse("admin:index") + "nothing-of-the-kind"
        return "/" + _PART.sub(lambda part: str(values[part[1]]), route)

    def form(self, route: str, role: str) -> dict[str, object]:
        """What is sent there: all that would do something, if it may be done."""
        waiting = f"{self.waiting.public_id}:{self.waiting.version}"
        if route.endswith("/delete/"):
            return {"post": "yes"}
        if route.endswith(("/redact/", "/lift/", "/move/")):
            version = self.waiting.version
            return {
                "seen": f"{self.waiting.public_id}:{version}",
                "name": "waits",
                "reason": "identifies_person",
                "previewed": "name:waits|False",
                "do": "redact",
                "post": self.other_post.pk,
                "title": "Lifted",
            }
        if "/roll-over/" in route:
            return {"title": "Tides (continued)", "publish": "now"}
        if "queuedcomment" in route:
            return {
                "one": f"approve:{waiting}",
                "seq": self.decision.seq,
                "state": "published",
                "every": "day",
                "version": self.waiting.version,
                f"{self.waiting.public_id}-question": "Where was it?",
            }
        if "/mode/" in route:
            opened = ModeForm(instance=self.mode).stored if "change" in route else ""
            return {"kind": "closed", "notice": "Closed.", "post": self.post.pk} | {
                "opened": opened
            }
        if "/demand/" in route:
            return {"kind": "none"}
        if "/rule/" in route:
            return {"kind": "word", "pattern": "roulette", "action": "note"}
        if "/decision/" in route:
            return {"seq": self.decision.seq, "reason": "hate", "action": "reject"}
        if "blog/importbatch/" in route:
            return {"all": "no-date"}
        if "/label/" in route:
            return {"name": "Shore"}
        if "/account/" in route:
            return {"do": "confirm", "one_time_code": "123456"}
        if "auth/group/" in route:
            return {"name": "Taken over"}
        if route.startswith("report/"):
            return {"reason": "spam"}
        if route.endswith("complaint/enter/"):
            came = timezone.localtime()
            return {
                "comment": self.published.public_id,
                "kind": "other",
                "why": "It is not so.",
                "channel": "letter",
                "received_at_0": f"{came:%Y-%m-%d}",
                "received_at_1": f"{came:%H:%M}",
            }
        if "complaint/" in route:
            return {
                "do": "hold",
                "version": self.published.version + 1,
                "kind": "other",
                "why": "It is not so.",
            }
        if route.endswith("/password/"):
            return {"password1": "b4rnacle-b4y", "password2": "b4rnacle-b4y"} | {
                "set-password": "1",
                "usable_password": "true",
            }
        if "receipt/" in route:
            code = self.code if role == "contributor" else "0" * 26
            return {"code": code, "do": "withdraw", "version": self.waiting.version}
        bound = (self.post.pk, "", "One more.", "")
        return {
            "post": self.post.address,
            "text": "One more.",
            "name": "",
            "token": tokens.issue(receipts.new_nonce(), *bound),
            "title": "Anew",
            "body": "Text.",
        }


def cell(scene: Scene, role: str, method: str, route: str) -> str:
    """What one of them gets; nothing of it stays."""
    client = scene.client(role)
    address = scene.address(route)
    with transaction.atomic(), CaptureQueriesContext(connection) as captured:
        if method == "GET":
            answer = client.get(address)
        else:
            form = urlencode(scene.form(route, role))
            answer = client.post(address, form, content_type=FORM)
        transaction.set_rollback(True)
    written = {
        found[1]
        for query in captured.captured_queries
        if (found := _WRITES.match(query["sql"]))
    }
    sign_in = reverse("admin:login")
    leads = answer.headers.get("Location", "")
    status = "login" if leads.startswith(f"{sign_in}?") else str(answer.status_code)
    return status + "*" * bool(written - _NOT_CONTENT)


def matrix(scene: Scene) -> dict[str, dict[str, str]]:
    return {
        f"{method} /{route}": {role: cell(scene, role, method, route) for role in ROLES}
        for route in sorted(set(patterns()))
        for method in ("GET", "POST")
    }
