"""The index holds what is public and loses at once what is not, whoever changes it."""

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import F

from blog.discussion import tree
from blog.models import Comment, Post
from blog.search import index
from blog.search.tables import COMMENTS, POSTS
from tests.blog import making
from tests.moderation import deciding

from .finding import found, indexed

pytestmark = pytest.mark.django_db

State = Comment.State


@pytest.fixture
def comment() -> Comment:
    """A public one that is in the index."""
    made = making.comment(making.post(body="Nothing."), "A kittiwake came by.")
    index.fill()
    assert indexed("kittiwake") == 1
    return made


def change(comment: Comment, **columns) -> None:
    assert Comment.objects.filter(pk=comment.pk).update(**columns) == 1


def is_right() -> bool:
    return not index.check()


class TestDecisions:
    def test_a_comment_comes_in_when_it_is_approved(self):
        waiting = deciding.in_state(making.post(), "pending", "A kittiwake came by.")
        index.fill()
        assert indexed("kittiwake") == 0
        deciding.do("approve", waiting)
        assert found("kittiwake") == ["A kittiwake came by."]
        assert is_right()

    @pytest.mark.parametrize("action", ["hide", "hold", "withdraw", "edit"])
    def test_it_leaves_with_the_decision(self, comment, action):
        deciding.do(action, comment)
        assert indexed("kittiwake") == 0
        assert is_right()

    def test_it_comes_back_when_the_decision_is_taken_back(self, comment):
        deciding.do("hide", comment)
        deciding.do("restore", deciding.now(comment))
        assert found("kittiwake") == ["A kittiwake came by."]

    def test_a_moved_tree_or_another_column_leaves_it_as_it_is(self, comment):
        change(comment, lft=F("lft") + 1, rght=F("rght") + 1, version=5)
        assert indexed("kittiwake") == 1
        assert is_right()


class TestWhateverChangesIt:
    @pytest.mark.parametrize("state", sorted(set(State) - {State.PUBLISHED}))
    def test_a_state_that_readers_do_not_see(self, comment, state):
        emptied = dict.fromkeys(("text", "html", "name"), "")
        change(comment, state=state, **(emptied if state == State.ERASED else {}))
        assert indexed("kittiwake") == 0
        assert is_right()

    def test_another_text(self, comment):
        change(comment, text="A gannet came by.")
        assert indexed("kittiwake") == 0
        assert found("gannet") == ["A gannet came by."]

    def test_another_name(self, comment):
        change(comment, name="Bosun")
        assert found("bosun kittiwake") == ["A kittiwake came by."]
        change(comment, name=None)
        assert indexed("bosun") == 0
        assert found("kittiwake") == ["A kittiwake came by."]

    def test_many_at_once(self, comment):
        for number in range(5):
            making.comment(comment.post, f"Kittiwake {number}")
        index.fill()
        Comment.objects.update(state=State.HIDDEN)
        assert indexed("kittiwake") == 0
        Comment.objects.update(state=State.PUBLISHED)
        assert indexed("kittiwake") == 6
        assert is_right()

    def test_a_row_that_is_deleted(self, comment):
        tree.remove({comment.pk})
        assert is_right()
        again = making.comment(making.post(2), "A gannet came by.")
        index.fill()
        assert indexed("kittiwake") == 0
        assert again.text in found("gannet")

    def test_what_is_taken_back_with_its_transaction(self, comment):
        with transaction.atomic():
            change(comment, state=State.HIDDEN)
            transaction.set_rollback(True)
        assert indexed("kittiwake") == 1
        assert is_right()

    def test_one_that_was_not_in_it_yet(self):
        made = making.comment(making.post(), "A kittiwake came by.")
        assert indexed("kittiwake") == 0
        change(made, state=State.HIDDEN)
        change(made, text="A gannet came by.")
        assert is_right()
        change(made, state=State.PUBLISHED)
        assert found("gannet") == ["A gannet came by."]
        assert is_right()

    def test_the_number_of_changed_rows_is_told_as_without_triggers(self, comment):
        assert Comment.objects.filter(pk=comment.pk).update(text="x") == 1
        assert Post.objects.filter(pk=comment.post_id).update(title="y") == 1
        assert Comment.objects.filter(pk=0).update(text="x") == 0


