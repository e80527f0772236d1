"""The form in which posts are written."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from blog.addresses import is_lost_in_address
from blog.admin.post_form import PostForm
from blog.labels import LabelForm, labels_as_text, labels_for, parse_labels
from blog.models import Label, Post

LONDON = ZoneInfo("Europe/London")

names = (
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
    .map(lambda name: " ".join(name.split()))
    .filter(lambda name: name and not is_lost_in_address(name))
)


def form(post=None, **changes) -> PostForm:
    """The form as a browser sends it: what stands in it, with ``changes``."""
    blank = PostForm(instance=post or Post())
    data = {name: blank[name].value() for name in blank.fields}
    if data["date"]:
        data["date"] = f"{data['date']:%Y-%m-%d}"
    if data["time"]:
        data["time"] = f"{data['time']:%H:%M}"
    data["body"] = (data["body"] or "").replace("\n", "\r\n")
    return PostForm({**data, **changes}, instance=post or Post())


def saved(post=None, **changes) -> Post:
    filled = form(post, **changes)
    assert filled.is_valid(), filled.errors
    return Post.objects.get(pk=filled.save().pk)


def local(at: datetime) -> dict[str, str]:
    at = timezone.localtime(at)
    return {"date": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M}"}


def public(**fields) -> Post:
    at = datetime(2022, 9, 2, 14, 3, 21, 500, tzinfo=LONDON)
    values = {"title": "Old", "body": "Text", "published_at": at} | fields
    return Post.objects.create(status="published", **values)


# Labels


@settings(max_examples=300)
@given(st.lists(names, max_size=6, unique_by=str.casefold))
def test_a_list_of_labels_is_read_back_as_it_was_written(labels):
    assert parse_labels(labels_as_text(labels)) == labels


@settings(max_examples=300)
@given(st.text(max_size=60))
def test_any_text_is_a_list_of_labels_or_refused_in_words(text):
    try:
        labels = parse_labels(text)
    except ValidationError:
        assert '"' in text or "." in text
    else:
        assert parse_labels(labels_as_text(labels)) == labels


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("", []),
        (" , ,", []),
        ("Pay,Staffing", ["Pay", "Staffing"]),
        ('"Rates, fares" , Pay', ["Rates, fares", "Pay"]),
        ("Pay, PAY, pay", ["Pay"]),
        ("Two\n lines,  wide   space", ["Two lines", "wide space"]),
        ('a "quoted" word', ['a "quoted" word']),
    ],
)
def test_labels_are_parted_by_commas(text, labels):
    assert parse_labels(text) == labels


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('Pay, "Rates, fares', "not closed"),
        ("x" * 201, "201 characters"),
        ("Pay, .", "“.” cannot be a label"),
        ("..", "“..” cannot be a label"),
        ("a/../b", "“a/../b” cannot be a label"),
    ],
)
def test_a_list_that_cannot_be_read_is_refused_with_the_reason(text, said):
    with pytest.raises(ValidationError, match=said):
        parse_labels(text)


@pytest.mark.django_db
def test_labels_that_exist_in_another_case_are_used():
    pay, ecole = Label.objects.create(name="Pay"), Label.objects.create(name="École")
    assert labels_for(["PAY", "école", "New"]) == [
        pay,
        ecole,
        Label.objects.get(name="New"),
    ]
    assert Label.objects.count() == 3


@pytest.mark.django_db
def test_of_two_labels_that_differ_in_case_the_exact_one_is_used():
    Label.objects.create(name="NAPO")
    exact = Label.objects.create(name="Napo")
    assert labels_for(["Napo"]) == [exact]


@pytest.mark.django_db
def test_saving_sets_the_labels_and_makes_new_ones():
    Label.objects.create(name="Pay")
    post = saved(title="T", label_names='pay, "Rates, fares"')
    assert [str(label) for label in post.labels.all()] == ["Pay", "Rates, fares"]
    assert PostForm(instance=post)["label_names"].value() == 'Pay, "Rates, fares"'
    assert not saved(post, label_names="").labels.exists()


@pytest.mark.django_db
def test_a_label_cannot_take_the_name_of_another():
    Label.objects.create(name="Pay")
    other = Label.objects.create(name="Fees")
    refused = LabelForm({"name": "PAY"}, instance=other)
    assert "There is a label “Pay” already." in str(refused.errors)
    assert LabelForm({"name": "FEES"}, instance=other).is_valid()


@pytest.mark.django_db
def test_a_label_whose_address_no_browser_could_ask_for_is_refused_in_words():
    for name in (".", " .. ", "./pay", "pay/.."):
        refused = LabelForm({"name": name})
        assert "cannot be a label" in str(refused.errors)
        assert "address" in str(refused.errors)
    for name in ("...", ".pay", "a.b", "a/b", "pay."):
        assert LabelForm({"name": name}).is_valid()


# Words


@pytest.mark.django_db
def test_nothing_at_all_is_not_saved():
    refused = form(title=" ", body="\n")
    assert set(refused.errors) == {"title", "body"}


@pytest.mark.django_db
@pytest.mark.parametrize("half", [{"title": "T"}, {"body": "B"}])
def test_a_draft_may_begin_with_either_half(half):
    assert saved(**half).status == "draft"


@pytest.mark.django_db
@pytest.mark.parametrize(("given", "missing"), [("title", "body"), ("body", "title")])
def test_readers_get_both_halves(given, missing):
    refused = form(**{given: "words", "status": "published"})
    assert set(refused.errors) == {missing}
    assert refused[given].value() == "words"


@pytest.mark.django_db
def test_an_imported_post_without_a_title_can_be_corrected():
    post = public(title="", source="text dump")
    assert saved(post, body="Better").body == "Better"


@pytest.mark.django_db
def test_saving_leaves_the_text_as_it_is_to_the_byte():
    post = public(body="\n  One\n\ntwo \n", body_format="text")
    unchanged = form(post)
    assert unchanged.changed_data == []
    assert saved(post).body == "\n  One\n\ntwo \n"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body_format", "said"),
    [("markdown", "## Heading"), ("html", "as <strong>HTML"), ("text", "plain text")],
)
def test_the_help_fits_the_format_of_the_text(body_format, said):
    shown = PostForm(instance=Post(body_format=body_format))
    assert said in shown.fields["body"].help_text


@pytest.mark.django_db
def test_a_new_post_is_markdown_and_an_imported_one_keeps_its_format():
    assert saved(title="T", body="*a*").body_html == "<p><em>a</em></p>\n"
    assert saved(public(body_format="html"), body="<b>x</b>").body_format == "html"


@pytest.mark.django_db
def test_the_slug_is_checked_and_used():
    assert "slug" in form(title="T", slug="Not this").errors
    post = saved(title="T", body="B", slug="this-one", status="published")
    assert post.address.endswith("/this-one")


# Two editors


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"title": "Theirs"},
        {"body": "Theirs"},
        {"author_name": "Them"},
        {"status": "draft"},
        {"published_at": datetime(2022, 9, 3, tzinfo=LONDON)},
    ],
)
def test_what_somebody_else_saved_is_not_written_over_unseen(change):
    post = public()
    opened = PostForm(instance=post)["opened"].value()
    Post.objects.filter(pk=post.pk).update(**change)
    post.refresh_from_db()
    refused = form(post, opened=opened, body="Mine")
    assert set(refused.errors) == {"body"}
    said = str(refused.errors)
    assert "Somebody changed this post since you opened it" in said
    assert f'href="/admin/blog/post/{post.pk}/preview/"' in said
    assert refused["body"].value() == "Mine"
    again = refused["opened"].value()
    assert saved(Post.objects.get(pk=post.pk), opened=again, body="Mine").body == "Mine"


@pytest.mark.django_db
def test_labels_that_somebody_else_set_are_not_lost_unseen():
    post = public()
    opened = PostForm(instance=post)["opened"].value()
    post.labels.add(Label.objects.create(name="Theirs"))
    assert "body" in form(post, opened=opened, label_names="").errors


@pytest.mark.django_db
def test_a_form_that_does_not_say_what_it_was_opened_with_is_refused_once():
    assert "Somebody changed" in str(form(public(), opened="").errors)


# Times


@pytest.mark.django_db
def test_publish_now_means_now():
    before = timezone.now()
    post = saved(title="T", body="B", status="published")
    assert post.is_public
    assert before <= post.published_at <= timezone.now()


@pytest.mark.django_db
def test_a_time_in_the_future_is_scheduled():
    tomorrow = timezone.now() + timedelta(days=1)
    post = saved(title="T", body="B", status="scheduled", **local(tomorrow))
    assert post.status == "scheduled"
    assert not post.is_public
    assert abs(post.published_at - tomorrow) < timedelta(minutes=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({}, "Choose a time in the future"),
        ({"date": "2020-01-01", "time": "10:00"}, "Choose a time in the future"),
        ({"date": "2190-01-01"}, "time of day"),
        ({"time": "10:00"}, "the day as well"),
        ({"date": "9999-01-01", "time": "10:00"}, "year again"),
        ({"date": "2190-03-28", "time": "01:30"}, "clocks change"),
    ],
)
def test_scheduling_asks_for_what_is_missing(when, said):
    refused = form(title="T", body="B", status="scheduled", **when)
    assert said in str(refused.errors)
    assert refused["body"].value() == "B"


@pytest.mark.django_db
def test_a_future_time_and_publish_now_contradict_each_other():
    tomorrow = local(timezone.now() + timedelta(days=1))
    refused = form(title="T", body="B", status="published", **tomorrow)
    assert "This time is in the future" in str(refused.errors)


@pytest.mark.django_db
def test_a_scheduled_post_can_be_published_now():
    later = timezone.now() + timedelta(days=40)
    post = Post.objects.create(
        title="T", body="B", status="scheduled", published_at=later
    )
    post = saved(post, status="published")
    assert post.is_public
    now = timezone.localtime()
    assert post.address.startswith(f"{now.year}/{now.month:02}/")


@pytest.mark.django_db
def test_a_post_whose_time_came_while_the_form_was_open_stays_published():
    post = public()
    Post.objects.filter(pk=post.pk).update(status="scheduled")
    post.refresh_from_db()
    assert PostForm(instance=post)["status"].value() == "published"
    kept = saved(post, status="scheduled", title="Corrected")
    assert kept.is_public
    assert kept.title == "Corrected"


@pytest.mark.django_db
def test_a_time_nobody_touched_is_kept_to_the_microsecond():
    post = public()
    at = post.published_at
    assert saved(post, title="New").published_at == at


@pytest.mark.django_db
def test_a_post_known_to_the_day_stays_so():
    noon = datetime(2015, 6, 1, 12, tzinfo=LONDON)
    post = public(published_at=noon, published_precision="day")
    assert PostForm(instance=post)["time"].value() is None
    same = saved(post, title="New")
    assert (same.published_at, same.published_precision) == (noon, "day")
    moved = saved(post, date="2015-06-02")
    assert moved.published_at == noon + timedelta(days=1)
    assert moved.published_precision == "day"


@pytest.mark.django_db
def test_today_without_a_time_is_not_in_the_future():
    today = f"{timezone.localdate():%Y-%m-%d}"
    assert saved(title="T", body="B", status="published", date=today).is_public


@pytest.mark.django_db
def test_a_public_post_keeps_its_address_as_a_draft_and_after():
    post = public(title="Old")
    address, at = post.address, post.published_at
    draft = saved(post, status="draft", title="Other title")
    assert not draft.is_public
    assert draft.address == address
    again = saved(draft, status="published")
    assert (again.address, again.published_at) == (address, at)


@pytest.mark.django_db
def test_a_public_post_needs_a_date():
    assert "date" in form(public(), date="", time="").errors


@pytest.mark.django_db
def test_the_choices_are_said_from_where_the_post_stands():
    def words(post):
        return dict(PostForm(instance=post).fields["status"].choices)["published"]

    post = public()
    assert words(Post()) == "Publish now: readers see it at once"
    assert words(post) == "Published: readers see it"
    assert words(saved(post, status="draft")).startswith("Publish again")
