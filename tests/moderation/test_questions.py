"""One question to the writer of a comment that waits, and one answer."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.models import Comment
from moderation import actions, log, questions, receipts, replay, retention, transitions
from moderation.models import ArrivalCount, Decision, Question, Tally
from moderation.transitions import NotAllowed, Seen
from tests.blog.contributions import RECEIPT, browser, fields, send
from tests.blog.contributions import post as send_form
from tests.blog.making import post

from .deciding import in_state
from .making import (
    DECIDE,
    LOG,
    QUEUE,
    UNDO,
    decided,
    key,
    moderator,
    now,
    page,
    press,
    signed_in,
    staff,
    submission,
)

JOBS = "tests.moderation.question_jobs:"
State = Comment.State
WORDS = "Which harbour <do> you mean?"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still")]


@pytest.fixture
def anna():
    return moderator("anna")


@pytest.fixture
def desk(anna):
    return signed_in(anna)


@pytest.fixture
def sent():
    """A comment that waits, and its receipt."""
    return send(browser(), fields(post(1, title="Ferries"), "It leaks.", name="Cook"))


def seen(comment: Comment) -> Seen:
    fresh = now(comment)
    return Seen(fresh.public_id, fresh.version)


def ask(comment: Comment, user, text: str = WORDS):
    return questions.ask(user, seen(comment), text)


def one_page(comment: Comment) -> str:
    return reverse("admin:moderation_queuedcomment_change", args=[comment.public_id])


def ask_page(comment: Comment) -> str:
    return reverse("admin:moderation_queuedcomment_ask", args=[comment.public_id])


def receipt(code: str, do: str = "", status: int = 200, **form: str) -> str:
    answer = send_form(browser(), RECEIPT, {"code": code, "do": do} | form)
    assert answer.status_code == status
    assert not answer.cookies
    assert "no-store" in answer.headers["Cache-Control"]
    return answer.content.decode()


def reply(code: str, text: str = "The old one.", version=1, status: int = 200) -> str:
    return receipt(code, "answer-question", status, answer=text, version=str(version))


def rows() -> list[tuple]:
    return list(Decision.objects.order_by("seq").values_list("action", "actor"))


class TestAsking:
    def test_the_comment_waits_on_and_the_log_tells_of_it_without_a_word(
        self, sent, anna
    ):
        comment, _ = sent
        [row] = ask(comment, anna).done
        fresh = now(comment)
        assert (fresh.state, fresh.version) == (comment.state, comment.version)
        assert (row.action, row.actor) == ("ask", "anna")
        assert (row.from_state, row.to_state) == (fresh.state, fresh.state)
        assert (row.reason, row.public_note, row.private_note) == ("", "", "")
        found = Question.objects.get()
        assert (found.text, found.asked_by, found.version) == (WORDS, anna, 1)
        assert (found.asked_at.second, found.asked_at.microsecond) == (0, 0)
        assert list(log.faults()) == []
        told = [found.message for found in replay.differences()]
        assert not [words for words in told if "decision #" in words]

    def test_once_about_a_version(self, sent, anna):
        comment, _ = sent
        ask(comment, anna)
        outcome = ask(comment, moderator("ben"), "Another?")
        assert outcome.done == []
        assert "asked already by anna at" in outcome.conflicts[0].message
        assert Question.objects.get().text == WORDS
        assert rows() == [("ask", "anna")]

    def test_again_about_a_corrected_text(self, sent, anna):
        comment, code = sent
        ask(comment, anna)
        receipts.correct(now(comment), 1, "It leaks at Gairswick.", "Cook")
        assert ask(comment, anna, "Since when?").done
        assert [q.version for q in Question.objects.all()] == [1, 2]
        html = receipt(code)
        assert "Since when?" in html
        assert "Which harbour" not in html

    def test_the_database_holds_one_a_version_too(self, sent, anna):
        comment, _ = sent
        ask(comment, anna)
        row = Question.objects.get()
        row.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save(force_insert=True)

    @pytest.mark.parametrize("half", [{"answer": "x"}, {"answered_on": "2026-05-01"}])
    def test_an_answer_has_its_day(self, sent, anna, half):
        ask(sent[0], anna)
        with pytest.raises(IntegrityError), transaction.atomic():
            Question.objects.update(**half)

    def test_only_what_was_seen(self, sent, anna):
        comment, _ = sent
        stale = seen(comment)
        decided(comment, moderator("ben"), "approve")
        outcome = questions.ask(anna, stale, WORDS)
        assert "already published by ben" in outcome.conflicts[0].message
        assert not Question.objects.exists()

    @pytest.mark.parametrize(
        "state",
        [state for state in State.values if state not in actions.WAITING],
    )
    def test_only_while_it_waits(self, anna, state):
        comment = in_state(post(1), state)
        assert ask(comment, anna).conflicts
        assert (Question.objects.count(), rows()) == (0, [])

    def test_not_who_has_no_receipt(self, sent, anna, desk):
        """An imported comment: nobody could see the question."""
        comment, _ = sent
        Comment.objects.filter(pk=comment.pk).update(receipt_digest=None)
        assert "Ask its writer" not in page(desk)
        with pytest.raises(NotAllowed, match="no receipt"):
            ask(comment, anna)
        assert not Question.objects.exists()

    def test_what_is_gone_is_a_conflict(self, anna):
        outcome = questions.ask(anna, Seen("0" * 13, 1), WORDS)
        assert "does not exist" in outcome.conflicts[0].message

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "Write the question first."),
            (" \u200b\r\n", "Write the question first."),
            ("x" * 501, "at most 500 characters; this has 501"),
            ("a\0b", "plain text"),
        ],
    )
    def test_words_that_are_none_are_refused(self, sent, anna, text, words):
        with pytest.raises(NotAllowed, match=words):
            ask(sent[0], anna, text)
        assert not Question.objects.exists()

    def test_it_is_cleaned_as_other_texts(self, sent, anna):
        ask(sent[0], anna, "é" * 499 + "\u202e!\r\n\r\n\r\n")
        assert Question.objects.get().text == "é" * 499 + "!"

    def test_twenty_at_once_ask_one_question(self, own_database):
        [comment, _] = own_database.work(f"{JOBS}waiting")
        answers = own_database.work(f"{JOBS}ask", comment, 20)
        assert sorted(a[0] for a in answers) == [0] * 19 + [1]
        assert all("asked already" in a[1] for a in answers if not a[0])
        assert own_database.work(f"{JOBS}stored") == [1, 0, 1, []]


class TestAtTheDesk:
    def test_the_button_of_the_card_asks(self, sent, desk):
        comment, _ = sent
        html = page(desk)
        assert "Ask its writer" in html
        answer = press(desk, "ask", comment, question=WORDS)
        html = page(desk, answer["Location"])
        assert "Its writer is asked" in html
        assert "waiting for an answer since" in html
        assert "Which harbour &lt;do&gt; you mean?" in html
        assert "Ask its writer" not in html

    @pytest.mark.parametrize(
        ("question", "words"), [("", "Write the question"), ("y" * 501, "501")]
    )
    def test_what_was_typed_is_kept(self, sent, desk, question, words):
        comment, _ = sent
        answer = press(desk, "ask", comment, question=question, public_note="kept")
        html = answer.content.decode()
        assert answer.status_code == 422
        assert words in html
        assert f">\n{question}</textarea>" in html
        assert 'value="kept"' in html
        assert "To the comment" in html

    def test_it_is_kept_when_another_button_was_wrong(self, sent, desk):
        comment, _ = sent
        answer = press(desk, "reject", comment, question=WORDS)
        assert "needs a reason" in answer.content.decode()
        assert WORDS in unescape(answer.content.decode())

    @pytest.mark.parametrize("first", ["asked", "decided"])
    def test_who_is_second_keeps_her_words(self, sent, desk, first):
        comment, _ = sent
        ben = moderator("ben")
        stale = {"one": f"ask:{key(comment)}", f"{comment.public_id}-question": "Why?"}
        if first == "asked":
            ask(comment, ben)
        else:
            decided(comment, ben, "reject")
        answer = desk.post(DECIDE, stale)
        html = unescape(answer.content.decode())
        assert answer.status_code == 422
        assert "by ben at" in html
        assert "You wrote: “Why?”" in html
        assert Question.objects.filter(text="Why?").count() == 0

    def test_the_page_of_the_comment_asks(self, sent, desk):
        comment, _ = sent
        assert ask_page(comment) in page(desk, one_page(comment))
        form = {"version": "1", f"{comment.public_id}-question": WORDS}
        answer = desk.post(ask_page(comment), form)
        assert answer["Location"] == one_page(comment)
        html = page(desk, one_page(comment))
        assert "Its writer is asked" in html
        assert "waiting for an answer since" in html
        assert ask_page(comment) not in html

    @pytest.mark.parametrize(
        ("version", "text"), [("1", ""), ("2", "Why?"), ("x", "Why?"), ("", "Why?")]
    )
    def test_the_page_keeps_what_was_typed(self, sent, desk, version, text):
        comment, _ = sent
        form = {"version": version, f"{comment.public_id}-question": text}
        answer = desk.post(ask_page(comment), form)
        html = answer.content.decode()
        assert answer.status_code == 422
        assert f">\n{text}</textarea>" in html
        assert "problem" in html
        assert not Question.objects.exists()

    def test_a_get_asks_nothing(self, sent, desk):
        assert desk.get(ask_page(sent[0])).status_code == 405

    def test_only_who_may_decide(self, sent):
        comment, _ = sent
        client = signed_in(staff("ed", "Editors"))
        form = {"version": "1", f"{comment.public_id}-question": WORDS}
        assert client.post(ask_page(comment), form).status_code == 403
        assert press(client, "ask", comment, question=WORDS).status_code == 403
        assert not Question.objects.exists()

    def test_of_no_comment(self, desk):
        address = reverse("admin:moderation_queuedcomment_ask", args=["0" * 13])
        assert desk.post(address).status_code == 404

    def test_the_answer_is_marked_unread_until_it_is_decided(self, sent, desk, anna):
        comment, code = sent
        ask(comment, anna)
        assert "Unread answer" not in page(desk)
        reply(code, "The <old> one.\nBy the slip.")
        html = page(desk)
        assert "Unread answer" in html
        assert "The &lt;old&gt; one.<br>By the slip." in html
        assert "waiting for an answer" not in html
        decided(comment, anna, "approve")
        html = page(desk, f"{QUEUE}?what=published")
        assert "Unread answer" not in html
        assert "The &lt;old&gt; one." in html

    def test_the_filters(self, sent, desk, anna):
        comment, code = sent
        other = submission(comment.post, "Winds.")
        third = submission(comment.post, "Rain.")
        ask(comment, anna)
        ask(other, anna)
        reply(code)

        def ids(which: str) -> list[str]:
            html = page(desk, f"{QUEUE}?question={which}")
            return [
                c.public_id
                for c in (comment, other, third)
                if f'id="c-{c.public_id}"' in html
            ]

        assert ids("asked") == [other.public_id]
        assert ids("answered") == [comment.public_id]
        assert len(ids("")) == 3
        # A new question about a corrected text: the newest counts.
        receipts.correct(now(comment), 1, "It leaks a lot.", "Cook")
        ask(comment, anna)
        assert ids("answered") == []

    def test_the_log_names_both(self, sent, desk, anna):
        comment, code = sent
        ask(comment, anna)
        reply(code)
        html = page(desk, LOG)
        assert "Asked" in html
        assert "Answered" in html
        assert "Which harbour" not in html
        assert page(desk, one_page(comment)).count("<td>Asked") == 1

    def test_no_figure_counts_them(self, sent, anna):
        comment, code = sent
        other, _ = send(browser(), fields(post(2), "Rain.", name="Cook"))
        ask(comment, anna)
        reply(code)
        for each in (comment, other):
            decided(each, anna, "approve")
        asked, plain = (
            Tally.objects.get(post=each.post).by_month for each in (comment, other)
        )
        assert asked == plain
        assert [month["published"] for month in asked.values()] == [1]

    def test_it_hides_no_decision(self, sent, desk, anna):
        """What stands is told by the last decision, not by a question about it."""
        comment, _ = sent
        row = Decision.objects.get(
            comment_public_id=decided(comment, anna, "reject").public_id
        )
        desk.post(UNDO, {"seq": row.seq})
        ask(comment, anna)
        html = page(desk)
        assert "taken back" in html
        # An asked comment is decided like any other.
        decided(comment, anna, "approve")

    def test_the_queue_costs_the_same_for_two_and_for_twenty(self, desk, anna):
        subject = post(1)

        def cost(number: int) -> int:
            for each in range(number):
                ask(submission(subject, f"Text {timezone.now()} {each}"), anna)
            # That so many come at once is told by itself, with queries of its own.
            ArrivalCount.objects.all().delete()
            with CaptureQueriesContext(connection) as queries:
                page(desk)
            return len(queries)

        # Once there are some that are alike, each card is told what is like it.
        cost(6)
        assert cost(2) == cost(18)


class TestAnswering:
    @pytest.fixture
    def asked(self, sent, anna):
        ask(sent[0], anna)
        return sent

    def test_the_receipt_shows_it_and_takes_one_answer(self, asked):
        comment, code = asked
        html = receipt(code)
        assert "A question from a moderator" in html
        assert "Which harbour &lt;do&gt; you mean?" in html
        # The word: a code of random letters can hold hers.
        assert not re.search(r"\banna\b", html)
        html = reply(code)
        assert "Your answer is with the moderators." in html
        assert 'name="answer"' not in html
        assert "The old one." in html
        found = Question.objects.get()
        assert (found.answer, found.answered_on) == (
            "The old one.",
            timezone.localdate(),
        )
        assert rows() == [("ask", "anna"), ("reply", "")]
        row = Decision.objects.latest("seq")
        assert row.actor_kind == "contributor"
        assert (row.from_state, row.to_state) == (comment.state, comment.state)
        assert (now(comment).version, now(comment).state) == (1, comment.state)
        assert list(log.faults()) == []
        told = [found.message for found in replay.differences()]
        assert not [words for words in told if "decision #" in words]

    def test_once(self, asked):
        _, code = asked
        reply(code)
        html = reply(code, "Another.", status=409)
        assert "You have answered already." in html
        assert "Another." in html
        assert Question.objects.get().answer == "The old one."

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "Write something"),
            (" \u200b", "Write something"),
            ("z" * 1001, "1,001"),
        ],
    )
    def test_words_that_are_none(self, asked, text, words):
        _, code = asked
        html = reply(code, text, status=409)
        assert words in html
        assert f">\n{text}</textarea>" in unescape(html)
        assert Question.objects.get().answer == ""

    def test_a_thousand_characters_cleaned(self, asked):
        reply(asked[1], "é" * 999 + "\u202e!\r\n")
        assert Question.objects.get().answer == "é" * 999 + "!"

    @pytest.mark.parametrize("version", ["0", "2", "", "x", "9" * 30])
    def test_another_question_is_not_answered(self, asked, version):
        _, code = asked
        html = reply(code, "Kept.", version, 409)
        assert "not as the page showed it" in html
        assert ">\nKept.</textarea>" in html
        assert rows() == [("ask", "anna")]

    @pytest.mark.parametrize("action", ["approve", "reject", "spam"])
    def test_what_was_decided_meanwhile_wins_and_the_words_are_kept(
        self, asked, anna, action
    ):
        comment, code = asked
        decided(comment, anna, action)
        html = reply(code, "Too late.", status=409)
        assert "decided meanwhile" in html
        assert ">\nToo late.</textarea>" in html
        assert "It was decided without an answer." in html
        assert Question.objects.get().answer == ""

    def test_after_a_correction_too(self, asked):
        comment, code = asked
        receipts.correct(now(comment), 1, "It leaks at Gairswick.", "Cook")
        assert "Which harbour" in receipt(code)
        reply(code)
        assert Question.objects.get().answer == "The old one."

    def test_nobody_without_the_receipt(self, asked):
        reply("0" * 26, status=404)
        assert Question.objects.get().answer == ""

    def test_without_a_question_there_is_nothing_to_answer(self, sent):
        _, code = sent
        assert "question from" not in receipt(code)
        reply(code, status=409)
        assert rows() == []

    def test_twenty_at_once_are_one_answer(self, own_database):
        comment, code = own_database.work(f"{JOBS}waiting")
        own_database.work(f"{JOBS}ask", comment, 1)
        answers = own_database.work(f"{JOBS}answer", code, 20)
        assert sorted(answers) == ["You have answered already."] * 19 + ["done"]
        assert own_database.work(f"{JOBS}stored") == [1, 1, 2, []]

    def test_an_answer_or_a_decision(self, own_database):
        """Of an answer and a decision at once nothing is lost and the log is whole."""
        comment, code = own_database.work(f"{JOBS}waiting")
        own_database.work(f"{JOBS}ask", comment, 1)
        said = own_database.work(f"{JOBS}answer_while_deciding", comment, code)
        done, decision = said
        assert decision == 1
        answered = 1 if done == "done" else 0
        if not answered:
            assert "decided meanwhile" in done
        assert own_database.work(f"{JOBS}stored") == [1, answered, 2 + answered, []]


class TestNeverPublic:
    def test_no_reader_sees_a_word(self, sent, anna, client):
        comment, code = sent
        ask(comment, anna, "Xylophone?")
        reply(code, "Zither.")
        decided(comment, anna, "approve")
        fresh = now(comment)
        places = (
            comment.post.get_absolute_url(),
            fresh.get_absolute_url(),
            "/",
            "/feeds/comments/default",
            "/search?q=zither",
            "/moderation/",
            f"/complaint/{comment.public_id}/",
        )
        for place in places:
            html = client.get(place, follow=True).content.decode()
            assert "Xylophone" not in html
            assert "Zither." not in html

    def test_no_export_has_it(self, sent, anna, tmp_path):
        comment, code = sent
        ask(comment, anna, "Xylophone?")
        reply(code, "Zither.")
        decided(comment, anna, "approve")
        for kind in ("atom", "json"):
            file = tmp_path / f"all.{kind}"
            call_command("export_archive", str(file), format=kind, verbosity=0)
            whole = file.read_bytes()
            assert whole
            assert b"Xylophone" not in whole
            assert b"Zither" not in whole


class TestGoing:
    def test_withdrawn_both_go_at_once(self, sent, anna):
        comment, code = sent
        ask(comment, anna)
        reply(code)
        receipts.withdraw(now(comment), 1)
        assert not Question.objects.exists()
        assert rows()[-1] == ("withdraw", "")

    def test_erased_with_the_text(self, sent, anna):
        comment, code = sent
        ask(comment, anna)
        reply(code)
        decided(comment, anna, "spam")
        transitions.decide([seen(comment)], "erase", transitions.CLOCK)
        assert not Question.objects.exists()

    @pytest.mark.parametrize("action", ["approve", "reject"])
    def test_a_month_after_the_decision(self, sent, anna, action):
        comment, code = sent
        ask(comment, anna)
        reply(code)
        far = timezone.now() + timedelta(days=400)
        # Not while it waits, however long.
        assert retention.due(far).questions == 0
        decided(comment, anna, action)
        before = timezone.now() + timedelta(days=29)
        assert retention.purge(before).questions == 0
        after = timezone.now() + timedelta(days=31)
        assert retention.due(after).questions == 1
        assert retention.purge(after).questions == 1
        assert not Question.objects.exists()
        assert retention.purge(after).questions == 0
        assert list(log.faults()) == []
        told = [found.message for found in replay.differences()]
        assert not [words for words in told if "decision #" in words]

    def test_not_while_an_appeal_waits(self, sent, anna):
        comment, _ = sent
        ask(comment, anna)
        decided(comment, anna, "reject")
        receipts.appeal(now(comment), "It is true.")
        after = timezone.now() + timedelta(days=60)
        assert retention.purge(after).questions == 0
        assert Question.objects.exists()

    def test_the_page_about_moderation_says_so(self, client):
        html = client.get("/moderation/").content.decode()
        assert "Questions of moderators to a writer" in html
