"""Which comment of a source is which stored one.

By its lasting number where both have one of the same program; else by its words below
the same parent, so that a comment which is missing from a later copy makes no other
one look new.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from blog.discussion import times
from blog.discussion.text import comment_html
from blog.models import Comment, Passage

from .bodies import comment_from_html, comment_html_of_export
from .gathering import aware
from .model import REMOVED, SourceComment

# Of what is left of a comment when its source removed it.
REMOVED_DIGEST = "removed"
MINUTE = timedelta(minutes=1)
# More than any two clocks of the world differ.
ZONES = timedelta(hours=26)
_COLUMNS = (
    "pk",
    "post_id",
    "parent_id",
    "source_key",
    "source_id",
    "tree_id",
    "name",
    "written_at",
    "precision",
    "state",
    "version",
)


def words_digest(text: str) -> str:
    """Of a text's words alone: white space and bullets differ between sources."""
    words = text.replace("\uf0b7", " ").replace("•", " ").split()
    return sha256(" ".join(words).encode()).hexdigest()[:32]


def letters_digest(text: str) -> str:
    """Of a text's letters and signs without any white space: a text dump breaks lines
    inside words where the page had a mark-up that nobody saw."""
    plain = "".join(text.replace("\uf0b7", "").replace("•", "").split())
    return sha256(plain.encode()).hexdigest()[:32]


def system(uid: str) -> str:
    """The program whose numbers these are: "blogger" of "blogger:123"."""
    return uid.partition(":")[0]


class Texts:
    """Plain text and safe HTML of a source's comments, made when first asked for: an
    import of what is there already needs neither."""

    def __init__(self) -> None:
        self._made: dict[str, tuple[str, str]] = {}

    def of(self, comment: SourceComment) -> tuple[str, str]:
        """Text and HTML of one comment of the discussion at hand."""
        made = self._made.get(comment.id)
        if made is None:
            made = self._made[comment.id] = _made(comment)
        return made

    def digest(self, comment: SourceComment) -> str:
        if comment.status in REMOVED:
            return REMOVED_DIGEST
        return words_digest(self.of(comment)[0])


def _made(comment: SourceComment) -> tuple[str, str]:
    if comment.status in REMOVED:
        return "", ""
    if not comment.html:
        return comment.text, comment_html(comment.text)
    if comment.text:
        return comment.text, comment_html_of_export(comment.html)
    return comment_from_html(comment.html)


@dataclass(slots=True)
class Stored:
    """A comment of an earlier import, or one written here that comes back."""

    pk: int
    post_id: int
    parent_id: int | None
    key: str | None
    source_id: str | None
    tree_id: int
    name: str | None
    written_at: datetime | None
    precision: str | None
    state: str
    version: int

    @property
    def digest(self) -> str:
        """Of its text as imported, whatever was done to it here since."""
        return self.key.split("/")[1] if self.key else ""

    @property
    def ordinal(self) -> int:
        """The how manieth with these words it was in its post."""
        return int(self.key.split("/")[2]) if self.key else 0


def imported_comments(post_ids: Iterable[int]) -> dict[int, list[Stored]]:
    """The imported comments of these posts, in the order of their discussions."""
    found: dict[int, list[Stored]] = defaultdict(list)
    rows = Comment.objects.filter(post_id__in=post_ids).exclude(source_key=None)
    for row in _as_stored(rows):
        found[row.post_id].append(row)
    return found


def by_source_id(uids: Sequence[str]) -> dict[str, Stored]:
    """Comments with these lasting numbers, wherever they stand now."""
    rows = _as_stored(Comment.objects.filter(source_id__in=uids))
    return {row.source_id: row for row in rows}


def by_key(keys: Iterable[str]) -> dict[str, Stored]:
    """Comments that were imported under these keys, wherever they stand now."""
    rows = _as_stored(Comment.objects.filter(source_key__in=list(keys)))
    return {row.key: row for row in rows}


