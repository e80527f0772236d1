"""Modes in the admin, and what readers are told of a mode."""

import re
from datetime import datetime, timedelta
from html import unescape

import pytest
from django.template import Context, Template
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog.discussion.submission import Refused
from blog.models import Comment, Post
from moderation import figures, modes
from moderation.editorial import rolling
from moderation.models import Mode
from tests.blog.making import LONDON, post

from .making import ago, moderator, page, signed_in, staff, submission

pytestmark = pytest.mark.django_db
MODES = reverse("admin:moderation_mode_changelist")
ADD = reverse("admin:moderation_mode_add")


@pytest.fixture
def desk():
    return signed_in(moderator())


def form(**changes) -> dict[str, str]:
    fields = {"post": "", "kind": "hold_all", "until_0": "", "until_1": ""}
    return fields | {"notice": ""} | changes


def change(mode: Mode, name: str = "change") -> str:
    return reverse(f"admin:moderation_mode_{name}", args=[mode.pk])


def opened(html: str) -> str:
    """What a form that was opened says it has seen."""
    return re.search(r'name="opened" value="(\w*)"', html)[1]


def save(desk, mode: Mode, **changes):
    """Opens the form and sends it."""
    html = page(desk, change(mode))
    return desk.post(change(mode), form(opened=opened(html), **changes))


