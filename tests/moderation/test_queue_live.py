"""What the script of the queue asks and gets: decisions, cards, news."""

import re

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from blog.models import Comment
from moderation import receipts
from moderation.admin.keys import REASON_KEYS
from moderation.models import Decision
from moderation.reasons import BY_CODE
from tests.blog.making import post

from .making import (
    DECIDE,
    QUEUE,
    UNDO,
    decided,
    key,
    moderator,
    now,
    page,
    press,
    press_for_ticked,
    signed_in,
    staff,
    submission,
    words,
)

pytestmark = pytest.mark.django_db
State = Comment.State
CARDS = reverse("admin:moderation_queuedcomment_cards")
NEWS = reverse("admin:moderation_queuedcomment_news")
OPEN = reverse("admin:moderation_queuedcomment_open")


@pytest.fixture
def anna():
    return moderator("anna")


@pytest.fixture
def desk(anna) -> Client:
    """Anna's browser, as the script uses it."""
    return script(anna)


@pytest.fixture
def subject():
    return post(1, title="On tides")


def script(user) -> Client:
    client = Client(headers={"accept": "application/json"})
    client.force_login(user)
    return client


def voices(subject, number: int, start: int = 0) -> list[Comment]:
    return [
        submission(subject, f"Voice number {n} of them.")
        for n in range(start, start + number)
    ]


def marks(client: Client) -> dict[str, str]:
    """What the page knows: up to which comment, and which row of the log."""
    html = page(client)
    return {
        name: re.search(rf'data-{name}="(\d+)"', html)[1] for name in ("mark", "seq")
    }


def cards_in(html: str) -> list[str]:
    return re.findall(r'<article class="card[^"]*" id="c-(\w+)"', html)


# Deciding


def test_a_decision_answers_with_what_was_done_and_keeps_nothing_to_tell(subject, desk):
    comment, other = voices(subject, 2)
    answer = press(desk, "approve", comment)
    assert answer.status_code == 200
    said = answer.json()
    row = Decision.objects.get()
    assert said["words"] == "1 published."
    assert said["done"] == {comment.public_id: row.seq}
    assert said["seqs"] == [row.seq]
    assert (said["notDone"], said["cards"]) == ([], {})
    assert (said["counts"]["waiting"], said["counts"]["new"]) == (1, 1)
    assert now(comment).state == State.PUBLISHED
    assert '<div class="told' not in page(desk)
    assert now(other).state == State.PENDING


def test_a_refusal_names_its_reason(subject, desk):
    [comment] = voices(subject, 1)
    said = press(desk, "reject", comment, reason="off_topic").json()
    assert said["words"] == "1 refused: Off topic."


def test_what_is_no_decision_says_why_and_does_nothing(subject, desk):
    [comment] = voices(subject, 1)
    answer = press(desk, "reject", comment)
    assert answer.status_code == 422
    assert "needs a reason" in answer.json()["problem"]
    assert press_for_ticked(desk, "approve").status_code == 422
    assert now(comment).state == State.PENDING


def test_the_form_gets_a_page_and_the_script_gets_json(subject, anna):
    first, second = voices(subject, 2)
    assert press(signed_in(anna), "approve", first).status_code == 302
    assert press(script(anna), "approve", second)["Content-Type"] == "application/json"


def test_twenty_conflicts_are_twenty_clear_sentences_each_on_its_card(subject, desk):
    comments = voices(subject, 20)
    for comment in comments:
        decided(comment, moderator(f"ben{comment.pk}"), "reject")
    said = press_for_ticked(desk, "approve", *comments).json()
    assert said["done"] == {}
    assert len(said["notDone"]) == 20
    for comment, told in zip(comments, said["notDone"], strict=True):
        sentence = (
            rf"Already refused by ben{comment.pk} at \d\d:\d\d on \d+ [A-Z][a-z]+\."
        )
        assert re.fullmatch(sentence, told["words"])
        assert told["called"].startswith("Anon ")
        html = said["cards"][comment.public_id]
        assert told["words"] in html
        # Nothing is left to press.
        assert 'name="one"' not in html
        assert 'name="item"' not in html
    assert Decision.objects.count() == 20


def test_a_text_that_its_writer_corrected_comes_as_it_is_now(subject, desk):
    [comment] = voices(subject, 1)
    receipts.correct(now(comment), comment.version, "Quite different.", "")
    said = press(desk, "approve", comment).json()
    html = said["cards"][comment.public_id]
    assert "Already corrected by its writer" in html
    assert "Quite different." in html
    assert f'value="approve:{comment.public_id}:2"' in html
    assert now(comment).state == State.PENDING