class TestPosts:
    def test_a_post_comes_in_when_it_is_saved(self):
        making.post(title="The kittiwake", body="It **nes**ted\n\non the *pier*.")
        assert found("kittiwake") == ["The kittiwake"]
        assert found("nested pier") == ["The kittiwake"]
        assert found("strong") == []

    def test_it_follows_its_words(self):
        post = making.post(title="The kittiwake")
        post.title, post.body = "The gannet", "It dives."
        post.save()
        assert indexed("kittiwake") == 0
        assert found("gannet diving") == ["The gannet"]

    def test_a_draft_is_not_in_it(self):
        post = making.post(title="The kittiwake", status="draft", published_at=None)
        assert indexed("kittiwake") == 0
        post.status = Post.Status.PUBLISHED
        post.save()
        assert found("kittiwake") == ["The kittiwake"]
        post.status = Post.Status.DRAFT
        post.save()
        assert indexed("kittiwake") == 0
        assert is_right()

    def test_it_leaves_when_it_is_deleted(self):
        making.post(title="The kittiwake").delete()
        making.post(title="The gannet")
        assert indexed("kittiwake") == 0
        assert is_right()

    def test_html_and_marks_are_not_searched(self):
        making.post(
            title="A",
            body='<a href="https://kittiwake.example">words</a> &lt;gannet&gt;',
            body_format="html",
        )
        assert found("href") == []
        assert found("kittiwake") == []
        assert found("gannet words") == ["A"]


class TestFilling:
    def test_it_puts_in_what_is_missing_and_says_how_much(self, monkeypatch):
        monkeypatch.setattr(index, "CHUNK", 3)
        post = making.post(title="Birds", body="None.")
        for number in range(10):
            making.comment(post, f"Kittiwake {number}")
        making.comment(post, "Kittiwake hidden", state=State.HIDDEN)
        assert index.check() == index.Faults(missing=10, surplus=0)
        assert index.fill() == 10
        assert indexed("kittiwake") == 10
        assert index.fill() == 0
        assert is_right()

    def test_a_rebuilt_index_is_the_same(self, comment):
        making.post(2, title="A kittiwake")
        before = found("kittiwake")
        assert index.rebuild() == 3
        assert found("kittiwake") == before
        assert is_right()

    def test_it_is_checked(self, comment):
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(
                    "INSERT INTO blog_search_comments VALUES (987654, 'gannet')"
                )
            else:
                cursor.execute(
                    "INSERT INTO blog_search_comments (rowid, text) "
                    "VALUES (987654, 'gannet')"
                )
        assert index.check() == index.Faults(missing=0, surplus=1)
        index.rebuild()
        assert is_right()


class TestInstalling:
    def test_triggers_that_a_migration_took_away_come_back(self, comment):
        """SQLite drops them with the table that it rewrites."""
        trigger = f"{COMMENTS.name}_changed"
        on = f" ON {COMMENTS.source}" if connection.vendor == "postgresql" else ""
        with connection.cursor() as cursor:
            cursor.execute(f"DROP TRIGGER {trigger}{on}")
        change(comment, text="A gannet came by.")
        assert index.check().damage
        assert index.install()
        assert indexed("kittiwake") == 0
        assert indexed("gannet") == 1
        assert not index.install()
        assert is_right()

    def test_after_migrations_it_is_there_if_it_can_be(self, comment):
        index.uninstall()
        index.after_migrations("default", apps)
        assert indexed("kittiwake") == 1
        index.uninstall()
        index.after_migrations("default", _WithoutSearch)
        assert index.check().damage

    def test_it_has_one_row_for_each_of_both_kinds(self, comment):
        names = connection.introspection.table_names()
        assert {COMMENTS.name, POSTS.name} <= set(names)


class _WithoutSearch:
    """The models before the migration that brought the search."""

    @staticmethod
    def get_model(app: str, name: str):
        return apps.get_model("blog", "Label")


def test_an_emptied_database_has_an_empty_index():
    """As Django empties it after a test with real transactions."""
    making.comment(making.post(title="Kittiwake"), "Kittiwake")
    index.fill()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for table in connection.introspection.table_names():
                if not table.startswith("blog_"):  # the log cannot be emptied
                    cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
            cursor.execute("TRUNCATE blog_comment, blog_post CASCADE")
        else:
            cursor.execute("DELETE FROM blog_comment")
            cursor.execute("DELETE FROM blog_post")
        assert not index.check()
        for table in (COMMENTS, POSTS):
            members = table.name
            members += "" if connection.vendor == "postgresql" else "_docsize"
            cursor.execute(f"SELECT count(*) FROM {members}")
            assert cursor.fetchone()[0] == 0
