"""A name is claimed in the form: the phrase is typed once and comes back on no page."""

import re
from html import unescape

import pytest

from blog.discussion import claims, pseudonyms
from blog.discussion.phrase_words import WORDS
from blog.models import Claim, Comment, Post

from . import making
from .contributions import (
    PREVIEW,
    PROOF,
    SEND,
    browser,
    fields,
    filled_in,
    kept,
    preview,
    send,
    token,
)
from .contributions import post as send_form

pytestmark = pytest.mark.django_db
TEXT = "The rota was never agreed."
PHRASE = "kelp barnacle sextant gale"


@pytest.fixture(autouse=True)
def cheap(monkeypatch):
    monkeypatch.setitem(pseudonyms._COST, "n", 2)


@pytest.fixture
def client():
    return browser()


@pytest.fixture
def post() -> Post:
    return making.post()


def claiming(under: Post, text: str = TEXT, **more: str) -> dict:
    return fields(under, text, **({"name": "Deckhand", "phrase": PHRASE} | more))


def tag_of(under: Post, *, wide: bool = False, phrase: str = PHRASE) -> str:
    return claims.prove(phrase, under, site_wide=wide).tag


def shown(under: Post, **how) -> str:
    return pseudonyms.grouped(tag_of(under, **how))


def as_it_stands(page) -> str:
    found = re.search(r'class="handle-line">(.*?)</p>', page.content.decode())
    return found[1] if found else ""


class TestTheWayThrough:
    def test_it_is_previewed_sent_and_stored(self, client, post):
        page = send_form(client, PREVIEW, claiming(post))
        assert page.status_code == 200
        assert shown(post) in as_it_stands(page)
        comment, _ = send(client, claiming(post))
        assert (comment.name, comment.tag) == ("Deckhand", tag_of(post))
        assert not comment.tag_is_site_wide
        assert not Claim.objects.exists()

    def test_without_a_phrase_there_is_no_tag(self, client, post):
        comment, _ = send(client, claiming(post, phrase="  "))
        assert (comment.name, comment.tag) == ("Deckhand", "")

    def test_the_whole_site_is_asked_for(self, client, post):
        second = making.post(2)
        tags = {
            send(client, claiming(under, site_wide="1"))[0].tag
            for under in (post, second)
        }
        assert tags == {tag_of(post, wide=True)}
        apart = {send(client, claiming(under))[0].tag for under in (post, second)}
        assert len(apart) == 2
        assert not apart & tags
        assert Comment.objects.filter(tag_is_site_wide=True).count() == 2

    def test_the_phrase_is_on_no_page_that_comes_back(self, client, post):
        forms = [
            claiming(post),
            claiming(post, text=""),
            claiming(post, text="x" * 8001),
            claiming(post, name=""),
            claiming(post, parent="nothing"),
            claiming(post, phrase=PHRASE[:11]),
            claiming(post, phrase=PHRASE * 10),
        ]
        for form in forms:
            for path in (PREVIEW, SEND):
                page = send_form(client, path, form)
                assert PHRASE[:11] not in page.content.decode()
                assert "no-store" in page.headers["Cache-Control"]

    def test_the_cached_page_of_a_post_has_nothing_of_anybody(self, client, post):
        first = client.get(post.get_absolute_url()).content
        assert b'name="phrase"' in first
        assert b"The preview suggests one" in first
        assert client.get(post.get_absolute_url()).content == first

    @pytest.mark.parametrize("path", ["preview", "reply"])
    def test_the_others_suggest_a_phrase_each_time_another(self, client, post, path):
        parent = making.comment(post)

        def suggested() -> str:
            page = (
                send_form(client, PREVIEW, fields(post, TEXT))
                if path == "preview"
                else client.get(f"/c/{parent.public_id}/reply/")
            )
            found = re.search(r'class="phrase">([^<]+)<', page.content.decode())
            return found[1]

        phrases = {suggested() for _ in range(5)}
        assert len(phrases) == 5
        assert all(set(phrase.split()) <= set(WORDS) for phrase in phrases)

    def test_a_suggestion_is_a_phrase_that_is_taken(self, client, post):
        comment, _ = send(client, claiming(post, phrase=pseudonyms.suggestion()))
        assert pseudonyms.is_tag(comment.tag)


