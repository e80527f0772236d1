"""How a complaint comes in: nothing is lost, and what is missing is told at once."""

import io
import logging
from datetime import timedelta
from html import unescape

import pytest

from blog.models import Comment
from config.logs import PlainFormatter
from moderation.models import (
    Allowance,
    Complaint,
    ComplaintEvent,
    Notice,
    Screening,
)
from moderation.notices import ASKED, BY_CODE, KINDS, missing, requirements
from tests.blog import making
from tests.blog.contributions import browser

from . import complaining
from .complaining import FRIDAY, OTHER, WHOLE, at, comment, events, lodged, send
from .deciding import do, in_state

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still")]
NEEDED = list(BY_CODE["defamation"].needs)


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.NETWORK_KEY_FILE = tmp_path / "network-key"


def text(page) -> str:
    return unescape(page.content.decode())


class TestAWholeNotice:
    def test_it_gets_a_number_and_a_time(self, monkeypatch):
        at(monkeypatch, FRIDAY + timedelta(seconds=41))
        page = send(comment(), WHOLE)
        complaint = Complaint.objects.get()
        assert page.status_code == 200
        assert f"Your complaint is no. {complaint.pk}" in text(page)
        assert "Tuesday 24 November 2026 at 14:05" in text(page)
        assert complaint.received_at == complaint.valid_at == FRIDAY
        assert complaint.missing == []

    def test_all_times_are_worked_out_at_once(self, monkeypatch):
        at(monkeypatch, FRIDAY)
        complaint = lodged(comment())
        hours = {
            name: (getattr(complaint, name) - FRIDAY - timedelta(days=2))
            for name in ("warn_at", "red_at", "hide_at", "due_at")
        }
        assert hours == {
            "warn_at": timedelta(hours=24),
            "red_at": timedelta(hours=40),
            "hide_at": timedelta(hours=44),
            "due_at": timedelta(hours=48),
        }

    def test_what_was_written_is_kept(self):
        send(comment(), WHOLE)
        [notice] = Notice.objects.all()
        for name in ("name", "email", "statement", "why", "meaning", "wrong"):
            assert getattr(notice, name) == WHOLE[name]
        assert (notice.pass_name, notice.pass_email) == (False, False)
        assert notice.unknown_author
        assert not notice.good_faith

    def test_the_comment_is_kept_as_it_was(self):
        about = comment(name="Purser")
        complaint = lodged(about)
        Comment.objects.filter(pk=about.pk).update(text="Something else.", version=2)
        assert complaint.snapshot_text == "He sold the lifeboat, they say."
        assert complaint.snapshot_name == "Purser"
        assert (complaint.snapshot_version, complaint.snapshot_state) == (
            1,
            "published",
        )

    def test_the_comment_goes_to_the_lane_and_stays_public(self):
        about = comment()
        lodged(about)
        assert Screening.objects.get(comment=about).lane == Screening.Lane.COMPLAINT
        assert Comment.objects.get(pk=about.pk).state == "published"

    def test_each_kind_has_what_it_needs(self):
        about = comment()
        for kind in KINDS:
            page = send(about, (WHOLE | OTHER) | {"kind": kind.code})
            assert page.status_code == 200, kind
        assert Complaint.objects.filter(valid_at=None).count() == 0
        assert Complaint.objects.count() == len(KINDS)


