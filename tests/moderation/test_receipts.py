"""What the holder of a receipt sees and does, and that nobody else can."""

import hashlib
import random
import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.discussion import receipts
from blog.models import Comment
from blog.warnings import warnings
from moderation import transitions
from moderation.models import Appeal, Decision, Screening
from moderation.reasons import REASONS
from tests.blog import making
from tests.blog.contributions import (
    RECEIPT,
    SEND,
    browser,
    fields,
    kept,
    preview,
    send,
)
from tests.blog.contributions import post as send_form

from .deciding import ANN, do, in_state, now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still")]
LETTERS = "0123456789abcdefghjkmnpqrstvwxyz"


@pytest.fixture
def client():
    return browser()


@pytest.fixture
def sent(client):
    """A comment that waits, and its receipt."""
    return send(client, fields(making.post(), "Tides turn.", name="Deckhand"))


def ask(client, code: str, do: str = "", status: int = 200, **form: str) -> str:
    page = send_form(client, RECEIPT, {"code": code, "do": do} | form)
    assert page.status_code == status
    assert "no-store" in page.headers["Cache-Control"]
    assert not page.cookies
    return page.content.decode()


def title(html: str) -> str:
    return re.search(r"<h1>(.*?)</h1>", html)[1]


class TestTheCode:
    def test_it_has_128_bits_in_26_letters(self):
        codes = {receipts.code_for(receipts.new_nonce()) for _ in range(2000)}
        assert len(codes) == 2000
        assert all(re.fullmatch(f"[{LETTERS}]{{26}}", code) for code in codes)
        # 26 letters hold 130 bits: of the first, two are always nought.
        for place in range(1, 26):
            assert {code[place] for code in codes} == set(LETTERS)
        assert {code[0] for code in codes} == set(LETTERS[:8])

    def test_one_nonce_one_code_and_another_another(self, settings):
        nonce = receipts.new_nonce()
        assert len(nonce) == 32
        assert receipts.code_for(nonce) == receipts.code_for(nonce)
        assert receipts.code_for(nonce) != receipts.code_for(receipts.new_nonce())
        # Who reads the nonce in the form cannot make the code without the site's key.
        before = receipts.code_for(nonce)
        settings.SECRET_KEY = "x" * 50
        assert receipts.code_for(nonce) != before

    def test_only_its_hash_is_stored(self, sent):
        comment, code = sent
        assert comment.receipt_digest == hashlib.sha256(code.encode()).hexdigest()
        for model in (Comment, Screening, Decision, Appeal):
            for row in model.objects.values():
                assert code not in repr(row)

    def test_it_can_be_typed_as_it_is_read(self, client, sent):
        _, code = sent
        misread = code.replace("0", "O").replace("1", "l")
        for typed in (
            code,
            code.upper(),
            f"  {code}\t",
            receipts.grouped(code),
            receipts.grouped(code).replace(" ", "-").upper(),
            misread,
            misread.replace("l", "I"),
        ):
            assert "Tides turn." in ask(client, typed)

    def test_groups_lose_nothing(self, sent):
        assert receipts.grouped(sent[1]).replace(" ", "") == sent[1]

    @pytest.mark.parametrize("wrong", ["", " ", "0" * 26, "x", "é" * 26, "0" * 5000])
    def test_no_other_opens_anything(self, client, sent, wrong):
        html = ask(client, wrong, status=404)
        assert "No comment has this receipt" in html
        assert "Tides turn" not in html

    def test_nothing_is_done_with_a_wrong_code(self, client, sent):
        comment, code = sent
        for action in ("withdraw", "correct", "appeal"):
            ask(client, code[:-1], action, 404, version="1", text="x", appeal="x")
        assert now(comment).version == 1

    def test_a_hundred_thousand_random_codes_hit_nothing(self, sent):
        chance = random.Random(26)
        for _ in range(100):
            digests = [
                receipts.digest("".join(chance.choices(LETTERS, k=26)))
                for _ in range(1000)
            ]
            stored = Comment.objects.filter(receipt_digest__in=digests)
            assert not stored.exists()

    def test_a_comment_without_receipt_is_never_found(self, client):
        making.comment(making.post(), "Imported.")
        ask(client, "", status=404)

    def test_a_look_without_code_shows_none(self, client, sent):
        for page in (client.get(RECEIPT), client.get(f"{RECEIPT}?code={sent[1]}")):
            html = page.content.decode()
            assert page.status_code == 200
            assert sent[1] not in html
            assert "Tides" not in html
            assert "no-store" in page.headers["Cache-Control"]


