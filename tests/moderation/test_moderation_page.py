"""The page about moderation: what it tells, what it does not, and what it costs."""

import platform
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import django
import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

import blog
from moderation import disclosure, figures
from moderation.models import Appeal, Complaint, LogHead, Mode, Tally
from moderation.reasons import REASONS
from tests.blog import making

from .counting import decided, hidden, published, refused
from .deciding import do, in_state

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still")]
PAGE = "/moderation/"


@pytest.fixture(autouse=True)
def no_memory():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def post():
    return making.post()


def html(client) -> str:
    answer = client.get(PAGE)
    assert answer.status_code == 200
    assert not answer.cookies
    return answer.content.decode()


def text(client) -> str:
    plain = re.sub(r"<[^>]+>", " ", html(client).partition("<main")[2])
    return " ".join(plain.replace("&#x27;", "'").split())


def in_month(month: int, year: int = 2026) -> datetime:
    return datetime(year, month, 10, 12, tzinfo=UTC)


class TestRulesAndModes:
    def test_every_reason_in_its_public_words(self, client):
        page = text(client)
        for reason in REASONS:
            assert f"{reason.label} {reason.public}" in page

    def test_without_a_mode_all_are_read(self, client):
        assert "All comments are read before they appear." in text(client)

    def test_modes_in_force_with_their_notices(self, client, post):
        draft = making.post(2, title="Secret draft", status="draft")
        over = timezone.now() - timedelta(hours=1)
        Mode.objects.create(kind="hold_first", notice="Trolls are back.")
        Mode.objects.create(kind="closed", post=post, notice="Enough said.")
        Mode.objects.create(kind="closed", post=draft, notice="Not yet.")
        Mode.objects.create(kind="open", post=making.post(3), until=over)
        page = text(client)
        assert "show the receipt of a published comment" in page
        assert "appear at once. Trolls are back." in page
        assert "Post number 1 : No new comments are taken" in page
        assert "Enough said." in page
        assert "Secret draft" not in page
        assert "Not yet." not in page
        assert "Post number 3" not in page

    def test_a_mode_shows_at_once(self, client):
        html(client)
        Mode.objects.create(kind="closed", notice="The sea is rough.")
        assert "The sea is rough." in text(client)


class TestLogAndProgram:
    def test_the_head_as_it_is_now(self, client, post):
        assert "Nothing has been decided yet." in text(client)
        do("approve", in_state(post))
        head = LogHead.objects.get()
        page = text(client)
        assert "It has 1 row." in page
        assert f"1 {head.hash}" in page
        assert f"verify_log --head {head.hash}" in page

    def test_versions_and_no_more_of_them_than_needed(self, client):
        page = text(client)
        version = ".".join(map(str, connection.get_database_version()))
        name = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[connection.vendor]
        python = ".".join(platform.python_version_tuple()[:2])
        assert f"Candour {blog.__version__}, Django {django.__version__}" in page
        assert f"Python {python}, {name} {version}." in page

    def test_the_version_is_that_of_the_project(self):
        project = Path(__file__).resolve().parents[2] / "pyproject.toml"
        assert f'version = "{blog.__version__}"' in project.read_text()

    def test_it_is_found_from_every_page(self, client, post):
        for address in ("/", post.get_absolute_url(), "/receipt/"):
            assert f'href="{PAGE}"' in client.get(address).content.decode()

    @pytest.mark.parametrize("method", ["post", "put", "delete"])
    def test_it_is_read_and_nothing_else(self, client, method):
        assert getattr(client, method)(PAGE).status_code == 405


