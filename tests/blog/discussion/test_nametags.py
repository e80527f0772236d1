"""What stands beside a name on a page, and that no name can stand there itself."""

import pytest

from blog.discussion.nametags import nametag_html, signed_html
from blog.discussion.pseudonyms import Mark
from blog.models import Claim
from tests.blog import making

TAG = "k7qf2m9xdv"


def test_a_tag_is_an_element_of_its_own_and_read_out():
    html = nametag_html(TAG)
    assert html.startswith(' <span class="tag" title="A claimed name')
    assert html.endswith("tag </span>k7qf2-m9xdv</span>")
    assert '<span class="vh">, claimed name, tag </span>' in html


def test_without_any_there_is_nothing():
    assert nametag_html("") == nametag_html("", None) == ""


@pytest.mark.parametrize("mark", Mark)
def test_what_is_told_of_a_name_stands_in_words(mark):
    assert f"</span>{mark}</span>" in nametag_html("", mark)
    assert 'class="tag"' not in nametag_html("", mark)
    assert nametag_html(TAG, mark).startswith(nametag_html(TAG))


def test_whatever_stands_in_the_column_is_escaped():
    assert "<b>" not in nametag_html("<b>&</b>\"'")
    assert "<b>" not in signed_html("<b>")


@pytest.mark.django_db
class TestOnThePage:
    def page(self, client, post) -> str:
        return client.get(post.get_absolute_url()).content.decode()

    def test_a_name_that_ends_like_a_tag_is_a_name(self, client):
        post = making.post()
        making.comment(post, name="Deckhand k7qf2-m9xdv")
        page = self.page(client, post).partition('id="write"')[0]
        assert "<bdi>Deckhand k7qf2-m9xdv</bdi></a>" in page
        assert 'class="tag"' not in page

    def test_a_name_that_is_claimed_and_one_that_is_not_verified(self, client):
        post = making.post()
        at = making.START
        making.comment(post, name="Deckhand", tag=TAG, written_at=at)
        making.comment(post, name="D3ckhand", written_at=at)
        Claim.objects.create(
            post=post, name_key="deckhand", tag=TAG, is_site_wide=False, since=at
        )
        page = self.page(client, post)
        assert f"<bdi>Deckhand</bdi></a>{nametag_html(TAG)}" in page
        assert f"<bdi>D3ckhand</bdi></a>{nametag_html('', Mark.NOT_VERIFIED)}" in page

    @pytest.mark.parametrize("name", ["", None])
    @pytest.mark.parametrize("at", [None, making.START])
    def test_a_signature_stands_with_nameless_comments(self, client, name, at):
        post = making.post()
        making.comment(post, name=name, written_at=at, signature="Jim & Co")
        assert (
            '<span class="signed"> · signed “<bdi>Jim &amp; Co</bdi>”, not verified<'
        ) in self.page(client, post)

    def test_and_not_with_others(self, client):
        post = making.post()
        making.comment(post, name="Deckhand", signature="Jim")
        making.comment(post, name="")
        assert 'class="signed"' not in self.page(client, post)

    def test_feeds_tell_the_name_alone(self, client):
        post = making.post()
        making.comment(post, name="Deckhand", tag=TAG, written_at=making.START)
        feed = client.get(post.get_comments_feed_url()).content.decode()
        assert "<name>Deckhand</name>" in feed
        assert "k7qf2" not in feed