class TestWhatIsMissing:
    @pytest.mark.parametrize("left_out", NEEDED)
    def test_each_is_told_and_the_rest_is_kept(self, left_out):
        form = {name: value for name, value in WHOLE.items() if name != left_out}
        page = send(comment(), form)
        assert page.status_code == 422
        assert complaining.missing(page) == [ASKED[left_out].replace("'", "&#x27;")]
        complaint = Complaint.objects.get()
        assert complaint.missing == [left_out]
        assert complaint.valid_at is None
        assert f"It is kept as complaint no. {complaint.pk}" in text(page)
        for name in ("statement", "why", "meaning", "wrong", "name", "email"):
            if name != left_out:
                assert WHOLE[name] in text(page)

    def test_an_address_that_is_none_is_missing(self):
        page = send(comment(), WHOLE | {"email": "pike at rookery"})
        assert Complaint.objects.get().missing == ["email"]
        assert "pike at rookery" in text(page)

    def test_no_is_an_answer_and_silence_is_none(self):
        whole = dict.fromkeys(NEEDED, "x") | {"unknown_author": True}
        assert missing("defamation", whole | {"pass_name": False}) == []
        assert missing("defamation", whole | {"pass_name": None}) == ["pass_name"]
        assert missing("defamation", whole | {"unknown_author": False}) == [
            "unknown_author"
        ]

    def test_other_kinds_need_less(self):
        page = send(comment(), {"kind": "harassment", "why": "It threatens me."})
        assert complaining.missing(page) == [
            "your name",
            "an e-mail address at which you can be reached",
            ASKED["good_faith"],
        ]

    def test_all_requirements_can_be_told(self):
        for kind in KINDS:
            assert len(requirements(kind.code)) == len(kind.needs)

    def test_it_is_made_complete_with_the_same_form(self, monkeypatch):
        about = comment()
        at(monkeypatch, FRIDAY)
        first = send(about, WHOLE | {"meaning": ""})
        at(monkeypatch, FRIDAY + timedelta(hours=3))
        page = send(about, WHOLE | {"ticket": complaining.ticket(first)})
        assert page.status_code == 200
        complaint = Complaint.objects.get()
        assert complaint.received_at == FRIDAY
        assert complaint.valid_at == FRIDAY + timedelta(hours=3)
        assert complaint.due_at == FRIDAY + timedelta(days=4, hours=3)
        assert events(complaint) == [
            "received complainant",
            "joined complainant",
            "completed complainant",
        ]
        assert Notice.objects.count() == 2

    def test_nothing_at_all_is_not_kept(self):
        page = send(comment(), {"kind": "defamation"})
        assert page.status_code == 422
        assert "Nothing was sent" in text(page)
        assert not Complaint.objects.exists()


class TestSentAgain:
    def test_the_same_is_one(self):
        about = comment()
        first, second = send(about, WHOLE), send(about, WHOLE)
        assert Notice.objects.count() == Complaint.objects.count() == 1
        assert text(first) == text(second)

    def test_the_same_after_it_was_closed_is_another(self):
        about = comment()
        send(about, WHOLE)
        Complaint.objects.update(outcome="kept", closed_at=FRIDAY)
        send(about, WHOLE)
        assert Complaint.objects.open().count() == 1

    def test_who_knows_an_address_learns_nothing_with_it(self):
        about = comment()
        send(about, WHOLE)
        theirs = send(about, WHOLE | {"why": "Fishing for an answer."})
        number = Complaint.objects.latest("pk").pk
        assert f"no. {number}" in text(theirs)
        assert Complaint.objects.count() == 2

    @pytest.mark.parametrize("wrong", ["", "x", "12", "a:b:c"])
    def test_a_ticket_is_signed(self, wrong):
        about = comment()
        send(about, WHOLE)
        send(about, WHOLE | {"ticket": wrong, "why": "Else."})
        assert Complaint.objects.count() == 2

    def test_a_ticket_is_for_its_comment(self):
        first = send(comment(), WHOLE | {"meaning": ""})
        send(comment(), WHOLE | {"ticket": complaining.ticket(first)})
        assert Complaint.objects.count() == 2


class TestWhatIsNoComplaint:
    def test_what_is_too_long_comes_back(self):
        page = send(comment(), WHOLE | {"why": "x" * 4001})
        assert page.status_code == 422
        assert "4,001 characters; 4,000 are the most" in text(page)
        assert WHOLE["meaning"] in text(page)
        assert not Complaint.objects.exists()

    @pytest.mark.parametrize("kind", ["", "sedition"])
    def test_an_unknown_kind_comes_back(self, kind):
        page = send(comment(), WHOLE | {"kind": kind})
        assert page.status_code == 422
        assert not Complaint.objects.exists()

    def test_from_another_site(self):
        page = send(comment(), WHOLE, Sec_Fetch_Site="cross-site")
        assert page.status_code == 403
        assert not Complaint.objects.exists()

    def test_too_much(self):
        assert send(comment(), WHOLE | {"why": "x" * 70_000}).status_code == 413

    @pytest.mark.parametrize("state", ["pending", "rejected", "spam", "withdrawn"])
    def test_of_what_nobody_sees_there_is_no_form(self, state):
        about = in_state(making.post(), state)
        assert browser().get(complaining.address(about)).status_code == 404
        page = send(about, WHOLE)
        assert page.status_code == 404
        assert WHOLE["why"] in text(page)
        assert not Complaint.objects.exists()

    def test_below_a_draft_there_is_none(self):
        about = making.comment(making.post(status="draft"))
        assert browser().get(complaining.address(about)).status_code == 404

    def test_what_is_hidden_can_come_back(self):
        about = in_state(making.post(), "hidden", "Gone words.")
        page = browser().get(complaining.address(about))
        assert page.status_code == 200
        assert "Gone words" not in text(page)
        assert send(about, WHOLE).status_code == 200


