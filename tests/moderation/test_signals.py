"""What comes to a post is counted, and what is odd of it is suggested to moderators."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.discussion.pseudonyms import Proof
from blog.discussion.submission import Circumstances, Refused
from blog.models import Post
from moderation import arrivals, retention
from moderation.editorial import rolling
from moderation.models import ArrivalCount, Mode, PutOff, Screening
from tests.blog.making import post

from .making import decided, moderator, page, signed_in, staff, submission

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still")]
MODES = reverse("admin:moderation_mode_changelist")
ADD = reverse("admin:moderation_mode_add")
PUT_OFF = reverse("admin:moderation_mode_put_off")
WORDS = "tide wall lamp rope winter letter stone bridge boat sail cloud minute".split()


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.NETWORK_KEY_FILE = tmp_path / "network-key"


@pytest.fixture
def desk():
    return signed_in(moderator())


def opened(number: int, **fields) -> Post:
    """A post that has been open for a month."""
    made = post(number, **fields)
    long_ago = timezone.now() - timedelta(days=30)
    Post.objects.filter(pk=made.pk).update(published_at=long_ago)
    return made


def came(subject: Post, number: int, *, ago: float = 0, **more) -> None:
    """So many comments, hours ago, as they are counted."""
    slot = arrivals.slot_of(timezone.now() - timedelta(hours=ago))
    ArrivalCount.objects.create(
        post=subject, slot=slot, first=more.pop("first", 1), arrived=number, **more
    )


def told() -> list[str]:
    return [" ".join(signal.words) for signal in arrivals.signals()]


class TestCounting:
    def test_each_comment_is_counted_once_with_its_post(self):
        one, other = post(1), post(2)
        first = submission(one, "The tide.")
        submission(one, "The lamp and the rope.")
        submission(other, "A winter letter.")
        rows = ArrivalCount.objects.order_by("post")
        counts = [(row.post, row.arrived, row.first) for row in rows]
        assert counts[0] == (one, 2, first.pk)
        assert [row[1] for row in counts] == [2, 1]
        assert rows[0].slot == arrivals.slot_of(timezone.now())

    def test_what_is_refused_is_not(self):
        subject = post(1)
        Mode.objects.create(kind="closed")
        with pytest.raises(Refused):
            submission(subject, "The tide.")
        assert not ArrivalCount.objects.exists()

    def test_nor_is_a_correction(self):
        from moderation import receipts

        comment = submission(post(1), "The tide.")
        receipts.correct(comment, comment.version, "The tides.", "")
        assert ArrivalCount.objects.get().arrived == 1

    def test_names_that_are_new_and_those_that_are_not(self):
        subject = post(1)
        proof = Proof("abcde-12345", is_site_wide=False)
        known = submission(subject, "The tide.", name="Pike", proof=proof)
        decided(known, moderator(), "approve")
        submission(subject, "A lamp in winter.", name="Pike", proof=proof)
        other = Proof("fghjk-12345", is_site_wide=False)
        submission(subject, "The stone bridge.", name="Perch", proof=other)
        submission(subject, "No name at all.")
        row = ArrivalCount.objects.get()
        assert (row.arrived, row.named, row.new_names) == (4, 3, 2)

    def test_a_row_of_copies_is_known_by_its_first(self):
        subject = post(1)
        text = " ".join(WORDS)
        made = [submission(subject, f"{text} {more}") for more in ("a", "b", "c")]
        alike = [Screening.objects.get(comment=comment).alike for comment in made]
        assert alike == [None, made[0].pk, made[0].pk]

    def test_nothing_older_than_a_week_is_kept(self):
        subject = post(1)
        came(subject, 3, ago=169.5)
        came(subject, 3, ago=167)
        retention.purge()
        assert ArrivalCount.objects.count() == 1

    def test_no_comment_is_lost_by_processes_at_once(self, own_database):
        made = own_database.work("tests.moderation.rule_jobs:rules")
        job = "tests.moderation.rule_jobs:submit"
        own_database.together({job: [(made["post"], n, 10) for n in range(4)]})
        assert own_database.work("tests.moderation.rule_jobs:arrived") == 40


class TestReading:
    def test_nothing_is_odd_where_little_comes(self, django_assert_num_queries):
        came(opened(1), 4)
        with django_assert_num_queries(1):
            assert told() == []

    def test_what_is_odd_is_told_with_figures(self):
        busy, calm = opened(1), opened(2)
        for subject, now in ((busy, 41), (calm, 6)):
            came(subject, now)
            for hour in range(1, 168):
                came(subject, 2 if subject == busy else 6, ago=hour)
        assert told() == ["41 comments in the last hour; usually 2."]
        assert arrivals.signals()[0].post == busy

    def test_an_hour_later_it_is_over(self):
        subject = opened(1)
        came(subject, 41, ago=1.2)
        assert told() == []

    def test_the_busiest_first(self):
        few, many = opened(1), opened(2)
        came(few, 20)
        came(many, 30)
        assert [signal.post for signal in arrivals.signals()] == [many, few]

    def test_copies_of_the_last_hour_below_this_post(self):
        subject, other = opened(1), opened(2)
        text = " ".join(WORDS)
        for place in (other, subject):
            for number in range(6):
                submission(place, f"{text} {number}")
        # As usual here: only that they are copies is odd.
        for place in (subject, other):
            for hour in range(1, 168):
                came(place, 6, ago=hour)
        assert told() == [
            "6 comments in the last hour; usually 6. 6 of them nearly repeat the "
            "same text.",
            "6 comments in the last hour; usually 6. 5 of them nearly repeat the "
            "same text.",
        ]

    def test_connections_are_told_for_the_whole_site_alone(self):
        subject = opened(1)
        for number in range(20):
            submission(
                subject,
                f"{WORDS[number % 12]} {number} {number * 7919}",
                circumstances=Circumstances(form_age=60, address=f"81.2.69.{number}"),
            )
        [words] = told()
        assert words.endswith(
            "Today 20 connections of one network have written to this site."
        )

    @pytest.mark.parametrize("posts", [2, 20])
    def test_five_queries_for_any_number(self, posts, django_assert_num_queries):
        for number in range(posts):
            subject = opened(number + 1)
            came(subject, 30)
            came(subject, 2, ago=30)
            if number % 2:
                Mode.objects.create(post=subject, kind="open")
        with django_assert_num_queries(5):
            assert len(arrivals.signals()) == posts


def signal_of(html: str) -> str:
    found = re.search(r'<section class="signal".*?</section>', html, re.S)
    return unescape(found[0]) if found else ""


class TestQueue:
    def test_it_stands_above_the_queue(self, desk):
        subject = opened(1, title="On tides")
        came(subject, 41)
        html = page(desk)
        assert "On tides" in signal_of(html)
        assert "41 comments in the last hour; usually less than one." in html
        assert html.index("signal") < html.index('class="empty"')

    def test_a_moderator_puts_it_off_for_this_post(self, desk):
        subject, other = opened(1), opened(2)
        came(subject, 41)
        came(other, 41)
        answer = desk.post(PUT_OFF, {"post": subject.pk}, follow=True)
        assert "for 6 hours" in answer.content.decode()
        assert [signal.post for signal in arrivals.signals()] == [other]
        assert PutOff.objects.get().by.username == "anna"
        desk.post(PUT_OFF, {"post": subject.pk})
        PutOff.objects.update(until=timezone.now() - timedelta(minutes=1))
        assert len(arrivals.signals()) == 2

    @pytest.mark.parametrize("wrong", ["", "0", "x", "9" * 30])
    def test_what_is_no_post_is_not_found(self, desk, wrong):
        assert desk.post(PUT_OFF, {"post": wrong}).status_code == 404

    def test_only_moderators_put_off_and_only_by_pressing(self, desk):
        subject = opened(1)
        editor = signed_in(staff("ed", "Editors"))
        assert editor.post(PUT_OFF, {"post": subject.pk}).status_code == 403
        assert Client().post(PUT_OFF, {"post": subject.pk}).status_code == 302
        assert desk.get(PUT_OFF).status_code == 405
        assert not PutOff.objects.exists()

    def test_the_queue_asks_as_much_for_two_posts_as_for_twenty(self, desk):
        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                page(desk)
            return len(captured)

        for number in range(20):
            came(opened(number + 1), 30)
            if number == 1:
                few = queries()
        assert queries() == few


class TestSuggesting:
    def links(self, desk) -> list[str]:
        return re.findall(r'<a class="act" href="([^"]+)"', signal_of(page(desk)))

    def fields(self, html: str) -> dict[str, str]:
        day = re.search(r'name="until_0" value="([\d-]+)"', html)
        kind = re.search(r'name="kind" value="(\w+)"[^>]* checked', html)
        notice = re.search(
            r'<textarea name="notice".*?>\s*(.*?)</textarea>', html, re.S
        )
        return {
            "until_0": day[1] if day else "",
            "kind": kind[1] if kind else "",
            "notice": unescape(notice[1]) if notice else "",
        }

    def test_where_all_is_held_only_closing_is_left(self, desk):
        subject = opened(1)
        came(subject, 41)
        [link] = self.links(desk)
        query = parse_qs(urlsplit(link).query)
        assert query == {"post": [str(subject.pk)], "suggest": ["closed"]}
        Mode.objects.create(kind="open")
        assert ["suggest=hold_all" in link for link in self.links(desk)] == [
            True,
            False,
        ]

    def test_the_form_is_filled_in_and_nothing_is_done_before_it_is_sent(self, desk):
        subject = opened(1)
        came(subject, 41)
        [link] = self.links(desk)
        html = page(desk, link)
        assert not Mode.objects.exists()
        assert "41 comments in the last hour" in html
        fields = self.fields(html)
        assert fields["kind"] == "closed"
        assert fields["notice"].startswith("So many comments came at once")
        until = re.search(r'name="until_1" value="([\d:]+)"', html)[1]
        sent = fields | {"until_1": until, "post": subject.pk}
        assert desk.post(ADD, sent).status_code == 302
        mode = Mode.objects.get()
        in_twelve = timezone.now() + timedelta(hours=12)
        assert abs(mode.until - in_twelve) < timedelta(minutes=3)
        assert (mode.post, mode.kind) == (subject, "closed")

    def test_a_mode_that_is_there_is_changed(self, desk):
        subject = opened(1)
        mode = Mode.objects.create(post=subject, kind="open", notice="Be kind.")
        came(subject, 41)
        change = reverse("admin:moderation_mode_change", args=[mode.pk])
        link = self.links(desk)[0]
        assert link == f"{change}?suggest=hold_all"
        html = page(desk, link)
        assert self.fields(html)["kind"] == "hold_all"
        assert "41 comments in the last hour" in html
        assert self.fields(page(desk, change))["notice"] == "Be kind."
        mode.refresh_from_db()
        assert mode.kind == "open"

    def own(self, subject: Post, kind: str = "closed", **fields) -> Mode:
        return Mode.objects.create(post=subject, kind=kind, **fields)

    def test_where_a_post_or_the_site_is_closed_nothing_is_suggested(self, desk):
        subject = opened(1)
        came(subject, 41)
        mode = self.own(subject)
        assert signal_of(page(desk)) == ""
        assert "41 comments" not in page(desk, MODES)
        mode.delete()
        whole = self.own(None)
        assert signal_of(page(desk)) == ""
        # A post's own mode goes before the one of the site; what has ended is none.
        self.own(subject, "hold_all")
        assert len(self.links(desk)) == 1
        Mode.objects.filter(pk=whole.pk).delete()
        Mode.objects.update(kind="closed", until=timezone.now() - timedelta(minutes=1))
        assert len(self.links(desk)) == 1

    def test_a_discussion_that_was_continued_is_not_offered_to_be_closed(self, desk):
        subject = opened(1)
        came(subject, 41)
        editor = staff("edith", "Editors", "Moderators")
        rolling.roll_over(editor, subject, rolling.Continuation("On", publish=True))
        assert self.links(desk) == []

    @pytest.mark.parametrize("suggested", ["closed", "hold_all"])
    def test_a_link_that_is_followed_late_touches_nothing(self, desk, suggested):
        subject = opened(1)
        came(subject, 41)
        mode = self.own(subject, notice="For good.")
        address = reverse("admin:moderation_mode_change", args=[mode.pk])
        html = page(desk, f"{address}?suggest={suggested}")
        fields = {"until_0": "", "kind": "closed", "notice": "For good."}
        assert self.fields(html) == fields
        assert "Nothing is filled in: “Closed, for this post” is in force" in html
        seen = re.search(r'name="opened" value="(\w+)"', html)[1]
        sent = fields | {"until_1": "", "post": subject.pk, "opened": seen}
        assert desk.post(address, sent).status_code == 302
        mode.refresh_from_db()
        assert (mode.kind, mode.until) == ("closed", None)

    def test_nor_where_the_site_was_closed_since(self, desk):
        subject = opened(1)
        came(subject, 41)
        [link] = self.links(desk)
        self.own(None)
        html = page(desk, link)
        assert self.fields(html)["notice"] == ""
        assert "“Closed, for the whole site” is in force" in html

    def test_nor_where_all_is_held_without_any_mode(self, desk):
        html = page(desk, f"{ADD}?post={opened(1).pk}&suggest=hold_all")
        assert self.fields(html)["until_0"] == ""
        assert "Nothing is filled in: “Hold all” is in force." in html

    def test_what_is_held_for_longer_is_not_let_go_sooner(self, desk):
        subject = opened(1)
        came(subject, 41)
        self.own(None, "open")
        mode = self.own(subject, "hold_all")
        [link] = self.links(desk)
        assert "for 12 hours" not in signal_of(page(desk))
        fields = self.fields(page(desk, link))
        assert (fields["kind"], fields["until_0"]) == ("closed", "")
        end = timezone.localtime() + timedelta(days=3)
        Mode.objects.filter(pk=mode.pk).update(until=end)
        assert self.fields(page(desk, link))["until_0"] == f"{end:%Y-%m-%d}"
        # What follows is as strict: then half a day is enough.
        Mode.objects.filter(post=None).delete()
        assert "Close for 12 hours" in signal_of(page(desk))
        assert self.fields(page(desk, link))["until_0"] != f"{end:%Y-%m-%d}"

    def test_the_list_of_modes_tells_it_too(self, desk):
        came(opened(1), 41)
        assert "41 comments in the last hour" in page(desk, MODES)
