"""The screens: small functions in an order, each of which may note something.

Each takes the case and yields notes. A note names why in a word and shows what it saw;
it may put the comment into the lane "likely spam", and it may hold back a comment that
the mode in force would publish. Nothing here refuses.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from blog.discussion import receipts
from blog.discussion.submission import Circumstances
from blog.models import Comment
from moderation.models import Rule, Screening

from . import likeness, limits, network

FASTEST = 3.0  # seconds between preview and sending that a person needs
MANY_LINKS = 3
COMPARED = 5000
# What stands between the slashes; browsers take a backslash for one.
_LINK = re.compile(r"https?://([^/\\\s?#]+)", re.I)


@dataclass(frozen=True)
class Note:
    """Why a comment is held: a stable code and words for the moderator."""

    code: str
    words: str
    likely_spam: bool = False

    def as_dict(self) -> dict[str, str]:
        return {"code": self.code, "words": self.words}


@dataclass(frozen=True)
class Case:
    """A comment and how it came."""

    comment: Comment
    circumstances: Circumstances
    sketch: bytes
    runs: frozenset[str]


Screen = Callable[[Case], Iterator[Note]]


def trap(case: Case) -> Iterator[Note]:
    if case.circumstances.trap_filled:
        yield Note("trap", "A field that people do not see was filled in.", True)


def haste(case: Case) -> Iterator[Note]:
    if case.circumstances.form_age < FASTEST:
        yield Note("haste", "Sent within three seconds of its preview.", True)


def pace(case: Case) -> Iterator[Note]:
    """Networks first, narrow before wide; then the post and the site.

    What is noted for its network takes nothing from what all share: one flooder does
    not use up the pace of the others.
    """
    network.forget_old()
    limits.forget_old()
    hashed = network.keys(case.circumstances.address)
    limited = list(zip(hashed, (limits.CONNECTION, limits.NEIGHBOURHOOD), strict=False))
    limited.append((f"post:{case.comment.post_id}", limits.POST))
    limited.append(("site", limits.SITE))
    words = {
        "32": "One connection sends many comments.",
        "64": "One connection sends many comments.",
        "24": "One network sends many comments.",
        "48": "One network sends many comments.",
        "post": "Many comments come to this post.",
        "site": "Many comments come to the site.",
    }
    for key, allowed in limited:
        if not limits.within(key, allowed):
            yield Note("pace", words[key.partition(":")[0]])
            return


def copies(case: Case) -> Iterator[Note]:
    """The comments most like it among the last 5,000."""
    recent = (
        Screening.objects.exclude(comment=case.comment)
        .order_by("-comment_id")
        .values_list("comment_id", "sketch")[:COMPARED]
    )
    near = sorted(likeness.proposed(case.sketch, recent), reverse=True)[:20]
    if not near:
        return
    texts = Comment.objects.in_bulk([key for _, key in near])
    for _, key in near:
        other = texts[key]
        alike = likeness.likeness(case.runs, likeness.runs(other.text))
        if alike >= likeness.LIKE:
            state = other.get_state_display().lower()
            yield Note(
                "copy",
                f"{alike:.0%} the same as comment {other.public_id} ({state}).",
                other.state == Comment.State.SPAM,
            )
            return


def links(case: Case) -> Iterator[Note]:
    count = len(_LINK.findall(case.comment.text))
    if count >= MANY_LINKS:
        yield Note("links", f"{count} links.")


def rules(case: Case) -> Iterator[Note]:
    """The moderators' own words and domains."""
    text = " ".join(case.comment.text.casefold().split())
    hosts = {_host(found) for found in _LINK.findall(text)}
    valid = Q(until=None) | Q(until__gt=timezone.now())
    for rule in Rule.objects.filter(valid):
        wanted = " ".join(rule.pattern.casefold().split())
        if rule.kind == Rule.Kind.DOMAIN:
            wanted = _host(wanted)
            hit = any(host == wanted or host.endswith(f".{wanted}") for host in hosts)
        else:
            hit = _has_words(text, wanted)
        if hit:
            spam = rule.action == Rule.Action.LIKELY_SPAM
            yield Note("rule", f"Contains “{rule.pattern}”.", spam)


def _host(authority: str) -> str:
    """The host of an address as it is compared: no name and port, in ASCII."""
    host = authority.rpartition("@")[2].partition(":")[0]
    host = host.strip(".,;!)]}'\"’”").casefold().removeprefix("www.")
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def _has_words(text: str, wanted: str) -> bool:
    """Whether ``wanted`` stands in ``text`` as whole words."""
    at = text.find(wanted)
    while at >= 0:
        before = text[at - 1 : at]
        after = text[at + len(wanted) : at + len(wanted) + 1]
        if not before.isalnum() and not after.isalnum():
            return True
        at = text.find(wanted, at + 1)
    return False


SCREENS: tuple[Screen, ...] = (
    trap,
    haste,
    pace,
    copies,
    links,
    rules,
)


# Of a corrected text: it came long ago, and only its words are new.
CORRECTED = (copies, links, rules)


def notes(case: Case, screens: Iterable[Screen] = SCREENS) -> list[Note]:
    """What the screens noticed, in their order."""
    return [note for screen in screens for note in screen(case)]


def is_proven(circumstances: Circumstances) -> bool:
    """Whether the sender holds the receipt of a comment that is published here.

    Nothing of the two comments' connection is stored.
    """
    code = circumstances.earlier_receipt
    if not code.strip():
        return False
    return (
        Comment.objects.published()
        .filter(receipt_digest=receipts.digest(code))
        .exists()
    )
