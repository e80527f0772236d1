"""Links to the posts that are named, in whatever order things come."""

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blog.discussion import citations, shown
from blog.models import Citation, Comment, OldAddress, Post
from tests.blog import making
from tests.blog.making import LONDON

pytestmark = pytest.mark.django_db

LAMP = "A Lamp Goes Out"
CITING = f"See the blogpost '{LAMP}'."


def on(day: str, **fields) -> Post:
    at = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=LONDON)
    return making.post(published_at=at, **fields)


def save(post: Post, **fields) -> None:
    """What the admin does."""
    for name, value in fields.items():
        setattr(post, name, value)
    post.save()
    citations.saved(post)
    citations.settle_all()  # as when the transaction ends


def cite(text: str = CITING, **fields) -> Comment:
    """A published comment below a post of its own."""
    under = on("2018-01-01", title="Below which they cite")
    comment = making.comment(under, text, **fields)
    shown.settle([comment.pk])
    return comment


def link(post: Post, words: str = LAMP) -> str:
    return f'<a class="cites" href="{post.get_absolute_url()}">{words}</a>'


def html(source: Post | Comment) -> str:
    source.refresh_from_db()
    return source.body_html if isinstance(source, Post) else source.html


class TestComments:
    def test_one_that_is_published_is_linked(self):
        lamp = on("2018-06-18", title=LAMP)
        comment = cite()
        assert html(comment) == f"<p>See the blogpost '{link(lamp)}'.</p>\n"
        row = Citation.objects.get()
        assert (row.wanted, row.target) == ("title:a lamp goes out", lamp)
        assert row.by_comment == comment

    def test_one_that_waits_is_linked_when_the_post_comes(self):
        comment = cite()
        assert "cites" not in html(comment)
        assert Citation.objects.get().target is None
        lamp = on("2018-06-18", title=LAMP)
        save(lamp)
        assert link(lamp) in html(comment)

    @pytest.mark.parametrize("state", ["pending", "hidden", "rejected", "withdrawn"])
    def test_one_that_is_not_published_cites_nothing(self, state):
        on("2018-06-18", title=LAMP)
        comment = cite(state=state)
        assert "cites" not in html(comment)
        assert not Citation.objects.exists()

    def test_one_that_is_taken_away_cites_no_longer(self):
        on("2018-06-18", title=LAMP)
        comment = cite()
        Comment.objects.filter(pk=comment.pk).update(state=Comment.State.HIDDEN)
        shown.settle([comment.pk])
        assert not Citation.objects.exists()

    def test_it_names_nothing_that_came_after_it(self):
        on("2018-06-18", title=LAMP)
        day_before = datetime(2018, 6, 17, 23, 59, tzinfo=LONDON)
        assert "cites" not in html(cite(written_at=day_before))
        same_day = datetime(2018, 6, 18, 0, 1, tzinfo=LONDON)
        assert "cites" in html(cite(written_at=same_day))

    def test_of_two_posts_of_a_title_it_names_the_one_that_there_was(self):
        first = on("2018-06-18", title=LAMP)
        on("2020-06-18", title=LAMP)
        between = datetime(2019, 1, 1, tzinfo=LONDON)
        assert link(first) in html(cite(written_at=between))
        assert "cites" not in html(cite())  # nobody knows when

    def test_its_own_post_is_not_cited(self):
        lamp = on("2018-06-18", title=LAMP)
        comment = making.comment(lamp, CITING)
        shown.settle([comment.pk])
        assert "cites" not in html(comment)

    def test_what_is_a_link_already_counts_and_stays(self):
        lamp = on("2018-06-18", title=LAMP)
        old = "https://old.example/2012/09/where-it-stood"
        OldAddress.objects.create(path="/2012/09/where-it-stood", post=lamp)
        comment = cite(
            f"Read {old}.html or {old} or http://x.example/2018/06/lamp.html"
        )
        before = html(comment)
        assert "cites" not in before
        assert list(Citation.objects.exclude(target=None)) == [
            Citation.objects.get(wanted="address:/2012/09/where-it-stood")
        ]
        assert Citation.objects.filter(target=lamp, by_comment=comment).exists()

    def test_the_links_to_comments_stay_beside_it(self):
        lamp = on("2018-06-18", title=LAMP)
        under = on("2019-06-18", title="Below")
        at = datetime(2019, 6, 18, 14, 3, tzinfo=LONDON)
        first = making.comment(under, "I say so.", written_at=at)
        text = f"@14:03 {CITING}"
        second = making.comment(under, text, written_at=at + timedelta(hours=1))
        for _ in range(2):
            shown.settle([first.pk, second.pk])
            assert html(second).count('class="cites"') == 1
            assert html(second).count('class="at"') == 1
        assert link(lamp) in html(second)

    @pytest.mark.parametrize("text", ["Nothing.", CITING])
    def test_a_decision_costs_the_same_for_any_number(
        self, django_assert_max_num_queries, text
    ):
        on("2018-06-18", title=LAMP)
        under = on("2019-06-18", title="Below")
        used = []
        for number in (2, 20):
            pks = [making.comment(under, text).pk for _ in range(number)]
            with django_assert_max_num_queries(8) as queries:
                citations.settle(pks)
            used.append(len(queries))
        assert used[0] == used[1] == (1 if text == "Nothing." else 5)


