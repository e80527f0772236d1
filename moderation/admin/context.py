"""What stands beside a comment on its card, so that it can be decided about.

All of it is worked out for a whole page at once: four queries at most, for any number
of cards. What is read out of the text (persons named, what may tell who wrote it, where
links lead) is kept nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString, mark_safe

from blog.discussion.html_links import words as words_of
from blog.models import Post
from blog.people import Person, people
from blog.warnings import SelfIdentification, warnings
from moderation import hosts, modes, noted
from moderation.hosts import SpelledLink
from moderation.marking import Kind, Span, marked
from moderation.models import Mode, QueuedComment, Rule, Screening
from moderation.screening.matching import Wanted
from moderation.screening.matching import spans as spans_of

from .histories import History, histories
from .others import Other, others

MOST_HOSTS = 8
# From how many per cent on which words are used.
ALIKE = ((80, "Nearly the same"), (50, "Much alike"), (0, "Partly the same"))


@dataclass(frozen=True)
class Similar:
    """An earlier comment with a text like this one's."""

    percent: int
    other: Other

    @property
    def words(self) -> str:
        return next(words for least, words in ALIKE if self.percent >= least)


@dataclass
class Host:
    """Where links of the text lead: a host in ASCII, and what is odd about it."""

    host: str
    looks_like: str
    is_new: bool
    times: int = 0
    oddities: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)


@dataclass
class Reading:
    """What stands in the text of one comment."""

    html: SafeString
    people: list[Person] = field(default_factory=list)
    about_writer: list[SelfIdentification] = field(default_factory=list)
    hosts: list[Host] = field(default_factory=list)
    more_hosts: int = 0
    rule_words: list[str] = field(default_factory=list)
    spam_words: list[str] = field(default_factory=list)
    links_are_marked: bool = False


@dataclass
class Context:
    """``above``: what the comment's parent answers."""

    post: Post
    reading: Reading
    mode: Mode | None = None
    above: Other | None = None
    history: History | None = None
    similar: list[Similar] = field(default_factory=list)

    @property
    def mode_in_words(self) -> str:
        return modes.briefly(self.mode) if self.mode else ""


def contexts(comments: Sequence[QueuedComment]) -> dict[int, Context]:
    """What stands beside each of these comments, by their keys."""
    if not comments:
        return {}
    written = histories(comments)
    above = {
        comment.pk: comment.parent.parent_id for comment in comments if comment.parent
    }
    alike = {comment.pk: _similar(comment) for comment in comments}
    wanted = {key for key in above.values() if key}
    wanted |= {key for numbers in alike.values() for key, _ in numbers}
    wanted |= {key for each in written.values() for key in each.latest_keys}
    found = others(wanted)
    for each in written.values():
        each.latest = [found[key] for key in each.latest_keys if key in found]
    in_force = Mode.objects.in_force_of(comment.post_id for comment in comments)
    rules = _rules(comments)
    return {
        comment.pk: Context(
            post=comment.post,
            reading=reading(comment, rules),
            mode=in_force[comment.post_id],
            above=found.get(above.get(comment.pk)),
            history=written.get(comment.pk),
            similar=[
                Similar(percent, found[key])
                for key, percent in alike[comment.pk]
                if key in found
            ],
        )
        for comment in comments
    }


def reading(comment: QueuedComment, rules: Sequence[Wanted] = ()) -> Reading:
    """What stands in its text, marked there. No query."""
    html = comment.html
    said = words_of(html)
    links = hosts.links(html, said)
    named = people(said.text)
    about_writer = noted.outside(warnings(said.text), links)
    notes = _notes(comment)
    by_rule, by_score = _of_screening(said.text, links, notes, rules)
    screening = _screening(comment)
    new = set(screening.new_hosts) if screening else set()
    odd = [
        link
        for link in links
        if "links" in notes or link.oddities or hosts.comparable(link.host) in new
    ]
    spans = [
        *by_rule,
        *by_score,
        *(Span(link.start, link.end, Kind.LINK) for link in odd),
        *(Span(person.start, person.end, Kind.PERSON) for person in named),
        *(
            Span(at, at + len(person.accusation), Kind.ACCUSED)
            for person in named
            if (at := person.accused_at) >= 0
        ),
        *noted.writer_spans(about_writer),
    ]
    listed = _hosts(links, new)
    return Reading(
        # Marks of our own, put into HTML that is safe already.
        html=mark_safe(marked(html, spans, said=said)),  # noqa: S308
        people=named,
        about_writer=about_writer,
        hosts=listed[:MOST_HOSTS],
        more_hosts=len(listed[MOST_HOSTS:]),
        rule_words=_said(said.text, by_rule),
        spam_words=_said(said.text, by_score),
        links_are_marked=bool(odd),
    )


def _of_screening(
    text: str,
    links: list[SpelledLink],
    notes: dict[str, list[str]],
    rules: Sequence[Wanted],
) -> tuple[list[Span], list[Span]]:
    """What made rules speak, and what the spam score named."""
    if not {"rule", "learnt"} & notes.keys():
        return [], []
    folded = noted.Folded(text)
    by_rule = []
    if "rule" in notes:
        domains = [rule.pattern for rule in rules if rule.kind == Rule.Kind.DOMAIN]
        by_rule += noted.domain_spans(links, domains)
        by_rule += [
            Span(*place, Kind.RULE) for rule in rules for place in spans_of(rule, text)
        ]
    by_score = [
        span
        for note in notes.get("learnt", ())
        for span in noted.learnt_spans(folded, links, note)
    ]
    return by_rule, by_score


def _screening(comment: QueuedComment) -> Screening | None:
    return getattr(comment, "screening", None)


def _notes(comment: QueuedComment) -> dict[str, list[str]]:
    """What screening noted, by its codes."""
    found: dict[str, list[str]] = {}
    screening = _screening(comment)
    for note in screening.why if screening else ():
        found.setdefault(note["code"], []).append(note["words"])
    return found


def _similar(comment: QueuedComment) -> list[tuple[int, int]]:
    screening = _screening(comment)
    return [tuple(pair) for pair in screening.similar] if screening else []


def _rules(comments: Sequence[QueuedComment]) -> list[Wanted]:
    """The rules as they are now, if any of these comments is held by one."""
    if not any("rule" in _notes(comment) for comment in comments):
        return []
    rows = Rule.objects.in_force().order_by("pk").values_list("kind", "pattern")
    return [Wanted(*row) for row in rows]


def _hosts(links: list[SpelledLink], new: set[str]) -> list[Host]:
    """Each host once, in the order of the text."""
    found: dict[str, Host] = {}
    for link in links:
        host = found.setdefault(
            link.host,
            Host(link.host, link.looks_like, hosts.comparable(link.host) in new),
        )
        host.times += 1
        for oddity in link.oddities:
            if oddity not in host.oddities:
                host.oddities.append(oddity)
        if link.oddities and link.href not in host.addresses:
            host.addresses.append(link.href)
    return list(found.values())


def _said(text: str, spans: list[Span]) -> list[str]:
    """The marked words themselves, each once, and none that are a part of others."""
    said: list[str] = []
    done = 0
    for start, end, _ in sorted(spans, key=lambda span: (span.start, -span.end)):
        if end > done:
            said.append(text[start:end])
            done = end
    return list(dict.fromkeys(said))
