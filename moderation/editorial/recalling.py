"""Posts that quote a comment, and what is kept of redacted replies to it, call it as it
is called since its time was cut.
"""

from collections.abc import Iterator, Mapping

from django.db import transaction
from django.db.models import F

from blog import quoting
from blog.discussion import addressed, citations, naming
from blog.models import Comment, Passage, Post
from moderation.models import Redaction

from .lifting import fingerprint

BATCH = 100
_RENDERED = ("body", "body_html", "plain", "summary")


def in_posts() -> None:
    """Posts that quote comments, in the labels of the links that lead to these. For
    ``manage.py coarsen_times``; run again it changes nothing."""
    quoting_ = Post.objects.filter(body__contains="/c/").order_by("pk")
    for some in _batches(list(quoting_.values_list("pk", flat=True))):
        with transaction.atomic():
            held = Post.objects.select_for_update(of=("self",), no_key=True)
            _in_posts(list(held.filter(pk__in=some).order_by("pk")))


def _in_posts(posts: list[Post]) -> None:
    called: dict[str, set[str]] = {}
    for post in posts:
        quoting.recalled(
            post.body,
            post.body_format,
            # Written down alone; nothing is made of it.
            lambda words, public_id: (
                called.setdefault(public_id, set()).add(words) or words
            ),
        )
    now = {
        (words, comment.public_id): comment.called
        for comment in Comment.objects.filter(public_id__in=called).only(
            "public_id", "name", "handle", "precision"
        )
        for words in called[comment.public_id]
        if naming.is_finer(words, comment.precision)
    }
    changed = []
    for post in posts:
        body = quoting.recalled(
            post.body, post.body_format, lambda *said: now.get(said, said[0])
        )
        if body != post.body:
            changed.append((post, body))
    # By which it is known that nobody has written in a draft since it was made.
    untouched = [
        way
        for way in Passage.objects.filter(target__in=[post for post, _ in changed])
        if way.before.get("digest") == fingerprint(way.target)
    ]
    for post, body in changed:
        post.body = body
        post.render()
    renewed = [post for post, _ in changed]
    Post.objects.bulk_update(renewed, _RENDERED)
    for way in untouched:
        way.target.refresh_from_db()
        way.before["digest"] = fingerprint(way.target)
    Passage.objects.bulk_update(untouched, ["before"])
    citations.renew(renewed)


def in_redactions(
    sender: type[Comment], before: Mapping[int, str], now: Mapping[int, str], **kwargs
) -> None:
    """Receives ``comments_recalled``: what replies said before they were redacted, and
    say again if that is taken back, begins with the new handle, too."""
    changed = []
    rows = Redaction.objects.filter(comment__parent__in=before).order_by("pk")
    for row in rows.select_for_update(of=("self",)).annotate(
        answered=F("comment__parent")
    ):
        old, new = before[row.answered], now[row.answered]
        said = addressed.begun_anew(row.text, row.html, old, new)
        if said != (row.text, row.html):
            row.text, row.html = said
            changed.append(row)
    Redaction.objects.bulk_update(changed, ["text", "html"], batch_size=BATCH)


def _batches(pks: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(pks), BATCH):
        yield pks[start : start + BATCH]