class TestWhatIsRefused:
    @pytest.mark.parametrize(
        ("more", "words"),
        [
            ({"phrase": "x" * 11}, "11 characters; 12 are the fewest"),
            ({"phrase": " x " * 6}, "11 characters; 12 are the fewest"),
            ({"phrase": "x" * 201}, "201 characters; 200 are the most"),
            ({"name": ""}, "A pass-phrase claims a name"),
            ({"phrase": "", "site_wide": "1"}, "Type the pass-phrase for this"),
        ],
    )
    @pytest.mark.parametrize("path", [PREVIEW, SEND])
    def test_with_its_reason_and_the_text_kept(self, client, post, path, more, words):
        page = send_form(client, path, claiming(post, **more))
        html = page.content.decode()
        assert page.status_code == 422
        assert words in html
        assert '<details class="claim" open>' in html
        assert not token(page)
        assert kept(page) == (TEXT, more.get("name", "Deckhand"))
        assert not Comment.objects.exists()

    def test_who_must_type_it_again_is_told(self, client, post):
        page = send_form(client, PREVIEW, claiming(post, text=""))
        assert "type it again" in page.content.decode()
        page = send_form(client, PREVIEW, claiming(post, text="", phrase=""))
        assert "type it again" not in page.content.decode()

    @pytest.mark.parametrize("path", [PREVIEW, SEND])
    def test_too_many_at_once(self, client, post, path, monkeypatch):
        monkeypatch.setattr(pseudonyms, "PATIENCE", 0)
        with pseudonyms._turns.one(0), pseudonyms._turns.one(0):
            page = send_form(client, path, claiming(post))
        html = page.content.decode()
        assert page.status_code == 503
        assert "Too many pass-phrases" in html
        assert "type the phrase again" in html
        assert kept(page) == (TEXT, "Deckhand")
        # Nothing can be sent from there as if nothing had been claimed.
        assert not token(page)
        assert f'formaction="{SEND}"' not in html

    def test_those_without_a_phrase_do_not_wait(self, client, post, monkeypatch):
        monkeypatch.setattr(pseudonyms, "PATIENCE", 0)
        ready = preview(client, claiming(post))
        with pseudonyms._turns.one(0), pseudonyms._turns.one(0):
            send(client, fields(post, TEXT))
            assert send_form(client, SEND, ready).status_code == 200