def test_undo_gives_the_card_back_as_it_is_now(subject, desk):
    first, second = voices(subject, 2)
    seqs = press_for_ticked(desk, "spam", first, second).json()["seqs"]
    said = desk.post(UNDO, {"seq": seqs}).json()
    assert said["words"] == "2 taken back."
    assert set(said["cards"]) == {first.public_id, second.public_id}
    assert f'value="approve:{first.public_id}:3"' in (
        said["cards"][first.public_id]
    ).replace("&quot;", '"')
    assert said["counts"]["waiting"] == 2


def test_what_was_decided_since_is_not_taken_back_and_says_by_whom(subject, desk):
    [comment] = voices(subject, 1)
    seqs = press(desk, "approve", comment).json()["seqs"]
    decided(comment, moderator("ben"), "hide")
    said = desk.post(UNDO, {"seq": seqs}).json()
    assert "Already hidden by ben" in said["notDone"][0]["words"]


# Who may


def test_the_script_needs_the_token_of_the_form(subject, anna):
    [comment] = voices(subject, 1)
    strict = Client(enforce_csrf_checks=True, headers={"accept": "application/json"})
    strict.force_login(anna)
    assert press(strict, "approve", comment).status_code == 403
    assert strict.post(UNDO, {"seq": "1"}).status_code == 403
    assert strict.post(OPEN, {"comment": comment.public_id}).status_code == 403
    # As somebody who signed in anew gets it.
    token = strict.get(NEWS).json()["token"]
    data = {"one": f"approve:{key(comment)}", "csrfmiddlewaretoken": token}
    assert strict.post(DECIDE, data).status_code == 200
    assert now(comment).state == State.PUBLISHED


def test_an_editor_gets_nothing_and_one_who_is_not_signed_in_the_login(subject):
    [comment] = voices(subject, 1)
    editor = script(staff("ed", "Editors"))
    nobody = Client(headers={"accept": "application/json"})
    for address in (CARDS, NEWS):
        assert editor.get(address).status_code == 403
        assert nobody.get(address).status_code == 302
    for client, status in ((editor, 403), (nobody, 302)):
        assert press(client, "approve", comment).status_code == status
        assert client.post(OPEN, {"comment": comment.public_id}).status_code == status
    assert now(comment).state == State.PENDING


def test_looking_changes_nothing_and_sending_is_not_looking(subject, desk):
    assert desk.get(OPEN).status_code == 405
    assert desk.post(NEWS).status_code == 405
    assert desk.post(CARDS).status_code == 405


# The cards that follow


def test_what_follows_upon_a_card_comes_whatever_has_left_the_list(subject, desk, anna):
    comments = voices(subject, 25)
    known = marks(desk)
    for comment in comments[:10]:
        decided(comment, anna, "approve")
    late = submission(subject, "Later than the page.")
    query = {"after": comments[9].public_id, "mark": known["mark"]}
    said = desk.get(CARDS, query).json()
    wanted = [comment.public_id for comment in comments[10:]]
    assert cards_in(said["html"]) == wanted
    assert said["more"] is False
    # What is new comes when it is asked for.
    said = desk.get(CARDS, {"above": known["mark"]}).json()
    assert cards_in(said["html"]) == [late.public_id]


def test_they_come_by_twenty_and_keep_the_filters(subject, desk):
    voices(subject, 21)
    other = submission(post(2), "Elsewhere.")
    said = desk.get(CARDS, {"post": subject.pk}).json()
    assert (len(cards_in(said["html"])), said["more"]) == (20, True)
    said = desk.get(CARDS, {"post": other.post_id}).json()
    assert cards_in(said["html"]) == [other.public_id]


def test_of_what_was_decided_the_older_follow(subject, desk, anna):
    comments = [decided(comment, anna, "spam") for comment in voices(subject, 3)]
    query = {"what": "spam", "after": comments[2].public_id}
    said = desk.get(CARDS, query).json()
    assert cards_in(said["html"]) == [c.public_id for c in (comments[1], comments[0])]


@pytest.mark.parametrize("value", ["", "x", "\0", "9" * 30, "nosuchcomment"])
def test_a_card_or_a_mark_that_is_none_breaks_nothing(subject, desk, value):
    voices(subject, 1)
    for name in ("after", "mark", "above", "id"):
        assert desk.get(CARDS, {name: value}).status_code == 200
    assert desk.get(NEWS, {"mark": value, "seq": value}).status_code == 200
    assert desk.post(OPEN, {"comment": value}).status_code == 200


