"""The queue in the admin: what it shows, and what its buttons do."""

import inspect
import re
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.discussion.submission import Circumstances
from blog.models import Comment
from moderation import receipts
from moderation.editorial import redacting
from moderation.editorial.masks import Mask
from moderation.models import Decision, QueuedComment, Screening
from moderation.screening import findings
from tests.blog.making import comment as imported
from tests.blog.making import discussion, post

from .deciding import seen
from .making import (
    DECIDE,
    QUEUE,
    UNDO,
    ago,
    card,
    decided,
    key,
    moderator,
    now,
    one_of,
    page,
    press,
    press_for_ticked,
    signed_in,
    staff,
    submission,
    superuser,
    words,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still")]
State = Comment.State


@pytest.fixture
def anna():
    return moderator("anna")


@pytest.fixture
def desk(anna):
    """Anna's browser."""
    return signed_in(anna)


@pytest.fixture
def subject():
    return post(1, title="On tides")


def shown(html: str) -> list[str]:
    """The ids of the page's cards, in their order."""
    return re.findall(r'<article class="card[^"]*" id="c-(\w+)"', html)


def ids(*comments: Comment) -> list[str]:
    return [comment.public_id for comment in comments]


def told(html: str) -> str:
    found = re.search(r'<div class="told.*?</div>', html, re.S)
    return words(found[0]) if found else ""


# Who may


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_signed_in_is_sent_to_the_login(subject, method):
    comment = submission(subject)
    for address in (QUEUE, DECIDE, UNDO, one_of(comment)):
        answer = getattr(Client(), method)(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith(reverse("admin:login"))


def test_an_editor_may_neither_see_nor_decide(subject):
    comment = submission(subject)
    client = signed_in(staff("ed", "Editors"))
    assert client.get(QUEUE).status_code == 403
    assert client.get(one_of(comment)).status_code == 403
    assert press(client, "approve", comment).status_code == 403
    assert client.post(UNDO, {"seq": "1"}).status_code == 403
    assert now(comment).state == State.PENDING


def test_one_who_may_only_look_sees_no_button(subject):
    comment = submission(subject)
    user = staff("guest")
    user.user_permissions.add(
        *user.user_permissions.model.objects.filter(codename="view_queuedcomment")
    )
    client = signed_in(user)
    html = page(client)
    assert shown(html) == ids(comment)
    assert 'name="one"' not in html
    assert 'name="item"' not in html
    assert press(client, "approve", comment).status_code == 403


@pytest.mark.parametrize("who", [moderator, superuser])
def test_nothing_is_added_changed_or_deleted_by_anybody(subject, who):
    comment = submission(subject)
    client = signed_in(who())
    name = "admin:moderation_queuedcomment_"
    addresses = [
        reverse(f"{name}add"),
        reverse(f"{name}delete", args=[comment.public_id]),
        reverse(f"{name}change", args=[comment.public_id]),
    ]
    for address in addresses:
        answer = client.post(address, {"text": "Mine", "state": "published"})
        assert answer.status_code == 403
    delete_selected = {"action": "delete_selected", "_selected_action": comment.pk}
    client.post(QUEUE, {**delete_selected, "post": "yes"})
    assert now(comment).text == "The tide turns at nine."
    assert now(comment).state == State.PENDING
    assert "delete_selected" not in page(client)


def test_a_decision_needs_the_token_of_the_form(subject, anna):
    comment = submission(subject)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(anna)
    assert press(strict, "approve", comment).status_code == 403
    assert strict.post(UNDO, {"seq": "1"}).status_code == 403
    assert now(comment).state == State.PENDING


def test_nothing_is_decided_by_looking(subject, desk):
    comment = submission(subject)
    answer = desk.get(DECIDE, {"one": f"approve:{key(comment)}"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(QUEUE)
    assert desk.get(UNDO).status_code == 405
    assert now(comment).state == State.PENDING


# What it shows


def test_what_waits_is_shown_oldest_first_by_post(subject, desk):
    other = post(2, title="On boats")
    first, second = submission(subject), submission(other)
    third = submission(subject, "Another voice.")
    decided(submission(subject, "Gone already."), moderator("ben"), "approve")
    html = page(desk)
    assert shown(html) == ids(first, third, second)
    headings = [words(found) for found in re.findall(r"<h2 id=.*?</h2>", html, re.S)]
    assert [heading[:8] for heading in headings] == ["On tides", "On boats"]


def test_a_card_shows_all_that_is_needed_to_decide(subject, desk):
    parent = imported(subject, "Who has the boat?", name="Skipper")
    comment = submission(
        subject,
        "*Not* me. https://a.example/1 https://b.example/2 https://c.example/3",
        parent=parent,
        at=ago(hours=3, minutes=4),
    )
    html = page(desk)
    text = words(card(html, comment))
    assert "Who has the boat?" in text
    assert "In reply to Skipper" in text
    assert f"Anon {comment.written_at.astimezone():%H}"[:4] in text
    assert "waits 3 hours" in text
    assert "version 1" in text
    assert "3 links." in text
    assert "<em>Not</em> me." in card(html, comment)
    assert subject.get_absolute_url() in html


def test_a_top_level_comment_is_called_so(subject, desk):
    comment = submission(subject)
    assert "top-level comment" in words(card(page(desk), comment))


def test_of_a_long_parent_the_whole_stands_behind_its_beginning(subject, desk):
    parent = imported(subject, "All at sea. " * 100 + "Land!")
    comment = submission(subject, parent=parent)
    html = card(page(desk), comment)
    assert "<summary>" in html
    assert "Land!" in html


def test_only_the_stored_html_of_a_text_is_markup(subject, desk):
    parent = imported(subject, "<i>parent</i>", name="<b>parent</b>")
    comment = submission(
        subject, "<script>alert(1)</script>", name="<b>bold</b>", parent=parent
    )
    Screening.objects.filter(comment=comment).update(
        why=[{"code": "rule", "words": "Contains “<u>why</u>”."}]
    )
    html = page(desk)
    for markup in ("<script>alert", "<b>bold", "<u>why", "<i>parent", "<b>parent"):
        assert markup not in html
    assert "&lt;b&gt;bold&lt;/b&gt;" in html


def test_an_imported_comment_that_was_never_screened_has_a_card(subject, desk):
    comment = imported(subject, "From the old blog.", name=None)
    html = page(desk, f"{QUEUE}?what=published")
    text = words(card(html, comment))
    assert "Name not recorded time not recorded" in text
    assert f"/c/{comment.public_id}/" in html


def test_only_what_is_legal_is_offered(subject, desk, anna):
    fresh = submission(subject)
    offered = {
        State.PENDING: {"approve", "spam", "reject"},
        State.PUBLISHED: {"hide", "hold"},
        State.REJECTED: {"restore"},
        State.SPAM: {"restore"},
        State.HIDDEN: {"restore"},
        State.HELD: {"restore", "hide"},
        State.WITHDRAWN: set(),
    }
    for state, actions in offered.items():
        Comment.objects.filter(pk=fresh.pk).update(state=state)
        html = card(page(desk, f"{QUEUE}?what=all"), fresh)
        found = set(re.findall(r'name="one" value="(\w+):', html))
        assert found == actions | ({"ask"} if state == State.PENDING else set())
        assert ('name="item"' in html) == bool(actions)


def test_a_decided_one_says_who_decided_what_and_why(subject, desk):
    comment = decided(
        submission(subject),
        moderator("ben"),
        "reject",
        reason="off_topic",
        public_note="Not about tides.",
        private_note="Third today.",
    )
    text = words(card(page(desk, f"{QUEUE}?what=refused"), comment))
    assert re.search(r"Refused by ben at \d\d:\d\d on \d+ \w+ \d{4}: Off topic", text)
    assert "Not about tides." in text
    assert "Third today." in text


def test_a_published_one_leads_to_the_discussion(subject, desk, anna):
    comment = decided(submission(subject), anna, "approve")
    html = card(page(desk, f"{QUEUE}?what=published"), comment)
    assert "View in discussion" in html


def test_a_corrected_one_says_so_and_waits_since_then(subject, desk):
    comment = submission(subject, at=ago(days=3))
    receipts.correct(comment, comment.version, "Better said.", "")
    text = words(card(page(desk), comment))
    assert "Corrected by its writer" in text
    assert "waits 0 minutes" in text
    assert "version 2" in text


def test_a_corrected_one_waits_since_then_whatever_is_done_to_it(subject, desk, anna):
    comment = submission(subject, at=ago(days=3))
    receipts.correct(comment, comment.version, "Pike said it better.", "")
    comment.refresh_from_db()
    redacting.redact(anna, seen(comment), [Mask("Pike", "name")])
    assert "waits 0 minutes" in words(card(page(desk), comment))


def test_where_nothing_waits_it_says_so(desk):
    assert "Nothing waits" in page(desk)


# Filters


def test_lanes_are_counted_at_the_left(subject, desk, anna):
    submission(subject)
    submission(subject, "Cheap!", circumstances=Circumstances(form_age=1))
    refused = decided(submission(subject, "Well?"), anna, "reject")
    receipts.appeal(refused, "Why?")
    nav = words(page(desk).partition('<nav aria-label="Lanes">')[2].split("</nav>")[0])
    assert nav.startswith(
        "Waiting 2 New 1 Likely spam 1 Reported 0 Complaint 0 Appeal 1"
    )


def test_lanes_and_states_narrow_the_page(subject, desk, anna):
    new = submission(subject)
    spammy = submission(subject, "Cheap!", circumstances=Circumstances(form_age=1))
    refused = decided(submission(subject, "Off."), anna, "reject")
    appealed = decided(submission(subject, "Hm."), anna, "reject")
    receipts.appeal(appealed, "Why?")
    spam = decided(submission(subject, "Buy."), anna, "spam")
    out = decided(submission(subject, "Fine."), anna, "approve")
    hidden = decided(decided(submission(subject, "x"), anna, "approve"), anna, "hide")
    held = decided(decided(submission(subject, "y"), anna, "approve"), anna, "hold")
    gone = submission(subject, "z")
    receipts.withdraw(gone, gone.version)
    expected = {
        "": [new, spammy],
        "lane=new": [new],
        "lane=likely_spam": [spammy],
        "what=appeals": [appealed],
        "what=refused": [appealed, refused],
        "what=spam": [spam],
        "what=published": [out],
        "what=hidden": [held, hidden],
        "what=withdrawn": [gone],
    }
    for query, comments in expected.items():
        assert shown(page(desk, f"{QUEUE}?{query}")) == ids(*comments), query
    assert len(shown(page(desk, f"{QUEUE}?what=all"))) == 9


def test_post_age_words_and_name_narrow_the_page(subject, desk):
    other = post(2)
    old = submission(subject, "Herring and more", name="Cook", at=ago(days=2))
    fresh = submission(other, "Mackerel", name="Mate", at=ago(minutes=5))
    expected = {
        f"post={subject.pk}": [old],
        "age=over-day": [old],
        "age=last-hour": [fresh],
        "text=HERRING": [old],
        "name=mat": [fresh],
        "q=mackerel": [fresh],
        "q=cook": [old],
        f"q={fresh.public_id}": [fresh],
        "text=Herring&name=Mate": [],
    }
    for query, comments in expected.items():
        assert shown(page(desk, f"{QUEUE}?{query}")) == ids(*comments), query


def noted(comment: Comment, *codes: str, said: str = "So.") -> Comment:
    """The comment, held for these reasons."""
    why = [{"code": code, "words": said} for code in codes]
    Screening.objects.filter(comment=comment).update(why=why)
    return comment


def why_held(html: str) -> list[str]:
    """What the filter offers beside “Any”."""
    field = html.partition('<select name="why"')[2].partition("</select>")[0]
    return [words(found) for found in re.findall(r"<option.*?</option>", field)][1:]


def test_why_they_are_held_narrows_the_page(subject, desk, anna):
    links = noted(submission(subject, "One."), "links")
    both = noted(submission(subject, "Two."), "links", "first-link")
    first = noted(submission(subject, "Three."), "first-link", said='"code": "copy"')
    plain = submission(subject, "Four.")
    old = imported(subject, "From the old blog.", state="pending")
    refused = noted(decided(submission(subject, "Five."), anna, "reject"), "links")
    expected = {
        "why=links": [links, both],
        "why=first-link": [both, first],
        "why=copy": [],
        "why=nothing": [plain, old],
        "why=links&text=two": [both],
        "why=links&lane=likely_spam": [],
        "why=links&what=refused": [refused],
        "why=links&view=one": [links],
        "why=x": [links, both, first, plain, old],
    }
    for query, comments in expected.items():
        assert shown(page(desk, f"{QUEUE}?{query}")) == ids(*comments), query
    assert why_held(page(desk, f"{QUEUE}?why=copy")) == [
        "Like another comment (0)",
        "Many links (2)",
        "First link of a new name (2)",
        "Nothing was noticed (2)",
    ]
    offered = why_held(page(desk, f"{QUEUE}?what=refused"))
    assert "Many links" in offered
    assert "Reported by readers" in offered
    # What comes meanwhile is told of where it is like that alone.
    after = {"mark": plain.pk, "seq": 0}
    news = reverse("admin:moderation_queuedcomment_news")
    assert desk.get(news, {"why": "links", **after}).json()["new"] == 0
    assert desk.get(news, {"why": "nothing", **after}).json()["new"] == 1


def test_every_note_of_the_screens_can_be_looked_for():
    codes = re.findall(r'Note\(\s*"([\w-]+)"', inspect.getsource(findings))
    assert set(codes) == set(findings.KINDS)


def test_how_they_are_signed_narrows_the_page(subject, desk):
    nameless = submission(subject, "One.")
    typed = submission(subject, "Two.", name="Mate")
    claimed = submission(subject, "Three.", name="Cook")
    Comment.objects.filter(pk=claimed.pk).update(tag="salt-herring")
    unknown = imported(subject, "Four.", state="pending", name=None)
    for query, comments in {
        "signed=none": [nameless],
        "signed=typed": [typed],
        "signed=claimed": [claimed],
        "signed=": [nameless, typed, claimed, unknown],
    }.items():
        assert shown(page(desk, f"{QUEUE}?{query}")) == ids(*comments), query


@pytest.mark.parametrize(
    "query",
    ["what=nonsense", "lane=x", "post=x", f"post={9**30}", "age=x", "page=x&what="],
)
def test_a_filter_that_is_none_shows_what_waits(subject, desk, query):
    comment = submission(subject)
    decided(submission(subject, "Out."), moderator("ben"), "approve")
    assert shown(page(desk, f"{QUEUE}?{query}")) == ids(comment)


def test_fifty_are_a_page_and_the_next_keeps_the_filter(subject, desk):
    discussion(subject, 51)
    html = page(desk, f"{QUEUE}?what=published")
    assert len(shown(html)) == 50
    link = unescape(re.search(r'href="([^"]*page=2)"', html)[1])
    assert "what=published" in link
    assert len(shown(page(desk, link))) == 1
    for number, cards in (("0", 50), ("-1", 50), ("x", 50), ("9", 1)):
        there = page(desk, f"{QUEUE}?what=published&page={number}")
        assert len(shown(there)) == cards


# Deciding about one


def test_approving_publishes_says_so_and_comes_back(subject, desk):
    comment = submission(subject)
    answer = desk.post(f"{DECIDE}?lane=new", {"one": f"approve:{key(comment)}"})
    assert answer.status_code == 302
    assert answer["Location"] == f"{QUEUE}?lane=new"
    assert now(comment).state == State.PUBLISHED
    assert told(page(desk, answer["Location"])) == "1 published. Undo"
    assert told(page(desk)) == ""  # said once


def test_each_action_does_what_it_says(subject, desk):
    comment = submission(subject)
    for action, state in [
        ("spam", State.SPAM),
        ("restore", State.PUBLISHED),
        ("hold", State.HELD),
        ("hide", State.HIDDEN),
        ("restore", State.PUBLISHED),
    ]:
        answer = press(desk, action, now(comment), reason="harassment")
        assert answer.status_code == 302
        assert now(comment).state == state
    row = Decision.objects.get(action="hide")
    assert (row.actor, row.reason) == ("anna", "harassment")


def test_a_refusal_keeps_reason_and_notes(subject, desk):
    comment = submission(subject)
    notes = {"public_note": "Not about tides.", "private_note": "Third today."}
    press(desk, "reject", comment, reason="off_topic", **notes)
    row = Decision.objects.get()
    assert (row.action, row.reason) == ("reject", "off_topic")
    assert (row.public_note, row.private_note) == tuple(notes.values())


def test_a_reason_chosen_before_approving_is_dropped(subject, desk):
    press(desk, "approve", submission(subject), reason="hate", public_note="No!")
    row = Decision.objects.get()
    assert (row.action, row.reason, row.public_note) == ("approve", "", "")


@pytest.mark.parametrize(
    ("action", "fields", "words_of_it"),
    [
        ("reject", {}, "needs a reason"),
        ("reject", {"reason": "nonsense"}, "There is no reason"),
        ("reject", {"reason": "other"}, "needs a word of explanation"),
        ("reject", {"reason": "hate", "public_note": "x" * 501}, "500 characters"),
        ("withdraw", {}, "not for this actor"),
        ("explode", {}, "There is no action"),
    ],
)
def test_what_is_no_decision_keeps_everything_that_was_typed(
    subject, desk, action, fields, words_of_it
):
    comment, other = submission(subject), submission(subject, "Another voice.")
    data = {
        "one": f"{action}:{key(comment)}",
        "item": [key(other)],
        f"{comment.public_id}-private_note": "Ask Ben <first>",
        f"{other.public_id}-public_note": "Half a sentence",
    } | {f"{comment.public_id}-{name}": value for name, value in fields.items()}
    answer = desk.post(f"{DECIDE}?lane=new", data)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert words_of_it in words(re.search(r'role="alert".*?</p>', html, re.S)[0])
    assert words_of_it in words(card(html, comment))
    assert 'value="Ask Ben &lt;first&gt;"' in card(html, comment)
    assert 'value="Half a sentence"' in card(html, other)
    assert re.search(r'name="item"[^>]* checked', card(html, other))
    assert " checked" not in card(html, comment)
    assert not Decision.objects.exists()
    assert now(comment).state == State.PENDING


def test_a_tick_on_an_older_version_does_not_move_to_the_newer(subject, desk):
    comment, other = submission(subject), submission(subject, "Another voice.")
    receipts.correct(now(comment), comment.version, "Quite different.", "")
    data = {"many": "reject", "item": [key(comment), key(other)]}
    html = desk.post(DECIDE, data).content.decode()
    assert " checked" not in card(html, comment)
    assert " checked" in card(html, other)


def test_a_stale_decision_names_who_was_first(subject, desk):
    comment = submission(subject)
    decided(comment, moderator("Ben"), "reject")
    answer = press(desk, "approve", comment)
    text = told(page(desk, answer["Location"]))
    assert re.fullmatch(
        r"Not done: already refused by Ben at \d\d:\d\d on \d+ \w+ \.", text
    )
    assert now(comment).state == State.REJECTED
    assert Decision.objects.count() == 1


def test_a_text_corrected_meanwhile_is_not_approved_unread(subject, desk):
    comment = submission(subject)
    receipts.correct(now(comment), comment.version, "Quite different.", "")
    answer = press(desk, "approve", comment)
    assert "already corrected by its writer" in told(page(desk, answer["Location"]))
    assert now(comment).state == State.PENDING


# Deciding about many


def test_a_bulk_with_a_conflict_does_the_others_and_says_which_not(subject, desk):
    comments = [submission(subject, f"Voice number {n} of them.") for n in range(15)]
    decided(comments[3], moderator("Ben"), "reject")
    answer = press_for_ticked(desk, "approve", *comments, query="?lane=new")
    assert answer["Location"] == f"{QUEUE}?lane=new"
    text = told(page(desk, answer["Location"]))
    assert re.fullmatch(
        r"14 published\. 1 changed since you looked: already refused by Ben at "
        r"\d\d:\d\d on \d+ \w+ \. Undo all 14",
        text,
    )
    assert Comment.objects.published().count() == 14
    assert Decision.objects.filter(action="approve").count() == 14


def test_several_conflicts_are_listed(subject, desk):
    comments = [submission(subject, f"Voice number {n} of them.") for n in range(3)]
    for comment in comments[1:]:
        decided(comment, moderator(f"ben{comment.pk}"), "spam")
    html = page(desk, press_for_ticked(desk, "approve", *comments)["Location"])
    text = told(html.replace("</ul>", "</ul> "))
    assert text.startswith("1 published. 2 changed since you looked:")
    assert text.count("already marked as spam by ben") == 2


def test_many_are_refused_with_one_reason(subject, desk):
    comments = [submission(subject, f"Voice number {n} of them.") for n in range(3)]
    press_for_ticked(desk, "reject", *comments, reason="off_topic", public_note="See 2")
    assert [row.reason for row in Decision.objects.all()] == ["off_topic"] * 3
    assert {now(comment).state for comment in comments} == {State.REJECTED}


def test_a_bulk_without_a_reason_keeps_ticks_and_words(subject, desk):
    comment, other = submission(subject), submission(subject, "Another voice.")
    answer = press_for_ticked(desk, "reject", comment, public_note="See the rules")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "needs a reason" in html
    assert " checked" in card(html, comment)
    assert " checked" not in card(html, other)
    assert 'value="See the rules"' in html
    assert not Decision.objects.exists()


def test_nothing_ticked_is_said(subject, desk):
    submission(subject)
    answer = press_for_ticked(desk, "approve")
    assert answer.status_code == 422
    assert "Tick at least one" in answer.content.decode()


def test_a_full_page_with_every_field_filled_fits(subject, desk):
    discussion(subject, 50)
    html = page(desk, f"{QUEUE}?what=published")
    data = dict.fromkeys(re.findall(r'name="(\w+-\w+_note)"', html), "x")
    data |= dict.fromkeys(re.findall(r'name="(\w+-reason)"', html), "hate")
    data |= {"item": re.findall(r'name="item" value="([^"]+)"', html), "many": "hide"}
    assert len(data["item"]) == 50
    assert desk.post(f"{DECIDE}?what=published", data).status_code == 302
    assert Comment.objects.filter(state=State.HIDDEN).count() == 50


def test_a_decision_costs_the_same_for_one_and_for_many(subject, desk):
    def cost(number: int) -> int:
        comments = [submission(subject, f"Voice {number} {n}.") for n in range(number)]
        with CaptureQueriesContext(connection) as queries:
            press_for_ticked(desk, "approve", *comments)
        return len(queries)

    cost(1)
    assert cost(2) == cost(20)


# Taking back


def test_undo_takes_all_of_it_back(subject, desk):
    comments = [submission(subject, f"Voice number {n} of them.") for n in range(3)]
    answer = press_for_ticked(desk, "approve", *comments, query="?lane=new")
    html = page(desk, answer["Location"])
    seqs = re.findall(r'name="seq" value="(\d+)"', html)
    back = unescape(re.search(r'name="next" value="([^"]+)"', html)[1])
    answer = desk.post(UNDO, {"seq": seqs, "next": back})
    assert answer["Location"] == f"{QUEUE}?lane=new"
    assert told(page(desk, answer["Location"])) == "3 taken back."
    assert {now(comment).state for comment in comments} == {State.PENDING}
    assert Decision.objects.count() == 6


def test_what_was_decided_since_is_not_taken_back(subject, desk, anna):
    comment = decided(submission(subject), anna, "approve")
    seq = Decision.objects.get().seq
    decided(comment, moderator("ben"), "hide")
    answer = desk.post(UNDO, {"seq": [seq]})
    assert "already hidden by ben" in told(page(desk, answer["Location"]))
    assert now(comment).state == State.HIDDEN


def test_undo_leads_to_no_other_site(subject, desk, anna):
    decided(submission(subject), anna, "approve")
    answer = desk.post(UNDO, {"seq": "1", "next": "https://evil.example/"})
    assert answer["Location"] == QUEUE


def test_numbers_that_are_none_take_nothing_back(desk):
    answer = desk.post(UNDO, {"seq": ["x", "-1", "9" * 30, "12"]})
    assert told(page(desk, answer["Location"])) == "Nothing was done."


# The page of one comment


def test_the_page_of_a_comment_is_titled_by_what_it_is_called(subject, desk):
    comment = submission(subject, at=ago(days=1).replace(hour=14, minute=3))
    at = f"{timezone.localtime(comment.written_at):%H:%M}"
    named = submission(subject, "A word more.", name="<Bosun>")
    for one, called in ((comment, f"Anon {at}"), (named, "<Bosun>")):
        html = page(desk, one_of(one))
        trail = html.partition('class="breadcrumbs"')[2].partition("</div>")[0]
        title = words(html.partition("<title>")[2].partition("</title>")[0])
        assert title.startswith(f"{called} on On tides")
        assert words(trail).endswith(f"{called} on On tides")
        assert one.public_id not in words(html.partition("<h2")[0].partition(">")[2])


def test_the_page_of_a_comment_tells_its_history(subject, desk):
    comment = decided(submission(subject), moderator("ben"), "approve")
    decided(comment, moderator("cleo"), "hide", reason="hate", private_note="Again.")
    html = page(desk, one_of(comment))
    history = words(html.partition("What was decided")[2])
    assert history.index("cleo Hidden") < history.index("ben Published")
    assert "Hatred For moderators: “Again.”" in history
    assert html.count(">Undo<") == 1  # the last one alone
    assert "The tide turns at nine." in html
    assert "<textarea" not in html


@pytest.mark.parametrize("name", ["nosuchcomment", "\0"])
def test_the_page_of_a_comment_that_is_none_is_not_found(desk, name):
    address = reverse("admin:moderation_queuedcomment_change", args=[name])
    assert desk.get(address).status_code == 404


@pytest.mark.parametrize("field", ["q", "post", "lane", "what", "page"])
def test_a_question_that_no_database_could_hold_breaks_nothing(desk, field):
    address = reverse("admin:moderation_queuedcomment_changelist")
    assert desk.get(f"{address}?{field}=%00").status_code in (200, 302)


def test_the_history_of_the_admin_leads_to_the_page(subject, desk):
    comment = submission(subject)
    name = "admin:moderation_queuedcomment_history"
    answer = desk.get(reverse(name, args=[comment.public_id]))
    assert answer["Location"] == one_of(comment)


# What it costs and leaves behind


@pytest.mark.parametrize("query", ["", "?what=all", "?what=appeals", "?why=nothing"])
def test_the_page_costs_the_same_for_2_and_for_20(subject, desk, anna, query):
    def queries(number: int) -> int:
        while QueuedComment.objects.count() < number * 2:
            at = QueuedComment.objects.count()
            other = post(at + 2)
            parent = imported(other, "Who?")
            submission(other, f"Voice {at} of the many.", parent=parent)
            refused = decided(submission(other, f"Number {at}."), anna, "reject")
            receipts.appeal(refused, "Why?")
        with CaptureQueriesContext(connection) as found:
            page(desk, f"{QUEUE}{query}")
        return len(found)

    few = queries(2)
    assert queries(20) == few
    assert few <= 20


def test_the_admins_own_log_holds_nothing_of_it(subject, desk):
    comment = submission(subject)
    press(desk, "approve", comment)
    press(desk, "hide", now(comment), reason="hate")
    desk.post(UNDO, {"seq": "2"})
    assert not LogEntry.objects.exists()


def test_no_inline_code_stands_in_the_page(subject, desk):
    submission(subject)
    html = page(desk)
    assert not re.search(r"<style|<script(?![^>]* src=)| on\w+=| style=", html)


# The first page of the admin


def test_the_first_page_says_how_many_wait(subject, desk, admin_client):
    assert "Queue (nothing waits)" in words(page(desk, reverse("admin:index")))
    submission(subject)
    assert "Queue (1 waits)" in words(page(desk, reverse("admin:index")))
    submission(subject, "Another voice.")
    for client in (desk, admin_client):
        text = words(page(client, reverse("admin:index")))
        assert "Queue (2 wait)" in text
        for name in ("Log", "Modes", "Rules"):
            assert f" {name} " in text


def test_the_first_page_counts_nothing_for_an_editor(subject):
    submission(subject)
    client = signed_in(staff("ed", "Editors"))
    with CaptureQueriesContext(connection) as queries:
        text = words(page(client, reverse("admin:index")))
    assert "Queue" not in text
    assert not [query for query in queries if "blog_comment" in query["sql"]]