class TestWhatIsChangedAfterThePreview:
    def test_another_text_keeps_the_claim(self, client, post):
        ready = preview(client, claiming(post))
        again = preview(client, ready | {"text": "Other words."})
        assert again["proof"] == ready["proof"]
        page = send_form(client, SEND, again)
        assert page.status_code == 200
        comment = Comment.objects.get()
        assert (comment.text, comment.tag) == ("Other words.", tag_of(post))

    def test_another_name_ends_it_and_the_page_says_so(self, client, post):
        ready = preview(client, claiming(post))
        page = send_form(client, PREVIEW, ready | {"name": "Bosun"})
        html = page.content.decode()
        assert page.status_code == 200
        assert "the name is not claimed any more" in html
        assert 'class="tag"' not in as_it_stands(page)
        assert not PROOF.search(html)
        comment, _ = send(client, ready | {"name": "Bosun"})
        assert (comment.name, comment.tag) == ("Bosun", "")

    def test_no_name_ends_it(self, client, post):
        ready = preview(client, claiming(post))
        comment, _ = send(client, ready | {"name": ""})
        assert (comment.name, comment.tag) == ("", "")

    def test_it_is_not_carried_to_another_post(self, client, post):
        ready = preview(client, claiming(post))
        second = making.post(2)
        comment, _ = send(client, ready | {"post": second.address})
        assert comment.tag == ""

    def test_it_can_be_dropped(self, client, post):
        ready = preview(client, claiming(post))
        page = send_form(client, PREVIEW, ready | {"unclaim": "1"})
        html = page.content.decode()
        assert page.status_code == 200
        assert not PROOF.search(html)
        assert "not claimed any more" not in html
        comment, _ = send(client, ready | {"unclaim": "1"})
        assert (comment.name, comment.tag) == ("Deckhand", "")

    @pytest.mark.parametrize("wide", [True, False])
    def test_another_scope_needs_the_phrase(self, client, post, wide):
        more = {"site_wide": "1"} if wide else {}
        ready = preview(client, claiming(post, **more))
        other = {k: v for k, v in ready.items() if k != "site_wide"}
        other |= {} if wide else {"site_wide": "1"}
        for path in (PREVIEW, SEND):
            page = send_form(client, path, other)
            assert page.status_code == 422
            assert "Type the pass-phrase for this" in page.content.decode()
        comment, _ = send(client, other | {"phrase": PHRASE})
        assert comment.tag_is_site_wide is not wide

    def test_what_was_typed_after_the_preview_is_not_passed_over(self, client, post):
        ready = preview(client, claiming(post, phrase=""))
        page = send_form(client, SEND, ready | {"phrase": PHRASE})
        assert page.status_code == 409
        assert shown(post) in as_it_stands(page)
        assert not Comment.objects.exists()
        again = filled_in(ready, page.content.decode())
        assert send_form(client, SEND, again).status_code == 200
        assert Comment.objects.get().tag == tag_of(post)

    @pytest.mark.parametrize("change", ["taken away", "forged", "of another name"])
    def test_a_token_is_for_the_claim_that_was_shown(self, client, post, change):
        ready = preview(client, claiming(post))
        proof = {
            "taken away": "",
            "forged": ready["proof"][:-1] + "x",
            "of another name": preview(client, claiming(post, name="Bosun"))["proof"],
        }[change]
        page = send_form(client, SEND, ready | {"proof": proof})
        assert page.status_code == 409
        assert not Comment.objects.exists()

    def test_a_claim_cannot_be_put_to_what_was_previewed_without(self, client, post):
        bare = preview(client, claiming(post, phrase=""))
        proof = preview(client, claiming(post))["proof"]
        page = send_form(client, SEND, bare | {"proof": proof})
        assert page.status_code == 409
        assert not Comment.objects.exists()

    def test_after_a_day_it_is_typed_again(self, client, post, monkeypatch):
        now = [1_700_000_000.0]
        monkeypatch.setattr("time.time", lambda: now[0])
        ready = preview(client, claiming(post))
        for _ in range(3):
            now[0] += 10 * 60 * 60
            page = send_form(client, PREVIEW, ready)
            found = PROOF.search(page.content.decode())
            # Previewing alone does not make it younger.
            assert found is None or unescape(found[1]) == ready["proof"]
        assert found is None


class TestWhatReadersAreTold:
    @pytest.fixture
    def claimed(self, post):
        Claim.objects.create(
            post=post,
            name_key=claims.name_key("Deckhand"),
            tag=tag_of(post),
            is_site_wide=False,
            since=making.START,
        )
        return post

    def test_that_a_name_is_claimed_by_somebody(self, client, claimed):
        page = send_form(client, PREVIEW, claiming(claimed, phrase=""))
        assert "not verified" in as_it_stands(page)
        assert "Somebody claims this name" in page.content.decode()

    def test_that_it_has_another_tag(self, client, claimed):
        other = claiming(claimed, phrase="another phrase of mine")
        page = send_form(client, PREVIEW, other)
        assert "compare tags" in as_it_stands(page)
        page = send_form(client, PREVIEW, claiming(claimed))
        assert "compare tags" not in as_it_stands(page)
