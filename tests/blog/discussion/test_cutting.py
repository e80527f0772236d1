"""A long discussion as pages: where they begin; each shows what the whole would."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blog.discussion.cutting import AROUND, LONGEST, PAGE, Page, pages
from blog.discussion.threads import LEVELS, Part, ThreadRow, rows

BOTH = pytest.mark.parametrize("newest_first", [False, True])
START = datetime(2022, 9, 2, 20, tzinfo=UTC)


@dataclass(frozen=True)
class Light:
    pk: int
    parent_id: int | None
    is_published: bool = True
    was_shown: bool = True
    leaves_stub: bool = False

    @property
    def written_at(self) -> datetime:
        return START + timedelta(minutes=self.pk)

    published_at = written_at


def thread(
    size: int, first: int, chosen: Random, *, hidden: float = 0.0
) -> list[Light]:
    """A thread in the order of its tree; each hangs somewhere on the way down to the
    one before."""
    comments: list[Light] = []
    way: list[int] = []
    for pk in range(first, first + size):
        if way:
            del way[max(1, chosen.randint(0, len(way))) :]
        is_published = chosen.random() >= hidden
        was_shown = is_published or chosen.random() < 0.5
        comments.append(Light(pk, way[-1] if way else None, is_published, was_shown))
        way.append(pk)
    return comments


def made(sizes: list[int], *, hidden: float = 0.0, seed: int = 0) -> list[Light]:
    chosen = Random(seed)
    found: list[Light] = []
    for size in sizes:
        found += thread(size, len(found) + 1, chosen, hidden=hidden)
    return found


discussions = st.builds(
    made,
    st.lists(st.one_of(st.integers(1, 40), st.integers(150, 900)), max_size=9),
    hidden=st.sampled_from([0.0, 0.1, 0.6]),
    seed=st.integers(0, 10_000),
)


def sizes_of(sizes: list[int], **how) -> list[int]:
    return [len(page.rows) for page in pages(rows(made(sizes)), **how)]


def keys(drawn: list[ThreadRow]) -> list[int]:
    return [row.comment.pk for row in drawn]


# --- where they begin --------------------------------------------------------------


def test_a_discussion_of_one_page_has_no_rows():
    assert pages([]) == []
    assert sizes_of([1] * PAGE) == []
    assert sizes_of([LONGEST]) == []


def test_a_page_closes_when_the_next_thread_would_not_fit():
    assert sizes_of([120, 80, 1, 199, 150]) == [200, 200, 150]


def test_newest_first_begins_with_the_last_thread():
    cut = pages(rows(made([150, 120, 90])), newest_first=True)
    assert [len(page.rows) for page in cut] == [210, 150]
    assert [page.first.number for page in cut] == ["3", "1"]


def test_a_page_with_little_on_it_takes_in_a_longer_thread():
    assert sizes_of([3, 260, 90, 120]) == [263, 210]


def test_a_short_rest_stands_with_the_page_before():
    assert sizes_of([1] * 249) == []
    assert sizes_of([1] * 250) == [200, 50]
    assert sizes_of([1] * 449) == [200, 249]


def test_a_thread_much_longer_than_a_page_has_pages_of_its_own():
    cut = pages(rows(made([20, 450, 20, 20, 170])))
    assert [page.threads for page in cut] == [1, 1, 0, 0, 3]
    assert [page.first.number.split(".")[0] for page in cut] == [*"12223"]
    assert [len(page.rows) for page in (cut[0], cut[-1])] == [20, 210]
    assert sum(len(page.rows) for page in cut[1:4]) == 450


def test_a_long_thread_is_cut_where_the_least_hangs_together():
    # 400 comments; number 180 is the only one after the first that answers the first.
    comments = [Light(pk, pk - 1 or None) for pk in range(1, 180)]
    comments.append(Light(180, 1))
    comments += [Light(pk, pk - 1) for pk in range(181, 401)]
    cut = pages(rows(comments))
    assert [page.first.comment.pk for page in cut] == [1, 180]
    assert (cut[1].first.number, cut[1].above) == ("1.2", [1])


def test_what_stands_above_is_told_as_far_as_the_indent_shows_it():
    cut = pages(rows([Light(pk, pk - 1 or None) for pk in range(1, 1001)]))
    assert [page.above for page in cut] == [[], *[[1, 2, 3, 4, 5]] * 4]
    assert cut[-1].first.number == "1.1.1.1.1.1…"


def test_stubs_take_room_but_are_not_counted():
    comments = [
        Light(pk, None if pk % 2 else pk - 1, is_published=not pk % 2)
        for pk in range(1, 601)
    ]
    cut = pages(rows(comments))
    assert [(len(page.rows), len(page.published)) for page in cut] == [(200, 100)] * 3


# --- what always holds -------------------------------------------------------------


@BOTH
@settings(max_examples=40)
@given(comments=discussions)
def test_every_row_stands_on_one_page_in_order(comments, newest_first):
    cut = pages(rows(comments), newest_first=newest_first)
    if cut:
        shown = [pk for page in cut for pk in keys(page.rows)]
        assert shown == keys(rows(comments, newest_first=newest_first))
        assert all(page.rows for page in cut)
        assert len(cut) > 1


@BOTH
@settings(max_examples=40)
@given(comments=discussions)
def test_no_page_is_much_longer_than_a_page(comments, newest_first):
    drawn = rows(comments)
    cut = pages(drawn, newest_first=newest_first)
    assert all(len(page.rows) <= LONGEST for page in cut)
    if not cut:
        assert len(drawn) <= LONGEST


@BOTH
@settings(max_examples=40)
@given(comments=discussions)
def test_a_page_holds_whole_threads_or_a_part_of_one(comments, newest_first):
    for page in pages(rows(comments), newest_first=newest_first):
        assert page.first.depth == 0 or page.threads == 0


@settings(max_examples=40)
@given(comments=discussions)
def test_only_long_threads_are_cut_and_their_parts_are_near_equal(comments):
    drawn = rows(comments)
    sizes: dict[str, int] = {}
    for row in drawn:
        top = row.number.split(".")[0]
        sizes[top] = sizes.get(top, 0) + 1
    parts: dict[str, list[int]] = {}
    for page in pages(drawn):
        top = page.first.number.split(".")[0]
        if sizes[top] > LONGEST:
            parts.setdefault(top, []).append(len(page.rows))
        else:
            assert page.first.depth == 0
    for top, found in parts.items():
        assert sum(found) == sizes[top]
        assert max(found) - min(found) <= 4 * AROUND + 1


def on_page(comments: list[Light], cut: list[Page], number: int) -> list[Light]:
    """All comments from the first of the page to the one before the next page's, those
    too that are not drawn: what a database reads of whole threads or a part of one."""
    place = {comment.pk: place for place, comment in enumerate(comments)}
    tops: dict[int, int] = {}
    for comment in comments:
        tops[comment.pk] = tops.get(comment.parent_id, comment.pk)
    first = cut[number].first.comment.pk
    following = cut[number + 1].first.comment.pk if number + 1 < len(cut) else None
    if following and tops[following] == tops[first]:
        return comments[place[first] : place[following]]
    if tops[first] != first:
        return [c for c in comments[place[first] :] if tops[c.pk] == tops[first]]
    begin, end = place[first], place.get(following, len(comments))
    before = cut[number - 1].first.comment.pk if number else None
    if end < begin or (following is None and before and begin < place[before]):
        # The newest thread first: from this one back to where the next page begins.
        low = place.get(following, -1)
        return [c for c in comments if low < place[tops[c.pk]] <= begin]
    return comments[begin:end]


def part_of(drawn: list[ThreadRow], cut: list[Page], number: int, held: list) -> Part:
    page = cut[number]
    by_pk = {row.comment.pk: row for row in drawn}
    here = {comment.pk for comment in held}
    outside = {c.parent_id for c in held if c.parent_id and c.parent_id not in here}
    above = {pk: (by_pk[pk].depth, by_pk[pk].comment) for pk in {*page.above, *outside}}
    goes_on = set()
    if number + 1 < len(cut):
        row = cut[number + 1].first.parent
        while row is not None:
            goes_on.add(row.comment.pk)
            row = row.parent
    return Part(page.first.number, above, goes_on & here)


def looks(drawn: list[ThreadRow]) -> Iterator[tuple]:
    for row in drawn:
        if not row.is_elsewhere:
            yield (
                row.comment.pk,
                row.number,
                row.level,
                row.depth,
                row.is_stub,
                row.parent and row.parent.comment.pk,
                row.parent and row.parent.number,
            )


@BOTH
@settings(max_examples=40)
@given(comments=discussions)
def test_a_page_shows_what_the_whole_would_show_there(comments, newest_first):
    drawn = rows(comments)
    cut = pages(drawn, newest_first=newest_first)
    whole = {look[0]: look for look in looks(drawn)}
    for number, page in enumerate(cut):
        held = on_page(comments, cut, number)
        part = part_of(drawn, cut, number, held)
        shown = rows(held, part=part, newest_first=newest_first)
        assert [*looks(shown)] == [whole[row.comment.pk] for row in page.rows]
        named = [row for row in shown if row.is_elsewhere]
        assert [row.comment.pk for row in named] == page.above
        assert [row.depth for row in named] == [*range(len(named))]
        assert len(named) == min(page.first.depth, LEVELS - 1)
        closed = sum(len(row.ends_replies) for row in shown)
        assert sum(row.begins_replies for row in shown) == closed


@BOTH
@settings(max_examples=40)
@given(comments=discussions)
def test_the_same_comments_are_always_cut_alike(comments, newest_first):
    first = pages(rows(comments), newest_first=newest_first)
    again = pages(rows([*comments]), newest_first=newest_first)
    assert [keys(page.rows) for page in first] == [keys(page.rows) for page in again]
