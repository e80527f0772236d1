"""The screens: small functions in an order, each of which may note something.

Each takes the case and yields notes. A note names why in a word and shows what it saw;
it may put the comment into the lane "likely spam", and it may hold back a comment that
the mode in force would publish. Nothing here refuses.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from blog.discussion import receipts
from blog.discussion.claims import name_key
from blog.discussion.submission import Circumstances
from blog.models import Claim, Comment
from moderation import rulebook
from moderation.models import Rule, Screening

from . import earlier, likeness, limits, network, spam
from .matching import links as links_in
from .network import Purpose

FASTEST = 3.0  # seconds between preview and sending that a person needs
MANY_LINKS = 3

# Each code of a note in a few words, in the order of the screens.
KINDS = {
    "trap": "Hidden field filled in",
    "haste": "Sent at once",
    "pace": "Many at a time",
    "copy": "Like another comment",
    "links": "Many links",
    "first-link": "First link of a new name",
    "rule": "Meets a rule",
    "learnt": "Like spam marked before",
}


@dataclass(frozen=True)
class Note:
    """Why a comment is held: a stable code and words for the moderator."""

    code: str
    words: str
    likely_spam: bool = False
    rule: int | None = None
    alike: int | None = None

    def as_dict(self) -> dict[str, str]:
        return {"code": self.code, "words": self.words}


@dataclass(frozen=True)
class Case:
    """A comment and how it came."""

    comment: Comment
    circumstances: Circumstances
    sketch: bytes
    runs: frozenset[str]

    @cached_property
    def nearest(self) -> list[earlier.Near]:
        """Earlier comments with texts like its own, the most alike first."""
        return earlier.nearest(self.comment, self.sketch, self.runs)


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
    hashed = network.keys(Purpose.COMMENT, case.circumstances.address)
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
    """The comment most like it among the last 5,000."""
    for alike, other in case.nearest[:1]:
        if alike >= likeness.LIKE:
            state = other.get_state_display().lower()
            yield Note(
                "copy",
                f"{alike:.0%} the same as comment {other.public_id} ({state}).",
                other.state == Comment.State.SPAM,
                alike=first_of(other),
            )


def first_of(comment: Comment) -> int:
    """The key of the comment with which a row of copies begins."""
    found = Screening.objects.filter(comment=comment).values_list("alike", flat=True)
    return found.first() or comment.pk


def links(case: Case) -> Iterator[Note]:
    """As readers would see them: counted after the text was linked."""
    count = len(links_in(case.comment.html))
    if count >= MANY_LINKS:
        yield Note("links", f"{count} links.")


def first_link(case: Case) -> Iterator[Note]:
    """A link from a claimed name of which nothing was published here before."""
    comment = case.comment
    if comment.tag and links_in(comment.html) and not is_known(comment):
        yield Note("first-link", "The first link from a name that is new here.")


def is_known(comment: Comment) -> bool:
    """Whether something with the comment's tag is published."""
    here = Q(post=comment.post_id) | Q(is_site_wide=True)
    claims = Claim.objects.filter(here, name_key=name_key(comment.name or ""))
    return claims.filter(tag=comment.tag).exists()


def rules(case: Case) -> Iterator[Note]:
    """The moderators' own words, domains and numbers of links."""
    for rule in rulebook.met_by(case.comment):
        spam = rule.action == Rule.Action.LIKELY_SPAM
        yield Note("rule", rulebook.in_words(rule), spam, rule.pk)


def learnt(case: Case) -> Iterator[Note]:
    """What the moderators' own decisions say about such words."""
    found = spam.verdict(case.comment.text)
    if found and found.is_likely_spam:
        words = ", ".join(found.words)
        yield Note("learnt", f"Looks like spam you marked before: {words}.", True)


SCREENS: tuple[Screen, ...] = (
    trap,
    haste,
    pace,
    copies,
    links,
    first_link,
    rules,
    learnt,
)


# Of a corrected text: it came long ago, and only its words are new.
CORRECTED = (copies, links, first_link, rules, learnt)


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