class TestPosts:
    def test_a_day_with_one_post_is_linked_and_one_with_two_is_not(self):
        lamp = on("2018-06-18", title=LAMP)
        words = "This Blog, Monday, 18 June 2018"
        later = on("2019-06-18", title="Later", body=words)
        save(later)
        assert html(later) == f"<p>{link(lamp, words)}</p>\n"
        other = on("2018-06-18", title="Of the same day")
        save(other)
        assert html(later) == f"<p>{words}</p>\n"
        save(other, status=Post.Status.DRAFT)
        assert html(later) == f"<p>{link(lamp, words)}</p>\n"

    def test_a_new_title_takes_the_links_and_gives_them(self):
        lamp = on("2018-06-18", title=LAMP)
        comment = cite()
        save(lamp, title="Renamed")
        assert "cites" not in html(comment)
        other = on("2018-09-09", title="Another")
        save(other)
        save(other, title=LAMP)
        assert link(other) in html(comment)

    def test_a_new_title_leaves_its_old_one_to_the_only_other_that_has_it(self):
        first, second = on("2018-06-18", title=LAMP), on("2018-07-02", title=LAMP)
        comment = cite()
        assert "cites" not in html(comment)
        save(second, title="Renamed")
        assert link(first) in html(comment)

    def test_a_draft_cites_nothing_and_is_not_cited(self):
        lamp = on("2018-06-18", title=LAMP, status=Post.Status.DRAFT)
        save(lamp)
        draft = on("2019-01-01", title="Not yet", body=CITING)
        save(draft, status=Post.Status.DRAFT)
        comment = cite()
        assert "cites" not in html(comment)
        assert list(Citation.objects.values_list("by_post", "target")) == [(None, None)]
        save(lamp, status=Post.Status.PUBLISHED)
        assert link(lamp) in html(comment)
        assert "cites" not in html(draft)
        save(draft, status=Post.Status.PUBLISHED)
        assert link(lamp) in html(draft)

    def test_a_post_to_come_is_linked_when_its_time_has_come_and_not_before(self):
        lamp = on("2018-06-18", title=LAMP)
        save(lamp, published_at=timezone.now() + timedelta(days=1))
        Post.objects.filter(pk=lamp.pk).update(was_public=False)
        comment = cite()
        citations.settle_due()
        assert "cites" not in html(comment)
        # Its time comes, and nobody saves it.
        Post.objects.filter(pk=lamp.pk).update(published_at=timezone.now())
        citations.settle_due()
        assert link(lamp) in html(comment)
        lamp.refresh_from_db()
        assert lamp.was_public

    def test_a_decision_links_what_came_due(self, django_capture_on_commit_callbacks):
        tomorrow = timezone.now() + timedelta(days=1)
        lamp = making.post(title=LAMP, published_at=tomorrow)
        comment = cite()
        Post.objects.filter(pk=lamp.pk).update(published_at=timezone.now())
        other = making.comment(on("2020-01-01", title="Elsewhere"), "Nothing.")
        with django_capture_on_commit_callbacks(execute=True):
            shown.settle([other.pk])
        assert link(lamp) in html(comment)

    def test_the_body_and_the_summary_stay_as_they_were_written(self):
        on("2018-06-18", title=LAMP)
        citing = on("2019-01-01", title="Later", body=CITING)
        save(citing)
        citing.refresh_from_db()
        assert citing.body == CITING
        assert citing.summary == CITING
        assert citations.unlinked(citing.body_html) == f"<p>{CITING}</p>\n"

    def test_one_that_is_to_be_deleted_is_not_linked_any_more(self):
        lamp = on("2018-06-18", title=LAMP)
        comment = cite()
        citations.settle_all(without=[lamp.pk])
        lamp.delete()
        assert "cites" not in html(comment)
        again = on("2018-06-18", title=LAMP)
        save(again)
        assert link(again) in html(comment)

    def test_a_title_is_escaped(self):
        lamp = on("2018-06-18", title="A & B <c>", slug="a_b-c")
        comment = cite("the blogpost 'A & B <c>'")
        assert link(lamp, "A &amp; B &lt;c&gt;") in html(comment)


