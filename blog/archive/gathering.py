"""Posts and comments in any order -> posts with their comments, in little memory.

Exports hold replies before what they answer, and comments before their posts. The
items are put aside in a temporary file as they come; then each post is brought
together with its comments. Only where each item stands is kept in memory.
"""

import marshal
import pickle
import tempfile
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from struct import Struct
from types import TracebackType
from zoneinfo import ZoneInfo

from .model import Cut, Item, SourceComment, SourcePost, Status, Warning

# A spool this small never touches the disk.
IN_MEMORY = 8 * 1024 * 1024
# Of one kind in one file; what is beyond is told as a number.
MOST_WARNINGS = 1000
PROTOCOL = pickle.HIGHEST_PROTOCOL
_HEADER = Struct("<Q?")
MISSING_POST = "Comments whose post is missing"


class Gathering:
    """The items of one file. A context: the temporary file goes at its end.

    ``cut`` is where the file ended in its middle, if it did; ``warnings`` grow while
    ``posts`` is read. ``orphans``, ``missing_parents`` and ``flattened`` count
    comments whose post, or whose parent, is not in the file, and replies to replies
    that the old blog showed below the first one.
    """

    def __init__(self, items: Iterable[Item], zone: ZoneInfo) -> None:
        self.cut: Cut | None = None
        self.warnings: list[Warning] = []
        self.orphans = self.missing_parents = self.flattened = 0
        self._zone = zone
        self._warned: Counter[str] = Counter()
        self._end = 0
        self._spool = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115
        self._posts: dict[str, int] = {}  # uid -> place in the spool
        self._comments: dict[str, array] = defaultdict(lambda: array("q"))
        try:
            self._put_aside(items)
        except BaseException:
            self._spool.close()
            raise

    def __enter__(self) -> "Gathering":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._spool.close()

    def __len__(self) -> int:
        """How many posts ``posts`` gives."""
        return len(self._posts) + len(self._comments.keys() - self._posts.keys())

    def posts(self) -> Iterator[SourcePost]:
        """Each post with its comments, parents before their replies; at the end those
        posts that are not in the file but of which comments are."""
        for uid, place in self._posts.items():
            yield self._whole(self._read(place), self._comments.get(uid, ()))
        for uid in sorted(self._comments.keys() - self._posts.keys()):
            yield self._missing(uid, self._comments[uid])
        for code, number in self._warned.items():
            if number > MOST_WARNINGS:
                more = f"… and {number - MOST_WARNINGS:,} more of this kind."
                self.warnings.append(Warning(code, more))

    def warn(self, warning: Warning) -> None:
        """Notes a warning, up to ``MOST_WARNINGS`` of its kind."""
        self._warned[warning.code] += 1
        if self._warned[warning.code] <= MOST_WARNINGS:
            self.warnings.append(warning)

    def _put_aside(self, items: Iterable[Item]) -> None:
        try:
            for item in items:
                if isinstance(item, Warning):
                    self.warn(item)
                elif isinstance(item, SourceComment):
                    self._comments[item.post].append(self._write(item))
                elif item.uid in self._posts:
                    self._again(item)
                else:
                    self._enter(item)
        except Cut as cut:
            self.cut = cut

    def _enter(self, post: SourcePost) -> None:
        self._posts[post.uid] = self._write(post)

    def _again(self, post: SourcePost) -> None:
        """Another post with the number of an earlier one: kept under one of its own,
        unless it is the same one."""
        earlier = self._read(self._posts[post.uid])
        self._spool.seek(self._end)
        if (earlier.title, earlier.body) == (post.title, post.body):
            return
        mark = sha256(f"{post.title}\n{post.body}".encode()).hexdigest()[:12]
        self.warn(
            Warning(
                "id-twice",
                f"“{post.title}” has the number of “{earlier.title}”. Both are kept; "
                "comments on that number stand with the first.",
                post.line,
                post.uid,
            )
        )
        fresh = f"{post.uid}#{mark}"
        if fresh not in self._posts:
            self._enter(replace(post, uid=fresh))

    def _write(self, item: SourcePost | SourceComment) -> int:
        place = self._end
        is_post = isinstance(item, SourcePost)
        data = pickle.dumps(item, PROTOCOL) if is_post else _packed(item)
        self._spool.write(_HEADER.pack(len(data), is_post))
        self._spool.write(data)
        self._end += _HEADER.size + len(data)
        return place

    def _read(self, place: int) -> SourcePost | SourceComment:
        self._spool.seek(place)
        size, is_post = _HEADER.unpack(self._spool.read(_HEADER.size))
        data = self._spool.read(size)
        # Ours, and never anywhere else.
        return pickle.loads(data) if is_post else _unpacked(data)  # noqa: S301

    def _whole(self, post: SourcePost, places: Iterable[int]) -> SourcePost:
        comments = self._distinct(self._read(place) for place in places)
        return replace(post, comments=tuple(self._ordered(comments, post)))

    def _missing(self, uid: str, places: Iterable[int]) -> SourcePost:
        post = SourcePost(
            title=MISSING_POST, date=None, body="", uid=uid, is_missing=True
        )
        whole = self._whole(post, places)
        self.orphans += len(whole.comments)
        for comment in whole.comments:
            self.warn(
                Warning(
                    "orphan",
                    f"Comment {comment.id} belongs to a post that is not in the file "
                    f"({uid or 'none named'}). It is kept below a draft that nobody "
                    "sees.",
                    comment.line,
                    uid,
                )
            )
        return whole

    def _distinct(self, comments: Iterable[SourceComment]) -> list[SourceComment]:
        """Without those that stand twice in the file; two that share a number and
        nothing else are both kept."""
        found: dict[str, SourceComment] = {}
        for comment in comments:
            earlier = found.get(comment.id)
            if earlier is None:
                found[comment.id] = comment
            elif (earlier.text, earlier.html) != (comment.text, comment.html):
                self.warn(
                    Warning(
                        "id-twice",
                        f"Two comments have the number {comment.id}: both are kept, "
                        "answers go to the first.",
                        comment.line,
                        comment.post,
                    )
                )
                fresh = f"{comment.id} (line {comment.line}, {len(found)})"
                found[fresh] = replace(comment, id=fresh, uid="")
        return list(found.values())

    def _ordered(
        self, comments: list[SourceComment], post: SourcePost
    ) -> Iterator[SourceComment]:
        """In the order of the discussion: each after what it answers, siblings by
        time where all times are known, else as they come."""
        by_id = {comment.id: comment for comment in comments}
        parents = {c.id: self._parent(c, by_id, post) for c in comments}
        _break_circles(parents, by_id, self)
        shown = self._flat(parents, by_id)
        if not any(comment.public_id for comment in comments):
            # An export of our own stands in the right order; others go by numbers.
            comments = self._by_time(comments)
        below: dict[str | None, list[SourceComment]] = defaultdict(list)
        for comment in comments:
            below[shown[comment.id]].append(comment)
        waiting = below[None][::-1]
        while waiting:
            comment = waiting.pop()
            parent, answers = shown[comment.id], comment.answers
            if parent != parents[comment.id]:
                answers = by_id[parents[comment.id]].uid
            if (parent, answers) != (comment.parent, comment.answers):
                comment = replace(comment, parent=parent, answers=answers)
            yield comment
            waiting.extend(reversed(below.get(comment.id, ())))

    def _flat(
        self, parents: dict[str, str | None], by_id: dict[str, SourceComment]
    ) -> dict[str, str | None]:
        """Where each comment is shown: Blogger has one level, so that an answer to an
        answer stands below the comment that began the thread."""
        shown = dict(parents)
        for node, parent in parents.items():
            if parent is None or not by_id[node].uid.startswith("blogger:"):
                continue
            top = parent
            while (above := shown[top]) is not None:
                top = above
            if top != parent:
                shown[node] = top
                self.flattened += 1
        return shown

    def _parent(
        self,
        comment: SourceComment,
        by_id: dict[str, SourceComment],
        post: SourcePost,
    ) -> str | None:
        if comment.parent is None or comment.parent in by_id:
            return comment.parent
        self.missing_parents += 1
        self.warn(
            Warning(
                "parent-missing",
                f"Comment {comment.id} answers {comment.parent}, which is not in this "
                "discussion. It stands at the top level.",
                comment.line,
                post.uid,
            )
        )
        return None

    def _by_time(self, comments: list[SourceComment]) -> list[SourceComment]:
        if any(comment.written_at is None for comment in comments):
            return comments
        return sorted(comments, key=lambda c: aware(c.written_at, self._zone))


