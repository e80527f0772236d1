"""What is not kept for ever goes when its time has come, and leaves no byte."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from blog.discussion import receipts
from blog.models import Comment
from moderation import log, retention
from moderation.editorial import moving
from moderation.models import (
    Allowance,
    Appeal,
    Complaint,
    Decision,
    Notice,
    Screening,
    SpamWord,
    Tally,
)
from moderation.screening import earlier
from tests.blog import making
from tests.blog.contributions import RECEIPT, browser
from tests.blog.contributions import post as send_form
from tests.blog.search.test_search_privacy import everything

from .deciding import do, in_state, now, seen
from .making import moderator

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.NETWORK_KEY_FILE = tmp_path / "network-key"


@pytest.fixture
def post(db):
    return making.post()


def later(**how):
    return timezone.now() + timedelta(**how)


def decided(post, action: str, **more) -> Comment:
    comment = in_state(post, **more)
    do(action, comment)
    return now(comment)


def moved(comment: Comment) -> None:
    place = moving.Place(making.post(title="Elsewhere"))
    assert moving.move(moderator(), seen(comment)[0], place).done


class TestTexts:
    @pytest.mark.parametrize(
        ("action", "kept", "counted"),
        [("spam", 30, "spam"), ("reject", 183, "refused")],
    )
    def test_after_its_time_and_not_before(self, post, action, kept, counted):
        comment = decided(post, action)
        before = retention.purge(later(days=kept - 1))
        assert (before.total, now(comment).text) == (0, "Tides turn.")
        done = retention.purge(later(days=kept + 1))
        assert getattr(done, counted) == 1
        gone = now(comment)
        assert (gone.state, gone.text, gone.html, gone.name) == ("erased", "", "", "")
        screening = Screening.objects.get(comment=comment)
        assert (screening.why, bytes(screening.sketch)) == ([], b"")

    def test_moving_it_gives_it_no_more_time(self, post, monkeypatch):
        comment = decided(post, "spam")
        in_between = later(days=20)
        with monkeypatch.context() as clock:
            clock.setattr(timezone, "now", lambda: in_between)
            moved(comment)
        assert retention.purge(later(days=31)).spam == 1

    def test_moving_what_was_imported_is_no_decision_about_it(self, post):
        comment = in_state(post, "spam")
        moved(comment)
        assert retention.due(later(days=400)).spam == 0
        assert retention.purge(later(days=400)).spam == 0
        assert now(comment).text == "Tides turn."

    def test_the_log_tells_of_it_and_stays_whole(self, post):
        comment = decided(post, "spam")
        retention.purge(later(days=31))
        row = Decision.objects.latest("seq")
        assert (row.action, row.actor_kind, row.actor) == ("erase", "clock", "")
        assert (row.from_state, row.to_state) == ("spam", "erased")
        assert row.comment_public_id == comment.public_id
        assert list(log.faults()) == []

    def test_twice_is_once(self, post):
        for action in ("spam", "reject"):
            decided(post, action)
        assert retention.purge(later(days=200)).total == 2
        rows = Decision.objects.count()
        assert retention.purge(later(days=200)).total == 0
        assert Decision.objects.count() == rows

    def test_more_than_one_transaction_holds(self, post, monkeypatch):
        monkeypatch.setattr(retention, "TOGETHER", 3)
        do("spam", *[in_state(post) for _ in range(8)])
        assert retention.due(later(days=31)).spam == 8
        assert retention.purge(later(days=31)).spam == 8

    def test_the_time_runs_from_the_last_decision(self, post, monkeypatch):
        comment = decided(post, "reject")
        real = timezone.now
        monkeypatch.setattr(timezone, "now", lambda: real() + 100 * DAY)
        do("restore", comment)
        do("hide", now(comment))
        back = decided(post, "reject")
        monkeypatch.undo()
        assert retention.purge(later(days=190)).refused == 0
        assert retention.purge(later(days=284)).refused == 1
        assert now(back).state == "erased"
        assert now(comment).state == "hidden"

    @pytest.mark.parametrize("state", ["pending", "likely_spam", "published", "hidden"])
    def test_nothing_else_is_touched(self, post, state):
        comment = in_state(post, state)
        retention.purge(later(days=4000))
        assert (now(comment).state, now(comment).text) == (state, "Tides turn.")

    def test_what_came_in_refused_was_not_decided_here(self, post):
        comment = in_state(post, "spam")
        assert retention.purge(later(days=4000)).spam == 0
        assert now(comment).text

    def test_not_while_an_appeal_is_open(self, post):
        comment = decided(post, "spam")
        appeal = Appeal.objects.create(
            comment=comment,
            decision_seq=Decision.objects.latest("seq").seq,
            text="It was none.",
            made_on=timezone.localdate(),
        )
        assert retention.purge(later(days=400)).spam == 0
        Appeal.objects.update(outcome="refused", answered_on=timezone.localdate())
        assert retention.purge(later(days=400)).spam == 1
        appeal.refresh_from_db()
        assert appeal.text == ""

    def test_not_while_the_file_of_a_complaint_is_kept(self, post):
        comment = decided(post, "reject")
        file = a_complaint(comment)
        assert retention.purge(later(days=184)).refused == 0
        Complaint.objects.filter(pk=file.pk).update(
            outcome="kept", closed_at=timezone.now(), erased_at=timezone.now()
        )
        assert retention.purge(later(days=184)).refused == 1

    def test_what_is_changed_meanwhile_is_left(self, post, monkeypatch):
        comment = decided(post, "spam")
        real = retention.Seen
        monkeypatch.setattr(
            retention, "Seen", lambda public_id, version: real(public_id, version - 1)
        )
        assert retention.purge(later(days=31)).spam == 0
        assert now(comment).text

    def test_the_figures_stay(self, post):
        do("reject", *[in_state(post) for _ in range(6)], reason="hate")
        before = list(Tally.objects.values())
        assert retention.purge(later(days=190)).refused == 6
        assert list(Tally.objects.values()) == before


def a_complaint(comment: Comment) -> Complaint:
    at = timezone.now()
    made = Complaint.objects.create(
        comment=comment,
        comment_public_id=comment.public_id,
        kind="other",
        received_at=at,
        snapshot_version=1,
        snapshot_state=comment.state,
        snapshot_text=comment.text,
        **{f"{name}_at": at for name in ("warn", "red", "hide", "due")},
    )
    Notice.objects.create(complaint=made, received_at=at, name="Pike")
    return made


class TestTheRest:
    def test_files_of_complaints(self, post):
        file = a_complaint(in_state(post, "published"))
        Complaint.objects.update(outcome="kept", closed_at=timezone.now())
        assert retention.due(later(days=440)).complaints == 0
        assert retention.due(later(days=470)).complaints == 1
        assert retention.purge(later(days=470)).complaints == 1
        file.refresh_from_db()
        assert (file.snapshot_text, file.notices.get().name) == ("", "")

    def test_notes_of_screening(self, post):
        old = in_state(post, "published", written_at=timezone.now())
        waits = in_state(post, "pending", written_at=timezone.now())
        assert retention.purge(later(days=180)).notes == 0
        assert retention.purge(later(days=184)).notes == 1
        assert Screening.objects.get(comment=old).why == []
        assert Screening.objects.get(comment=waits).why

    def test_sketches_with_which_nothing_is_compared(self, post, monkeypatch):
        monkeypatch.setattr(retention, "COMPARED", 3)
        assert earlier.COMPARED == 5000
        made = [in_state(post, "published") for _ in range(5)]
        assert retention.purge().sketches == 2
        kept = Screening.objects.exclude(sketch=b"").values_list("comment", flat=True)
        assert set(kept) == {comment.pk for comment in made[2:]}

    def test_texts_of_answered_appeals(self, post):
        comment = in_state(post, "published")
        Appeal.objects.create(
            comment=comment,
            decision_seq=1,
            text="It was fair.",
            made_on=timezone.localdate(),
            outcome="upheld",
            answered_on=timezone.localdate(),
        )
        assert retention.purge(later(days=180)).appeals == 0
        assert retention.purge(later(days=190)).appeals == 1
        assert Appeal.objects.get().text == ""

    def test_networks_and_rare_words(self, post):
        old = timezone.now() - 2 * DAY
        Allowance.objects.create(key="32:x", due=0, touched=old)
        SpamWord.objects.create(key=7, spam=1, ham=0, seen_on=(old - 300 * DAY).date())
        done = retention.purge()
        assert (done.networks, done.words) == (1, 1)
        assert not Allowance.objects.exists()

    def test_a_dry_run_says_what_and_changes_nothing(self, post, capsys, monkeypatch):
        comment = decided(post, "spam")
        Allowance.objects.create(
            key="32:x", due=0, touched=timezone.now() - timedelta(hours=25)
        )
        real = timezone.now
        monkeypatch.setattr(timezone, "now", lambda: real() + 31 * DAY)
        call_command("purge", "--dry-run")
        said = capsys.readouterr().out
        assert "Due: 1 texts of spam." in said
        assert "Due: 1 counts of networks." in said
        assert now(comment).text
        assert Allowance.objects.count() == 1

    def test_it_says_when_there_is_nothing(self, db, capsys):
        call_command("purge", "--dry-run")
        assert capsys.readouterr().out == "Due: nothing.\n"

    def test_a_dry_run_wipes_nothing(self, db):
        with pytest.raises(CommandError, match="Choose one"):
            call_command("purge", "--dry-run", "--wipe")


class TestTheReceipt:
    def test_it_goes_with_the_text(self, post):
        code = receipts.code_for(receipts.new_nonce())
        comment = in_state(
            post, text="The quay is mine.", receipt_digest=receipts.digest(code)
        )
        do("reject", comment, reason="off_topic")
        retention.purge(later(days=184))
        page = send_form(browser(), RECEIPT, {"code": code})
        assert page.status_code == 404
        assert "What was erased has no receipt any more" in page.content.decode()


# On databases of their own: every byte is looked at.

WORD = "zanderwort"
WRITE = f"""
from datetime import timedelta
from django.utils import timezone
from blog.search import index
from moderation import appeals
from tests.blog import making
from tests.moderation import deciding
post = making.post(title="Birds", body="None.")
then, real = timezone.now() - timedelta(days=200), timezone.now
timezone.now = lambda: then
for action in ("spam", "reject", "withdraw"):
    text = "{WORD} " * 400 + action
    comment = deciding.in_state(post, "pending", text, name="Quillon")
    deciding.do(action, comment)
