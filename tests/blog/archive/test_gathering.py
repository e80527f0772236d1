"""Items in any order become posts with their comments."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.archive.gathering import MOST_WARNINGS, Gathering
from blog.archive.model import ArchiveError, Cut, SourceComment, SourcePost, Warning

LONDON = ZoneInfo("Europe/London")
START = datetime(2024, 9, 2, 20, 0, tzinfo=UTC)


def post(uid: str = "blogger:1", **fields) -> SourcePost:
    return SourcePost(title=f"Post {uid}", date=None, body="", uid=uid, **fields)


def comment(
    number: int, parent: int | None = None, *, minute: int | None = None, **fields
) -> SourceComment:
    system = fields.pop("system", "blogger")
    return SourceComment(
        id=f"{system}:{number}",
        uid=f"{system}:{number}",
        parent=None if parent is None else f"{system}:{parent}",
        text=f"Comment {number}",
        post=fields.pop("post", "blogger:1"),
        written_at=START + timedelta(minutes=number if minute is None else minute),
        line=number,
        **fields,
    )


def gathered(*items) -> tuple[list[SourcePost], Gathering]:
    with Gathering(items, LONDON) as gathering:
        return list(gathering.posts()), gathering


def order(found: SourcePost) -> list[tuple[str, str | None]]:
    def number(uid):
        return uid and uid.partition(":")[2]

    return [(number(c.id), number(c.parent)) for c in found.comments]


def codes(gathering: Gathering) -> list[str]:
    return [warning.code for warning in gathering.warnings]


def test_comments_before_their_post_and_replies_before_parents():
    found, gathering = gathered(comment(12, 11), comment(11), post(), comment(13))
    assert order(found[0]) == [("11", None), ("12", "11"), ("13", None)]
    assert codes(gathering) == []


def test_siblings_stand_by_time_whatever_their_numbers():
    found, _ = gathered(post(), comment(30, minute=1), comment(20, minute=2))
    assert order(found[0]) == [("30", None), ("20", None)]


def test_a_reply_that_is_older_than_its_parent_still_follows_it():
    found, _ = gathered(post(), comment(11, 12, minute=1), comment(12, minute=5))
    assert order(found[0]) == [("12", None), ("11", "12")]


def test_where_a_time_is_unknown_the_order_of_the_file_stands():
    unknown = SourceComment(
        id="blogger:5", uid="blogger:5", parent=None, text="", post="blogger:1"
    )
    found, _ = gathered(post(), comment(9), unknown, comment(2))
    assert order(found[0]) == [("9", None), ("5", None), ("2", None)]


def test_times_without_a_zone_are_in_the_blogs():
    naive = datetime(2024, 9, 2, 21, 0)  # 20:00 UTC in British Summer Time
    first = SourceComment(
        id="x:1", uid="x:1", parent=None, text="a", post="blogger:1", written_at=naive
    )
    found, _ = gathered(post(), comment(2, minute=1), first)
    assert [c.id for c in found[0].comments] == ["x:1", "blogger:2"]


def test_a_missing_parent_puts_the_comment_at_the_top_and_says_so():
    found, gathering = gathered(post(), comment(11, 99))
    assert order(found[0]) == [("11", None)]
    assert gathering.missing_parents == 1
    (warning,) = gathering.warnings
    assert (warning.code, warning.line, warning.post) == (
        "parent-missing",
        11,
        "blogger:1",
    )


def test_comments_of_a_missing_post_are_kept_below_a_stand_in():
    found, gathering = gathered(
        post(), comment(11, post="blogger:9"), comment(12, 11, post="blogger:9")
    )
    stand_in = found[1]
    assert stand_in.is_missing
    assert stand_in.uid == "blogger:9"
    assert order(stand_in) == [("11", None), ("12", "11")]
    assert gathering.orphans == 2
    assert codes(gathering) == ["orphan", "orphan"]


def test_a_comment_that_names_no_post_is_an_orphan_too():
    found, gathering = gathered(comment(11, post=""))
    assert found[0].is_missing
    assert gathering.orphans == 1


def test_on_blogger_an_answer_to_an_answer_stands_one_level_deep():
    found, gathering = gathered(
        post(), comment(11), comment(12, 11), comment(13, 12), comment(14, 13)
    )
    assert order(found[0]) == [
        ("11", None),
        ("12", "11"),
        ("13", "11"),
        ("14", "11"),
    ]
    assert [c.answers for c in found[0].comments] == [
        "",
        "",
        "blogger:12",
        "blogger:13",
    ]
    assert gathering.flattened == 2
    assert codes(gathering) == []


def test_flattened_answers_stand_by_time_among_the_others():
    found, _ = gathered(post(), comment(1), comment(2, 1), comment(4, 2), comment(3, 1))
    assert order(found[0]) == [("1", None), ("2", "1"), ("3", "1"), ("4", "1")]


def test_elsewhere_answers_keep_their_depth():
    chain = [
        comment(n, n - 1 if n > 1 else None, system="wordpress") for n in range(1, 11)
    ]
    found, gathering = gathered(post(), *chain)
    assert order(found[0]) == [
        (str(n), str(n - 1) if n > 1 else None) for n in range(1, 11)
    ]
    assert gathering.flattened == 0


def test_those_that_answer_each_other_in_a_circle_all_stay():
    found, gathering = gathered(
        post(),
        comment(1, 2, system="x"),
        comment(2, 3, system="x"),
        comment(3, 1, system="x"),
        comment(4, 4, system="x"),
    )
    assert sorted(id_ for id_, _ in order(found[0])) == ["1", "2", "3", "4"]
    assert codes(gathering) == ["circle", "circle"]


def test_the_same_comment_twice_is_one():
    found, gathering = gathered(post(), comment(1), comment(1))
    assert order(found[0]) == [("1", None)]
    assert codes(gathering) == []


def test_two_comments_with_one_number_are_both_kept_and_told():
    other = SourceComment(
        id="blogger:1",
        uid="blogger:1",
        parent=None,
        text="Another text",
        post="blogger:1",
        written_at=START,
        line=7,
    )
    found, gathering = gathered(post(), comment(1), other)
    assert [c.text for c in found[0].comments] == ["Another text", "Comment 1"]
    assert {c.uid for c in found[0].comments} == {"blogger:1", ""}
    assert len({c.id for c in found[0].comments}) == 2
    assert codes(gathering) == ["id-twice"]


def test_a_post_that_comes_again_is_one():
    found, gathering = gathered(post(), post(), comment(1))
    assert len(found) == 1
    assert order(found[0]) == [("1", None)]
    assert codes(gathering) == []


def test_two_posts_with_one_number_are_both_kept_and_told():
    other = replace(post(), title="Another")
    found, gathering = gathered(post(), other, comment(1), other)
    assert [p.title for p in found] == ["Post blogger:1", "Another"]
    assert len({p.uid for p in found}) == 2
    assert [len(p.comments) for p in found] == [1, 0]
    assert codes(gathering) == ["id-twice", "id-twice"]


def test_of_a_file_that_was_cut_what_came_before_is_kept():
    def items():
        yield post()
        yield comment(1)
        raise Cut("cut", 7, 3)

    with Gathering(items(), LONDON) as gathering:
        found = list(gathering.posts())
    assert order(found[0]) == [("1", None)]
    assert (gathering.cut.line, gathering.cut.column) == (7, 3)


def test_of_a_file_that_is_broken_nothing_is():
    def items():
        yield post()
        raise ArchiveError("broken", 7, 3)

    with pytest.raises(ArchiveError):
        Gathering(items(), LONDON)


def test_warnings_without_end_become_a_number():
    flood = [Warning("bad-date", f"Number {n}", n) for n in range(MOST_WARNINGS + 5)]
    _, gathering = gathered(post(), *flood)
    assert len(gathering.warnings) == MOST_WARNINGS + 1
    assert "5 more" in gathering.warnings[-1].message


def test_an_export_of_our_own_keeps_its_order():
    found, _ = gathered(
        post(),
        comment(2, minute=9, public_id="b"),
        comment(1, minute=1, public_id="a"),
    )
    assert order(found[0]) == [("2", None), ("1", None)]


@given(seed=st.integers(0, 2**32), size=st.integers(0, 40), flat=st.booleans())
def test_nothing_is_lost_and_parents_come_first(seed, size, flat):
    chosen = Random(seed)
    system = "blogger" if flat else "x"
    items = [post()]
    for number in range(size):
        # Any parent: older, newer, itself, or none that is there.
        parent = chosen.choice([None, chosen.randrange(size + 3)])
        items.append(comment(number, parent, system=system, minute=chosen.randrange(9)))
    chosen.shuffle(items)
    found, _ = gathered(*items)
    (whole,) = found
    seen: set[str] = set()
    depth: dict[str, int] = {}
    for each in whole.comments:
        assert each.parent is None or each.parent in seen
        seen.add(each.id)
        depth[each.id] = 0 if each.parent is None else depth[each.parent] + 1
    assert len(whole.comments) == len(seen) == size
    if flat:
        assert max(depth.values(), default=0) <= 1
