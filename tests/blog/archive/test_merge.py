"""One blog from several sources: nothing doubles, and what was unknown is filled in."""

from dataclasses import replace
from datetime import timedelta
from io import StringIO
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from django.contrib.auth import get_user_model
from hypothesis import given, settings
from hypothesis import strategies as st

from blog.archive.importing import import_paths
from blog.archive.model import SourcePost, Status
from blog.discussion import submission, tree
from blog.models import Comment, ImportChange, OldAddress, Post
from moderation import desk
from moderation.transitions import Seen

from . import backup_writer, disqus_writer, takeout_writer, wxr_writer
from .dump_writer import write_post_page
from .made_blogs import as_dump, as_text, feed_posts, renumbered

pytestmark = pytest.mark.django_db
LONDON = ZoneInfo("Europe/London")


def run(*paths: Path, **options):
    report = import_paths(paths, zone=LONDON, **options)
    assert [file.error for file in report.failed] == []
    return report


def blog(seed: int = 1, posts: int = 3, comments: int = 12) -> list[SourcePost]:
    return list(feed_posts(Random(seed), posts, comments))


def write(folder: Path, kind: str, posts: list[SourcePost]) -> Path:
    """The blog in one of the formats; a folder of pages for ``text``."""
    if kind == "text":
        pages = folder / "pages"
        pages.mkdir(exist_ok=True)
        for number, post in enumerate(posts):
            (pages / f"{number:03}.txt").write_text(write_post_page(as_dump(post)))
        return pages
    out = StringIO()
    if kind == "takeout":
        takeout_writer.write_feed(posts, out)
    elif kind == "backup":
        backup_writer.write(posts, out)
    elif kind == "wordpress":
        wxr_writer.write(renumbered(posts, "wordpress", 1, 1000), out)
    elif kind == "disqus":
        disqus_writer.write(renumbered(posts, "disqus", 1, 1000), out)
    file = folder / f"{kind}.xml"
    file.write_text(out.getvalue())
    return file


def words(text: str) -> list[str]:
    return text.split()


def stored(post: SourcePost) -> list[tuple]:
    """What stands in the database of a post: words, parent's words, name, time, id."""
    row = Post.objects.get(title=post.title)
    return sorted(
        (
            words(c.text),
            words(c.parent.text) if c.parent else [],
            c.name,
            c.written_at,
            c.source_id,
            c.state,
        )
        for c in row.comments.select_related("parent")
    )


def expected(post: SourcePost) -> list[tuple]:
    by_id = {c.id: c for c in post.comments}
    return sorted(
        (
            words(as_text(c.html)),
            words(as_text(by_id[c.parent].html)) if c.parent else [],
            c.author,
            c.written_at,
            c.uid,
            "published",
        )
        for c in post.comments
    )


def numbers(report) -> tuple[int, int, int, int]:
    posts, comments = report.posts, report.comments
    return (posts.new, posts.updated, comments.new, comments.updated)


@pytest.mark.parametrize("first", ["text", "takeout", "backup"])
@pytest.mark.parametrize("second", ["text", "takeout", "backup"])
def test_blogger_in_any_order_gives_the_same_blog(tmp_path, first, second):
    made = blog()
    run(write(tmp_path, first, made))
    run(write(tmp_path, second, made))
    assert Post.objects.count() == 3
    assert Comment.objects.count() == 36
    if {first, second} != {"text"}:
        for post in made:
            assert stored(post) == expected(post)
            row = Post.objects.get(title=post.title)
            assert row.published_at == post.published_at
            assert row.shows_time
            assert row.author_name == "Aldous"
            assert row.source_id == post.uid
            assert row.body_format == "html"
            assert row.get_absolute_url() == post.addresses[0]
    assert tree.check().bad == []
    # And again, each of them: nothing is left to say.
    for kind in (first, second):
        assert numbers(run(write(tmp_path, kind, made))) == (0, 0, 0, 0)


@pytest.mark.parametrize("first", ["takeout", "text", "wordpress"])
@pytest.mark.parametrize("second", ["wordpress", "takeout", "text"])
def test_a_blog_that_moved_to_wordpress_is_one_blog(tmp_path, first, second):
    made = blog(seed=2)
    run(write(tmp_path, first, made))
    run(write(tmp_path, second, made))
    assert Post.objects.count() == 3
    assert Comment.objects.count() == 36
    for kind in (first, second):
        assert numbers(run(write(tmp_path, kind, made))) == (0, 0, 0, 0)
    assert tree.check().bad == []


@pytest.mark.parametrize("base", ["takeout", "backup"])
def test_disqus_finds_the_posts_by_their_addresses(tmp_path, base):
    made = blog(seed=3)
    talk = [replace(post, comments=()) for post in made]
    run(write(tmp_path, base, talk))
    run(write(tmp_path, "disqus", made))
    assert Post.objects.count() == 3
    for post in made:
        row = Post.objects.get(title=post.title)
        assert row.comments.count() == len(post.comments)
        assert row.is_public
    assert numbers(run(write(tmp_path, "disqus", made))) == (0, 0, 0, 0)


