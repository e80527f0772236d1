"""The figures of a post: what counts, what is told of it, and that it costs little."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import combinations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.models import Comment, ImportBatch
from moderation import months, tally, transitions
from moderation.models import Decision, Tally
from tests.blog import making

from .counting import came, decided, hidden, published, refused, withdrawn
from .deciding import ANN, do, in_state, now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still")]


@pytest.fixture
def post():
    return making.post()


def line(post) -> str:
    found = Tally.objects.filter(pk=post.pk).first()
    return tally.line(found) if found else ""


def exact(post) -> dict[str, int]:
    """The numbers behind it, without waits."""
    sums: Counter[str] = Counter()
    for month in Tally.objects.get(pk=post.pk).by_month.values():
        sums.update(month)
    return {k: n for k, n in sums.items() if n and not k.startswith(tally.WAIT)}


class TestWhatCounts:
    def test_each_comment_has_one_fate(self, post):
        published(post, 3)
        refused(post, 2)
        decided(post, 1, "spam")
        hidden(post, 2)
        withdrawn(post, 1)
        assert exact(post) == {
            "published": 3,
            "refused:off_topic": 2,
            "refused:spam": 1,
            "hidden": 2,
            "withdrawn": 1,
        }

    def test_what_waits_is_not_told_of(self, post):
        comment = published(post, 1)[0]
        in_state(post)
        assert exact(post) == {"published": 1}
        do("edit", comment, fields={"text": "Anew.", "html": "<p>Anew.</p>"})
        assert exact(post) == {}

    def test_imported_comments_were_received_elsewhere(self, post):
        when = datetime(2026, 3, 1, tzinfo=UTC)
        batch = ImportBatch.objects.create(started_at=when, finished_at=when)
        came_in = in_state(post, "published", batch=batch)
        published(post, 1)
        do("hide", came_in)
        assert exact(post) == {"published": 1}

    def test_a_decision_that_is_taken_back_does_not_count(self, post):
        published(post, 1)
        comment = in_state(post)
        seq = do("reject", comment, reason="hate").done[0].seq
        assert exact(post) == {"published": 1, "refused:hate": 1}
        transitions.undo([seq], ANN)
        assert exact(post) == {"published": 1}

    def test_what_is_refused_again_counts_with_its_reason(self, post):
        comment = refused(post, 1, "duplicate")[0]
        seq = do("restore", comment).done[0].seq
        assert exact(post) == {"published": 1}
        transitions.undo([seq], ANN)
        assert exact(post) == {"refused:duplicate": 1}

    @pytest.mark.parametrize("action", ["reject", "spam"])
    def test_an_erased_text_keeps_its_fate(self, post, action):
        reason = "hate" if action == "reject" else ""
        comment = decided(post, 1, action, reason=reason)[0]
        before = exact(post)
        do("erase", comment)
        assert now(comment).state == "erased"
        assert exact(post) == before

    def test_held_for_a_complaint_is_hidden_and_may_come_back(self, post):
        comment = published(post, 1)[0]
        do("hold", comment, reason="defamation_complaint")
        assert exact(post) == {"hidden": 1}
        do("restore", now(comment))
        assert exact(post) == {"published": 1}

    def test_posts_are_apart(self, post):
        other = making.post(2)
        ours, theirs = in_state(post), in_state(other)
        do("approve", ours, theirs)
        assert exact(post) == exact(other) == {"published": 1}
        assert Tally.objects.count() == 2

    def test_months_are_those_in_which_comments_came(self, post):
        published(post, 2, at=datetime(2026, 1, 31, 23, 50, tzinfo=UTC))
        published(post, 1, at=datetime(2026, 6, 30, 23, 50, tzinfo=UTC))  # July there
        months = Tally.objects.get().by_month
        assert {m: f["published"] for m, f in months.items()} == {
            "2026-01": 2,
            "2026-07": 1,
        }

    def test_all_of_it_can_be_worked_out_anew(self, post):
        published(post, 3)
        refused(post, 6)
        before = list(Tally.objects.values())
        Tally.objects.all().delete()
        making.post(2)  # about which nothing was decided
        assert tally.settle_all() == 2
        assert list(Tally.objects.values()) == before


class TestWaits:
    def test_from_arrival_to_the_moderators_first_decision(self, post):
        published(post, 9, waited=timedelta(minutes=35))
        published(post, 1, waited=timedelta(days=2))
        assert line(post).endswith("half were read within 40 minutes.")

    def test_the_slowest_twentieth_is_told_of_where_it_is_not_one_comment(self, post):
        published(post, 18, waited=timedelta(minutes=35))
        published(post, 1, waited=timedelta(hours=3))
        assert line(post).endswith("half were read within 40 minutes.")
        published(post, 1, waited=timedelta(days=2))
        told = "; half were read within 40 minutes, 95 of 100 within 3 hours."
        assert line(post).endswith(told)
        published(post, 20, waited=timedelta(minutes=35))
        assert line(post).endswith("; 95 of 100 were read within 40 minutes.")

    @pytest.mark.parametrize(
        ("cut", "told"), [("hour", "an hour"), ("day", "24 hours")]
    )
    def test_no_wait_is_finer_than_the_times_of_the_site(
        self, post, settings, cut, told
    ):
        at = datetime(2026, 3, 10, 12, tzinfo=UTC)
        published(post, 20, at=at)
        Tally.objects.update(by_month={"2026-03": {"published": 20, "wait:10": 20}})
        settings.TIME_PRECISION = cut
        assert line(post).endswith(f"; 95 of 100 were read within {told}.")
        (month,) = months.lines(Tally.objects.get().by_month)
        assert month.waits == (told, told)

    def test_later_decisions_change_nothing(self, post):
        for comment in published(post, 5, waited=timedelta(minutes=3)):
            Comment.objects.filter(pk=comment.pk).update(
                written_at=comment.written_at - timedelta(0)
            )
            seq = do("hide", comment).done[0].seq
            transitions.undo([seq], ANN)
        assert "within 5 minutes" in line(post)

    def test_what_a_mode_published_nobody_has_read(self, post):
        for _ in range(6):
            comment = came(post)
            do("approve", comment, actor=transitions.MODE)
        assert line(post) == "6 published, fewer than 5 not."


class TestTheLine:
    def test_nothing_where_there_is_too_little(self, post):
        assert line(post) == ""
        published(post, 2)
        refused(post, 4)
        assert line(post) == ""

    def test_of_fewer_than_five_it_is_not_told_whether_there_is_any(self, post):
        published(post, 5)
        without = line(post)
        assert without.startswith("5 published, fewer than 5 not;")
        refused(post, 4)
        assert line(post) == without

    def test_reasons(self, post):
        published(post, 12)
        comments = [in_state(post) for _ in range(17)]
        do("reject", *comments[:9], reason="off_topic")
        do("reject", *comments[9:], reason="hate")
        assert line(post).startswith(
            "29 received, 12 published; 17 refused: 9 off topic, 8 hatred; half"
        )

    def test_small_ones_are_told_together(self, post):
        published(post, 5)
        comments = [in_state(post) for _ in range(15)]
        for these, reason in (
            (comments[:9], "off_topic"),
            (comments[9:12], "hate"),
            (comments[12:], "duplicate"),
        ):
            do("reject", *these, reason=reason)
        # Steps: 9 were told first, and of the others enough came together.
        assert "15 refused: 9 off topic, 6 for other reasons" in line(post)

    def test_one_hidden_comment_is_not_told_beside_the_refused(self, post):
        published(post, 7)
        hidden(post, 1)
        refused(post, 8)
        assert line(post).startswith(
            "16 received, 7 published; 9 refused, hidden later"
        )
        assert "8" not in line(post)

    def test_it_follows_in_steps(self, post):
        published(post, 5)
        refused(post, 6)
        first = "11 received, 5 published; 6 refused, all off topic"
        assert line(post).startswith(first)
        refused(post, 4)
        assert line(post).startswith(first)
        refused(post, 1)
        assert line(post).startswith("16 received, 5 published; 11 refused, all off")

    def test_two_kept_pages_never_differ_by_few(self, post):
        """Those of one day and of a later one, not only of two in a row."""
        published(post, 3)
        lines = set()
        # Of off topic 7 are told, then nothing alone, and then 10.
        for reason, count in [
            ("off_topic", 1),
            ("off_topic", 6),
            ("hate", 3),
            ("off_topic", 1),
            ("off_topic", 2),
            ("hate", 5),
            ("duplicate", 8),
            ("off_topic", 7),
            ("hate", 2),
        ]:
            do("reject", *[in_state(post) for _ in range(count)], reason=reason)
            lines.add(line(post))
        told = [
            {
                what: int(number.replace(",", ""))
                for number, what in re.findall(r"([\d,]+) (\D+?)[,:;.]", each)
            }
            | {
                what: int(number)
                for number, what in re.findall(r"(\d+) refused, all (.+?)[.;]", each)
            }
            for each in lines
        ]
        assert len(told) > 3
        assert any("off topic" in each for each in told)
        for one, other in combinations(told, 2):
            for what in one.keys() & other.keys():
                assert abs(one[what] - other[what]) not in range(1, 5), what

    def test_what_an_older_version_told_is_part_of_it(self, post):
        published(post, 5)
        refused(post, 6)
        now_told = [[["refused:off_topic"], 9]]
        Tally.objects.filter(pk=post.pk).update(told=now_told)
        assert "9 refused, all off topic" in line(post)
        refused(post, 6)
        assert "9 refused, all off topic" in line(post)
        refused(post, 2)
        assert "14 refused, all off topic" in line(post)

    def test_by_month_in_numbers_from_which_nobody_can_be_picked(self, post, client):
        for month, count in ((1, 21), (2, 3), (3, 25)):
            at = datetime(2026, month, 10, 12, tzinfo=UTC)
            published(post, count, at=at)
            if month != 2:
                refused(post, 8, at=at)
                refused(post, 6 if month == 3 else 1, "hate", at=at)
        shown = client.get(post.get_absolute_url()).content.decode()
        told = re.findall(r"<li>(\w[^<]* 2026: [^<]*)</li>", shown)
        assert [words.partition("; 95 of")[0] for words in told] == [
            "February to March 2026: 43 received, 28 published; 15 refused: 10 off "
            "topic, 5 hatred",
            # Of hatred one: the reasons are not told apart.
            "January 2026: 31 received, 21 published; 10 refused",
        ]
        sums = months.reasons(months.lines(Tally.objects.get().by_month))
        assert sums == {"refused:off_topic": 10, "": 10, "refused:hate": 5}

    def test_the_month_that_goes_on_is_not_told(self, post, client):
        published(post, 40)
        shown = client.get(post.get_absolute_url()).content.decode()
        assert "40 published" in shown
        assert "By month" not in shown

    def test_it_stands_below_the_post_and_nowhere_near_a_page(self, post, client):
        about = making.post(3, is_page=True, title="About")
        published(post, 6)
        published(about, 6)
        shown = client.get(post.get_absolute_url()).content.decode()
        assert "6 published, fewer than 5 not" in shown
        assert 'href="/moderation/#figures"' in shown
        assert making.post(4).pk
        bare = client.get(making.post(5).get_absolute_url()).content.decode()
        assert "fewer than" not in bare


class TestCost:
    def queries(self, call) -> int:
        with CaptureQueriesContext(connection) as captured:
            call()
        return len(captured)

    def test_the_page_of_a_post_asks_as_often_with_many_as_with_few(self, post, client):
        costs, counting = [], []
        for count in (2, 18):
            published(post, count)
            refused(post, count)
            with CaptureQueriesContext(connection) as captured:
                client.get(post.get_absolute_url())
            asked = [query["sql"] for query in captured.captured_queries]
            costs.append(len(asked))
            counting.append([sql for sql in asked if "moderation_tally" in sql])
            assert not [sql for sql in asked if "moderation_decision" in sql]
        assert costs[0] == costs[1]
        assert [len(each) for each in counting] == [1, 1]

    def test_four_queries_for_any_number_of_posts_and_comments(self):
        posts = [making.post(number) for number in range(1, 21)]
        for post in posts:
            published(post, 2)
        published(posts[0], 20)
        keys = [post.pk for post in posts]
        assert self.queries(lambda: tally.settle(keys[:2])) == 4
        assert self.queries(lambda: tally.settle(keys)) == 4
        assert self.queries(lambda: tally.settle([])) == 0

    def test_the_figures_are_part_of_the_decision(self, post, monkeypatch):
        """If they cannot be worked out, nothing was decided."""
        comment = in_state(post)

        def fail(posts):
            raise RuntimeError("no")

        monkeypatch.setattr(tally, "settle", fail)
        with pytest.raises(RuntimeError):
            do("approve", comment)
        assert now(comment).state == "pending"
        assert not Decision.objects.exists()
