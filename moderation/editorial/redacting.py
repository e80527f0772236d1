"""Redacting: what identifies somebody is masked, and wiped after seven days."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from blog.discussion import shown
from blog.discussion.html_links import words
from blog.discussion.text import comment_html, contribution_html
from blog.models import BLANK, Comment, ImportChange, Passage
from moderation import hosts, log
from moderation.actions import WAITING
from moderation.models import Decision, Redaction, Screening
from moderation.screening import likeness, spam
from moderation.transitions import (
    Actor,
    Conflict,
    Outcome,
    Seen,
    check_grounds,
    moderator,
)

from . import acts, masks
from .codes import REDACT
from .masks import Mask

KEPT = timedelta(days=7)
REASON = "identifies_person"
FITTING = WAITING | {Comment.State.PUBLISHED}
UNFIT = "only what waits or is published can be redacted"
NOTHING_FOUND = "has none of these words"
MOST_OTHERS = 50
_COLUMNS = ("html", "name", "tag", "tag_is_site_wide", "source_key")
_TOKEN = re.compile(r"\w+")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_MASKED_NOTE = "Noted for words that were masked since."


@dataclass(frozen=True)
class Preview:
    """A comment as it would be: its text, HTML, and how often the words occur in it."""

    text: str
    html: str
    number: int


def html_of(text: str, source_key: str | None) -> str:
    """The HTML of a masked text, without links that depend on others."""
    # In imported texts asterisks are what they are.
    make = contribution_html if source_key is None else comment_html
    return masks.with_marks(make(text))


def preview(comment: Comment, wanted: Collection[Mask]) -> Preview:
    """What would become of a comment. Nothing is stored."""
    text, number = masks.masked(comment.text, wanted)
    return Preview(text, html_of(text, comment.source_key), number)


def same_words_elsewhere(
    comment: Comment, wanted: Collection[Mask]
) -> tuple[list[Comment], bool]:
    """Other published comments that have any of these words, those of the same post
    first and then the newest; and whether there are more than are listed. One query."""
    anywhere = Q()
    for mask in wanted:
        # Narrows down what is looked at: databases differ in what is one letter.
        for form in {mask.words, mask.words.lower(), mask.words.title()}:
            anywhere |= Q(text__icontains=max(form.split(), key=len))
    if not anywhere:
        return [], False
    rows = (
        Comment.objects.published()
        .filter(anywhere)
        .exclude(pk=comment.pk)
        .select_related("post")
        .only("public_id", "version", "text", "name", "handle", "post__title", "state")
        .order_by("-pk")
    )
    found = [row for row in rows.iterator(500) if masks.has_any(row.text, wanted)]
    found.sort(key=lambda row: row.post_id != comment.post_id)
    return found[:MOST_OTHERS], len(found) > MOST_OTHERS


def lifted_into(comment: Comment, wanted: Collection[Mask]) -> list[Passage]:
    """Posts into which it was lifted and that have the words: no moderator's to
    change, but an editor's."""
    lifts = Passage.objects.filter(comment=comment, kind=Passage.Kind.LIFT)
    return [
        lift
        for lift in lifts.select_related("target")
        if masks.has_any(lift.target.body, wanted)
    ]


def redact(
    user: AbstractBaseUser,
    seen: Iterable[Seen],
    wanted: Collection[Mask],
    *,
    reason: str = REASON,
    private_note: str = "",
    public_note: str = "",
    nameless: Collection[str] = (),
) -> Outcome:
    """Masks the words in these comments, each only as it was seen.

    ``nameless``: public ids of those whose typed name goes as well. No masked word is
    in the log. Raises ``NotAllowed`` for a reason or a note that cannot be.
    """
    reason = reason or REASON
    check_grounds(reason, private_note, public_note)
    actor = moderator(user)
    with transaction.atomic():
        outcome = Outcome()
        ready = []
        for comment in acts.fitting(seen, FITTING, UNFIT, outcome, *_COLUMNS):
            text, number = masks.masked(comment.text, wanted)
            goes = comment.public_id in nameless and bool(comment.name)
            if number or goes:
                ready.append((comment, text, goes))
            else:
                outcome.conflicts.append(Conflict(comment.public_id, NOTHING_FOUND))
        outcome.done = log.append(
            acts.row(
                comment,
                actor,
                REDACT,
                reason=reason,
                private_note=private_note,
                public_note=public_note,
            )
            for comment, _, _ in ready
        )
        now = timezone.now()
        Redaction.objects.bulk_create(
            Redaction(
                seq=row.seq,
                comment=comment,
                at=now,
                text=comment.text,
                html=comment.html,
                name=comment.name if goes else None,
                tag=comment.tag if goes else "",
                tag_is_site_wide=goes and comment.tag_is_site_wide,
            )
            for row, (comment, _, goes) in zip(outcome.done, ready, strict=True)
        )
        for row, (comment, text, goes) in zip(outcome.done, ready, strict=True):
            fields = {"text": text, "html": html_of(text, comment.source_key)}
            if goes:
                fields |= {"name": "", "tag": "", "tag_is_site_wide": False}
            acts.store(comment, **fields)
            spam.follow([comment], [row], text)
            _screened_anew(comment.pk, text, fields["html"], wanted)
        _forget_changes([comment.pk for comment, _, _ in ready])
        shown.settle(comment.pk for comment, _, _ in ready)
    return outcome


