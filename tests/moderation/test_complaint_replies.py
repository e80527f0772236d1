"""The writer of a comment that a complaint holds: what the receipt shows of it, and
the one answer."""

from html import unescape

import pytest

from blog.discussion.submission import submit
from blog.models import Comment
from moderation.models import Complaint
from tests.blog import making
from tests.blog.contributions import RECEIPT, browser
from tests.blog.contributions import post as send_form

from . import making as people
from .complaining import WHOLE, act, events, lodged, page_of
from .deciding import do

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.NETWORK_KEY_FILE = tmp_path / "network-key"


class TestItsWriter:
    @pytest.fixture
    def sent(self):
        """A published comment, its receipt, and a moderator."""
        stored = submit(making.post(), "He sold the lifeboat.")
        do("approve", stored.comment)
        about = Comment.objects.get(pk=stored.comment.pk)
        return about, stored.code, people.signed_in(people.moderator("mo"))

    def ask(self, code: str, status: int = 200, **form: str) -> str:
        page = send_form(browser(), RECEIPT, {"code": code} | form)
        assert page.status_code == status
        return unescape(page.content.decode())

    def test_sees_what_is_said_and_not_by_whom(self, sent):
        about, code, mo = sent
        complaint = lodged(about)
        assert WHOLE["why"] not in self.ask(code)
        act(mo, complaint, "hold")
        html = self.ask(code)
        assert "It is held because of a complaint" in html
        for name in ("statement", "why", "meaning", "wrong"):
            assert WHOLE[name] in html
        assert WHOLE["name"] not in html
        assert WHOLE["email"] not in html

    def test_sees_by_whom_where_that_was_agreed_to(self, sent):
        about, code, mo = sent
        complaint = lodged(about, pass_name=True)
        act(mo, complaint, "hold")
        html = self.ask(code)
        assert WHOLE["name"] in html
        assert WHOLE["email"] not in html

    def test_sees_little_of_other_kinds(self, sent):
        about, code, mo = sent
        complaint = lodged(about, "harassment", good_faith=True)
        act(mo, complaint, "hold")
        html = self.ask(code)
        assert "Harassment: it attacks or threatens somebody" in html
        assert WHOLE["why"] not in html

    def test_answers_once(self, sent):
        about, code, mo = sent
        complaint = lodged(about)
        act(mo, complaint, "hold")
        html = self.ask(code, do="answer-complaint", reply="I saw the bill of sale.")
        assert "Your answer is with the moderators" in html
        assert "I saw the bill of sale." in html
        assert 'value="answer-complaint"' not in html
        self.ask(code, 409, do="answer-complaint", reply="More.")
        complaint.refresh_from_db()
        assert complaint.reply == "I saw the bill of sale."
        assert events(complaint)[-1] == "replied contributor"
        page = mo.get(page_of(complaint)).content.decode()
        assert "I saw the bill of sale." in page

    @pytest.mark.parametrize("reply", ["", " \n", "x" * 1001])
    def test_answers_something_of_a_length(self, sent, reply):
        about, code, mo = sent
        act(mo, lodged(about), "hold")
        html = self.ask(code, 409, do="answer-complaint", reply=reply)
        assert reply.strip() in html
        assert not Complaint.objects.get().reply

    def test_answers_nothing_while_it_is_shown(self, sent):
        about, code, _ = sent
        lodged(about)
        self.ask(code, 409, do="answer-complaint", reply="Early.")
        assert not Complaint.objects.get().reply

    def test_a_withdrawal_takes_the_answer_along(self, sent):
        about, code, mo = sent
        act(mo, lodged(about), "hold")
        self.ask(code, do="answer-complaint", reply="I saw it.")
        self.ask(code, do="withdraw", version=str(people.now(about).version))
        complaint = Complaint.objects.get()
        assert (complaint.reply, complaint.snapshot_text) == ("", "")
