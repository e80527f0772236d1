"""Times that name comments become links when both are shown, in whatever order."""

import re
from datetime import timedelta
from itertools import permutations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from blog.archive.bodies import comment_from_html
from blog.discussion.linking import answers_to, unlinked
from blog.discussion.text import contribution_html
from blog.models import Comment, Reference
from tests.blog import making

from .showing import State, at, becomes, now, published, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    return making.post(published_at=at("09:00"))


def link(comment: Comment, words: str) -> str:
    return f'<a class="at" href="/c/{comment.public_id}/">{words}</a>'


def rows(source: Comment) -> set[tuple]:
    return set(source.references.values_list("minute", "target", "is_sure"))


MINUTE = 14 * 60 + 3


# --- what becomes a link ------------------------------------------------------------


def test_a_time_leads_to_the_comment_that_was_written_then(post):
    target = published(post, written=at("14:03"))
    source = published(post, "I agree with @14:03, and more.", at("15:00"))
    assert source.html == (f"<p>I agree with {link(target, '@14:03')}, and more.</p>\n")
    assert rows(source) == {(MINUTE, target.pk, True)}


def test_what_waits_refers_to_nothing(post):
    published(post, written=at("14:03"))
    source = sent(post, "@14:03 no.", at("15:00"))
    becomes(State.LIKELY_SPAM, source)
    assert "class" not in now(source).html
    assert not Reference.objects.exists()


def test_a_comment_that_is_shown_late_is_linked_by_those_that_named_it(post):
    target = sent(post, written=at("14:03"))
    source = published(post, "@14:03 no.", at("15:00"))
    other = published(post, "@14:04 no.", at("15:00"))
    assert source.html == "<p>@14:03 no.</p>\n"
    assert rows(source) == {(MINUTE, None, False)}
    becomes(State.PUBLISHED, target)
    assert now(source).html == f"<p>{link(target, '@14:03')} no.</p>\n"
    assert rows(source) == {(MINUTE, target.pk, True)}
    assert rows(other) == {(MINUTE + 1, None, False)}


def test_several_that_may_be_meant_are_listed(post):
    first = published(post, written=at("14:03"))
    source = published(post, "@14:03 no.", at("15:00"))
    second = published(post, written=at("14:03"))
    choices = f"{link(first, 'Anon 14:03')} or {link(second, 'Anon 14:03 b')}"
    assert now(source).html == (
        f'<p>@14:03<span class="at"> ({choices})</span> no.</p>\n'
    )
    assert rows(source) == {(MINUTE, first.pk, False), (MINUTE, second.pk, False)}


def test_a_letter_tells_which(post):
    published(post, written=at("14:03"))
    second = published(post, written=at("14:03"))
    source = published(post, "@Anon 14:03 b: no.", at("15:00"))
    assert source.html == f"<p>{link(second, '@Anon 14:03 b')}: no.</p>\n"


def test_of_several_a_reply_means_the_one_that_it_answers(post):
    thread = published(post, "Thread.", at("13:00"))
    first = published(post, "One.", at("14:03"), thread)
    published(post, "Two.", at("14:03"), thread)
    reply = published(post, "@14:03 no.", at("15:00"), first)
    assert reply.html == f"<p>{link(first, '@14:03')} no.</p>\n"


def test_half_a_day_later_is_looked_for_too(post):
    source = published(post, "9.18 is exactly right.", at("22:00"))
    assert rows(source) == {(558, None, False), (1278, None, False)}
    target = published(post, written=at("21:18"))
    assert link(target, "9.18") in now(source).html
    assert rows(source) == {(558, None, False), (1278, target.pk, True)}


def test_the_day_is_that_of_the_blogs_clock(post):
    target = published(post, written=at("23:58"))
    source = published(post, "@23:58 no.", at("00:05", 1))
    assert link(target, "@23:58") in source.html
    by_day = published(post, "@Anon 2 September 2022 at 23:58 no.", at("00:06", 1))
    assert by_day.html.count('class="at"') == 1
    other_day = published(post, "@Anon 3 September 2022 at 23:58 no.", at("00:07", 1))
    assert 'class="at"' not in other_day.html


@pytest.mark.parametrize(
    "fields",
    [
        {"written": None},  # when the source itself was written is not known
        {"written": at("14:03")},  # at the same time
        {"written": at("13:00")},  # before
    ],
)
def test_only_what_was_surely_written_before_can_be_meant(post, fields):
    published(post, written=at("14:03"))
    source = published(post, "@14:03 no.", **fields)
    assert source.html == "<p>@14:03 no.</p>\n"


def test_a_comment_without_a_time_is_never_linked(post):
    published(post, "Nobody knows when.")
    source = published(post, "@14:03 no.", at("15:00"))
    assert source.html == "<p>@14:03 no.</p>\n"


