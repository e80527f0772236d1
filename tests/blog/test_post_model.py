"""A post: when it is public, and under which address."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from blog.models import Comment, Post

pytestmark = pytest.mark.django_db

AUGUST = datetime(2021, 8, 10, 12, 0, tzinfo=UTC)


def published(title: str = "Rota", at: datetime = AUGUST, **fields) -> Post:
    return Post.objects.create(
        title=title, status=Post.Status.PUBLISHED, published_at=at, **fields
    )


def days_from_now(days: float) -> datetime:
    return timezone.now() + timedelta(days=days)


# --- addresses -------------------------------------------------------------------


def test_the_address_is_year_month_and_slug():
    post = published("The New Rota")
    assert post.address == "2021/08/new-rota"
    assert post.slug == "new-rota"
    assert post.get_absolute_url() == "/2021/08/new-rota.html"


def test_a_slug_of_the_editors_own_is_kept():
    assert published("The New Rota", slug="from_monday").address.endswith(
        "/from_monday"
    )


def test_equal_titles_of_a_month_get_numbers():
    addresses = [published().address for _ in range(3)]
    assert addresses == ["2021/08/rota", "2021/08/rota_2", "2021/08/rota_3"]


def test_a_longer_address_that_begins_the_same_takes_no_number():
    published("Rota again")
    published("Rotas")
    assert published("Rota").address == "2021/08/rota"


def test_a_number_that_is_free_again_between_others_is_used():
    published(slug="rota_2")
    assert published().address == "2021/08/rota"
    assert published().address == "2021/08/rota_3"


def test_equal_titles_of_two_months_do_not_collide():
    published()
    assert published(at=AUGUST + timedelta(days=31)).address == "2021/09/rota"


def test_a_wildcard_in_a_slug_is_a_letter_like_others():
    published(slug="rotaxx")
    assert published(slug="rota_x").address == "2021/08/rota_x"


def test_an_untitled_post_has_an_address():
    assert published("").address == "2021/08/blog-post"
    assert published("…").address == "2021/08/blog-post_2"


def test_the_month_is_that_of_the_sites_time_zone():
    """23:30 UTC in summer is half past midnight of the next day in London."""
    late = published(at=datetime(2021, 7, 31, 23, 30, tzinfo=UTC))
    assert late.address == "2021/08/rota"
    winter = published(at=datetime(2021, 1, 31, 23, 30, tzinfo=UTC))
    assert winter.address == "2021/01/rota"
    new_year = published(at=datetime(2021, 12, 31, 23, 30, tzinfo=UTC))
    assert new_year.address == "2021/12/rota"


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Another title"},
        {"slug": "another-slug"},
        {"published_at": AUGUST - timedelta(days=400)},
        {"title": "Another", "slug": "", "published_at": AUGUST - timedelta(days=40)},
    ],
)
def test_a_public_address_stays_whatever_is_changed(changes):
    post = published()
    post = Post.objects.get(pk=post.pk)
    for field, value in changes.items():
        setattr(post, field, value)
    post.save()
    assert Post.objects.get(pk=post.pk).address == "2021/08/rota"


def test_a_post_taken_back_returns_to_its_address():
    post = published()
    post.status = Post.Status.DRAFT
    post.save()
    post = Post.objects.get(pk=post.pk)
    post.status, post.title, post.slug = Post.Status.PUBLISHED, "Corrected", ""
    post.published_at = AUGUST + timedelta(days=31)
    post.save()
    assert post.address == "2021/08/rota"


def test_an_address_nobody_has_seen_follows_the_date():
    post = published(at=days_from_now(40))
    post.published_at = AUGUST
    post.save()
    assert post.address == "2021/08/rota"


def test_saving_again_gives_no_new_number():
    post = published(at=days_from_now(3))
    before = post.address
    post.save()
    post.save()
    assert post.address == before


def test_two_posts_never_share_an_address():
    published()
    other = published("Other")
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.filter(pk=other.pk).update(address="2021/08/rota")


def test_a_public_post_without_address_or_date_is_refused_by_the_database():
    post = published()
    for missing in ("address", "published_at"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Post.objects.filter(pk=post.pk).update(**{missing: None})


# --- public or not ---------------------------------------------------------------


def visible(post: Post) -> bool:
    stored = Post.objects.get(pk=post.pk)
    listed = Post.objects.published().filter(pk=post.pk).exists()
    assert stored.is_public == listed, "the list and the post disagree"
    return listed


def test_a_draft_is_not_public_and_has_no_address():
    draft = Post.objects.create(title="Rota", published_at=AUGUST)
    assert not visible(draft)
    assert draft.address is None


def test_publishing_without_a_date_means_now():
    post = Post.objects.create(title="Rota", status=Post.Status.PUBLISHED)
    assert abs((post.published_at - timezone.now()).total_seconds()) < 60
    assert visible(post)


def test_a_post_of_the_future_is_scheduled_and_not_public():
    post = published(at=days_from_now(1))
    assert post.status == Post.Status.SCHEDULED
    assert not visible(post)


def test_a_scheduled_post_becomes_public_when_its_time_comes():
    """Nothing has to run at that time: the same row, an hour later."""
    post = published(at=days_from_now(1))
    Post.objects.filter(pk=post.pk).update(published_at=days_from_now(-1 / 24))
    assert Post.objects.get(pk=post.pk).status == Post.Status.SCHEDULED
    assert visible(post)


def test_a_scheduled_post_whose_time_has_come_keeps_its_address_when_edited():
    post = published(at=days_from_now(1))
    Post.objects.filter(pk=post.pk).update(published_at=days_from_now(-1 / 24))
    seen = Post.objects.get(pk=post.pk)
    seen.title, seen.slug = "Corrected", ""
    seen.save()
    assert seen.address == post.address
    assert seen.status == Post.Status.PUBLISHED


def test_a_post_taken_back_is_hidden():
    post = published()
    post.status = Post.Status.DRAFT
    post.save()
    assert not visible(post)


def test_neighbours_are_by_time_and_leave_the_hidden_out():
    older, middle = published("1"), published("2")  # the same minute: by their order
    newer = published("3", at=AUGUST + timedelta(days=1))
    Post.objects.create(title="draft", published_at=AUGUST)
    published("future", at=days_from_now(1))
    assert list(Post.objects.before(newer)) == [middle, older]
    assert list(Post.objects.after(older)) == [middle, newer]
    assert list(Post.objects.after(newer)) == []
    assert list(Post.objects.before(older)) == []


def test_the_comment_count_is_of_published_ones(django_assert_num_queries):
    counted, empty = published("counted"), published("empty")
    with transaction.atomic():
        for state in Comment.State.values:
            Comment(post=counted, state=state).save()
        Comment(post=counted, state=Comment.State.PUBLISHED).save()
    with django_assert_num_queries(2):
        listing = {post: post.comment_count for post in Post.objects.for_listing()}
    assert listing == {counted: 2, empty: 0}


def test_the_body_is_rendered_when_it_is_saved():
    post = published(body="*New* <script>alert(1)</script>")
    stored = Post.objects.get(pk=post.pk)
    assert "<em>New</em>" in stored.body_html
    assert "<script" not in stored.body_html
    assert stored.summary.startswith("New")


@pytest.mark.django_db
def test_a_public_post_keeps_its_address_through_draft_and_another_schedule():
    post = Post.objects.create(
        title="Kept", status="published", published_at=timezone.now() - timedelta(60)
    )
    address = post.address
    for status, days in (("draft", 0), ("scheduled", 40), ("scheduled", 80)):
        post = Post.objects.get(pk=post.pk)
        post.status, post.published_at = status, timezone.now() + timedelta(days)
        post.save()
        assert Post.objects.get(pk=post.pk).address == address