# News


def test_news_count_what_came_and_tell_what_others_decided(subject, desk):
    first, second = voices(subject, 2)
    known = marks(desk)
    assert desk.get(NEWS, known).json()["new"] == 0
    third = submission(subject, "Later than the page.")
    decided(first, moderator("ben"), "reject")
    receipts.correct(now(second), second.version, "Quite different.", "")
    said = desk.get(NEWS, known).json()
    assert said["new"] == 1
    assert said["mark"] == third.pk
    assert said["counts"]["waiting"] == 2
    told = {each["id"]: each for each in said["decided"]}
    assert re.fullmatch(
        r"Refused by ben at \d\d:\d\d\.", told[first.public_id]["words"]
    )
    assert told[first.public_id]["waits"] is False
    assert told[second.public_id]["waits"] is True
    assert told[second.public_id]["version"] == 2
    again = desk.get(NEWS, known | {"seq": said["seq"]}).json()
    assert again["decided"] == []


def test_news_of_a_filter_are_of_that_filter(subject, desk):
    voices(subject, 1)
    known = marks(desk)
    other = submission(post(2), "Elsewhere.")
    assert desk.get(NEWS, known | {"post": subject.pk}).json()["new"] == 0
    assert desk.get(NEWS, known | {"post": other.post_id}).json()["new"] == 1
    assert desk.get(NEWS, known | {"what": "published"}).json()["new"] == 0


# What it costs


def cost(ask) -> int:
    with CaptureQueriesContext(connection) as queries:
        answer: HttpResponse = ask()
    assert answer.status_code == 200
    return len(queries)


def test_every_answer_costs_the_same_for_2_and_for_20(subject, desk):
    ben = moderator("ben")

    def costs(number: int) -> dict[str, int]:
        known = marks(desk)
        seen = {"mark": known["mark"], "seq": known["seq"]}
        comments = voices(subject, number, Comment.objects.count())
        stale = voices(subject, number, Comment.objects.count())
        for comment in stale:
            decided(comment, ben, "reject")
            signed = script(moderator(f"reader{comment.pk}"))
            signed.post(OPEN, {"comment": comments[0].public_id})
        found = {
            "cards": cost(lambda: desk.get(CARDS)),
            "news": cost(lambda: desk.get(NEWS, seen)),
            "decide": cost(lambda: press_for_ticked(desk, "approve", *comments)),
            "conflict": cost(lambda: press_for_ticked(desk, "approve", *stale)),
        }
        seqs = Decision.objects.filter(actor="anna", action="approve").order_by("-seq")
        seqs = list(seqs.values_list("seq", flat=True)[:number])
        found["undo"] = cost(lambda: desk.post(UNDO, {"seq": seqs}))
        return found

    costs(1)
    few = costs(2)
    assert costs(20) == few
    assert few["news"] <= 12


# The page that it stands on


def test_every_reason_has_one_key_and_the_notes_have_theirs():
    assert sorted(REASON_KEYS.values()) == sorted(BY_CODE)
    assert set("1234567890") < set(REASON_KEYS)
    assert not {"d", "j", "k"} & set(REASON_KEYS)


def test_one_at_a_time_goes_on_to_the_next_without_javascript(subject, anna):
    comments = voices(subject, 3)
    desk = signed_in(anna)
    one = f"{QUEUE}?view=one"
    html = page(desk, one)
    assert cards_in(html) == [comments[0].public_id]
    assert "1 of 3" in words(html)
    [action] = re.findall(r'<form method="post" action="([^"]*decide[^"]*)"', html)
    answer = desk.post(action, {"one": f"approve:{key(comments[0])}"})
    assert answer["Location"] == one
    html = page(desk, one)
    assert cards_in(html) == [comments[1].public_id]
    assert cards_in(page(desk, f"{one}&page=2")) == [comments[2].public_id]
    # The lanes keep the view.
    assert "?what=refused&amp;view=one" in html


def test_a_conflict_stands_on_the_card_itself_without_javascript(subject, anna):
    [comment] = voices(subject, 1)
    desk = signed_in(anna)
    receipts.correct(now(comment), comment.version, "Quite different.", "")
    html = page(desk, press(desk, "approve", comment)["Location"])
    card = html.partition(f'id="c-{comment.public_id}"')[2].partition("</article>")[0]
    assert "Already corrected by its writer at" in card
