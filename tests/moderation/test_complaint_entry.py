"""A moderator enters complaints that came by letter, e-mail or telephone."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse
from django.utils import timezone

from blog.models import Comment
from moderation import complaint_handling
from moderation.clock import LONDON
from moderation.models import Complaint, Notice, Screening

from . import making as people
from .complaining import FRIDAY, LIST, WHOLE, act, at, comment, events, lodged, page_of

pytestmark = pytest.mark.django_db
ENTER = reverse("admin:moderation_complaint_enter")
SAID = {name: value for name, value in WHOLE.items() if name != "website"}


@pytest.fixture
def anna():
    return people.signed_in(people.moderator())


@pytest.fixture
def monday(monkeypatch):
    """It is Monday; the letter came on Friday."""
    at(monkeypatch, FRIDAY + timedelta(days=3))


def entered(client, about: Comment, into: Complaint | None = None, **fields):
    """The answer to the form, about a letter of Friday."""
    came = fields.pop("came", FRIDAY)
    form = {
        **SAID,
        "comment": f"https://blog.example/c/{about.public_id}/",
        "channel": "letter",
        "received_at_0": f"{came.astimezone(LONDON):%Y-%m-%d}",
        "received_at_1": f"{came.astimezone(LONDON):%H:%M}",
    } | fields
    return client.post(f"{ENTER}?into={into.pk}" if into else ENTER, form)


def letter(complaint: Complaint, code: str) -> str:
    return reverse("admin:moderation_complaint_letter", args=[complaint.pk, code])


def text(client, address: str) -> str:
    page = client.get(address)
    assert page.status_code == 200
    return unescape(page.content.decode())


@pytest.mark.usefixtures("monday")
class TestALetter:
    def test_is_a_complaint_like_another_and_due_since_it_came(self, anna):
        about = comment()
        answer = entered(anna, about)
        complaint = Complaint.objects.get()
        assert answer["Location"] == page_of(complaint)
        by_form = {"warn_at", "red_at", "hide_at", "due_at"}
        times = {name: getattr(complaint, name) for name in by_form}
        assert complaint.received_at == complaint.valid_at == FRIDAY
        assert times["due_at"] == FRIDAY + timedelta(days=4)  # without the weekend
        assert complaint.missing == []
        notice = complaint.notices.get()
        assert (notice.channel, notice.received_at) == ("letter", FRIDAY)
        assert notice.statement == WHOLE["statement"]
        assert (notice.unknown_author, notice.pass_name) == (True, False)
        assert Screening.objects.get(comment=about).lane == "complaint"
        assert entered(anna, about)["Location"] == page_of(complaint)  # sent twice
        assert Notice.objects.count() == 1

    def test_the_file_says_who_entered_it_and_when(self, anna):
        entered(anna, comment())
        complaint = Complaint.objects.get()
        event = complaint.events.get(what="received")
        assert (event.actor, event.actor_kind) == ("anna", "moderator")
        assert event.at == timezone.now()
        html = text(anna, page_of(complaint))
        assert "A notice came: by letter, entered here" in html
        assert "Came by letter on Friday 20 November 2026, 14:05" in html
        assert "As it was when the complaint was entered" in html

    def test_the_clock_hides_for_it_as_for_others(self, anna, monkeypatch):
        about = comment()
        entered(anna, about)
        at(monkeypatch, FRIDAY + timedelta(days=3, hours=20, minutes=1))
        complaint_handling.run()
        assert Comment.objects.get(pk=about.pk).state == "held"

    def test_what_it_lacks_is_told_and_its_answer_is_printed(self, anna):
        where = "1 Quay <Street>\nSkerrowick"
        entered(anna, comment(), email="", meaning="", address=where)
        complaint = Complaint.objects.get()
        assert complaint.missing == ["email", "meaning"]
        html = text(anna, page_of(complaint))
        assert "By post: no e-mail address was given. To " in html
        assert "or in the way in which you sent it before" in html
        sheet = letter(complaint, "incomplete")
        assert sheet in html
        page = anna.get(sheet)
        printed = page.content.decode()
        assert "1 Quay &lt;Street&gt;<br>Skerrowick" in printed
        assert "Dear Cormorant Pike," in printed
        assert "the meaning that you take them to have" in printed
        assert "no-store" in page["Cache-Control"]
        assert anna.get(letter(complaint, "outcome")).status_code == 404

    def test_the_address_is_erased_with_the_rest(self, anna, monkeypatch):
        entered(anna, comment(), email="", address="1 Quay Street")
        complaint = Complaint.objects.get()
        act(anna, complaint, "close", outcome="kept")
        at(monkeypatch, FRIDAY + timedelta(days=500))
        complaint_handling.run()
        assert complaint.notices.get().address == ""

    def test_a_second_letter_makes_a_file_complete(self, anna):
        about = comment()
        complaint = lodged(about, meaning="")
        begun = text(anna, f"{ENTER}?into={complaint.pk}")
        assert f'value="{about.public_id}"' in begun
        entered(anna, about, into=complaint, channel="email")
        complaint.refresh_from_db()
        assert complaint.valid_at == FRIDAY
        assert events(complaint)[-2:] == [
            "joined moderator email",
            "completed moderator email",
        ]
        assert "It was made complete: by e-mail, entered here" in text(
            anna, page_of(complaint)
        )

    def test_of_a_file_that_was_closed_meanwhile_it_is_another(self, anna):
        about = comment()
        complaint = lodged(about)
        act(anna, complaint, "close", outcome="kept")
        answer = entered(anna, about, into=complaint, why="More.")
        assert answer.status_code == 422
        html = unescape(answer.content.decode())
        assert "Sent again, it becomes a complaint of its own." in html
        assert f'action="{ENTER}"' in html
        assert Complaint.objects.count() == 1
        # Nor does it go into the file of another comment.
        other = lodged(comment())
        assert entered(anna, about, into=other, why="More.").status_code == 422
        assert other.notices.count() == 1


@pytest.mark.usefixtures("monday")
class TestWhatCannotBeEntered:
    @pytest.mark.parametrize(
        ("fields", "words"),
        [
            ({"comment": ""}, "Say which comment it is about."),
            ({"comment": "https://blog.example/"}, "No comment that readers see"),
            ({"channel": ""}, "Choose how it came."),
            ({"channel": "form"}, "Select a valid choice."),
            ({"came": FRIDAY + timedelta(days=3, minutes=1)}, "This is in the future."),
            ({"came": FRIDAY - timedelta(days=27, minutes=1)}, "more than 30 days ago"),
            ({"received_at_0": ""}, "Say when it came"),
            ({"received_at_0": "", "received_at_1": ""}, "Say when it came"),
            ({"address": "x" * 301}, "longer than 300 characters"),
            ({"why": "x" * 4001}, "4,001 characters"),
        ],
    )
    def test_all_that_was_typed_comes_back(self, anna, fields, words):
        answer = entered(anna, comment(), **fields)
        assert answer.status_code == 422
        html = unescape(answer.content.decode())
        assert words in html
        assert WHOLE["statement"] in html
        assert f'value="{WHOLE["email"]}"' in html
        assert not Complaint.objects.exists()

    def test_what_nobody_saw_is_not_complained_about(self, anna):
        assert entered(anna, comment(state="pending")).status_code == 422
        assert not Complaint.objects.exists()


def test_who_may_not_handle_complaints_enters_none():
    about = comment()
    complaint = lodged(about, email="", address="1 Quay Street")
    guest = people.staff("guest")
    guest.user_permissions.add(
        *guest.user_permissions.model.objects.filter(codename="view_complaint")
    )
    for client in (people.signed_in(guest), people.signed_in(people.staff("ed"))):
        assert client.get(ENTER).status_code == 403
        assert entered(client, about).status_code == 403
        assert client.get(letter(complaint, "incomplete")).status_code == 403
    assert ENTER not in text(people.signed_in(guest), LIST)
    assert Complaint.objects.count() == 1