def errors(answer) -> str:
    assert answer.status_code == 200
    found = re.findall(r'<ul class="errorlist.*?</ul>', answer.content.decode(), re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", " ".join(found))).split())


# Setting a mode


def test_a_moderator_sets_a_mode_and_reads_what_readers_see(desk):
    answer = desk.post(ADD, form(kind="closed", notice="Back on Monday."), follow=True)
    html = unescape(answer.content.decode())
    assert "readers see: “No new comments are taken, since " in html
    assert ": Back on Monday.”" in html
    with pytest.raises(Refused, match=r"Back on Monday\."):
        submission(post(1))


def test_a_mode_of_one_post_is_of_that_post(desk):
    one, other = post(1), post(2)
    desk.post(ADD, form(post=one.pk, kind="open"))
    assert submission(one).state == Comment.State.PUBLISHED
    assert submission(other).state == Comment.State.PENDING


def test_a_second_mode_for_a_place_is_refused_with_the_way_to_the_first(desk):
    subject = post(1)
    whole, own = Mode.objects.create(), Mode.objects.create(post=subject)
    answer = desk.post(ADD, form())
    assert errors(answer) == "The site has a mode already. Change that one ."
    assert change(whole) in answer.content.decode()
    answer = desk.post(ADD, form(post=subject.pk))
    assert errors(answer) == "This post has a mode already. Change that one ."
    assert change(own) in answer.content.decode()
    answer = save(desk, own)
    assert "The site has a mode already" in errors(answer)
    assert Mode.objects.count() == 2


def test_changing_what_it_does_begins_it_anew(desk):
    mode = Mode.objects.create(kind="open", since=ago(days=9))
    save(desk, mode, kind="open", notice="Be kind.")
    mode.refresh_from_db()
    assert mode.since < ago(days=8)
    save(desk, mode, kind="hold_all", notice="Be kind.")
    mode.refresh_from_db()
    assert mode.since > ago(minutes=5)


def test_its_end_is_read_by_the_sites_clock_and_lies_ahead(desk):
    answer = desk.post(ADD, form(until_0="2020-01-01", until_1="12:00"))
    assert errors(answer) == "This time has passed. Choose one in the future."
    desk.post(ADD, form(until_0="2090-07-01", until_1="12:00"))
    mode = Mode.objects.get()
    assert mode.until == datetime(2090, 7, 1, 12, tzinfo=LONDON)
    html = page(desk, change(mode))
    assert 'value="2090-07-01"' in html
    assert 'value="12:00"' in html


@pytest.mark.parametrize(
    ("day", "clock", "said"),
    [
        ("2090-07-01", "", "Choose the time of day as well."),
        ("", "12:00", "Choose the day as well."),
        ("2090-07-01", "25:99", "Enter a valid time."),
        # In London the clocks go back on 29 October 2090, and forward on 26 March.
        ("2090-10-29", "01:30", "The clocks change on that day, and this time comes "),
        ("2090-03-26", "01:30", "The clocks change on that day, and this time comes "),
    ],
)
def test_an_end_that_is_no_moment_is_asked_for_in_plain_words(desk, day, clock, said):
    answer = desk.post(ADD, form(until_0=day, until_1=clock))
    assert errors(answer).startswith(said)
    assert f'value="{day}"' in answer.content.decode() or not day
    assert not Mode.objects.exists()


def test_one_that_has_ended_can_be_changed_without_touching_its_end(desk):
    # A day ago the hour could have been the one that comes twice.
    ended = timezone.make_aware(datetime(2022, 1, 5, 12, 7))
    mode = Mode.objects.create(kind="closed", until=ended)
    assert "no: it ended on" in page(desk, MODES)
    until = {"until_0": f"{ended:%Y-%m-%d}", "until_1": f"{ended:%H:%M}"}
    assert save(desk, mode, kind="open", **until).status_code == 302


def test_a_form_that_stood_open_does_not_undo_what_somebody_did_meanwhile(desk):
    """A discussion that goes on in a new post is closed with a notice that leads there:
    the form of before would open it again, with nobody having decided so."""
    subject = post(1)
    mode = Mode.objects.create(post=subject, kind="open", notice="Be kind.")
    stale = form(post=subject.pk, kind="open", notice="Be kind to each other.")
    stale["opened"] = opened(page(desk, change(mode)))
    editor = staff("edith", "Editors", "Moderators")
    rolling.roll_over(editor, subject, rolling.Continuation("On", publish=True))
    answer = desk.post(change(mode), stale)
    assert errors(answer).startswith("Somebody changed this mode since you opened it.")
    assert "“No new comments are taken, since " in errors(answer)
    html = unescape(answer.content.decode())
    assert "Be kind to each other." in html, "What was typed is lost."
    mode.refresh_from_db()
    assert (mode.kind, mode.notice) == ("closed", rolling.GOES_ON)
    # Who has seen it may do so.
    assert desk.post(change(mode), stale | {"opened": opened(html)}).status_code == 302
    mode.refresh_from_db()
    assert mode.kind == "open"


def test_deleting_it_says_what_holds_now(desk):
    subject = post(1)
    mode = Mode.objects.create(post=subject, kind="closed")
    answer = desk.post(change(mode, "delete"), {"post": "yes"}, follow=True)
    assert "follows the mode of the site again" in answer.content.decode()
    assert submission(subject).state == Comment.State.PENDING


def test_an_old_post_can_be_chosen_by_its_address(desk):
    old = post(1, title="Long ago")
    Post.objects.bulk_create(
        Post(
            title=f"Post {number}",
            status="published",
            address=f"2023/01/p{number}",
            published_at=timezone.now(),
        )
        for number in range(300)
    )
    assert "Long ago" not in page(desk, ADD)
    assert "Long ago" in page(desk, f"{ADD}?post={old.pk}")
    desk.post(ADD, form(post=old.pk, kind="closed"))
    assert Mode.objects.get().post == old
    assert "Long ago" in page(desk, change(Mode.objects.get()))


def test_the_list_says_where_what_and_since_when(desk):
    Mode.objects.create(post=post(1, title="On tides"), kind="closed")
    Mode.objects.create(kind="open", until=timezone.now() + timedelta(days=1))
    html = page(desk, MODES)
    for part in ("“On tides”", "The whole site", "Closed: no new comments", ", until "):
        assert part in html


@pytest.mark.parametrize("address", [MODES, ADD])
def test_editors_may_not_and_strangers_are_sent_to_the_login(address):
    assert signed_in(staff("ed", "Editors")).get(address).status_code == 403
    assert Client().get(address)["Location"].startswith(reverse("admin:login"))


# What readers are told


@pytest.mark.parametrize("kind", Mode.Kind.values)
def test_every_mode_has_words_for_readers(kind):
    words = modes.in_words(Mode(kind=kind))
    assert re.search(r", since \w+ \d+ \w+ \d\d:\d\d\.( [A-Z]|$)", words)


@pytest.mark.parametrize(
    ("kind", "first", "then"),
    [
        ("open", "Comments appear at once", "Some are held and read first."),
        (
            "hold_first",
            "Comments are read before they appear",
            "Those of writers who show the receipt of a published comment appear at "
            "once.",
        ),
    ],
)
def test_where_some_are_held_a_sentence_of_its_own_says_so(kind, first, then):
    since = datetime(2022, 9, 2, 20, 15, tzinfo=LONDON)
    mode = Mode(kind=kind, since=since, notice="Be kind.")
    told = f"{first}, since Friday 2 September 2022 20:15. {then}"
    assert modes.in_words(mode) == f"{told} Be kind."
    mode.notice = ""
    assert modes.in_words(mode) == told


def test_the_words_name_day_time_and_notice(settings):
    mode = Mode(
        kind="hold_all",
        since=datetime(2022, 9, 2, 20, 15, tzinfo=LONDON),
        until=datetime(2022, 9, 5, 9, 0, tzinfo=LONDON),
        notice="We were flooded.",
    )
    assert modes.in_words(mode) == (
        "All comments are read before they appear, since Friday 2 September 2022 "
        "20:15, until Monday 5 September 2022 09:00: We were flooded."
    )


def notice(subject: Post) -> str:
    template = Template(
        "{% load modes %}{% mode_for post as mode %}"
        '{% include "moderation/_mode_notice.html" %}'
        "{% if mode.is_closed %}CLOSED{% endif %}"
    )
    return template.render(Context({"post": subject})).strip()


def test_the_page_of_a_post_gets_its_mode_in_one_query(django_assert_num_queries):
    subject = post(1)
    figures.figures()  # which are kept for some minutes
    quiet = '<p class="help mode-notice">All comments are read before they appear.</p>'
    with django_assert_num_queries(1):
        assert notice(subject) == quiet
    Mode.objects.create(kind="open")
    Mode.objects.create(post=subject, kind="closed", notice="<b>Enough</b>.")
    with django_assert_num_queries(1):
        html = notice(subject)
    assert "No new comments are taken" in html
    assert "&lt;b&gt;Enough&lt;/b&gt;" in html
    assert html.endswith("CLOSED")
    assert "Comments appear at once" in notice(post(2))


def test_a_mode_that_has_ended_is_not_told():
    Mode.objects.create(kind="closed", until=ago(minutes=1))
    assert "All comments are read before they appear.</p>" in notice(post(1))


def test_a_notice_tells_how_long_it_took_where_comments_are_read(monkeypatch):
    wait = figures.Wait("October 2026", "2 hours")
    monkeypatch.setattr(figures.Figures, "lately", wait)
    told = "Of those that came in October 2026 half were read within 2 hours."
    assert f"before they appear. {told}</p>" in notice(post(1))
    for kind in Mode.Kind:
        Mode.objects.all().delete()
        Mode.objects.create(kind=kind)
        is_read = kind in (Mode.Kind.HOLD_ALL, Mode.Kind.HOLD_FIRST)
        assert (told in notice(Post.objects.get())) == is_read