shown = deciding.in_state(post, "pending", "Once shown: {WORD}.", name="Quillon")
deciding.do("approve", shown)
for number in range(300):
    making.comment(post, f"Filler number {{number}} of the kittiwake kind.")
index.fill()
deciding.do("withdraw", deciding.now(shown))
timezone.now = real
"""


@pytest.fixture
def place(own_database):
    own_database.manage("shell", "-c", WRITE)
    assert WORD.encode() in everything(own_database)
    return own_database


def is_left(place) -> list[str]:
    whole = everything(place)
    assert b"kittiwake" in whole
    return [word for word in (WORD, "Quillon", "quillon") if word.encode() in whole]


def test_after_a_daily_run_no_byte_is_left_in_the_files(place):
    said = place.manage("purge")
    assert "Erased: 1 texts of spam." in said
    assert "Erased: 1 texts of refused comments." in said
    if place.url.startswith("postgres"):
        # As it says: nobody finds it, but its bytes may stand until they are wiped.
        assert "until purge --wipe" in said
    else:
        assert "overwritten" in said
        assert is_left(place) == []
    assert "Erased: nothing." in place.manage("purge")


def test_after_a_wipe_no_byte_is_left_on_either_database(place):
    assert "No byte of erased text is left" in place.manage("purge", "--wipe")
    assert is_left(place) == []
