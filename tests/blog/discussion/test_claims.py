"""Who claims a name: from the publication on, as long as a comment bears it."""

from datetime import timedelta

import pytest

from blog.discussion import claims, shown, times
from blog.discussion.pseudonyms import Mark, Proof
from blog.models import Claim, Comment
from moderation import receipts
from tests.blog import making
from tests.moderation.deciding import do, in_state, now

pytestmark = pytest.mark.django_db
TAG, OTHER = "k7qf2m9xdv", "0000000000"
NOON = making.START


@pytest.fixture
def post():
    return making.post()


def rows() -> set[tuple]:
    return set(Claim.objects.values_list("name_key", "tag", "post_id", "is_site_wide"))


def bearing(post, tag=TAG, *, wide=False, name="Deckhand", **fields) -> Comment:
    return in_state(post, name=name, tag=tag, tag_is_site_wide=wide, **fields)


def key(name="Deckhand") -> str:
    return claims.name_key(name)


class TestRows:
    def test_what_waits_claims_nothing(self, post):
        bearing(post)
        do("approve", in_state(post, name="Deckhand"))
        assert rows() == set()

    def test_it_begins_with_publication(self, post):
        comment = bearing(post)
        do("approve", comment)
        assert rows() == {(key(), TAG, post.pk, False)}
        assert Claim.objects.get().since == now(comment).published_at

    @pytest.mark.parametrize("end", ["hide", "hold", "withdraw", "edit"])
    def test_it_ends_with_the_last_that_bears_it(self, post, end):
        one, two = bearing(post), bearing(post)
        do("approve", one, two)
        assert len(rows()) == 1
        do(end, now(one))
        assert len(rows()) == 1
        do(end, now(two))
        assert rows() == set()

    def test_what_is_restored_claims_again(self, post):
        comment = bearing(post)
        do("approve", comment)
        do("hide", now(comment))
        do("restore", now(comment))
        assert len(rows()) == 1

    def test_names_that_look_alike_are_one_claim(self, post):
        do("approve", bearing(post), bearing(post, name="D\u0435ckh\u0430nd"))
        assert len(rows()) == 1

    def test_posts_scopes_tags_and_names_are_claims_apart(self, post):
        second = making.post(2)
        do(
            "approve",
            bearing(post),
            bearing(post, OTHER),
            bearing(post, wide=True),
            bearing(second, wide=True),
            bearing(post, name="Bosun"),
        )
        assert rows() == {
            (key(), TAG, post.pk, False),
            (key(), OTHER, post.pk, False),
            (key(), TAG, post.pk, True),
            (key(), TAG, second.pk, True),
            (key("Bosun"), TAG, post.pk, False),
        }

    def test_names_without_letters_are_each_their_own(self, post):
        do(
            "approve",
            bearing(post, name="\U0001f989"),
            bearing(post, name="\U0001f98a"),
        )
        assert len({name for name, *_ in rows()}) == 2

    def test_a_long_key_fits(self, post):
        do("approve", bearing(post, name="\ufdfa" * 60))
        assert len(rows()) == 1

    def test_one_decision_about_many_costs_as_much_as_about_two(
        self, post, django_assert_num_queries
    ):
        used = []
        for number in (2, 20):
            under = making.post(number)
            comments = [bearing(under, name=f"Deck {n}") for n in range(number)]
            Comment.objects.filter(post=under).update(state="published")
            fresh = list(Comment.objects.filter(post=under).order_by("tree_id", "lft"))
            assert len(comments) == len(fresh)
            with django_assert_num_queries(2) as queries:
                claims.settle(under, fresh)
            used.append(len(queries))
            assert under.claims.count() == number
        assert used[0] == used[1]

    def test_whole_posts_are_settled_together(self, post, django_assert_num_queries):
        second = making.post(2)
        for under in (post, second):
            making.comment(under, name="Deckhand", tag=TAG, written_at=NOON)
        Claim.objects.create(
            post=post, name_key="gone", tag=TAG, is_site_wide=False, since=NOON
        )
        with django_assert_num_queries(4):
            claims.settle_posts([post.pk, second.pk])
        assert rows() == {(key(), TAG, p.pk, False) for p in (post, second)}
        with django_assert_num_queries(2):
            claims.settle_posts([post.pk, second.pk])
        with django_assert_num_queries(0):
            claims.settle_posts([])