class TestThePage:
    def test_it_is_stored_nowhere_and_sets_no_cookie(self):
        about = comment()
        for page in (
            browser().get(complaining.address(about)),
            send(about, WHOLE),
            send(about, WHOLE | {"why": ""}),
            browser().get("/complaint/"),
        ):
            assert "no-store" in page.headers["Cache-Control"]
            assert not page.cookies

    def test_nothing_typed_becomes_markup(self):
        about = comment()
        evil = "</textarea><script>alert(1)</script>"
        page = send(about, dict.fromkeys(WHOLE, evil) | {"kind": "other"})
        assert "<script>alert" not in page.content.decode()

    @pytest.mark.parametrize(
        "link",
        [
            "{site}/c/{id}/",
            "{site}/2022/03/post-number-1.html#c-{id}",
            " {id} ",
            "/c/{id}/reply/",
        ],
    )
    def test_a_link_leads_to_it(self, link):
        about = comment()
        link = link.format(site="https://blog.example", id=about.public_id)
        page = browser().get("/complaint/", {"comment": link})
        assert (page.status_code, page.headers["Location"]) == (
            302,
            complaining.address(about),
        )

    @pytest.mark.parametrize("link", ["https://x.example/", "0" * 13, "'\"><b>", "é"])
    def test_another_leads_nowhere_and_says_so(self, link):
        page = browser().get("/complaint/", {"comment": link})
        assert page.status_code == 404
        assert "No comment has this link" in text(page)
        assert "<b>" not in page.content.decode()

    def test_every_page_leads_there(self):
        assert 'href="/complaint/"' in text(browser().get("/"))


class TestFloods:
    def test_a_filled_trap_is_a_doubt_and_not_the_end(self):
        page = send(comment(), WHOLE | {"website": "https://buy.example"})
        assert page.status_code == 200
        assert Complaint.objects.get().doubt == Complaint.Doubt.TRAP

    def test_many_from_one_network_are_kept_in_doubt(self):
        for _ in range(5):
            send(comment(), WHOLE)
        assert Complaint.objects.count() == 5
        assert not Complaint.objects.exclude(doubt="").exists()  # this machine
        for number in range(5):
            send(comment(), WHOLE, client=_from("81.2.69.142"))
            doubts = Complaint.objects.filter(doubt=Complaint.Doubt.PACE).count()
            assert doubts == max(0, number - 2)

    def test_of_the_network_nothing_is_left_but_a_keyed_hash(self):
        send(comment(), WHOLE, client=_from("81.2.69.142"))
        for model in (Complaint, Notice, ComplaintEvent, Allowance):
            for row in model.objects.values():
                # The whole of it: a number of seconds can hold "81.2".
                assert "81.2.69" not in repr(row)
        assert Allowance.objects.filter(key__startswith="complaint:32:").exists()


def _from(address: str):
    client = browser()
    client.defaults["REMOTE_ADDR"] = address
    return client


class TestALodgingThatFails:
    def test_leaves_no_word_in_a_log(self, monkeypatch):
        def fail(*args):
            raise RuntimeError(f"{WHOLE['name']} {WHOLE['why']}")

        monkeypatch.setattr("moderation.complaints.lodge", fail)
        written = io.StringIO()
        handler = logging.StreamHandler(written)
        handler.setFormatter(PlainFormatter())
        logger = logging.getLogger("django.request")
        logger.addHandler(handler)
        try:
            client = browser()
            client.raise_request_exception = False
            assert send(comment(), WHOLE, client=client).status_code == 500
        finally:
            logger.removeHandler(handler)
        said = written.getvalue()
        assert "RuntimeError" in said
        assert [value for value in list(WHOLE.values())[1:7] if value in said] == []


class TestAWithdrawnComment:
    def test_its_text_is_gone_from_the_file_too(self):
        about = in_state(making.post(), "published", "Egret words.")
        complaint = lodged(about)
        do("withdraw", about)
        complaint.refresh_from_db()
        assert (complaint.snapshot_text, complaint.snapshot_name) == ("", "")
        assert complaint.is_open