def test_disqus_first_waits_in_drafts_for_the_posts(tmp_path):
    made = blog(seed=4)
    run(write(tmp_path, "disqus", made))
    assert not Post.objects.published().exists()
    assert Comment.objects.count() == 36
    run(write(tmp_path, "takeout", [replace(post, comments=()) for post in made]))
    assert Comment.objects.count() == 36
    # Each stands under the post now, at the address that Disqus knew.
    for post in made:
        row = Post.objects.get(source_id=post.uid)
        assert row.comments.count() == 12
        assert row.is_public
    assert Post.objects.count() == 3


def test_comments_before_their_post(tmp_path):
    made = blog(seed=5)
    feed = write(tmp_path, "takeout", [replace(p, is_missing=True) for p in made])
    report = run(feed)
    assert not Post.objects.published().exists()
    assert sum(file.orphans for file in report.files) == 36
    run(write(tmp_path, "takeout", made))
    assert Post.objects.published().count() == Post.objects.count() == 3
    for post in made:
        assert stored(post) == expected(post)


def test_links_and_stress_come_with_the_richer_source(tmp_path):
    (post,) = blog(posts=1, comments=1)
    (comment,) = post.comments
    html = comment.html + ' <a href="https://example.org/a">the notice</a>'
    made = [replace(post, comments=(replace(comment, html=html),))]
    plain = [
        replace(post, comments=(replace(comment, html=comment.html + " the notice"),))
    ]
    run(write(tmp_path, "text", plain))
    assert "<a " not in Comment.objects.get().html
    run(write(tmp_path, "takeout", made))
    row = Comment.objects.get()
    assert '<a href="https://example.org/a"' in row.html
    assert row.text.endswith("the notice")
    # The poorer one takes nothing back.
    assert numbers(run(write(tmp_path, "text", plain))) == (0, 0, 0, 0)


def test_a_word_broken_in_the_text_dump_is_the_same_comment(tmp_path):
    (post,) = blog(posts=1, comments=3)
    page = write_post_page(as_dump(post))
    comment = as_text(post.comments[0].html)
    word = max(comment.split(), key=len)
    broken = f"{word[:3]}\n    {word[3:]}"
    (tmp_path / "page.txt").write_text(page.replace(word, broken, 1))
    run(tmp_path / "page.txt")
    run(write(tmp_path, "takeout", [post]))
    assert Comment.objects.count() == 3


def test_two_comments_of_the_same_words_stay_two(tmp_path):
    (post,) = blog(posts=1, comments=4)
    same = tuple(
        replace(c, html="Agreed.", parent=None, id=c.uid) for c in post.comments
    )
    made = [replace(post, comments=same)]
    run(write(tmp_path, "takeout", made[:1]))
    assert Comment.objects.count() == 4
    more = replace(
        same[0],
        id="blogger:77",
        uid="blogger:77",
        written_at=same[0].written_at + timedelta(hours=1),
    )
    grown = [replace(post, comments=(*same, more))]
    assert numbers(run(write(tmp_path, "takeout", grown)))[2] == 1
    run(write(tmp_path, "text", grown))
    assert Comment.objects.count() == 5


def test_two_posts_of_one_day_and_title_stay_two(tmp_path):
    made = blog(posts=2, comments=2)
    twins = [replace(made[1], title=made[0].title, published_at=made[0].published_at)]
    report = run(write(tmp_path, "takeout", [made[0], *twins]))
    assert Post.objects.count() == 2
    assert Comment.objects.count() == 4
    assert "same-date-and-title" in [w.code for w in report.files[0].warnings]
    assert numbers(run(write(tmp_path, "takeout", [made[0], *twins]))) == (0, 0, 0, 0)


def test_a_title_that_was_changed_at_the_source_makes_no_second_post(tmp_path):
    made = blog(posts=1)
    run(write(tmp_path, "takeout", made))
    run(write(tmp_path, "takeout", [replace(made[0], title="Under another name")]))
    assert Post.objects.count() == 1


@pytest.mark.parametrize("first", ["text", "takeout"])
def test_what_the_moderator_decided_in_between_stands(tmp_path, first):
    second = "takeout" if first == "text" else "text"
    made = blog(seed=6, posts=1)
    run(write(tmp_path, first, made))
    user = get_user_model().objects.create_superuser("mo", password="x")
    hidden, erasable = Comment.objects.filter(replies=None).order_by("pk")[:2]
    desk.decide(
        user,
        [Seen(hidden.public_id, hidden.version)],
        "hide",
        reason="identifies_person",
    )
    Comment.objects.filter(pk=erasable.pk).update(
        text="[name] was here", html="<p>[name] was here</p>", version=2
    )
    state = Comment.objects.get(pk=hidden.pk).state
    run(write(tmp_path, second, made))
    assert Comment.objects.count() == 12
    assert Comment.objects.get(pk=hidden.pk).state == state == "hidden"
    assert Comment.objects.get(pk=erasable.pk).text == "[name] was here"