class TestMarks:
    def claim(self, post, tag=TAG, *, wide=False, since=NOON):
        return Claim.objects.create(
            post=post, name_key=key(), tag=tag, is_site_wide=wide, since=since
        )

    def mark(self, post, name="Deckhand", tag="", at=NOON + timedelta(hours=1)):
        comment = making.comment(post, name=name, tag=tag, written_at=at)
        return claims.marks([comment]).get(comment.pk)

    @pytest.mark.parametrize(
        "name", ["Deckhand", "deck hand", "DECKHAND.", "D\u0435ckh\u0430nd", "Deckhänd"]
    )
    def test_without_the_tag_it_is_not_verified(self, post, name):
        self.claim(post)
        assert self.mark(post, name) == Mark.NOT_VERIFIED

    def test_with_it_there_is_nothing_to_tell(self, post):
        self.claim(post)
        assert self.mark(post, tag=TAG) is None

    def test_names_apart_are_not_told(self, post):
        self.claim(post)
        assert self.mark(post, "Deckhands") is None

    def test_below_another_post_it_is_free(self, post):
        self.claim(post)
        assert self.mark(making.post(2)) is None

    def test_that_of_the_whole_site_holds_everywhere(self, post):
        self.claim(post, wide=True)
        assert self.mark(making.post(2)) == Mark.NOT_VERIFIED

    @pytest.mark.parametrize(
        ("minutes", "mark"),
        [(-1, None), (0, Mark.NOT_VERIFIED), (1, Mark.NOT_VERIFIED)],
    )
    def test_what_was_written_before_could_not_know(self, post, minutes, mark):
        """Else a late comer could put the earlier ones in doubt."""
        self.claim(post)
        assert self.mark(post, at=NOON + timedelta(minutes=minutes)) == mark

    @pytest.mark.parametrize(
        ("precision", "later"), [("hour", timedelta(hours=1)), ("day", timedelta(1))]
    )
    @pytest.mark.parametrize("is_set", [True, False])
    def test_of_one_hour_or_day_none_is_later(
        self, post, settings, precision, later, is_set
    ):
        """Nobody knows any more which of the two was written first."""
        since = times.cut_to(NOON, precision)
        self.claim(post, since=since)
        # Set, or set before and not any more.
        settings.TIME_PRECISION = precision if is_set else "minute"

        def mark(at, known):
            comment = making.comment(
                post, name="Deckhand", written_at=at, precision=known
            )
            return claims.marks([comment]).get(comment.pk)

        assert mark(since, precision) is None
        assert mark(since + later, precision) == Mark.NOT_VERIFIED
        if is_set or precision == "day":
            # One that waits, or came when minutes were kept again.
            assert mark(since + timedelta(minutes=59), None) is None
            assert mark(since + later, None) == Mark.NOT_VERIFIED

    def test_the_first_of_several_claims_counts(self, post):
        self.claim(post, since=NOON + timedelta(hours=3))
        self.claim(making.post(2), wide=True)
        assert self.mark(post) == Mark.NOT_VERIFIED

    def test_of_what_was_written_at_an_unknown_time_nothing_is_told(self, post):
        self.claim(post)
        assert self.mark(post, at=None) is None

    def test_two_tags_for_a_name_are_to_be_compared(self, post):
        self.claim(post)
        self.claim(post, OTHER)
        assert self.mark(post, tag=TAG) == Mark.SEVERAL
        assert self.mark(post, tag=OTHER) == Mark.SEVERAL

    def test_what_is_written_now_is_told_before_it_is_sent(self, post):
        assert claims.mark_of_new(post, "Deckhand", None) is None
        self.claim(post)
        assert claims.mark_of_new(post, "Deckhand", None) == Mark.NOT_VERIFIED
        assert claims.mark_of_new(post, "Deckhand", Proof(TAG)) is None
        assert claims.mark_of_new(post, "Deckhand", Proof(OTHER)) == Mark.SEVERAL

    def test_it_costs_one_query_for_any_number(self, post, django_assert_num_queries):
        second = making.post(2)
        self.claim(second, wide=True)
        comments = [
            making.comment(p, name=f"Name {n}")
            for p in (post, second)
            for n in range(9)
        ]
        with django_assert_num_queries(1):
            claims.marks(comments)
        with django_assert_num_queries(1):
            claims.marks(comments[:2])

    def test_it_costs_none_where_nobody_has_a_name(
        self, post, django_assert_num_queries
    ):
        self.claim(post)
        nameless = [making.comment(post, name=name) for name in ("", None)]
        with django_assert_num_queries(0):
            assert claims.marks(nameless) == {}
            assert claims.mark_of_new(post, "", None) is None


