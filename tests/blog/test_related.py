"""A post's series, and who cites it, on its page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blog.discussion import citations
from blog.models import Comment, Post
from blog.related import cited_by, in_series

from . import making

pytestmark = pytest.mark.django_db


def part(number, day: int = 1, name: str = "Harbour Notes", **fields) -> Post:
    return making.post(day, title=f"{name} {number}", **fields)


def page(client, post: Post) -> str:
    response = client.get(post.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


class TestSeries:
    def test_the_parts_before_and_after(self, client):
        first, second, third = part(1, 5), part(2, 6), part(3, 7)
        found = in_series(second)
        assert (found.name, found.number) == ("Harbour Notes", 2)
        assert (found.previous, found.next) == (first, third)
        assert in_series(first).previous is None
        assert in_series(third).next is None
        shown = page(client, second)
        assert '<a href="/series/harbour-notes/" dir="auto">Harbour Notes</a>' in shown
        assert first.get_absolute_url() in shown
        assert third.get_absolute_url() in shown

    def test_gaps_and_the_order_of_days_do_not_matter(self):
        late, early = part(3, 1), part(12, 2)
        part(40, 3)
        assert in_series(early).previous == late
        assert in_series(early).next.series_number == 40

    def test_of_two_with_one_number_the_earlier_comes_first(self):
        one, other, last = part(4, 1), part(4, 2), part(5, 3)
        assert (in_series(one).previous, in_series(one).next) == (None, other)
        assert (in_series(other).previous, in_series(other).next) == (one, last)

    def test_of_two_of_one_moment_the_row_that_came_first(self):
        one, other = part(4, 1), part(4, 1)
        last = part(5, 1)
        assert in_series(one).next == other
        assert (in_series(other).previous, in_series(other).next) == (one, last)

    def test_one_post_alone_is_no_series(self, client):
        alone = part(22, name="Catching")
        assert in_series(alone) is None
        assert 'class="series"' not in page(client, alone)
        assert client.get("/series/catching/").status_code == 404

    def test_several_with_one_number_are_none_either(self, client):
        one, _ = part(19, 1, "Fever"), part(19, 2, "Fever")
        assert in_series(one) is None
        assert client.get("/series/fever/").status_code == 404

    def test_drafts_and_posts_to_come_are_not_in_it(self, client):
        shown = part(2)
        part(1, status=Post.Status.DRAFT, published_at=None)
        part(3, published_at=timezone.now() + timedelta(days=2))
        assert in_series(shown) is None
        assert client.get("/series/harbour-notes/").status_code == 404
        last = part(9, 3)
        assert in_series(shown).next == last

    def test_a_post_that_gets_another_title_leaves_it(self):
        one, other = part(1, 1), part(2, 2)
        other.title = "Something else"
        other.save()
        assert (other.series_key, other.series_number) == ("", None)
        assert in_series(one) is None

    def test_the_name_is_that_of_the_title_and_the_key_knows_no_case(self):
        one, other = part(1, 1, "HARBOUR notes"), part(2, 2)
        assert in_series(one).name == "HARBOUR notes"
        assert in_series(one).next == other

    def test_a_page_is_in_none(self):
        about = part(3, is_page=True)
        part(4)
        assert about.series_key == ""
        assert in_series(about) is None

    def test_the_list_of_all_parts(self, client):
        for number in (12, 2, 101):
            part(number, number % 7)
        part(50, status=Post.Status.DRAFT, published_at=None)
        answer = client.get("/series/harbour-notes/").content.decode()
        assert '<h1 dir="auto">Harbour Notes</h1>' in answer
        assert "3 posts" in answer
        titles = [answer.index(f">Harbour Notes {n}<") for n in (2, 12, 101)]
        assert titles == sorted(titles)
        assert "Harbour Notes 50" not in answer

    @pytest.mark.parametrize("key", ["nothing", "%00", "a%2Fb", "Harbour%20Notes", " "])
    def test_a_list_that_is_none_is_not_found(self, client, key):
        part(1), part(2)
        assert client.get(f"/series/{key}/").status_code == 404


class TestCitedBy:
    def test_posts_come_first_and_each_source_once(self, client):
        old = making.post(1, title="A Lamp Goes Out")
        other = making.post(2, title="Another")
        comment = making.comment(
            other, "The blogpost 'A Lamp Goes Out', this blog, 2 March 2022", name="Ada"
        )
        later = making.post(4, body="See this blog, 2 March 2022.", title="Later <b>")
        sooner = making.post(3, body="See this blog, 2 March 2022.", title="")
        settle(later, sooner, comment)

        found = cited_by(old)
        assert found.posts == [sooner, later]
        assert found.comments == [comment]
        shown = page(client, old)
        assert shown.index("(untitled)") < shown.index("Later &lt;b&gt;")
        assert f'<a href="/c/{comment.public_id}/"><bdi>Ada</bdi></a>' in shown
        assert "Cited by" not in page(client, later)

    def test_nothing_that_is_not_public_is_told(self, client):
        old = making.post(1, title="A Lamp Goes Out")
        words = "See the blogpost 'A Lamp Goes Out'."
        draft = making.post(2, title="In secret", body=words, status=Post.Status.DRAFT)
        tomorrow = timezone.now() + timedelta(days=1)
        to_come = making.post(3, title="To come", body=words, published_at=tomorrow)
        waiting = making.comment(old, words, state=Comment.State.PENDING)
        below_draft = making.comment(draft, words)
        below_to_come = making.comment(to_come, words)
        hidden = making.comment(making.post(5), words, name="Bo")
        settle(draft, to_come, waiting, below_draft, below_to_come, hidden)
        assert cited_by(old).comments == [hidden]
        # Whatever the rows say.
        Comment.objects.filter(pk=hidden.pk).update(state=Comment.State.HIDDEN)
        assert len(cited_by(old)) == 0
        assert "Cited by" not in page(client, old)

    def test_what_is_scheduled_cites_when_its_time_has_come(self):
        old = making.post(1, title="A Lamp Goes Out")
        words = "See the blogpost 'A Lamp Goes Out'."
        tomorrow = timezone.now() + timedelta(days=1)
        to_come = making.post(3, body=words, published_at=tomorrow)
        settle(to_come)
        assert len(cited_by(old)) == 0
        Post.objects.filter(pk=to_come.pk).update(published_at=timezone.now())
        assert cited_by(old).posts == [to_come]

    @pytest.mark.parametrize(("number", "folded"), [(6, False), (7, True)])
    def test_a_long_list_is_folded(self, client, number, folded):
        old = making.post(1, title="A Lamp Goes Out")
        settle(*(making.comment(making.post(n + 2), CITING) for n in range(number)))
        shown = page(client, old)
        assert (f"<summary>{number} posts and comments</summary>" in shown) is folded
        assert shown.count('<li><a href="/c/') == number

    def test_a_very_long_one_ends(self, client, monkeypatch):
        monkeypatch.setattr("blog.related.MOST_SOURCES", 8)
        old = making.post(1, title="A Lamp Goes Out")
        under = making.post(2)
        settle(*(making.comment(under, CITING) for _ in range(12)))
        shown = page(client, old)
        assert "<summary>8 and more posts and comments</summary>" in shown
        assert shown.count('<li><a href="/c/') == 8

    def test_it_costs_the_same_for_any_number(
        self, client, django_assert_max_num_queries
    ):
        old = part(2, 1)
        part(1, 2), part(3, 3)
        used = []
        for number in (2, 18):
            for n in range(number):
                title = f"Citing {len(used)}{n}."
                settle(
                    making.post(20, title=title, body="See Harbour Notes 2."),
                    making.comment(making.post(30 + n), "See Harbour Notes 2."),
                )
            with django_assert_max_num_queries(30) as queries:
                page(client, old)
            used.append(len(queries))
        assert len(cited_by(old)) == 40
        assert used[0] == used[1]


CITING = "See the blogpost 'A Lamp Goes Out'."


def settle(*sources) -> None:
    """What the admin does for posts, and a decision for comments."""
    for source in sources:
        if isinstance(source, Post):
            citations.saved(source)
        else:
            citations.settle([source.pk])
    citations.settle_all()