def undo(rows: Collection[Decision], actor: Actor, outcome: Outcome) -> None:
    """Puts back what redactions took out, as far as it is still kept. Of several about
    one comment only the newest can be taken back. Inside a transaction."""
    by_seq = {row.seq: row for row in rows}
    found = acts.locked((row.comment_public_id for row in rows), outcome)
    newest = newest_of([comment.pk for comment in found])
    by_id = {comment.public_id: comment for comment in found}
    changed = []
    for seq, row in sorted(by_seq.items(), reverse=True):
        comment = by_id.get(row.comment_public_id)
        if comment is None:
            continue
        kept = newest.get(comment.pk)
        if kept is None or kept.seq != seq or comment.state in BLANK:
            words = (
                "the redaction cannot be taken back: what was masked is wiped"
                if kept is None or comment.state in BLANK
                else "was redacted again since: take that back first"
            )
            outcome.conflicts.append(Conflict(comment.public_id, words))
            continue
        [done] = log.append([acts.row_of_undo(comment, actor, row)])
        outcome.done.append(done)
        fields = {"text": kept.text, "html": kept.html}
        if kept.name:
            fields |= {
                "name": kept.name,
                "tag": kept.tag,
                "tag_is_site_wide": kept.tag_is_site_wide,
            }
        acts.store(comment, **fields)
        spam.follow([comment], [done], kept.text)
        _screened_anew(comment.pk, kept.text, kept.html, ())
        kept.delete()
        changed.append(comment.pk)
    shown.settle(changed)


def newest_of(comments: Collection[int]) -> dict[int, Redaction]:
    """The newest redaction of each comment that can be taken back."""
    rows = Redaction.objects.filter(comment__in=comments).order_by("seq")
    return {row.comment_id: row for row in rows}


def old_originals(now: datetime) -> QuerySet[Redaction]:
    """Those whose time is over."""
    return Redaction.objects.filter(at__lt=now - KEPT)


def _screened_anew(pk: int, text: str, html: str, wanted: Collection[Mask]) -> None:
    """The sketch is the new text's, and no note quotes a masked word, nor is one kept
    in a host, however that is spelled."""
    screening = Screening.objects.filter(comment=pk).first()
    if screening is None:
        return
    gone = set().union(*(_tokens(mask.words) for mask in wanted))
    for note in screening.why:
        if gone & (_tokens(note["words"]) | _tokens_of_hosts(note["words"])):
            note["words"] = _MASKED_NOTE
    led_to = {hosts.comparable(link.host) for link in hosts.links(html, words(html))}
    screening.new_hosts = [host for host in screening.new_hosts if host in led_to]
    if screening.sketch:
        screening.sketch = likeness.sketch(likeness.runs(text))
    screening.save(update_fields=["why", "sketch", "new_hosts"])


def _tokens(words: str) -> set[str]:
    return {token.casefold() for token in _TOKEN.findall(words)}


def _tokens_of_hosts(words: str) -> set[str]:
    """Those of hosts that are noted in ASCII, in the letters in which they are read."""
    return set().union(
        *(_tokens(hosts.unicode_host(word)) for word in _HOST.findall(words))
    )


def _forget_changes(comments: Collection[int]) -> None:
    """What an import noted of a text before it changed it would bring the words back,
    when the import is taken back."""
    for change in ImportChange.objects.filter(comment__in=comments):
        words = {"text", "html", "name"}
        if words & (change.before.keys() | change.after.keys()):
            change.delete()