class TestWhereItStands:
    def test_its_place_in_the_queue(self, client, sent):
        comment, code = sent
        assert title(ask(client, code)) == "It waits to be read"
        assert "It is the next to be read." in ask(client, code)
        form = fields(comment.post, "Another text of the sea.")
        _, last_code = send(client, form)
        in_state(comment.post, "published")
        assert "It is number 2 in the queue." in ask(client, last_code)
        do("approve", now(comment))
        assert "It is the next to be read." in ask(client, last_code)

    def test_how_long_it_took_lately(self, client, sent):
        comment, code = sent
        assert "Lately" not in ask(client, code)
        for hours in (1, 5, 30):
            other = in_state(
                comment.post,
                "pending",
                written_at=timezone.now() - timedelta(hours=hours),
            )
            do("approve", other)
        assert "Lately half of all comments were decided within 5 hours." in ask(
            client, code
        )

    @pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.code)
    def test_the_words_of_the_reason(self, client, sent, reason):
        comment, code = sent
        do(
            "reject",
            comment,
            reason=reason.code,
            public_note="See <above>.",
            private_note="Between us.",
        )
        html = ask(client, code)
        assert title(html) == "It was refused"
        assert reason.public in html
        assert "See &lt;above&gt;." in html
        assert "Between us" not in html
        assert "ann" not in re.sub(r"<[^>]*>", "", html).split()

    @pytest.mark.parametrize(
        ("steps", "words"),
        [
            (["approve"], "It is published"),
            (["spam"], "It was taken for spam"),
            (["approve", "hide"], "It was hidden"),
            (["approve", "hold"], "It is held because of a complaint"),
            (["reject", "restore"], "It is published"),
            (["withdraw"], "You withdrew it"),
        ],
    )
    def test_each_state_in_words(self, client, sent, steps, words):
        comment, code = sent
        for step in steps:
            do(step, now(comment))
        assert title(ask(client, code)) == words

    def test_refused_again_after_all_shows_the_reason_again(self, client, sent):
        comment, code = sent
        do("reject", comment, reason="off_topic")
        done = do("restore", now(comment)).done[0]
        transitions.undo([done.seq], ANN)
        html = ask(client, code)
        assert title(html) == "It was refused"
        assert "It is not about what this post is about." in html

    def test_what_was_erased_has_no_receipt(self, client, sent):
        comment, code = sent
        do("reject", comment, reason="off_topic")
        do("erase", now(comment))
        assert "What was erased has no receipt any more" in ask(
            client, code, status=404
        )


class TestThePageAfterSending:
    """It says what the page of the receipt says, before that is asked for."""

    def sent_again(self, client, form) -> str:
        page = send_form(client, SEND, form)
        assert page.status_code == 200
        return page.content.decode()

    @pytest.fixture
    def form(self, client):
        return preview(client, fields(making.post(), "Tides turn."))

    def test_its_place_and_how_long_decisions_took(self, client, form):
        other = making.post(2)
        decided = making.comment(
            other, written_at=timezone.now() - timedelta(hours=6), state="pending"
        )
        do("approve", decided)
        for _ in range(2):
            making.comment(other, state="pending")
        html = self.sent_again(client, form)
        words = (
            "It is number 3 in the queue. "
            "Lately half of all comments were decided within 6 hours."
        )
        assert words in html
        comment = Comment.objects.latest("pk")
        code = re.search(r'id="receipt" readonly value="(\w+)"', html)[1]
        assert comment.receipt_digest == receipts.digest(code)
        assert words in ask(client, code)

    def test_the_next_to_be_read_where_nothing_was_decided_yet(self, client, form):
        html = self.sent_again(client, form)
        assert "It is the next to be read." in html
        assert "Lately" not in html

    def test_sent_again_it_says_what_became_of_it(self, client, form):
        self.sent_again(client, form)
        do("reject", Comment.objects.get())
        html = self.sent_again(client, form)
        assert title(html) == "It was sent already"
        assert "<p>It was refused.</p>" in html
        assert "in the queue" not in html

    def test_published_it_waits_no_more(self, client, form):
        self.sent_again(client, form)
        do("approve", Comment.objects.get())
        html = self.sent_again(client, form)
        assert title(html) == "It is published"
        assert "to be read" not in html

    def test_it_costs_as_much_however_many_wait(self, client, form):
        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                self.sent_again(client, form)
            return len(queries)

        self.sent_again(client, form)
        before = cost()
        making.discussion(making.post(2), 12)
        Comment.objects.update(state="pending")
        assert cost() == before