def by_public_id(public_ids: Sequence[str]) -> dict[str, Stored]:
    """Comments with these permalinks."""
    found = Comment.objects.filter(public_id__in=public_ids)
    values = found.values_list("public_id", *_COLUMNS)
    return {public_id: Stored(*row) for public_id, *row in values}


def stood_under(rows: Collection[Stored]) -> set[tuple[int, int]]:
    """Under which other posts these comments stood before a moderator moved them, alone
    or with what they answer: (comment, post), by their keys. Two queries."""
    ways = Passage.objects.filter(
        kind__in=(Passage.Kind.MOVE, Passage.Kind.CARRY),
        comment__tree_id__in={row.tree_id for row in rows},
    ).values_list("comment__tree_id", "comment__lft", "comment__rght", "source")
    moved: dict[int, list[tuple[int, int, int]]] = defaultdict(list)
    for tree_id, *way in ways:
        moved[tree_id].append(tuple(way))
    if not moved:
        return set()
    places = Comment.objects.filter(pk__in=[row.pk for row in rows]).order_by()
    return {
        (pk, post)
        for pk, tree_id, place in places.values_list("pk", "tree_id", "lft")
        for first, last, post in moved[tree_id]
        if first <= place <= last
    }


def _as_stored(comments: QuerySet[Comment]) -> list[Stored]:
    values = comments.order_by("tree_id", "lft").values_list(*_COLUMNS)
    return [Stored(*row) for row in values]


def match(
    comments: Sequence[SourceComment],
    stored: Iterable[Stored],
    known: dict[str, Stored],
    texts: Texts,
    zone: ZoneInfo,
) -> dict[str, Stored]:
    """Which comment of the source (by its ``id``) is which stored one.

    ``known`` are those told by lasting numbers. The others: by their words below the
    same parent; failing that by their words alone, where one of the two places is not
    known; failing that by their letters. What is a placeholder on one side only is
    told by the answers that hang on it.
    """
    matching = _Matching(comments, stored, known, texts, zone)
    if matching.free:
        matching.by_words()
        matching.anywhere(texts.digest, lambda row: row.digest)
        matching.by_letters()
        matching.by_answers()
        matching.removed_since()
    return matching.matched


