"""The owner wants no minutes: once a comment is decided about, none is kept or told."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from blog import moments, quotable
from blog.discussion import coarsening
from blog.discussion.submission import submit
from blog.models import Claim, Comment, Passage, Post, Reference
from blog.search import index
from moderation import coarsening as of_moderation
from moderation import complaints, desk, disclosure, log, questions, receipts, tally
from moderation import transitions as moves
from moderation.complaint_handling import hold as hold_for
from moderation.editorial import lifting, recalling
from moderation.editorial.masks import Mask
from moderation.editorial.redacting import redact
from moderation.models import (
    ArrivalCount,
    ComplaintEvent,
    Decision,
    Mode,
    Reminder,
    Tally,
)
from moderation.screening import limits
from moderation.transitions import Seen
from tests.blog import making
from tests.savepoints import savepoint

from . import making as people
from .complaining import lodged
from .precision import LONDON, Clock, of, old_post, stored_times, telling, told

pytestmark = pytest.mark.django_db
SEEN_BY = "81.2.69.142"


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.NETWORK_KEY_FILE = tmp_path / "network-key"


@pytest.fixture
def clock(monkeypatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture(params=moments.CUT)
def precision(request, settings) -> str:
    settings.TIME_PRECISION = request.param
    return request.param


class Writer:
    """Somebody who writes below a post, and what may be done by and with it."""

    def __init__(
        self, clock: Clock, post, text: str = "The tide turns at nine.", **how
    ) -> None:
        self.clock, self.post = clock, post
        clock.contributor()
        sent = submit(
            post,
            text,
            circumstances=people.Circumstances(form_age=60, address=SEEN_BY),
            **how,
        )
        self.comment, self.code = sent.comment, sent.code
        self.mo = people.moderator(f"mo{sent.comment.pk}")

    @property
    def now(self) -> Comment:
        return of(self.comment)

    def decide(self, action: str) -> None:
        self.clock.other()
        people.decided(self.comment, self.mo, action)

    def correct(self) -> None:
        self.clock.contributor()
        receipts.correct(self.now, self.now.version, "The tide turns at ten.", "")

    def withdraw(self) -> None:
        self.clock.contributor()
        receipts.withdraw(self.now, self.now.version)

    def undo(self) -> None:
        self.clock.other()
        last = Decision.objects.filter(comment_public_id=self.comment.public_id)
        assert moves.undo(
            [last.order_by("-seq").first().seq], moves.moderator(self.mo)
        ).done

    def ask(self) -> None:
        self.clock.other()
        seen = Seen(self.now.public_id, self.now.version)
        assert questions.ask(self.mo, seen, "Where was that?").done

    def reply(self) -> None:
        self.clock.contributor()
        questions.answer(self.now, self.now.version, "At the pier.")

    def appeal(self) -> None:
        self.clock.contributor()
        receipts.appeal(self.now, "It is about the tide.")

    def complaint(self) -> None:
        self.clock.other()
        complaint = lodged(self.now)
        hold_for(complaint, self.mo, self.now.version)
        self.clock.contributor()
        complaints.reply(self.now, "I saw it myself.")

    def is_traceless(self) -> None:
        """Nothing of when this writer acted is kept, nor told to anybody."""
        self.clock.other()
        self.clock.other()
        # What the next comment does, and the hourly command.
        limits.forget_old()
        acted = self.clock.written
        assert list(stored_times(acted)) == []
        assert told(self.post, acted, [self.code]) == []


WAYS = {
    "approved": ("approve",),
    "refused": ("reject",),
    "spam": ("spam",),
    "hidden": ("approve", "hide"),
    "restored": ("approve", "hide", "restore"),
    "undone and approved": ("approve", "undo", "approve"),
    "waits again": ("approve", "undo"),
    "corrected and approved": ("correct", "approve"),
    "corrected after": ("approve", "correct", "approve"),
    "corrected and waits": ("approve", "correct"),
    "withdrawn unread": ("withdraw",),
    "withdrawn": ("approve", "withdraw"),
    "asked": ("ask", "reply", "approve"),
    "appealed": ("reject", "appeal"),
    "complained about": ("approve", "complaint"),
}
BY_MODERATOR = ("approve", "reject", "spam", "hide", "restore")


def do(writer: Writer, step: str) -> None:
    if step in BY_MODERATOR:
        writer.decide(step)
    else:
        getattr(writer, step)()


@pytest.mark.parametrize("way", WAYS)
def test_no_minute_of_a_writer_is_kept_or_told(clock, precision, way):
    writer = Writer(clock, old_post())
    for step in WAYS[way]:
        do(writer, step)
    writer.is_traceless()
    assert not list(log.faults())


@pytest.mark.parametrize("kind", [Mode.Kind.OPEN])
def test_nor_of_one_that_a_mode_publishes(clock, precision, kind):
    Mode.objects.create(post=None, kind=kind)
    writer = Writer(clock, old_post())
    assert writer.now.is_published
    writer.is_traceless()
    row = Decision.objects.get()
    assert (row.actor_kind, row.precision) == ("mode", precision)


def test_the_search_for_minutes_finds_them_where_they_are_kept(clock):
    writer = Writer(clock, old_post())
    writer.decide("approve")
    assert list(stored_times(clock.written))
    assert told(writer.post, clock.written)


@given(
    st.lists(st.sampled_from(sorted({*BY_MODERATOR, "correct", "undo"})), max_size=8)
)
def test_whatever_is_done_in_whatever_order(steps):
    """No clock of its own: the minute in which it was written is put in by hand."""
    post, mo = old_post(), people.moderator(f"mo{Comment.objects.count()}")
    at = datetime(2025, 6, 12, 14, 37, tzinfo=LONDON)
    # Not by the fixture, which would be one for all examples.
    with override_settings(TIME_PRECISION="hour"):
        comment = people.submission(post, at=at)
        has_waited = True
        for step in steps:
            before = of(comment)
            seen = [Seen(before.public_id, before.version)]
            if step == "undo":
                rows = Decision.objects.filter(comment_public_id=before.public_id)
                last = rows.order_by("-seq").values_list("seq", flat=True)[:1]
                done = moves.undo(last, moves.moderator(mo)).done
            elif step == "correct":
                done = moves.decide(
                    seen, "edit", moves.CONTRIBUTOR, fields={"text": "Other."}
                ).done
            else:
                done = moves.decide(
                    seen, step, moves.moderator(mo), reason="off_topic"
                ).done
            after = of(comment)
            waiting = ("pending", "likely_spam")
            if done and not {before.state, after.state} <= set(waiting):
                has_waited = False
            if has_waited:
                assert (after.written_at, after.precision) == (at, None)
            else:
                assert after.written_at == at.replace(minute=0)
                assert after.precision == "hour"
                assert after.published_at is None or after.published_at.minute == 0


class TestWhileItWaits:
    def test_it_keeps_its_minute(self, clock, precision):
        writer = Writer(clock, old_post())
        written = clock.now.replace(second=0, microsecond=0)
        assert writer.now.written_at == written
        writer.ask()
        writer.reply()
        writer.correct()
        assert (writer.now.written_at, writer.now.precision) == (written, None)

    def test_what_its_writer_does_stands_in_the_log_so_far_as_it_may(
        self, clock, precision
    ):
        writer = Writer(clock, old_post())
        writer.correct()
        writer.decide("approve")
        by_writer, by_moderator = Decision.objects.order_by("seq")
        assert by_writer.precision == precision
        assert by_moderator.precision is None
        assert by_moderator.at.minute == 5


def test_sqlites_files_forget_it_with_the_decision(own_database):
    """Not with the next run of ``purge``: the log of writes would hold it till then."""
    if not own_database.url.startswith("sqlite"):
        pytest.skip("PostgreSQL writes over it later.")
    own_database.more["TIME_PRECISION"] = "day"
    waits, *decided = own_database.work("tests.moderation.time_jobs:kept")
    assert ".sqlite3-wal" in waits
    assert decided == [[], []]


class TestOrder:
    def test_what_was_published_later_is_the_later_news(self, clock, precision, client):
        post = old_post()
        first, second = Writer(clock, post), Writer(clock, post)
        clock.now = datetime(2025, 6, 13, 9, 0, tzinfo=LONDON)
        for writer in (second, first):
            moves.decide(
                [Seen(writer.now.public_id, writer.now.version)],
                "approve",
                moves.moderator(writer.mo),
            )
        news = [found.pk for found in Comment.objects.latest_news()]
        assert news == [first.now.pk, second.now.pk]
        for feed in ("/feeds/comments/default", post.get_comments_feed_url()):
            xml = client.get(feed).content.decode()
            assert xml.index(first.now.public_id) < xml.index(second.now.public_id)

    def test_what_is_corrected_is_news_again(self, clock, precision):
        post = old_post()
        first, second = Writer(clock, post), Writer(clock, post)
        day = datetime(2025, 6, 13, 9, 0, tzinfo=LONDON)
        for writer in (first, second):
            clock.now = day
            people.decided(writer.comment, writer.mo, "approve")
        receipts.correct(first.now, first.now.version, "Other words.", "")
        people.decided(first.comment, first.mo, "approve")
        news = [found.pk for found in Comment.objects.latest_news()]
        assert news == [first.now.pk, second.now.pk]


class TestHandles:
    @pytest.fixture
    def called(self, clock, precision):
        post = old_post()
        writers = [Writer(clock, post) for _ in range(2)]
        # In one hour, as the first was.
        Comment.objects.filter(pk=writers[1].now.pk).update(
            written_at=writers[0].now.written_at + timedelta(minutes=4)
        )
        late = Writer(clock, post)
        Comment.objects.filter(pk=late.now.pk).update(
            written_at=datetime(2026, 7, 1, 8, 37, tzinfo=LONDON)
        )
        for writer in (*writers, late):
            writer.decide("approve")
        return precision, [writer.now.handle for writer in (*writers, late)]

    def test_tell_the_hour_or_the_day(self, called):
        precision, handles = called
        assert (
            handles
            == {
                "hour": ["Anon 13h", "Anon 13h b", "Anon 1 Jul 2026 08h"],
                "day": ["Anon 12 Jun", "Anon 12 Jun b", "Anon 1 Jul 2026"],
            }[precision]
        )


def test_no_time_that_is_named_is_linked(clock, precision):
    post = old_post()
    first = Writer(clock, post)
    first.decide("approve")
    second = Writer(clock, post)
    Comment.objects.filter(pk=second.now.pk).update(
        html="<p>@13:37 no. And @13:00 neither.</p>\n"
    )
    second.decide("approve")
    assert "<a" not in second.now.html
    assert not Reference.objects.exclude(target=None).exists()


def test_waits_are_told_as_the_longest_that_they_can_have_been(clock, settings):
    settings.TIME_PRECISION = "hour"
    post = old_post()
    for _ in range(6):
        clock.contributor()
        writer = Writer(clock, post)
        clock.now += timedelta(minutes=10)  # 47 minutes past the hour
        people.decided(writer.comment, writer.mo, "approve")
    waits = {name for name in Tally.objects.get().by_month["2025-06"] if ":" in name}
    assert waits == {f"wait:{disclosure.limit(47)}"}


def all_rows() -> dict[str, list]:
    """All that is stored of comments and posts, and of what moderation counts."""
    models = (Comment, Post, Claim, Reference, ArrivalCount, Tally, Reminder)
    found = {m.__name__: list(m.objects.order_by("pk").values()) for m in models}
    for arrived in found["ArrivalCount"]:
        del arrived["id"]  # which is made anew
    return found


def broken_off(place, name: str, after: int):
    """The function of this name, with a run that ends when it has done its work for the
    first or second time."""
    step, calls = getattr(place, name), count(1)

    def done(*values):
        found = step(*values)
        if next(calls) == after:
            raise KeyboardInterrupt
        return found

    return done


class TestLater:
    """The owner changes the setting of a site that has comments."""

    @pytest.fixture
    def site(self, clock, settings):
        """Comments of a site that kept minutes, one with links to the other."""
        post = old_post()
        first = Writer(clock, post)
        first.decide("approve")
        named = Writer(clock, post, name="Marge", proof=None)
        named.decide("approve")
        second = Writer(clock, post)
        Comment.objects.filter(pk=second.now.pk).update(html="<p>@13:37 no.</p>\n")
        second.decide("approve")
        assert 'href="/c/' in second.now.html
        waits = Writer(clock, post)
        return first, named, second, waits

    def test_the_command_cuts_all_but_what_waits(
        self, site, clock, settings, precision, capsys
    ):
        first, _, second, waits = site
        before = [c.pk for c in Comment.objects.latest_news()]
        call_command("coarsen_times")
        assert f"3 comments cut to the {precision}." in capsys.readouterr().out
        assert first.now.handle in ("Anon 13h", "Anon 12 Jun")
        assert second.now.handle != first.now.handle
        assert waits.now.written_at.minute == 37
        assert "href" not in second.now.html
        assert not Reference.objects.exclude(target=None).exists()
        assert [c.pk for c in Comment.objects.latest_news()] == before
        waits.decide("approve")
        assert Comment.objects.latest_news()[0] == waits.now
        # What people wrote is theirs: the text names the time.
        Comment.objects.filter(pk=second.now.pk).update(text="No.", html="<p>No.</p>")
        Reference.objects.all().delete()
        waits.is_traceless()

    @pytest.mark.parametrize("wanted", moments.CUT)
    def test_what_the_program_wrote_in_texts_follows(
        self, site, clock, settings, wanted, capsys
    ):
        """Replies begin with the handle of what they answer, and posts quote by it."""
        first, _, second, _ = site
        post = first.post
        one, other = first.now.handle, second.now.handle
        reply = Writer(clock, post, f"@{other}\nI agree.", parent=second.now)
        reply.decide("approve")
        waits = Writer(clock, post, f"@{one} Do you?", parent=first.now)
        redacted = Writer(clock, post, f"@{one}, Ann Pike did.", parent=first.now)
        redacted.decide("approve")
        clock.other()
        seen = Seen(redacted.now.public_id, redacted.now.version)
        [masked] = redact(redacted.mo, [seen], [Mask("Ann Pike", "name")]).done
        # Typed by hand: it is not the one that is answered.
        typed = Writer(clock, post, f"@{other} I agree.", parent=first.now)
        typed.decide("approve")
        quoting = [
            making.post(number, body=body, body_format=form, published_at=post.day)
            for number, form in enumerate(("markdown", "html", "text"), 2)
            for body in [quotable.quotations(second.now.public_id, form)]
        ]
        [_, draft] = lifting.lift(
            first.mo, Seen(second.now.public_id, second.now.version), title="Tides"
        )
        assert '<a class="at"' in reply.now.html
        settings.TIME_PRECISION = wanted
        call_command("coarsen_times")
        told_of = capsys.readouterr().out
        assert "1 comment and 0 posts name a time of day" in told_of
        called = f"@{second.now.handle}"
        assert reply.now.text == f"{called}\nI agree."
        assert reply.now.html == f"<p>{called}<br>\nI agree.</p>\n"
        assert waits.now.text == f"@{first.now.handle} Do you?"
        assert redacted.now.text == f"@{first.now.handle}, [name] did."
        for quoting_post in [*quoting, draft]:
            quoting_post.refresh_from_db()
            for column in ("body", "body_html", "plain", "summary"):
                assert second.now.handle in getattr(quoting_post, column)
        assert lifting.is_untouched(draft, Passage.objects.get(target=draft))
        assert not index.check()
        # What people wrote is theirs, and looked at no further.
        assert typed.now.text == f"@{other} I agree."
        theirs = Comment.objects.filter(pk__in=[second.now.pk, typed.now.pk])
        theirs.update(text="No.", html="<p>No.</p>")
        Reference.objects.all().delete()
        for writer in (waits, site[3]):
            writer.decide("approve")
        waits.is_traceless()
        assert desk.undo(redacted.mo, [masked.seq]).done
        assert redacted.now.text == f"@{first.now.handle}, Ann Pike did."
        before = list(Comment.objects.order_by("pk").values())
        call_command("coarsen_times")
        assert list(Comment.objects.order_by("pk").values()) == before

    def test_a_decision_that_cuts_is_followed_by_the_replies(self, site, settings):
        """The owner has not run the command."""
        reply = Writer(
            site[0].clock, site[0].post, "@Anon 13:37 Ha.", parent=site[0].now
        )
        reply.decide("approve")
        settings.TIME_PRECISION = "hour"
        site[0].decide("hide")
        site[0].decide("restore")
        assert reply.now.text == f"@{site[0].now.handle} Ha."
        assert site[0].now.handle == "Anon 13h"

    def test_the_figures_are_worked_out_anew(self, site, settings):
        """How long comments waited tells when they came."""
        waits = set(Tally.objects.get().by_month["2025-06"])
        assert f"wait:{disclosure.limit(28)}" in waits
        settings.TIME_PRECISION = "day"
        call_command("coarsen_times")
        waits = set(Tally.objects.get().by_month["2025-06"])
        assert f"wait:{disclosure.limit(28)}" not in waits

    def test_rows_that_no_one_can_change_are_told(self, site, settings, capsys):
        first, _, second, _ = site
        first.complaint()
        second.correct()
        settings.TIME_PRECISION = "day"
        call_command("coarsen_times")
        said = capsys.readouterr().out
        assert "The log of decisions has 1 older row that tell" in said
        assert "The files of complaints have 1 older row that tell" in said

    def test_broken_off_and_run_again_it_is_as_if_it_had_not_been(
        self, site, settings, monkeypatch
    ):
        """At every step, in turn; what a step has begun is taken back with it."""
        again = making.post(2, published_at=site[0].post.day)
        for post in (site[0].post, again):
            reply = Writer(site[0].clock, post, name="Marge")
            reply.decide("approve")
        settings.TIME_PRECISION = "day"
        undisturbed = savepoint()
        call_command("coarsen_times", verbosity=0)
        wanted = all_rows()
        transaction.savepoint_rollback(undisturbed)
        for place, name in (
            (coarsening, "_cut_posts"),
            (coarsening, "_cut_claims"),
            (coarsening, "_cut_notes_of_imports"),
            (of_moderation, "_cut_arrivals"),
            (recalling, "in_posts"),
            (tally, "settle_all"),
        ):
            for after in (1, 2):
                before = savepoint()
                with monkeypatch.context() as patched:
                    patched.setattr(place, name, broken_off(place, name, after))
                    with suppress(KeyboardInterrupt):
                        call_command("coarsen_times", "--posts-at-once=1", verbosity=0)
                call_command("coarsen_times", verbosity=0)
                assert all_rows() == wanted, name
                transaction.savepoint_rollback(before)

    def test_again_it_changes_nothing(self, site, precision, capsys):
        call_command("coarsen_times")
        rows = list(Comment.objects.order_by("pk").values())
        call_command("coarsen_times")
        assert "\n0 comments cut" in capsys.readouterr().out
        assert list(Comment.objects.order_by("pk").values()) == rows

    def test_from_the_hour_to_the_day(self, site, settings):
        settings.TIME_PRECISION = "hour"
        call_command("coarsen_times")
        before = [c.pk for c in Comment.objects.latest_news()]
        settings.TIME_PRECISION = "day"
        call_command("coarsen_times")
        assert [c.pk for c in Comment.objects.latest_news()] == before
        assert site[0].now.handle == "Anon 12 Jun"

    def test_a_dry_run_counts(self, site, precision, capsys):
        rows = list(Comment.objects.order_by("pk").values())
        call_command("coarsen_times", "--dry-run")
        assert "3 comments would be cut" in capsys.readouterr().out
        assert list(Comment.objects.order_by("pk").values()) == rows

    def test_claims_are_cut_too(self, site, settings, clock):
        settings.TIME_PRECISION = "day"
        named = site[1].now
        Comment.objects.filter(pk=named.pk).update(tag="aaaaa-aaaaa")
        Claim.objects.create(
            post=named.post,
            name_key="marge",
            tag="aaaaa-aaaaa",
            since=named.published_at,
            is_site_wide=False,
        )
        call_command("coarsen_times")
        assert Claim.objects.get().since == datetime(2025, 6, 12, tzinfo=LONDON)

    def test_nothing_is_brought_back(self, clock, settings, client):
        settings.TIME_PRECISION = "hour"
        writer = Writer(clock, old_post())
        writer.decide("approve")
        settings.TIME_PRECISION = "minute"
        page = client.get(writer.post.get_absolute_url()).content.decode()
        assert 'datetime="2025-06-12"' in page
        assert "13:00" not in page
        writer.decide("hide")
        writer.decide("restore")
        assert (writer.now.precision, writer.now.written_at.minute) == ("hour", 0)

    def test_without_a_setting_it_says_what_to_do(self):
        with pytest.raises(Exception, match="Set it to hour or day first"):
            call_command("coarsen_times")


class TestModerators:
    """Their pages tell no more of what was decided than is kept."""

    def page(self, writer: Writer, address: str = "") -> str:
        return people.page(
            people.signed_in(writer.mo), address or people.one_of(writer.now)
        )

    def test_see_the_minute_of_what_waits(self, clock, precision):
        writer = Writer(clock, old_post())
        clock.other()
        html = people.page(people.signed_in(writer.mo))
        assert "12 Jun 2025, 13:37" in html
        assert "at most" not in html

    def test_see_none_of_what_was_decided(self, clock, precision):
        writer = Writer(clock, old_post())
        writer.correct()
        writer.decide("approve")
        for address in ("", people.LOG):
            html = self.page(writer, address)
            assert [sign for sign in telling(clock.written) if sign in html] == []
            shown = {"hour": "12 June 2025, 14h", "day": "12 June 2025<"}[precision]
            assert shown in html
            # A moderator's own time is no contributor's.
            assert ":05" in html

    def test_are_told_the_longest_that_it_can_have_waited(self, clock, precision):
        writer = Writer(clock, old_post())
        writer.decide("approve")
        writer.correct()
        clock.other()
        html = people.page(people.signed_in(writer.mo))
        most = {"hour": "1 hour", "day": "16 hours"}[precision]
        assert f"waits at most {most}" in html
        assert [sign for sign in telling(clock.written) if sign in html] == []

    def test_are_told_who_was_first(self, clock, precision):
        writer = Writer(clock, old_post())
        before = writer.now
        writer.withdraw()
        outcome = moves.decide(
            [Seen(before.public_id, before.version)],
            "approve",
            moves.moderator(writer.mo),
        )
        when = {"hour": "at 14h on 12 June", "day": "on 12 June"}[precision]
        [conflict] = outcome.conflicts
        assert conflict.message == f"already withdrawn by its writer {when}"


def test_who_watches_the_head_of_the_log_sees_no_minute(clock, precision, client):
    """It is that of the beginning of this hour or day, whatever a writer does."""

    def head() -> str:
        found = re.search(
            r'<p class="code">(\d+ [0-9a-f]{64})', client.get("/moderation/").text
        )
        return found and found[1]

    writer = Writer(clock, old_post())
    writer.decide("approve")
    assert head() is None
    by = timedelta(hours=1) if precision == "hour" else timedelta(days=1)
    clock.now += by
    before = head()
    assert before == "1 " + Decision.objects.get().hash
    writer.withdraw()
    assert head() == before
    clock.now += by
    assert head() == "2 " + Decision.objects.get(seq=2).hash
    assert log.contains(head().partition(" ")[2])


def test_a_row_of_the_log_says_what_its_time_is_cut_to(clock, precision):
    writer = Writer(clock, old_post())
    writer.withdraw()
    row = Decision.objects.get()
    assert row.hash == log.row_hash(row)
    row.precision = None
    assert row.hash != log.row_hash(row)


def test_a_complaint_keeps_its_own_times_and_not_that_of_the_reply(clock, precision):
    writer = Writer(clock, old_post())
    writer.decide("approve")
    writer.complaint()
    replied = ComplaintEvent.objects.get(what="replied")
    assert replied.precision == precision
    others = ComplaintEvent.objects.exclude(what="replied")
    assert {event.at.minute for event in others} == {5}


def test_the_minute_is_known_to_be_told_in_many_ways():
    signs = telling([datetime(2025, 6, 12, 14, 37, 29, tzinfo=LONDON)])
    assert {"14:37", "13:37", "02:37", "37:29", "T1337", "1749735449"} <= signs
    assert datetime(2025, 6, 12, 13, 37, 29, tzinfo=UTC).timestamp() == 1749735449
    assert making.LONDON == LONDON