class TestCorrecting:
    @pytest.mark.parametrize("published", [False, True])
    def test_a_new_text_is_read_again(self, client, sent, published):
        comment, code = sent
        if published:
            do("approve", comment)
        version = now(comment).version
        html = ask(
            client,
            code,
            "correct",
            version=str(version),
            text="Winds turn *too*.",
            name="Bosun",
        )
        stored = now(comment)
        assert (stored.state, stored.version) == ("pending", version + 1)
        assert (stored.text, stored.name) == ("Winds turn *too*.", "Bosun")
        assert stored.html == "<p>Winds turn <em>too</em>.</p>\n"
        assert stored.published_at is None
        assert "It waits to be read again." in html
        assert title(html) == "It waits to be read"
        page = client.get(comment.post.get_absolute_url()).content.decode()
        assert "Winds" not in page
        assert "Tides" not in page

    def test_it_is_screened_again_and_its_state_is_that_of_the_log(self, client, sent):
        from moderation.models import Rule

        comment, code = sent
        Rule.objects.create(pattern="casino", action=Rule.Action.LIKELY_SPAM)
        ask(client, code, "correct", version="1", text="Casino!", name="")
        found = Screening.objects.get(comment=comment)
        assert found.lane == "likely_spam"
        assert [note["code"] for note in found.why] == ["rule"]
        row = Decision.objects.get()
        assert (row.to_state, row.version) == (now(comment).state, now(comment).version)

    @pytest.mark.parametrize("version", ["0", "2", "", "x", "1e1", "9" * 30, "٣"])
    def test_another_version_is_refused_and_the_text_kept(self, client, sent, version):
        comment, code = sent
        page = send_form(
            client,
            RECEIPT,
            {
                "code": code,
                "do": "correct",
                "version": version,
                "text": "Winds turn.",
                "name": "Bosun",
            },
        )
        assert page.status_code == 409
        assert kept(page) == ("Winds turn.", "Bosun")
        assert "not as the page showed it" in page.content.decode()
        assert (now(comment).text, now(comment).version) == ("Tides turn.", 1)

    def test_what_was_decided_meanwhile_wins_and_the_text_is_kept(self, client, sent):
        comment, code = sent
        do("reject", comment)
        html = ask(
            client, code, "correct", 409, version="1", text="Winds turn.", name=""
        )
        assert "Winds turn." in html
        assert now(comment).text == "Tides turn."
        # Who decided is nobody's business here.
        assert "by ann" not in html

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"text": "x" * 8001}, "8,001 characters"),
            ({"text": ""}, "Write something first."),
            ({"name": "y" * 61}, "61 characters"),
        ],
    )
    def test_what_the_form_refuses_is_refused_here(self, client, sent, change, words):
        comment, code = sent
        form = {"version": "1", "text": "Winds turn.", "name": ""} | change
        html = ask(client, code, "correct", 422, **form)
        assert words in html
        assert form["text"] in html
        assert now(comment).version == 1

    @pytest.mark.parametrize(
        "state", ["rejected", "spam", "hidden", "held", "withdrawn"]
    )
    def test_what_was_decided_cannot_be_corrected(self, client, sent, state):
        comment, code = sent
        Comment.objects.update(state=state)
        ask(client, code, "correct", 409, version="1", text="Winds turn.", name="")
        assert now(comment).state == state


class TestACorrectionThatTellsTooMuch:
    TEXT = "I work at Harbourmouth and\n\nmy manager Annie knows."

    @pytest.fixture
    def correct(self, client, sent):
        def send(text: str, status: int = 200, **form) -> str:
            form = {"version": "1", "text": text, "name": "Bosun"} | form
            return ask(client, sent[1], "correct", status, **form)

        return send

    def warned(self, html: str) -> list[str]:
        found = re.findall(r'name="warned" value="([^"]*)"', html)
        return [unescape(passage) for passage in found]

    def test_it_is_shown_first_and_nothing_is_stored(self, client, sent, correct):
        comment, _ = sent
        html = correct(self.TEXT)
        assert "Nothing was changed yet." in html
        assert (
            "“<bdi>I work at Harbourmouth</bdi>”: Does that tell where you work?"
            in html
        )
        assert "“<bdi>my manager Annie</bdi>”: Will somebody know who that is?" in html
        assert ">Send it as it is</button>" in html
        assert "Corrected." not in html
        assert re.search(r'id="f-text" name="text".*?>\n(.*?)</textarea>', html, re.S)[
            1
        ] == (self.TEXT)
        assert 'value="Bosun"' in html
        assert (now(comment).text, now(comment).version) == ("Tides turn.", 1)
        assert not Decision.objects.exists()

    def test_sent_as_it_is(self, sent, correct):
        html = correct(self.TEXT, warned=self.warned(correct(self.TEXT)))
        assert "Corrected. It waits to be read again." in html
        assert "warned" not in html
        assert (now(sent[0]).text, now(sent[0]).name) == (self.TEXT, "Bosun")

    def test_a_passage_over_two_lines(self, sent, correct):
        text = "It was\nmy team\nin Harbourmouth."
        assert "my team\nin Harbourmouth" in warnings(text)[0].passage
        passages = [p.replace("\n", "\r\n") for p in self.warned(correct(text))]
        assert "Corrected." in correct(text, warned=passages)

    def test_made_harmless_meanwhile_it_goes_through(self, sent, correct):
        passages = self.warned(correct(self.TEXT))
        assert "Corrected." in correct("Somebody knows.", warned=passages)

    def test_what_came_in_meanwhile_is_shown_too(self, sent, correct):
        passages = self.warned(correct(self.TEXT))
        html = correct(f"{self.TEXT} My name is Bo, my name is Bo.", warned=passages)
        assert "Is that your name?" in html
        assert now(sent[0]).version == 1

    def test_without_warnings_it_goes_through_as_ever(self, sent, correct):
        html = correct("Winds turn.")
        assert "Corrected." in html
        assert ">Send the corrected text</button>" in html

    def test_what_cannot_be_stored_is_refused_at_once(self, sent, correct):
        html = correct(self.TEXT, 409, version="2")
        assert "not as the page showed it" in html
        assert "my manager Annie knows." in html
        Comment.objects.update(state="rejected")
        assert "my manager Annie knows." in correct(self.TEXT, 409)

    def test_nothing_of_it_becomes_html(self, correct):
        text = 'I work at Harbour"><script>alert(1)</script>, my manager Annie.'
        assert "<script>alert" not in correct(text)