def test_other_posts_are_other_discussions(post):
    published(making.post(2, published_at=at("09:00")), written=at("14:03"))
    assert published(post, "@14:03 no.", at("15:00")).html == "<p>@14:03 no.</p>\n"


def test_html_of_old_blogs_is_linked_too(post):
    target = published(post, written=at("14:03"))
    text, html = comment_from_html(
        '<div>Hello&nbsp;all.</div><div><b>@14:03</b> &amp; <a href="https://x.org/">'
        "@14:03 there</a></div>"
    )
    source = published(post, text, at("15:00"), html=html)
    assert f"<b>{link(target, '@14:03')}</b> &amp; <a href=" in source.html
    assert source.html.count('class="at"') == 1
    assert unlinked(source.html) == html


# --- what becomes of links ----------------------------------------------------------


@pytest.mark.parametrize("state", [State.HIDDEN, State.HELD, State.WITHDRAWN])
def test_what_was_meant_is_still_meant_when_it_is_gone(post, state):
    target = published(post, written=at("14:03"))
    source = published(post, "@14:03 no.", at("15:00"))
    becomes(state, target)
    other = published(post, written=at("14:03"))
    assert link(target, "Anon 14:03") in now(source).html
    assert link(other, "Anon 14:03 b") in now(source).html


def test_a_corrected_text_is_linked_when_it_is_shown_again(post):
    target = published(post, written=at("14:03"))
    source = published(post, "@14:03 no.", at("15:00"))
    text = "Yes, @14:03."
    becomes(State.PENDING, source, text=text, html=contribution_html(text))
    assert not Reference.objects.exists()
    assert "class" not in now(source).html
    becomes(State.PUBLISHED, source)
    assert now(source).html == f"<p>Yes, {link(target, '@14:03')}.</p>\n"


@pytest.mark.parametrize("state", [State.WITHDRAWN, State.HIDDEN])
def test_of_what_is_gone_nothing_is_said_any_more(post, state):
    target = published(post, written=at("14:03"))
    source = published(post, "@14:03 no.", at("15:00"))
    becomes(state, source)
    assert not Reference.objects.exists()
    assert answers_to([target.pk]) == {}


def test_an_approval_that_is_taken_back_takes_the_link_of_a_named_one_back(post):
    target = published(post, written=at("14:03"), name="Rowan")
    source = published(post, "@14:03 no.", at("15:00"))
    assert link(target, "@14:03") in source.html
    becomes(State.PENDING, target)
    assert now(source).html == "<p>@14:03 no.</p>\n"
    assert rows(source) == {(MINUTE, None, False)}


def test_a_name_that_comes_later_stands_in_the_list(post):
    first = published(post, written=at("14:03"))
    published(post, written=at("14:03"))
    source = published(post, "@14:03 no.", at("15:00"))
    becomes(State.PENDING, first, name="A & B")
    becomes(State.PUBLISHED, first)
    assert link(first, "A &amp; B") in now(source).html


TEXTS = {
    "13:00": "The first word.",
    "14:03": "@13:00 you are right.",
    "14:04": "14:03 is exactly right, and @13:00 is not.",
    "15:10": "@14:03 and 14:04: agreed.",
}


def test_the_order_in_which_they_are_shown_makes_no_difference(post):
    seen = set()
    for order in permutations(TEXTS):
        comments = {clock: sent(post, text, at(clock)) for clock, text in TEXTS.items()}
        for clock in order:
            becomes(State.PUBLISHED, comments[clock])
        seen.add(with_places([comments[clock] for clock in TEXTS]))
        Reference.objects.all().delete()
        Comment.objects.all()._raw_delete("default")
    assert len(seen) == 1
    assert [html.count("<a ") for html in seen.pop()] == [0, 1, 2, 2]


def with_places(comments: list[Comment]) -> tuple[str, ...]:
    """The HTML of the comments; links name places, and not what is made by chance."""
    places = {comment.public_id: str(place) for place, comment in enumerate(comments)}
    return tuple(
        re.sub('/c/(.*?)/">(Anon[^<]*<)?', lambda m: places[m[1]], now(comment).html)
        for comment in comments
    )


class TestWhateverTheOrder(TestCase):
    """Letters follow the order of showing, so that nobody names one here."""

    clocks = st.sampled_from(["09:18", "14:03", "14:04", "21:18", "23:59"])
    words = st.sampled_from(
        ["@{}, no.", "{} is exactly right.", "Words.", "Anon at {}"]
    )
    comments = st.lists(
        st.tuples(
            clocks,
            st.integers(0, 1),
            words,
            clocks,
            st.sampled_from(["", None, "Rowan"]),
            st.integers(-1, 5),
        ),
        min_size=2,
        max_size=6,
    )

    @settings(max_examples=25, deadline=None)
    @given(comments, st.randoms())
    def test_the_links_are_the_same(self, drawn, random):
        first, second = (
            self.shown(drawn, order) for order in self.orders(drawn, random)
        )
        assert first == second

    @staticmethod
    def orders(drawn, random):
        yield range(len(drawn))
        yield random.sample(range(len(drawn)), len(drawn))

    @staticmethod
    def shown(drawn, order) -> tuple[str, ...]:
        post = making.post(published_at=at("09:00"))
        made: list[Comment] = []
        for clock, days, words, named, name, parent in drawn:
            moment = at(clock, days) + timedelta(seconds=len(made))
            above = made[parent] if 0 <= parent < len(made) else None
            made.append(sent(post, words.format(named), moment, above, name=name))
        for place in order:
            becomes(State.PUBLISHED, made[place])
        return with_places(made)