def test_an_answer_given_here_keeps_its_place(tmp_path):
    made = blog(seed=7, posts=1)
    run(write(tmp_path, "text", made))
    parent = Comment.objects.filter(parent=None).first()
    mine = submission.submit(parent.post, "Written here.", parent=parent).comment
    run(write(tmp_path, "takeout", made))
    mine.refresh_from_db()
    assert mine.parent_id == parent.pk
    assert Comment.objects.count() == 13
    assert tree.check().bad == []


def test_what_an_editor_changed_stands(tmp_path):
    made = blog(posts=1)
    run(write(tmp_path, "text", made))
    post = Post.objects.get()
    post.body += "\n\nA word of today."
    post.save()
    report = run(write(tmp_path, "takeout", made))
    post.refresh_from_db()
    assert post.body.endswith("A word of today.")
    assert [w.code for w in report.files[0].warnings] == ["body-differs"]


def test_a_comment_that_the_source_took_back_stands_and_is_told(tmp_path):
    made = blog(posts=1, comments=4)
    run(write(tmp_path, "takeout", made))
    for status in (Status.SPAM, Status.HELD, Status.TRASHED):
        changed = tuple(
            replace(c, status=status) if not at else c
            for at, c in enumerate(made[0].comments)
        )
        report = run(write(tmp_path, "takeout", [replace(made[0], comments=changed)]))
        assert [w.code for w in report.files[0].warnings] == ["removed-since"]
    assert Comment.objects.published().count() == 4


def test_a_made_up_address_leads_to_the_true_one(tmp_path):
    (post,) = blog(posts=1, comments=1)
    true = "/2010/01/quite-another-slug.html"
    run(write(tmp_path, "text", [post]))
    before = Post.objects.get().get_absolute_url()
    run(write(tmp_path, "takeout", [replace(post, addresses=(true,))]))
    row = Post.objects.get()
    assert row.get_absolute_url() == true
    assert OldAddress.objects.get().path == before
    assert OldAddress.objects.get().post == row


def test_an_exact_time_replaces_the_minute(tmp_path):
    (post,) = blog(posts=1, comments=1)
    (comment,) = post.comments
    exact = comment.written_at.replace(second=31)
    minute = exact.replace(second=0)
    run(write(tmp_path, "takeout", [post]))
    Comment.objects.update(written_at=minute)
    changed = replace(post, comments=(replace(comment, written_at=exact),))
    run(write(tmp_path, "takeout", [changed]))
    assert Comment.objects.get().written_at == exact
    # And never to the minute again, nor to another time.
    later = replace(comment, written_at=exact + timedelta(hours=1))
    run(write(tmp_path, "takeout", [replace(post, comments=(later,))]))
    assert Comment.objects.get().written_at == exact


def test_what_was_filled_in_is_on_record(tmp_path):
    made = blog(posts=1, comments=2)
    run(write(tmp_path, "text", made))
    assert not ImportChange.objects.exists()
    run(write(tmp_path, "takeout", made))
    change = ImportChange.objects.filter(post=None).first()
    assert change.before["name"] is None
    assert change.before["written_at"] is None
    assert change.after["source_id"].startswith("blogger:")
    of_post = ImportChange.objects.get(comment=None)
    assert of_post.before["body_format"] == "text"
    assert of_post.after["source_id"] == made[0].uid


def test_posts_without_a_title_meet_by_their_words(tmp_path):
    made = [replace(post, title="") for post in blog(posts=2, comments=2)]
    run(write(tmp_path, "text", made))
    run(write(tmp_path, "takeout", made))
    assert Post.objects.count() == 2
    assert Comment.objects.count() == 4


@settings(max_examples=12)
@given(
    seed=st.integers(0, 2**32),
    order=st.permutations(["text", "takeout", "backup"]),
    cut=st.integers(0, 15),
)
def test_any_order_any_part_first(seed, order, cut, tmp_path_factory):
    """A part of the blog from one source, then all of it from each."""
    Comment.objects.all()._raw_delete("default")
    ImportChange.objects.all().delete()
    Post.objects.all().delete()
    made = blog(seed=seed, posts=2, comments=15)
    tops = {c.id for post in made for c in post.comments[:cut]}
    early = [
        replace(
            post,
            comments=tuple(
                c for c in post.comments[:cut] if c.parent is None or c.parent in tops
            ),
        )
        for post in made
    ]
    folder = tmp_path_factory.mktemp("blog")
    run(write(folder, order[0], early))
    for kind in order:
        run(write(folder, kind, made))
    for post in made:
        assert stored(post) == expected(post)
    assert tree.check().bad == []
