"""What stands beside a comment on its card in the queue, and on its own page."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.discussion.pseudonyms import Proof
from blog.discussion.submission import Circumstances
from blog.models import Comment
from moderation.editorial import moving
from moderation.models import Mode, QueuedComment, Rule, Screening
from moderation.screening import spam
from moderation.screening.bayes import Verdict
from moderation.transitions import Seen
from tests.blog.making import comment as imported
from tests.blog.making import post

from .making import (
    QUEUE,
    card,
    decided,
    moderator,
    now,
    one_of,
    page,
    signed_in,
    staff,
    submission,
    words,
)

pytestmark = pytest.mark.django_db

TIDES = (
    "The tide table on the wall of the office has been wrong since March, and nobody "
    "who sails by it has been told by the company."
)


@pytest.fixture
def anna():
    return moderator("anna")


@pytest.fixture
def desk(anna):
    return signed_in(anna)


@pytest.fixture
def subject():
    return post(1, title="On tides")


def context(html: str, comment: Comment) -> str:
    found = card(html, comment).partition('<aside class="context"')[2]
    return f"<{found.partition('</aside>')[0]}"


def term(html: str, comment: Comment, name: str) -> str:
    """What the list beside a comment says under ``name``, in words; "" for nothing."""
    for part in re.findall(
        r"<dt>(.*?)</dt><dd>(.*?)</dd></div>", context(html, comment), re.S
    ):
        if words(part[0]) == name:
            return words(part[1])
    return ""


def own(html: str, comment: Comment) -> str:
    """The text of a comment with its marks."""
    found = card(html, comment).partition('<div class="text own" dir="auto">')[2]
    return found.partition("</div>")[0]


# The exchange


def test_the_parent_and_what_it_answers_can_be_read(subject, desk):
    first = imported(subject, "Is the tide table right?", name="Bosun")
    second = imported(subject, "It never was. " * 30, first)
    comment = submission(subject, "Since when?", parent=second)
    html = card(page(desk), comment)
    assert html.index("Is the tide table right?") < html.index("It never was.")
    assert "Further up: Bosun" in words(html)
    assert one_of(first) in html
    assert "All of it" in html


def test_a_long_beginning_is_shown_in_part_and_the_rest_on_asking(subject, desk):
    first = imported(subject, "Word after word. " * 40 + "The very end.")
    comment = submission(subject, "Yes.", parent=imported(subject, "No.", first))
    html = card(page(desk), comment)
    shown = html.partition('<div class="parent above">')[2]
    assert "<details><summary>" in shown.partition("The very end.")[0]


def test_of_an_answer_to_a_first_comment_nothing_comes_before(subject, desk):
    comment = submission(subject, "Yes.", parent=imported(subject, "No?"))
    assert "parent above" not in card(page(desk), comment)


def test_the_mode_in_force_is_told(subject, desk):
    other = post(2, title="On wind")
    first, second = submission(subject), submission(other)
    Mode.objects.create(kind="hold_all")
    Mode.objects.create(
        post=other, kind="hold_first", until=timezone.now() + timedelta(days=1)
    )
    html = page(desk)
    assert term(html, first, "Post") == (
        "On tides · Mode: Hold all, for the whole site"
    )
    assert term(html, second, "Post").startswith(
        "On wind · Mode: Hold first-timers, for this post, until "
    )


def test_without_a_mode_none_is_told(subject, desk):
    comment = submission(subject)
    assert term(page(desk), comment, "Post") == "On tides"


# Whose it is


def test_what_the_same_tag_wrote_below_the_post(subject, desk, anna):
    proof = Proof("k7qf2m9xdv")
    how = {"name": "Bosun", "proof": proof}
    decided(submission(subject, "One, and so on.", **how), anna, "approve")
    refused = submission(subject, "Two of them.", **how)
    decided(refused, anna, "reject", reason="hate")
    for text in ("Three?", "Four!"):
        decided(submission(subject, text, **how), anna, "reject", reason="off_topic")
    decided(submission(post(2), "Elsewhere.", **how), anna, "approve")
    submission(subject, "Somebody else.", name="Bosun")
    comment = submission(subject, "Five.", **how)
    told = term(page(desk), comment, "Same tag")
    assert told.startswith(
        "1 published, 3 refused (Off topic 2, Hatred 1) below this post. "
    )
    assert told.index("Four!") < told.index("Three?") < told.index("Two of them.")
    assert "One, and so on." not in told
    assert "Refused: Off topic Four!" in told
    assert one_of(refused) in context(page(desk), comment)
    assert "Elsewhere" not in told
    assert "Somebody else" not in told


def test_a_tag_for_the_whole_site_is_followed_everywhere(subject, desk, anna):
    how = {"name": "Bosun", "proof": Proof("k7qf2m9xdv", is_site_wide=True)}
    decided(submission(post(2), "Elsewhere.", **how), anna, "approve")
    decided(submission(post(3), "Far away.", **how), anna, "reject")
    submission(post(4), "It waits.", **how)
    comment = submission(subject, "Here.", **how)
    told = term(page(desk), comment, "Same tag")
    assert told.startswith(
        "1 published, 1 refused (Off topic), 1 waiting on the whole site."
    )


def test_the_same_typed_name_says_that_anybody_can_type_it(subject, desk, anna):
    decided(submission(subject, "One.", name="Bosun"), anna, "approve")
    submission(subject, "With a tag.", name="Bosun", proof=Proof("k7qf2m9xdv"))
    decided(submission(post(2), "Elsewhere.", name="Bosun"), anna, "approve")
    comment = submission(subject, "Two.", name="Bosun")
    told = term(page(desk), comment, "Same typed name")
    assert told.startswith("1 published below this post. Anybody can type a name.")
    assert "With a tag" not in told
    assert "Elsewhere" not in told


def test_who_wrote_nothing_else_is_said_to_have(subject, desk):
    comment = submission(subject, name="Bosun")
    told = term(page(desk), comment, "Same typed name")
    assert told.startswith("Nothing else below this post.")


def test_comments_without_a_name_are_joined_with_nothing(subject, desk, anna):
    for text in ("One.", "Two.", "Three."):
        decided(submission(subject, text), anna, "approve")
    imported(subject, "Of an import.", name=None)
    comment = submission(subject, "Four.")
    told = words(context(page(desk), comment))
    assert told.endswith("On tides")
    for answer in (imported(subject, "x", name=None), comment):
        html = page(desk, one_of(answer))
        assert "Same t" not in html


# What is like it


def test_similar_texts_with_what_was_decided(subject, desk, anna):
    refused = submission(subject, TIDES)
    decided(refused, anna, "reject", reason="duplicate")
    comment = submission(post(2), TIDES + " Well.")
    told = term(page(desk), comment, "Similar before")
    assert told.startswith("Nearly the same: Anon ")
    assert "Refused: Duplicate" in told
    assert one_of(refused) in context(page(desk), comment)


def test_the_reason_is_told_also_of_one_that_was_moved_since(subject, desk, anna):
    refused = submission(subject, TIDES)
    decided(refused, anna, "reject", reason="duplicate")
    refused = now(refused)
    place = moving.Place(post(3))
    moving.move(anna, Seen(refused.public_id, refused.version), place)
    comment = submission(post(2), TIDES + " Well.")
    assert "Refused: Duplicate" in term(page(desk), comment, "Similar before")


def test_a_similar_text_that_is_gone_is_not_shown(subject, desk, anna):
    first = submission(subject, TIDES)
    comment = submission(subject, TIDES)
    Comment.objects.filter(pk=first.pk).update(text="", html="")
    assert term(page(desk), comment, "Similar before") == ""


# What is in it


def test_persons_named_and_accused(subject, desk):
    comment = submission(subject, "I asked Peter Oakes. Jane Smith is lying about it.")
    html = page(desk)
    assert term(html, comment, "People named") == (
        "Peter Oakes Jane Smith : named, and accused ( lying )"
    )
    assert own(html, comment) == (
        '<p>I asked <mark class="m-person">Peter Oakes</mark>. '
        '<mark class="m-person">Jane Smith</mark> is '
        '<mark class="m-accused">lying</mark> about it.</p>\n'
    )


def test_nothing_about_persons_named_is_stored(subject, desk):
    comment = submission(subject, "Jane Smith is lying about it.")
    page(desk)
    assert not any(
        "Jane" in str(value) or "lying" in str(value)
        for value in Screening.objects.filter(comment=comment).values().get().values()
    )


def test_what_may_tell_who_wrote_it(subject, desk):
    comment = submission(subject, "I work in Harbourmouth as I said.")
    html = page(desk)
    assert term(html, comment, "May identify") == (
        "“ I work in Harbourmouth ” tells where its writer works"
    )
    assert '<mark class="m-writer">I work in Harbourmouth</mark>' in own(html, comment)


def test_links_are_spelled_out(subject, desk):
    comment = submission(
        subject, "See https://b\u0430nk.example/ and https://b\u0430nk.example/x"
    )
    told = term(page(desk), comment, "Links to")
    assert told.startswith(
        "xn--bnk-6cd.example , 2 times, which looks like b\u0430nk.example"
    )
    assert "first link to it here" in told
    assert "letters of different alphabets" in told


def test_a_link_that_shows_another_address(subject, desk):
    html = '<p>See <a href="https://evil.example/x" rel="noopener">bank.example</a></p>'
    comment = imported(subject, "See bank.example", html=html)
    answer = page(desk, one_of(comment))
    assert "its words show another address, bank.example" in words(answer)
    assert "https://evil.example/x" in words(answer)
    assert '<mark class="m-link">bank.example</mark></a>' in answer
    assert "first link to it here" not in answer


def test_what_rules_found_is_marked(subject, desk):
    Rule.objects.create(pattern="cheap Pills")
    Rule.objects.create(pattern="bad.example", kind="domain")
    comment = submission(subject, "CHEAP pills at https://www.bad.example/a, not pills")
    html = page(desk)
    assert term(html, comment, "Your rules") == (
        "“ CHEAP pills ”, “ https://www.bad.example/a ”"
    )
    marked = re.findall(r'<mark class="m-rule[^"]*">([^<]*)</mark>', own(html, comment))
    assert marked == ["CHEAP pills", "https://www.bad.example/a"]


def test_what_the_spam_score_named_is_marked(subject, desk, monkeypatch):
    verdict = Verdict(
        9.0, (("bonus", 4.0), ("links:1", 3.0), ("host:bad.example", 2.0))
    )
    monkeypatch.setattr(spam, "verdict", lambda text: verdict)
    comment = submission(subject, "A Bonus at https://bad.example/ for all")
    html = page(desk)
    assert term(html, comment, "As in spam").startswith("“ Bonus ”, “ https://bad")
    assert '<mark class="m-spam">Bonus</mark>' in own(html, comment)


def test_a_text_with_nothing_in_it_has_no_mark(subject, desk):
    comment = submission(subject, "The tide & the wind <b>turn</b>.")
    html = page(desk)
    assert own(html, comment) == comment.html
    assert "<mark" not in card(html, comment)


def test_hostile_text_is_shown_as_it_is(subject, desk):
    Rule.objects.create(pattern="script")
    comment = submission(
        subject, '<script>Jane Smith</script> is lying <mark class="m-rule">"&amp;'
    )
    html = own(page(desk), comment)
    assert "<script" not in html
    assert '&lt;<mark class="m-rule">script</mark>&gt;' in html
    assert "&lt;mark class=" in html


# Everywhere


def test_all_of_it_stands_on_the_page_of_one_comment(subject, desk):
    first = imported(subject, "Is it right?", name="Bosun")
    submission(subject, TIDES, name="Mate")
    comment = submission(
        subject,
        f"{TIDES} Jane Smith is lying. https://tide.example/",
        parent=imported(subject, "No.", first),
        name="Mate",
    )
    html = page(desk, one_of(comment))
    assert "Further up: Bosun" in words(html)
    for wanted in ("Same typed name", "Similar before", "People named", "Links to"):
        assert wanted in words(html)
    assert '<mark class="m-accused">lying</mark>' in html
    assert "moderation/context.css" in html


def test_an_erased_comment_has_a_page_too(subject, desk, anna):
    comment = submission(subject, name="Bosun")
    Comment.objects.filter(pk=comment.pk).update(
        text="", html="", name="", state="erased"
    )
    assert "Its text is gone." in page(desk, one_of(now(comment)))


def test_who_may_only_look_sees_it_too(subject):
    comment = submission(subject, "Jane Smith is lying.")
    user = staff("guest")
    user.user_permissions.add(
        *user.user_permissions.model.objects.filter(codename="view_queuedcomment")
    )
    assert term(page(signed_in(user)), comment, "People named")


def test_nothing_of_a_connection_is_shown(subject, desk):
    submission(subject, circumstances=Circumstances(address="203.0.113.77"))
    assert "203.0.113" not in page(desk)


@pytest.mark.parametrize("query", ["", "?what=all"])
def test_the_page_costs_the_same_for_2_for_20_and_for_50(subject, desk, anna, query):
    """With everything that can stand beside a comment beside each."""
    Rule.objects.create(pattern="pills")
    Mode.objects.create(kind="hold_all")
    wide = {"proof": Proof("k7qf2m9xdv", is_site_wide=True)}

    def queries(number: int) -> int:
        while QueuedComment.objects.filter(state="pending").count() < number:
            at = QueuedComment.objects.count()
            other = post(at + 2)
            parent = imported(other, "No.", imported(other, f"Who is {at}?"))
            text = f"{TIDES} {at} pills, says Jane Smith. https://t{at}.example/"
            for how in (wide, {"proof": Proof("aaaaabbbbb")}, {}):
                earlier = submission(other, text, name="Bosun", **how)
                decided(earlier, anna, "reject")
                submission(other, text, name="Bosun", parent=parent, **how)
        with CaptureQueriesContext(connection) as found:
            html = page(desk, f"{QUEUE}{query}")
        assert "Similar before" in html
        return len(found)

    few = queries(2)
    assert queries(20) == few
    assert queries(50) == few
    assert few <= 25