class TestSecret:
    def test_the_tags_hang_on_the_secret_of_their_own(self, post, settings):
        settings.PSEUDONYM_SECRET = "p" * 50
        first = claims.prove("a long enough phrase", post, site_wide=False)
        settings.SECRET_KEY = "s" * 50
        assert claims.prove("a long enough phrase", post, site_wide=False) == first
        settings.PSEUDONYM_SECRET = "q" * 50
        assert claims.prove("a long enough phrase", post, site_wide=False) != first

    def test_without_one_on_that_of_the_site_by_the_same_rule(self, post, settings):
        """So that the one can be taken over as the other."""
        settings.SECRET_KEY, settings.PSEUDONYM_SECRET = "s" * 50, ""
        first = claims.prove("a long enough phrase", post, site_wide=True)
        settings.SECRET_KEY, settings.PSEUDONYM_SECRET = "t" * 50, "s" * 50
        assert claims.prove("a long enough phrase", post, site_wide=True) == first

    def test_scopes_are_apart(self, post):
        phrase = "a long enough phrase"
        here = claims.prove(phrase, post, site_wide=False)
        there = claims.prove(phrase, making.post(2), site_wide=False)
        wide = claims.prove(phrase, post, site_wide=True)
        assert len({here.tag, there.tag, wide.tag}) == 3
        assert claims.prove(phrase, making.post(3), site_wide=True) == wide


class TestCorrections:
    @pytest.mark.parametrize(
        ("name", "tag"),
        [("Deckhand", TAG), ("DECK HAND", TAG), ("Bosun", ""), ("", "")],
    )
    def test_a_tag_goes_with_the_name_that_it_proves(self, post, name, tag):
        comment = bearing(post, wide=True)
        do("approve", comment)
        comment = now(comment)
        receipts.correct(comment, comment.version, "Other words.", name)
        stored = now(comment)
        assert (stored.name, stored.tag) == (name, tag)
        assert stored.tag_is_site_wide == bool(tag)
        assert rows() == set()  # it waits to be read again

    def test_what_is_withdrawn_has_none(self, post):
        comment = bearing(post)
        do("withdraw", comment)
        assert now(comment).tag == ""


class TestSignatures:
    def signed(self, post, text="The tide was late.\n\n'Bosun", **fields) -> Comment:
        return in_state(post, text=text, name="", **fields)

    def test_it_is_read_at_publication(self, post):
        comment = self.signed(post)
        assert comment.signature == ""
        do("approve", comment)
        assert now(comment).signature == "Bosun"

    @pytest.mark.parametrize("end", ["hide", "hold", "withdraw", "edit"])
    def test_it_goes_when_the_text_is_not_shown(self, post, end):
        comment = self.signed(post)
        do("approve", comment)
        do(end, now(comment))
        assert now(comment).signature == ""

    def test_it_follows_a_text_that_was_changed(self, post):
        comment = self.signed(post)
        do("approve", comment)
        comment = now(comment)
        receipts.correct(comment, comment.version, "The tide.\n\nCheers, Ned", "")
        assert now(comment).signature == ""
        do("approve", now(comment))
        assert now(comment).signature == "Ned"
        Comment.objects.filter(pk=comment.pk).update(text="The tide.\n\n[name]")
        shown.settle([comment.pk])
        assert now(comment).signature == ""

    def test_it_costs_the_same_for_two_and_for_twenty(
        self, post, django_assert_max_num_queries
    ):
        used = []
        for number in (2, 20):
            under = making.post(number)
            comments = [
                self.signed(under, f"The tide was late.\n\n'Bosun{chr(97 + n)}")
                for n in range(number)
            ]
            with django_assert_max_num_queries(60) as queries:
                do("approve", *comments)
            used.append(len(queries))
            assert not Comment.objects.filter(post=under, signature="").exists()
        assert used[0] == used[1]