# --- what it costs ------------------------------------------------------------------


def test_the_number_of_queries_does_not_grow():
    needed = {}
    for count in (2, 20):
        post = making.post(count, published_at=at("09:00"))
        target = sent(post, written=at("14:03"))
        sources = [sent(post, f"@14:03 no, {n}.", at("15:00")) for n in range(count)]
        becomes(State.PUBLISHED, *sources)
        with CaptureQueriesContext(connection) as queries:
            becomes(State.PUBLISHED, target)
        assert Reference.objects.filter(target=target, is_sure=True).count() == count
        needed[count] = len(queries)
    assert needed[2] == needed[20]


# --- what readers see ---------------------------------------------------------------


def page(post) -> str:
    return Client().get(post.get_absolute_url()).content.decode()


def test_on_the_page_a_link_loads_nothing(post):
    target = published(post, written=at("14:03"))
    published(post, "@14:03 no.", at("15:00"))
    assert f'<a class="at" href="#c-{target.public_id}">@14:03</a> no.' in page(post)


def test_what_stands_nowhere_on_it_keeps_its_address(post):
    target = published(post, written=at("14:03"))
    published(post, "@14:03 no.", at("15:00"))
    becomes(State.HIDDEN, target)
    assert f'<a class="at" href="#c-{target.public_id}">@14:03</a> no.' in page(post)
    becomes(State.PENDING, target)
    assert link(target, "@14:03") in page(post)


def test_the_target_says_who_named_it(post):
    target = published(post, written=at("14:03"))
    late = published(post, "@14:03 no.", at("16:00"), name="<Rowan>")
    early = published(post, "@14:03 yes.", at("15:00"))
    published(post, "@14:03 below you.", at("15:30"), target)
    assert (
        f'<p class="answered-by">Answered by <a href="#c-{early.public_id}">'
        f'Anon 15:00</a>, <a href="#c-{late.public_id}">'
        "<bdi>&lt;Rowan&gt;</bdi></a></p>\n"
    ) in page(post)


def test_in_doubt_it_says_nothing(post):
    published(post, written=at("14:03"))
    published(post, written=at("14:03"))
    published(post, "@14:03 no.", at("15:00"))
    assert "Answered by" not in page(post)


def test_many_are_folded(post):
    published(post, written=at("14:03"))
    for minute in range(7):
        published(post, "@14:03 no.", at(f"15:0{minute}"))
    html = page(post)
    assert '<details class="answered-by"><summary>Answered by 7 comments' in html
    assert ">Anon 15:06</a></p></details>" in html


# --- permalinks ---------------------------------------------------------------------


def follow(comment: Comment, what: str = ""):
    return Client().get(f"/c/{comment.public_id}/{what}")


@pytest.mark.parametrize("state", [State.HIDDEN, State.HELD, State.WITHDRAWN])
def test_a_link_to_what_is_gone_leads_to_its_place(post, state):
    target = published(post, written=at("14:03"))
    becomes(state, target)
    answer = follow(target)
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"{post.get_absolute_url()}#c-{target.public_id}",
    )
    assert follow(target, "card/").status_code == 404


@pytest.mark.parametrize(
    "state", [State.PENDING, State.REJECTED, State.SPAM, State.WITHDRAWN]
)
def test_what_was_never_shown_is_not_there(post, state):
    target = sent(post, written=at("14:03"))
    becomes(state, target)
    assert follow(target).status_code == follow(target, "card/").status_code == 404


def test_nothing_leads_below_a_post_that_is_not_public(post):
    target = published(post, written=at("14:03"))
    post.status = "draft"
    post.save()
    assert follow(target).status_code == follow(target, "card/").status_code == 404


def test_the_card_is_the_comment_by_itself(post):
    target = published(post, "A & B.", at("14:03"))
    answer = follow(target, "card/")
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["Cache-Control"] == "public, max-age=60"
    html = answer.content.decode()
    assert f'<a href="/c/{target.public_id}/">Anon 14:03</a>' in html
    assert "<p>A &amp; B.</p>" in html
    again = Client().get(
        f"/c/{target.public_id}/card/", headers={"If-None-Match": answer["ETag"]}
    )
    assert again.status_code == 304