class TestFigures:
    def test_too_little_to_tell(self, client, post):
        published(post, 19, at=in_month(1))
        page = text(client)
        assert "There is too little to tell yet." in page
        assert "<svg" not in html(client)

    def test_a_month(self, client, post):
        published(post, 17, at=in_month(3))
        refused(post, 13, at=in_month(3))
        found = figures.worked_out()
        (line,) = found.lines
        assert (line.months, line.received, line.published) == ("March 2026", 32, 17)
        assert line.unseen == "15 refused, all off topic"
        assert found.reasons == ["15 off topic"]
        page = html(client)
        assert '<th scope="row">March 2026</th><td>32</td><td>17</td>' in page
        assert '<svg class="bars"' in page

    def test_reasons_stand_in_their_months_and_their_sum_tells_no_more(self, post):
        for month, hatred in ((1, 8), (2, 4)):
            published(post, 20, at=in_month(month))
            refused(post, 12, at=in_month(month))
            refused(post, hatred, "hate", at=in_month(month))
        found = figures.worked_out()
        assert [line.unseen for line in found.lines] == [
            "20 refused: 10 off topic, 10 hatred",
            "15 refused",
        ]
        # Not 12: the four of February would be the difference.
        assert found.reasons == [
            "15 for reasons that are not told apart",
            "10 off topic",
            "10 hatred",
        ]

    def test_months_with_too_little_are_joined(self, post):
        for month, count in ((1, 6), (2, 9), (3, 30), (4, 5), (5, 22), (6, 3)):
            published(post, count, at=in_month(month))
        assert [
            (line.months, line.published) for line in figures.worked_out().lines
        ] == [("January to March 2026", 45), ("April to May 2026", 27)]

    def test_over_the_turn_of_the_year(self, post):
        published(post, 12, at=in_month(11, 2024))
        published(post, 12, at=in_month(2, 2025))
        (line,) = figures.worked_out().lines
        assert line.months == "November 2024 to February 2025"

    def test_the_month_that_goes_on_is_not_told(self, post):
        published(post, 40)
        assert figures.worked_out().lines == []

    def test_small_numbers_are_not_told(self, client, post):
        published(post, 30, at=in_month(3))
        refused(post, 3, at=in_month(3))
        hidden(post, 1, at=in_month(3))
        (line,) = figures.worked_out().lines
        assert (line.received, line.unseen) == (30, "fewer than 5")
        assert figures.worked_out().reasons == ["fewer than 5"]

    def test_a_small_number_is_not_the_rest_of_a_sum(self, post):
        published(post, 30, at=in_month(3))
        refused(post, 11, at=in_month(3))
        hidden(post, 2, at=in_month(3))
        (line,) = figures.worked_out().lines
        assert line.unseen == "15 refused, hidden later or withdrawn"
        assert figures.worked_out().reasons == ["too little to tell the reasons apart"]

    def test_a_hidden_one_does_not_take_the_reasons_with_it(self, post):
        published(post, 30, at=in_month(3))
        refused(post, 11, at=in_month(3))
        refused(post, 6, "hate", at=in_month(3))
        hidden(post, 2, at=in_month(3))
        found = figures.worked_out()
        (line,) = found.lines
        words = "10 refused, all off topic; 10 refused, hidden later or withdrawn"
        assert line.unseen == words
        assert line.received == 50
        assert found.reasons == ["10 off topic"]

    def test_waits(self, post):
        read_at = in_month(3)
        published(post, 20, at=read_at)
        found = Tally.objects.get()
        month = found.by_month["2026-03"]
        month = {"published": 20, "wait:40": 15, "wait:120": 4, "wait:4320": 1}
        Tally.objects.update(by_month={"2026-03": month})
        (line,) = figures.worked_out().lines
        assert line.waits == ("40 minutes", "2 hours")

    def test_how_much_the_program_put_aside_and_what_of_it_was_published(
        self, client, post
    ):
        at = in_month(3)
        published(post, 30, at=at)
        for count, action in ((6, "approve"), (11, "spam"), (2, "withdraw")):
            aside = [in_state(post, "likely_spam", written_at=at) for _ in range(count)]
            do(action, *aside)
        found = figures.worked_out()
        assert found.sorting == ["15 that were not", "5 that were published"]
        (line,) = found.lines
        assert line.published == 36
        told = "15 that were not, 5 that were published, of 51 received"
        assert f"all the same {told}" in text(client)

    def test_a_few_that_were_put_aside_are_not_told(self, post):
        published(post, 30, at=in_month(3))
        do("approve", in_state(post, "likely_spam", written_at=in_month(3)))
        assert figures.worked_out().sorting == ["fewer than 5"]

    def test_appeals_and_complaints(self, post):
        comments = refused(post, 12)
        for comment in comments[:7]:
            Appeal.objects.create(
                comment=comment,
                decision_seq=1,
                text="No.",
                made_on=timezone.localdate(),
                outcome="refused",
            )
        now = timezone.now()
        for _ in range(6):
            Complaint.objects.create(
                comment_public_id="x",
                kind="other",
                received_at=now,
                snapshot_version=1,
                snapshot_state="published",
                outcome="removed",
                closed_at=now,
                answered_at=now,
                **{f"{name}_at": now for name in ("warn", "red", "hide", "due")},
            )
        found = figures.worked_out()
        assert found.appeals == ["5 refused"]
        assert found.complaints == ["5 where the comment went"]
        assert found.clock == ["5 answered in time"]

    def test_no_exact_number_of_the_unseen_is_on_the_page(self, client, post):
        published(post, 21, at=in_month(3))
        refused(post, 13, at=in_month(3))
        decided(post, 8, "spam", at=in_month(3))
        figures_there = re.findall(r"\d+", text(client).partition("Came in")[2])
        assert not {"13", "8", "42"} & set(figures_there[:12])


class TestCost:
    def cost(self, client) -> int:
        with CaptureQueriesContext(connection) as captured:
            html(client)
        return len(captured)

    def test_as_many_queries_for_two_as_for_twenty(self, client):
        costs = []
        for start, count in ((1, 2), (3, 20)):
            for number in range(start, start + count):
                post = making.post(number)
                published(post, count, at=in_month(number % 9 + 1))
                Mode.objects.create(kind="closed", post=post)
            cache.clear()
            costs.append(self.cost(client))
        assert costs[0] == costs[1]

    def test_a_second_reader_within_minutes_asks_for_no_figures(self, client, post):
        published(post, 20, at=in_month(1))
        first = self.cost(client)
        with CaptureQueriesContext(connection) as captured:
            html(client)
        assert len(captured) == first - 3
        assert "moderation_tally" not in str(captured.captured_queries)

    def test_the_log_is_never_read(self, client, post):
        published(post, 20, at=in_month(1))
        with CaptureQueriesContext(connection) as captured:
            html(client)
        assert "moderation_decision" not in str(captured.captured_queries)

    def test_they_are_worked_out_anew_when_asked(self, post):
        assert figures.figures().lines == []
        published(post, disclosure.LEAST_A_LINE, at=in_month(1))
        assert figures.figures().lines == []
        figures.forget()
        assert len(figures.figures().lines) == 1