def _break_circles(
    parents: dict[str, str | None],
    by_id: dict[str, SourceComment],
    gathering: Gathering,
) -> None:
    """Puts the first of those that answer each other in a circle at the top level."""
    sound: set[str] = set()
    for start in parents:
        path: dict[str, None] = {}
        node: str | None = start
        while node is not None and node not in sound:
            if node in path:
                gathering.missing_parents += 1
                gathering.warn(
                    Warning(
                        "circle",
                        f"Comment {node} answers itself by way of others. It stands "
                        "at the top level.",
                        by_id[node].line,
                        by_id[node].post,
                    )
                )
                parents[node] = None
                break
            path[node] = None
            node = parents[node]
        sound.update(path)


def aware(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """A time with its zone: ``zone`` if the source gave none."""
    if moment is not None and moment.tzinfo is None:
        return moment.replace(tzinfo=zone)
    return moment


def _packed(comment: SourceComment) -> bytes:
    """Plain values by marshal: some ten times as fast as a pickled dataclass, and
    there are hundreds of thousands of them."""
    written, published = comment.written_at, comment.published_at
    return marshal.dumps(
        (
            comment.id,
            comment.parent,
            comment.text,
            comment.author,
            written and written.isoformat(),
            comment.status.value,
            comment.line,
            comment.html,
            comment.uid,
            comment.post,
            comment.answers,
            published and published.isoformat(),
            comment.public_id,
            comment.handle,
            comment.tag,
            comment.tag_is_site_wide,
            comment.precision,
        )
    )


def _unpacked(data: bytes) -> SourceComment:
    values = list(marshal.loads(data))  # noqa: S302  ours, and never anywhere else
    values[4] = values[4] and datetime.fromisoformat(values[4])
    values[5] = Status(values[5])
    values[11] = values[11] and datetime.fromisoformat(values[11])
    return SourceComment(*values)