def test_nothing_to_do_costs_a_look_and_no_write(django_assert_num_queries):
    on("2018-06-18", title=LAMP)
    for _ in range(20):
        cite()
    with django_assert_num_queries(3):  # what is named, the posts, their old addresses
        citations.settle_all()
    with django_assert_num_queries(1):
        citations.settle_due()


def test_what_was_stored_before_is_settled_by_the_command():
    lamp = on("2018-06-18", title=LAMP)
    comment = making.comment(on("2019-01-01", title="Harbour Notes 3"), CITING)
    citing = on("2019-02-02", title="Later", body=CITING)
    Post.objects.update(series_key="", series_number=None)
    call_command("settle_discussions", verbosity=0)
    assert link(lamp) in html(comment)
    assert link(lamp) in html(citing)
    part = comment.post
    part.refresh_from_db()
    assert (part.series_key, part.series_number) == ("harbour-notes", 3)
    rows = list(Citation.objects.order_by("pk").values_list())
    assert len(rows) == 2
    call_command("settle_discussions", verbosity=0)
    assert list(Citation.objects.order_by("pk").values_list()) == rows


# What may happen to a small blog, one thing after another.
POSTS = (
    ("2018-06-18", LAMP),
    ("2018-06-18", "Of the same day"),
    ("2018-07-02", LAMP),
    ("2019-03-04", "Harbour Notes 12"),
    ("2019-05-05", "Harbour Notes 12"),
)
TEXTS = (
    CITING,
    "This blog, Monday, 18 June 2018",
    "It says so in Harbour Notes 12.",
    f"Harbour Notes 12 and the blogpost '{LAMP}' of 18 June 2018",
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_order_of_arrival_gives_the_same_links(db, data):
    posts = data.draw(st.lists(st.sampled_from(POSTS), max_size=4, unique=True))
    texts = data.draw(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3))
    acts = [("post", *post) for post in posts]
    acts += [("citing", f"2020-01-0{n}", text) for n, text in enumerate(texts, 1)]
    acts += [("comment", str(n), text) for n, text in enumerate(texts)]
    outcomes = []
    for order in (acts, data.draw(st.permutations(acts))):
        with transaction.atomic():
            outcomes.append(outcome(order))
            transaction.set_rollback(True)
    assert outcomes[0] == outcomes[1]


def outcome(acts: list[tuple[str, str, str]]) -> dict[str, str]:
    """The HTML of each text that names posts, after these came in this order."""
    under = on("2017-01-01", title="Below")
    slugs = {post: f"p{n}" for n, post in enumerate(POSTS)}
    sources = {}
    for kind, key, text in acts:
        if kind == "post":
            save(on(key, title=text, slug=slugs[key, text]))
        elif kind == "citing":
            sources[kind, key] = on(key, title=f"Citing, {key}", body=text)
            save(sources[kind, key])
        else:
            sources[kind, key] = making.comment(under, text)
            shown.settle([sources[kind, key].pk])
    return {key: html(source) for key, source in sources.items()}