class TestWithdrawing:
    @pytest.mark.parametrize("published", [False, True])
    def test_the_text_is_gone_at_once(self, client, sent, published):
        comment, code = sent
        if published:
            do("approve", comment)
        version = str(now(comment).version)
        html = ask(client, code, "withdraw", version=version)
        assert "Withdrawn. Its text is erased." in html
        stored = now(comment)
        assert (stored.state, stored.text, stored.html, stored.name) == (
            "withdrawn",
            "",
            "",
            "",
        )
        page = client.get(comment.post.get_absolute_url()).content.decode()
        assert "Tides" not in page
        assert "Tides" not in html

    def test_a_stale_page_withdraws_nothing(self, client, sent):
        comment, code = sent
        ask(client, code, "correct", version="1", text="Winds turn.", name="")
        ask(client, code, "withdraw", 409, version="1")
        assert now(comment).text == "Winds turn."

    def test_twice_is_once(self, client, sent):
        _, code = sent
        ask(client, code, "withdraw", version="1")
        ask(client, code, "withdraw", 409, version="2")
        assert Decision.objects.count() == 1


class TestAppealing:
    def appeal(self, client, code, text="It is true.", status=200) -> str:
        return ask(client, code, "appeal", status, appeal=text)

    @pytest.mark.parametrize("steps", [["reject"], ["spam"], ["approve", "hide"]])
    def test_once(self, client, sent, steps):
        comment, code = sent
        for step in steps:
            do(step, now(comment))
        assert 'name="appeal"' in ask(client, code)
        html = self.appeal(client, code)
        assert "Your appeal is with the moderators." in html
        assert 'name="appeal"' not in html
        stored = Appeal.objects.get()
        assert (stored.comment, stored.text) == (comment, "It is true.")
        assert stored.decision_seq == Decision.objects.latest("seq").seq
        assert Screening.objects.get(comment=comment).lane == "appeal"
        self.appeal(client, code, "Again.", 409)
        assert Appeal.objects.get().text == "It is true."
        # The appeal changes no state.
        assert now(comment).version == len(steps) + 1

    @pytest.mark.parametrize(
        "steps", [[], ["approve"], ["approve", "hold"], ["withdraw"]]
    )
    def test_only_against_a_refusal(self, client, sent, steps):
        comment, code = sent
        for step in steps:
            do(step, now(comment))
        assert 'name="appeal"' not in ask(client, code)
        self.appeal(client, code, status=409)
        assert not Appeal.objects.exists()

    @pytest.mark.parametrize(("days", "status"), [(182, 200), (184, 409)])
    def test_within_six_months(self, client, sent, monkeypatch, days, status):
        comment, code = sent
        do("reject", comment)
        then = timezone.now() + timedelta(days=days)
        monkeypatch.setattr(timezone, "now", lambda: then)
        self.appeal(client, code, status=status)
        assert Appeal.objects.exists() == (status == 200)

    def test_of_at_most_a_thousand_characters(self, client, sent):
        comment, code = sent
        do("reject", comment)
        html = self.appeal(client, code, "x" * 1001, 409)
        assert "1,001 characters; 1,000 are the most" in html
        assert "x" * 1001 in html
        assert not Appeal.objects.exists()
        self.appeal(client, code, "é" * 1000)
        assert Appeal.objects.get().text == "é" * 1000

    @pytest.mark.parametrize("text", ["", "  \r\n", "\u200b"])
    def test_not_without_words(self, client, sent, text):
        comment, code = sent
        do("reject", comment)
        self.appeal(client, code, text, 409)
        assert not Appeal.objects.exists()