class _Matching:
    """The comments of one post, those of the source and those that are stored."""

    def __init__(
        self,
        comments: Sequence[SourceComment],
        stored: Iterable[Stored],
        known: dict[str, Stored],
        texts: Texts,
        zone: ZoneInfo,
    ) -> None:
        self.comments = comments
        self._by_id = {comment.id: comment for comment in comments}
        self.matched = {c.id: known[c.uid] for c in comments if c.uid in known}
        self._taken = {row.pk for row in self.matched.values()}
        self.free = {row.pk: row for row in stored if row.pk not in self._taken}
        self._texts = texts
        self._zone = zone

    def by_words(self) -> None:
        in_place: dict[tuple[int | None, str], list[Stored]] = defaultdict(list)
        for row in self.free.values():
            in_place[row.parent_id, row.digest].append(row)
        for comment in self._rest():
            if self._knows_place(comment):
                place = self._place(comment), self._texts.digest(comment)
                self._take(comment, in_place[place])

    def by_answers(self) -> None:
        """A placeholder here whose known answer hangs, in the source, on a comment
        that still has its words: it was removed since that copy was made."""
        for comment_id, row in list(self.matched.items()):
            parent = self._by_id[comment_id].parent
            above = self.free.get(row.parent_id)
            is_gone = above is not None and above.digest == REMOVED_DIGEST
            if is_gone and parent and parent not in self.matched:
                self._settle(self._by_id[parent], above)

    def anywhere(
        self,
        of_comment: Callable[[SourceComment], Hashable],
        of_row: Callable[[Stored], Hashable],
    ) -> None:
        """By words or letters, where not both places are known to be different."""
        waiting: dict[Hashable, list[Stored]] = defaultdict(list)
        for row in self.free.values():
            waiting[of_row(row)].append(row)
        for comment in self._rest():
            if comment.status not in REMOVED:
                same = waiting[of_comment(comment)]
                may = [row for row in same if self._may_stand(comment, row)]
                self._take(comment, may)

    def by_letters(self) -> None:
        if not self.free or not any(c.status not in REMOVED for c in self._rest()):
            return
        texts = Comment.objects.filter(pk__in=self.free).values_list("pk", "text")
        letters = {pk: letters_digest(text) for pk, text in texts if text}
        self.anywhere(
            lambda comment: letters_digest(self._texts.of(comment)[0]),
            lambda row: letters.get(row.pk),
        )

    def removed_since(self) -> None:
        """Pairs the placeholders of the source with the comments that stood there."""
        answered: dict[str, int | None] = {}
        unknown: set[str | None] = set()
        for comment in self.comments:
            if comment.id not in self.matched:
                unknown.add(comment.parent)
            elif comment.parent is not None:
                answered[comment.parent] = self.matched[comment.id].parent_id
        for comment in self._rest():
            if comment.status not in REMOVED:
                continue
            row = self.free.get(answered.get(comment.id))
            if row is None and comment.id not in unknown and self._knows_place(comment):
                # No answer tells which it was: only if there is no choice.
                place = self._place(comment)
                here = [
                    row
                    for row in self.free.values()
                    if row.parent_id == place and row.source_id is None
                ]
                row = here[0] if len(here) == 1 else None
            if row is not None and self._may_be(comment, row):
                self._settle(comment, row)

    def _rest(self) -> list[SourceComment]:
        return [c for c in self.comments if c.id not in self.matched]

    def _knows_place(self, comment: SourceComment) -> bool:
        return comment.parent is None or comment.parent in self.matched

    def _place(self, comment: SourceComment) -> int | None:
        return None if comment.parent is None else self.matched[comment.parent].pk

    def _take(self, comment: SourceComment, rows: Iterable[Stored]) -> None:
        """Gives the comment the one of ``rows`` that it may be, the nearest in time."""
        may = [r for r in rows if r.pk in self.free and self._may_be(comment, r)]
        if may:
            self._settle(comment, min(may, key=lambda row: self._apart(comment, row)))

    def _settle(self, comment: SourceComment, row: Stored) -> None:
        self.matched[comment.id] = row
        self._taken.add(row.pk)
        del self.free[row.pk]

    def _may_be(self, comment: SourceComment, row: Stored) -> bool:
        """Two numbers of one program are two comments, whatever their words; so are
        two with other names, or times that no error of the zone explains."""
        both_numbered = bool(comment.uid and row.source_id)
        both_named = bool(comment.author and row.name)
        return not (
            (both_numbered and system(comment.uid) == system(row.source_id))
            or (both_named and comment.author.casefold() != row.name.casefold())
            or self._apart(comment, row) > ZONES
        )

    def _may_stand(self, comment: SourceComment, row: Stored) -> bool:
        """Whether it can be a comment that stands elsewhere here: one of the two
        parents is not known, or the time tells that they are one."""
        knows = row.parent_id is None or row.parent_id in self._taken
        if not knows or not self._knows_place(comment):
            return True
        is_timed = comment.written_at is not None and row.written_at is not None
        if is_timed and self._apart(comment, row) < MINUTE:
            return True
        return row.parent_id == self._place(comment)

    def _apart(self, comment: SourceComment, row: Stored) -> timedelta:
        """How far their times are from each other; nothing if one is not known, or lies
        in the hour or the day to which the other was cut."""
        if comment.written_at is None or row.written_at is None:
            return timedelta(0)
        written = aware(comment.written_at, self._zone)
        return abs(times.cut_to(written, row.precision) - row.written_at)
