"""How comments are called in the texts of others: never by a name that is not shown."""

import pytest

from blog.models import Comment
from tests.blog import making

from .showing import State, at, becomes, now, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    return making.post(published_at=at("09:00"))


@pytest.fixture
def pair(post):
    """Two comments of one minute; the text of a third must list both."""
    return published(post, written=at("14:03")), published(post, written=at("14:03"))


def choice(comment: Comment, called: str) -> str:
    return f'<a class="at" href="/c/{comment.public_id}/">{called}</a>'


def test_a_name_that_nobody_has_read_stands_in_no_text(post, pair):
    source = published(post, "@14:03 which of you?", at("15:00"))
    becomes(State.PENDING, pair[1], name="Said By Nobody")
    html = now(source).html
    assert choice(pair[1], "Anon 14:03 b") in html
    assert "Said By Nobody" not in html
    becomes(State.PUBLISHED, pair[1])
    assert choice(pair[1], "Said By Nobody") in now(source).html


def test_a_name_that_nobody_has_read_decides_nothing(post, pair):
    """An “Anon” is meant, so that a name would leave the other one alone."""
    source = published(post, "Anon at 14:03, which of you?", at("15:00"))
    before = source.html
    becomes(State.PENDING, pair[1], name="Rowan")
    assert now(source).html == before
    becomes(State.PUBLISHED, pair[1])
    assert now(source).html != before


@pytest.mark.parametrize("state", [State.HIDDEN, State.HELD, State.WITHDRAWN])
def test_the_name_of_what_is_gone_stands_in_no_text(post, pair, state):
    named = published(post, written=at("14:03"), name="Rowan Marsh")
    source = published(post, "@14:03 which of you?", at("15:00"))
    assert choice(named, "Rowan Marsh") in source.html
    becomes(state, named)
    html = now(source).html
    assert "Rowan" not in html
    assert choice(named, "a comment that is gone") in html


def test_the_same_choice_is_listed_once_in_a_text(post, pair):
    source = published(post, "@14:03 which?\n\n" * 500 + "And 14:04?", at("15:00"))
    assert source.html.count(choice(pair[0], "Anon 14:03")) == 1
    assert len(source.html) < 2 * 500 * len("<p>@14:03 which?</p>\n")


def test_what_was_emptied_is_given_no_handle(post):
    """Nobody can say any more whether it bore a name."""
    named = published(post, written=at("14:03"), name="Rowan Marsh")
    becomes(State.WITHDRAWN, named)
    assert now(named).handle is None
    assert published(post, written=at("14:03")).handle == "Anon 14:03"


def test_the_card_tells_of_a_claimed_name_what_the_page_tells(post, client):
    published(post, written=at("14:03"), name="Rowan", tag="k7qf2m9xdv")
    other = published(post, written=at("14:10"), name="Rowan")
    for address in ("card/", "reply/"):
        html = client.get(other.get_absolute_url() + address).content.decode()
        assert "not verified" in html
