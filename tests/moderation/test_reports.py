"""Readers report a published comment: it is looked at again, and nothing else is."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.models import Comment
from moderation import (
    desk,
    digest,
    log,
    receipts,
    replay,
    reports,
    retention,
)
from moderation.complaints import Arrival
from moderation.lanes import lane_counts
from moderation.models import (
    Allowance,
    Complaint,
    Decision,
    QueuedComment,
    Screening,
)
from moderation.reasons import BY_CODE
from moderation.transitions import NotAllowed, Seen
from tests.blog import making as reading
from tests.blog.contributions import browser, post

from . import complaining
from .making import (
    LOG,
    QUEUE,
    card,
    decided,
    key,
    moderator,
    now,
    page,
    press,
    signed_in,
    submission,
    words,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still")]
State, Lane = Comment.State, Screening.Lane
JOBS = "tests.moderation.report_jobs:"
REPORTED = f"{QUEUE}?what=all&lane=reported"


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.NETWORK_KEY_FILE = tmp_path / "network-key"


@pytest.fixture
def anna():
    return moderator("anna")


@pytest.fixture
def ben():
    return moderator("ben")


@pytest.fixture
def about(anna) -> Comment:
    """Sent, and published by Anna."""
    return decided(submission(reading.post()), anna, "approve")


def address(comment: Comment) -> str:
    return reverse("moderation:report", args=[comment.public_id])


def form(comment: Comment) -> str:
    return reverse("moderation:complaint", args=[comment.public_id])


def send(comment: Comment, reason: str = "off_topic", client=None, **more):
    headers = more.pop("headers", {})
    fields = {"reason": reason, "website": ""} | more
    return post(client or browser(), address(comment), fields, **headers)


def reported(comment: Comment, *reasons: str) -> Comment:
    for reason in reasons or ("off_topic",):
        assert reports.report(comment, reason, Arrival())
    return now(comment)


def lane(comment: Comment) -> str:
    return Screening.objects.get(comment=comment).lane


def said(comment: Comment) -> str:
    return reports.words_of(Screening.objects.get(comment=comment))


def leave(comment: Comment, user):
    return reports.leave(user, Seen(comment.public_id, comment.version))


def is_whole() -> bool:
    return not list(log.faults()) and not list(replay.differences())


class TestFromThePage:
    def test_the_discussion_leads_to_it_and_it_comes_back(self, about):
        html = browser().get(about.post.get_absolute_url()).content.decode()
        [link] = re.findall(r'<a rel="nofollow" href="([^"]+)">Report<', html)
        assert link == form(about)
        assert re.search(r"Report<span[^>]*> comment 1</span>", html)
        html = browser().get(link).content.decode()
        assert f'action="{address(about)}"' in html
        assert "It breaks the law" in html
        answer = send(about)
        assert answer.status_code == 200
        assert "It is reported. A moderator looks at it again." in words(
            answer.content.decode()
        )
        assert f'href="{about.get_absolute_url()}"' in answer.content.decode()
        assert answer.cookies == {}
        assert "no-store" in answer["Cache-Control"]

    def test_no_other_page_has_the_link(self, about, anna):
        post_page, reply = about.post.get_absolute_url(), f"/c/{about.public_id}/reply/"
        for path in (f"{post_page}?comments=map", reply, "/", "/search?q=tide"):
            assert form(about) not in browser().get(path).content.decode(), path
        assert form(about) not in page(signed_in(anna), f"{QUEUE}?what=published")

    def test_reasons_are_offered_in_their_public_words(self, about):
        html = unescape(browser().get(form(about)).content.decode())
        offered = re.findall(r'name="reason" value="(\w+)" required> ([^<]+)<', html)
        assert offered == [(each.code, each.public) for each in reports.REASONS]
        assert (
            not {"other", "author_request", "defamation_complaint"}
            & dict(offered).keys()
        )

    def test_what_is_reported_stays_and_no_reader_sees_it(self, about):
        pages = (about.post.get_absolute_url(), "/", "/feeds/comments/default")
        before = [browser().get(path).content for path in pages]
        send(about)
        assert now(about).state == State.PUBLISHED
        assert now(about).version == about.version
        assert [browser().get(path).content for path in pages] == before
        assert not Complaint.objects.exists()

    @pytest.mark.parametrize("reason", ["", "other", "nonsense", "author_request"])
    def test_without_a_reason_it_asks_for_one(self, about, reason):
        answer = send(about, reason)
        assert answer.status_code == 422
        assert "Choose what is wrong with it" in answer.content.decode()
        assert lane(about) == Lane.NEW

    def test_what_is_asked_for_by_a_link_leads_to_the_form(self, about):
        assert browser().get(address(about))["Location"] == form(about)
        assert browser().put(address(about)).status_code == 405

    def test_another_site_cannot_send_it(self, about):
        answer = send(about, headers={"Sec-Fetch-Site": "cross-site"})
        assert answer.status_code == 403
        assert lane(about) == Lane.NEW

    def test_what_is_hidden_cannot_be_reported(self, about, anna):
        hidden = decided(about, anna, "hide")
        assert 'name="reason"' not in browser().get(form(hidden)).content.decode()
        answer = send(hidden)
        assert answer.status_code == 409
        assert "nothing was reported" in answer.content.decode()
        assert (lane(hidden), said(hidden)) == (Lane.NEW, "")

    def test_what_waits_is_not_told_from_what_is_none(self, about):
        waiting = submission(about.post, "Not read yet.")
        answers = [
            post(browser(), path, {"reason": "spam"})
            for path in (address(waiting), "/report/0000000000000/")
        ]
        assert [answer.status_code for answer in answers] == [404, 404]
        assert answers[0].content == answers[1].content
        assert said(waiting) == ""

    def test_below_a_draft_there_is_none(self, about):
        type(about.post).objects.update(status="draft")
        assert send(about).status_code == 404


class TestTheLane:
    def test_it_is_counted_by_reason_and_nothing_more(self, about):
        before = Screening.objects.values().get(comment=about)
        reported(about, "harassment", "off_topic", "off_topic")
        after = Screening.objects.values().get(comment=about)
        assert lane_counts()[Lane.REPORTED] == 1
        assert after == before | {
            "lane": "reported",
            "why": [
                *before["why"],
                {
                    "code": "reported",
                    "words": "Reported by readers: Off topic (2), Harassment (1)",
                    "counts": {"harassment": 1, "off_topic": 2},
                },
            ],
        }
        assert Decision.objects.filter(action="keep").count() == 0

    def test_an_imported_comment_gets_its_notes(self):
        old = reading.comment(reading.post(), "From the old blog.", source_key="old:1")
        assert not Screening.objects.exists()
        reported(old, "spam")
        assert (lane(old), said(old)) == ("reported", "Reported by readers: Spam (1)")
        assert is_whole()

    def test_a_complaint_weighs_more(self, about):
        complaining.lodged(about)
        reported(about)
        assert lane(about) == Lane.COMPLAINT
        assert said(about) == "Reported by readers: Off topic (1)"

    @pytest.mark.parametrize("action", ["hide", "hold"])
    def test_what_is_not_shown_leaves_it(self, about, anna, action):
        decided(reported(about), anna, action)
        assert lane(about) == Lane.NEW
        assert lane_counts()[Lane.REPORTED] == 0

    def test_withdrawn_nothing_of_it_is_left(self, about):
        receipts.withdraw(reported(about), about.version)
        assert (lane(about), said(about)) == (Lane.NEW, "")

    def test_corrected_it_is_read_again_and_begins_anew(self, about):
        receipts.correct(reported(about), about.version, "Better words.", "")
        assert now(about).state == State.PENDING
        assert (lane(about), said(about)) == (Lane.NEW, "")
        assert lane_counts()[Lane.REPORTED] == 0

    def test_an_approval_that_is_taken_back_waits_where_others_do(self, about, anna):
        reported(about)
        desk.undo(anna, [Decision.objects.get(action="approve").seq])
        assert now(about).state == State.PENDING
        assert lane(about) == Lane.NEW
        assert "Reported by readers" in card(page(signed_in(anna)), about)

    def test_hidden_by_mistake_it_comes_back_to_the_lane(self, about, anna):
        decided(reported(about), anna, "hide")
        desk.undo(anna, [Decision.objects.get(action="hide").seq])
        assert (now(about).state, lane(about)) == (State.PUBLISHED, "reported")
        assert is_whole()

    def test_what_was_left_does_not_come_back_by_that(self, about, anna):
        leave(reported(about), anna)
        decided(about, anna, "hide")
        desk.undo(anna, [Decision.objects.get(action="hide").seq])
        assert lane(about) == Lane.NEW

    def test_what_waits_for_a_look_is_not_purged(self, about):
        reported(about)
        Comment.objects.update(written_at=timezone.now() - timedelta(days=4000))
        retention.purge()
        assert said(about) == "Reported by readers: Off topic (1)"


class TestLeavingIt:
    def test_it_leaves_the_lane_with_a_row_of_the_log(self, about, anna):
        before = now(about)
        outcome = leave(reported(about, "off_topic", "off_topic"), anna)
        row = Decision.objects.order_by("seq").last()
        assert outcome.done == [row]
        assert (row.action, row.actor) == ("keep", "anna")
        assert (row.from_state, row.to_state) == ("published", "published")
        assert (row.version, row.reason, row.public_note) == (2, "", "")
        assert row.private_note == "Reported by readers: Off topic (2)"
        assert lane(about) == Lane.NEW
        assert (now(about).state, now(about).version) == (
            before.state,
            before.version,
        )
        assert is_whole()

    def test_an_imported_one_too(self, anna):
        old = reading.comment(reading.post(), "From the old blog.", source_key="old:1")
        leave(reported(old), anna)
        assert is_whole()

    def test_the_same_reason_is_counted_silently(self, about, anna):
        leave(reported(about), anna)
        retention.purge()
        reported(about)
        assert lane(about) == Lane.NEW
        assert said(about) == "Reported by readers: Off topic (2)"

    def test_that_lasts_longer_than_the_notes(self, about, anna):
        leave(reported(about), anna)
        Comment.objects.update(written_at=timezone.now() - timedelta(days=4000))
        retention.purge()
        assert said(about) == ""
        reported(about)
        assert lane(about) == Lane.NEW

    def test_another_reason_is_looked_at(self, about, anna):
        leave(reported(about), anna)
        reported(about, "threat")
        assert lane(about) == Lane.REPORTED

    def test_once_it_has_changed_every_reason_is(self, about, anna):
        leave(reported(about), anna)
        receipts.correct(now(about), now(about).version, "Better words.", "")
        decided(about, anna, "approve")
        reported(about)
        assert lane(about) == Lane.REPORTED

    @pytest.mark.parametrize("reason", reports.REASONS, ids=lambda each: each.code)
    def test_every_reason_is_known_again(self, about, anna, reason):
        leave(reported(about, reason.code, "off_topic"), anna)
        reported(about, reason.code)
        assert lane(about) == Lane.NEW

    def test_a_second_moderator_is_told_who_was_first(self, about, anna, ben):
        seen = reported(about)
        leave(seen, anna)
        outcome = leave(seen, ben)
        assert outcome.done == []
        assert "already kept after a report by anna at" in outcome.conflicts[0].message

    def test_so_is_one_after_a_decision(self, about, anna, ben):
        seen = reported(about)
        decided(about, anna, "hide")
        outcome = leave(seen, ben)
        assert "already hidden by anna at" in outcome.conflicts[0].message

    def test_what_was_not_reported_is_not_left(self, about, anna):
        outcome = leave(about, anna)
        assert outcome.done == []
        assert outcome.conflicts[0].message == "is not among the reported"

    def test_it_cannot_be_taken_back_but_what_came_before_can(self, about, anna):
        [row] = leave(reported(about), anna).done
        assert desk.undo(anna, [row.seq]).done == []
        decided(about, anna, "hide")
        desk.undo(anna, [Decision.objects.get(action="hide").seq])
        assert now(about).state == State.PUBLISHED
        assert is_whole()

    def test_its_writer_sees_no_trace(self, about, anna):
        before = receipts.standing(now(about))
        leave(reported(about), anna)
        assert receipts.standing(now(about)) == before

    def test_no_state_follows_from_it(self, about, anna):
        with pytest.raises(NotAllowed):
            desk.decide(anna, [Seen(about.public_id, about.version)], "keep")

    def test_the_digest_counts_it(self, about, anna):
        reported(about)
        assert "  Reported: 1" in digest.counts(0)
        leave(now(about), anna)
        assert any("1 kept after a report" in line for line in digest.counts(0))


class TestAtTheDesk:
    def test_the_lane_lists_it_and_says_why(self, about, anna):
        other = decided(submission(about.post, "Another."), anna, "approve")
        html = page(signed_in(anna), REPORTED)
        assert about.public_id not in html
        reported(about, "off_topic", "off_topic", "harassment")
        html = page(signed_in(anna), REPORTED)
        assert 'data-lane="reported">1<' in html
        told = words(card(html, about))
        assert "Reported by readers: Off topic (2), Harassment (1)." in told
        assert "Leave it" in told
        assert "Hide with a reason" in told or "Hide or hold with a reason" in told
        assert other.public_id not in html

    def test_leave_it_is_a_button_of_the_form(self, about, anna):
        client = signed_in(anna)
        reported(about)
        assert f'value="keep:{key(now(about))}"' in page(client, REPORTED)
        press(client, "keep", now(about))
        html = page(client, f"{QUEUE}?what=published")
        assert "It stays as it is" in html
        told = words(card(html, about))
        assert "Kept after a report by anna at" in told
        assert "Reported by readers: Off topic (1)" in told
        assert "Leave it" not in told
        assert about.public_id not in page(client, REPORTED)

    def test_hide_takes_a_reason_as_ever(self, about, anna):
        client = signed_in(anna)
        reported(about)
        press(client, "hide", now(about), reason="off_topic")
        assert now(about).state == State.HIDDEN
        assert about.public_id not in page(client, REPORTED)

    def test_the_second_one_is_told(self, about, anna, ben):
        reported(about)
        seen = now(about)
        press(signed_in(anna), "keep", seen)
        client = signed_in(ben)
        press(client, "keep", seen)
        assert "already kept after a report by anna" in page(client)

    def test_the_script_is_answered(self, about, anna):
        reported(about)
        answer = signed_in(anna).post(
            reverse("admin:moderation_queuedcomment_decide"),
            {"one": f"keep:{key(now(about))}"},
            headers={"Accept": "application/json"},
        )
        told = answer.json()
        assert told["done"] == {about.public_id: 0}
        assert told["counts"]["reported"] == 0

    def test_the_log_knows_it(self, about, anna):
        leave(reported(about), anna)
        client = signed_in(anna)
        assert "Kept after a report" in page(client, f"{LOG}?action=keep")
        assert call_command("verify_log") is None

    def test_the_page_costs_the_same_for_2_and_for_20(self, anna):
        def queries(number: int) -> int:
            under = reading.post(QueuedComment.objects.count() + 1)
            while QueuedComment.objects.count() < number:
                reported(reading.comment(under, "Old."), "spam", "hate")
            with CaptureQueriesContext(connection) as found:
                page(signed_in(anna), REPORTED)
            return len(found)

        few = queries(2)
        assert queries(20) == few


class TestLimits:
    BEHIND = {"REMOTE_ADDR": "81.2.69.142"}

    def test_one_connection_counts_five_times(self, about):
        client = browser()
        answers = [
            client.post(
                address(about),
                "reason=spam",
                content_type="application/x-www-form-urlencoded",
                **self.BEHIND,
            )
            for _ in range(8)
        ]
        assert said(about) == "Reported by readers: Spam (5)"
        assert {answer.status_code for answer in answers} == {200}
        assert len({answer.content for answer in answers}) == 1

    def test_the_site_has_a_pace_too(self, about):
        for _ in range(reports.SITE.burst + 5):
            reports.report(about, "spam", Arrival())
        assert said(about) == f"Reported by readers: Spam ({reports.SITE.burst})"

    def test_who_fills_the_trap_in_is_answered_the_same(self, about):
        robot = send(about, website="https://buy.example")
        assert (lane(about), said(about)) == (Lane.NEW, "")
        assert send(about).content == robot.content
        assert lane(about) == Lane.REPORTED

    def test_reports_take_nothing_from_complaints(self, about):
        for _ in range(reports.SITE.burst + 5):
            reports.report(about, "spam", Arrival())
        assert complaining.lodged(about).doubt == ""

    def test_of_the_network_a_pace_is_left_for_a_day(self, about, monkeypatch):
        arrival = Arrival(address="81.2.69.142")
        reports.report(about, "spam", arrival)
        rows = list(Allowance.objects.filter(pk__startswith="report:"))
        assert sorted(re.sub(r"[0-9a-f]{16}", "HASH", row.pk) for row in rows) == [
            "report:24:HASH",
            "report:32:HASH",
            "report:site",
        ]
        # Nothing says about which comment it was.
        assert not any(about.public_id in str(vars(row)) for row in rows)
        complaining.at(monkeypatch, timezone.now() + timedelta(hours=25))
        retention.purge()
        assert not Allowance.objects.exists()


class TestAtOnce:
    def test_eight_reports_are_eight(self, own_database):
        about = own_database.work(f"{JOBS}about")
        own_database.together({f"{JOBS}report": [(about, "spam")] * 8})
        assert own_database.work(f"{JOBS}stored", about) == {
            "lane": "reported",
            "words": ["Reported by readers: Spam (8)"],
            "kept": 0,
            "faults": 0,
        }

    def test_of_two_moderators_one_leaves_it(self, own_database):
        about = own_database.work(f"{JOBS}about")
        own_database.work(f"{JOBS}report", about, "spam")
        answers = own_database.together(
            {f"{JOBS}leave": [(about, "ann"), (about, "bob")]}
        )
        assert sorted(done for done, _ in answers) == [0, 1]
        [told] = [late for done, late in answers if not done]
        assert "already kept after a report by" in told[0]
        stored = own_database.work(f"{JOBS}stored", about)
        assert (stored["lane"], stored["kept"], stored["faults"]) == ("new", 1, 0)

    def test_what_is_hidden_meanwhile_is_in_no_lane(self, own_database):
        about = own_database.work(f"{JOBS}about")
        jobs = {
            f"{JOBS}report": [(about, "spam")] * 4,
            f"{JOBS}hide": [(about,)],
        }
        assert own_database.together(jobs)[-1] == 1
        own_database.work(f"{JOBS}report", about, "spam")
        faults = own_database.work(f"{JOBS}lane_and_faults", about)
        assert faults == ["new", 0]


def test_the_reasons_are_of_the_sites_list():
    for each in reports.REASONS:
        assert BY_CODE[each.code] is each
        assert not each.needs_note
