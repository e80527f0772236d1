"""Rules in the admin: seen what they would have met, then put into force."""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.models import Comment
from moderation import rulebook
from moderation.models import Decision, Rule, RuleChange, Screening
from tests.blog.making import post

from .making import (
    ago,
    decided,
    moderator,
    now,
    page,
    signed_in,
    staff,
    submission,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still")]
RULES = reverse("admin:moderation_rule_changelist")
ADD = reverse("admin:moderation_rule_add")
CHANGES = reverse("admin:moderation_rulechange_changelist")


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.NETWORK_KEY_FILE = tmp_path / "network-key"


@pytest.fixture
def anna():
    return moderator()


@pytest.fixture
def desk(anna):
    return signed_in(anna)


def form(**changes) -> dict[str, str]:
    fields = {"kind": "word", "pattern": "cheap watches", "action": "likely_spam"}
    fields |= {"explanation": "", "reason": "", "until_0": "", "until_1": ""}
    fields |= {"is_on": "on"} | changes
    return {name: value for name, value in fields.items() if value is not None}


def address(rule: Rule, name: str = "change") -> str:
    return reverse(f"admin:moderation_rule_{name}", args=[rule.pk])


def hidden(answer) -> dict[str, str]:
    found = re.findall(
        r'<input type="hidden" name="(seen|looked)" value="([^"]*)">',
        answer.content.decode(),
    )
    return dict(found)


def errors(answer) -> str:
    assert answer.status_code == 200
    found = re.findall(r'<ul class="errorlist.*?</ul>', answer.content.decode(), re.S)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", " ".join(found))).split())


def put_into_force(client: Client, where: str = ADD, **changes):
    """Looks at what it would have met, then presses the button."""
    looked = client.post(where, form(**changes) | hidden(client.get(where)))
    assert "looked" in hidden(looked), errors(looked)
    pressed = {"_put_into_force": "", **hidden(looked)}
    return client.post(where, form(**changes) | pressed, follow=True)


def tried(answer) -> list[str]:
    found = re.findall(
        r"<h2>(.*?)</h2>|<li dir=\"auto\">(.*?) <a ", answer.content.decode(), re.S
    )
    return [unescape("".join(parts)) for parts in found]


class TestGoingLive:
    def test_a_new_rule_is_looked_at_before_it_is_in_force(self, desk, anna):
        decided(submission(post(1), "Buy cheap watches now."), anna, "spam")
        decided(submission(post(2), "My watches are slow."), anna, "approve")
        answer = desk.post(ADD, form())
        assert not Rule.objects.exists()
        assert tried(answer) == [
            "0 of the last 1 that was published",
            "1 of the last 1 that was refused or marked as spam (100 %)",
            "Buy <mark>cheap watches</mark> now.",
        ]
        waiting = submission(post(3), "“Cheap watches” they say.")
        assert waiting.state == Comment.State.PENDING
        answer = put_into_force(desk, explanation="Come daily.")
        assert "In force now: cheap watches" in answer.content.decode()
        rule = Rule.objects.get()
        assert (rule.owner, rule.created_on) == (anna, timezone.localdate())
        other = submission(post(4), "Buy Cheap  Watches now, my friend.")
        assert now(other).state == Comment.State.LIKELY_SPAM
        assert "Come daily." in page(desk, RULES)

    def test_what_was_changed_after_the_look_is_looked_at_again(self, desk):
        looked = hidden(desk.post(ADD, form()))
        sent = form(pattern="watches") | looked | {"_put_into_force": ""}
        answer = desk.post(ADD, sent)
        assert "looked" in hidden(answer)
        assert not Rule.objects.exists()

    def test_the_button_alone_does_nothing_without_a_look(self, desk):
        answer = desk.post(ADD, form() | {"_put_into_force": "", "looked": "x"})
        assert "looked" in hidden(answer)
        assert not Rule.objects.exists()

    def test_a_changed_rule_stays_as_it_was_until_the_change_was_looked_at(self, desk):
        put_into_force(desk)
        rule = Rule.objects.get()
        desk.post(address(rule), form(action="note"))
        rule.refresh_from_db()
        assert rule.action == "likely_spam"
        put_into_force(desk, address(rule), action="note")
        rule.refresh_from_db()
        assert rule.action == "note"

    def test_words_about_it_alone_are_kept_at_once(self, desk):
        put_into_force(desk)
        rule = Rule.objects.get()
        desk.post(address(rule), form(explanation="Daily.", reason="spam"))
        rule.refresh_from_db()
        assert (rule.explanation, rule.reason) == ("Daily.", "spam")

    def test_one_that_is_switched_off_is_kept_at_once(self, desk):
        answer = desk.post(ADD, form(is_on=None), follow=True)
        assert "Kept, and not in force" in answer.content.decode()
        comment = submission(post(1), "Cheap watches.")
        assert comment.state == Comment.State.PENDING
        assert "no: it is switched off" in page(desk, RULES)

    def test_switching_off_takes_one_press_and_on_again_a_look(self, desk):
        put_into_force(desk)
        rule = Rule.objects.get()
        assert "_switch_off" in page(desk, address(rule))
        desk.post(address(rule), form() | {"_switch_off": ""})
        rule.refresh_from_db()
        assert not rule.is_on
        desk.post(address(rule), form())
        rule.refresh_from_db()
        assert not rule.is_on
        put_into_force(desk, address(rule))
        rule.refresh_from_db()
        assert rule.is_on

    def test_of_two_who_change_it_the_second_is_told(self, desk):
        put_into_force(desk)
        rule = Rule.objects.get()
        opened = hidden(desk.get(address(rule)))
        put_into_force(desk, address(rule), action="note")
        answer = desk.post(address(rule), form(explanation="Mine.") | opened)
        assert "was changed since you opened it" in answer.content.decode()
        rule.refresh_from_db()
        assert (rule.explanation, rule.action) == ("", "note")

    def test_one_that_is_over_takes_no_part_and_says_so(self, desk):
        Rule.objects.create(pattern="casino", until=ago(minutes=1))
        assert "no: it ended on" in page(desk, RULES)
        comment = submission(post(1), "A casino.")
        assert Screening.objects.get(comment=comment).why == []


class TestForm:
    @pytest.mark.parametrize(
        "pasted",
        ["https://www.Example.com/a?b=c", "example.com", " www.example.com. "],
    )
    def test_a_domain_is_taken_from_what_was_pasted(self, desk, pasted):
        put_into_force(desk, kind="domain", pattern=pasted)
        assert Rule.objects.get().pattern == "example.com"

    @pytest.mark.parametrize(
        ("kind", "pattern", "said"),
        [
            ("domain", "example", "such as example.com"),
            ("domain", "two words.com", "such as example.com"),
            ("domain", "https://", "such as example.com"),
            ("links", "many", "a number from 0 to 100"),
            ("links", "101", "a number from 0 to 100"),
            ("links", "-1", "a number from 0 to 100"),
            ("pattern", "*", "at least one letter"),
            ("pattern", "?a*", "at least two letters"),
            ("word", "\u0301", "at least one letter"),
            ("word", " ", "required"),
        ],
    )
    def test_what_is_none_is_refused_in_words(self, desk, kind, pattern, said):
        answer = desk.post(ADD, form(kind=kind, pattern=pattern))
        assert said in errors(answer)
        assert not Rule.objects.exists()

    def test_its_end_lies_ahead(self, desk):
        answer = desk.post(ADD, form(until_0="2020-01-01", until_1="12:00"))
        assert "This time has passed" in errors(answer)


class TestDryRun:
    def test_the_last_five_hundred_and_ten_of_them_shown(self, desk):
        subject = post(1)
        Comment.objects.bulk_create(
            Comment(
                post=subject,
                text=f"Number {n}: the ferry." if n % 2 else f"Number {n}.",
                html="<p></p>",
                state="published",
                published_at=ago(minutes=n),
                tree_id=90_000 + n,
                lft=1,
                rght=2,
                level=0,
            )
            for n in range(510)
        )
        answer = desk.post(ADD, form(pattern="ferr?", kind="pattern"))
        found = tried(answer)
        assert found[0] == "250 of the last 500 that were published (50 %)"
        # The newest first: the 500th is 499 minutes old.
        shown = [line for line in found if "<mark>" in line]
        assert shown == [
            f"Number {n}: the <mark>ferry</mark>." for n in range(1, 20, 2)
        ]
        assert found[-1] == (
            "None of the comments that are kept was refused or marked as spam."
        )

    def test_comments_without_any_time_are_among_them(self, desk):
        Comment.objects.create(post=post(1), text="A ferry.", state="published")
        answer = desk.post(ADD, form(pattern="ferry"))
        assert tried(answer)[0] == ("1 of the last 1 that was published (100 %)")

    def test_what_comments_say_is_shown_as_text(self, desk, anna):
        bad = "<script>alert(1)</script> ferry <b>"
        decided(submission(post(1), bad), anna, "approve")
        html = desk.post(ADD, form(pattern="ferry")).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt; <mark>ferry</mark>" in html
        assert "<script>alert(1)" not in html

    def test_links_are_counted_and_marked_nowhere(self, desk, anna):
        text = "https://a.example and https://b.example"
        decided(submission(post(1), text), anna, "approve")
        found = tried(desk.post(ADD, form(kind="links", pattern="1")))
        assert found[0] == "1 of the last 1 that was published (100 %)"
        assert found[1] == text
        found = tried(desk.post(ADD, form(kind="links", pattern="2")))
        assert found[0] == "0 of the last 1 that was published"

    def test_as_many_queries_for_two_comments_as_for_twenty(self, desk, anna):
        subject = post(1)

        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                assert desk.post(ADD, form(pattern="ferry")).status_code == 200
            return len(captured)

        for n in range(2):
            decided(submission(subject, f"A ferry, {n}."), anna, "approve")
        few = queries()
        for n in range(18):
            decided(submission(subject, f"The ferry again {n}."), anna, "approve")
        assert queries() == few


class TestRecord:
    def test_each_change_counts_the_version_up_that_decisions_note(self, desk, anna):
        def version() -> int:
            decided(submission(post(1), "Once more."), anna, "approve")
            return Decision.objects.latest("seq").rules_version

        first = version()
        put_into_force(desk)
        rule = Rule.objects.get()
        assert version() == first + 1
        desk.post(address(rule), form(explanation="Daily."))
        assert version() == first + 2
        desk.post(address(rule), form() | {"_switch_off": ""})
        desk.post(address(rule), form() | {"_switch_off": ""})
        assert version() == first + 3
        desk.post(address(rule, "delete"), {"post": "yes"})
        assert version() == first + 4
        assert not Rule.objects.exists()
        told = RuleChange.objects.order_by("number").values_list("number", "what")
        assert list(told) == [
            (first + 1, "added"),
            (first + 2, "changed"),
            (first + 3, "off"),
            (first + 4, "removed"),
        ]
        assert set(RuleChange.objects.values_list("actor", flat=True)) == {"anna"}
        assert not LogEntry.objects.exists()

    def test_what_changes_nothing_is_no_change(self, desk):
        put_into_force(desk)
        rule = Rule.objects.get()
        desk.post(address(rule), form())
        assert RuleChange.objects.count() == 1

    def test_the_page_tells_what_it_said_before_and_after(self, desk):
        until = timezone.localtime() + timedelta(days=3)
        put_into_force(desk)
        rule = Rule.objects.get()
        sent = {"until_0": f"{until:%Y-%m-%d}", "until_1": "12:00"}
        put_into_force(desk, address(rule), pattern="watches", **sent)
        desk.post(address(rule, "delete"), {"post": "yes"})
        html = page(desk, CHANGES)
        for words in (
            "looks for: cheap watches → watches",
            "until: – → ",
            "what it does: Put into the lane “likely spam”",
            "anna",
        ):
            assert words in html
        one = reverse(
            "admin:moderation_rulechange_change",
            args=[RuleChange.objects.latest("number").pk],
        )
        assert "looks for: watches" in page(desk, one)

    def test_the_history_of_a_rule_is_its_part_of_the_record(self, desk):
        put_into_force(desk)
        put_into_force(desk, pattern="casino")
        rule = Rule.objects.get(pattern="casino")
        answer = desk.get(address(rule, "history"), follow=True)
        html = answer.content.decode()
        assert "looks for: casino" in html
        assert "looks for: cheap watches" not in html

    @pytest.mark.parametrize("where", [RULES, ADD, CHANGES])
    def test_editors_may_not_and_strangers_are_sent_to_the_login(self, where):
        assert signed_in(staff("ed", "Editors")).get(where).status_code == 403
        assert Client().get(where)["Location"].startswith(reverse("admin:login"))


class TestHits:
    def test_they_are_counted_with_their_day_and_nothing_of_the_comment(self, desk):
        put_into_force(desk, pattern="ferry", action="note", reason="off_topic")
        put_into_force(desk, pattern="1", kind="links", action="note")
        first = submission(post(1), "A ferry: https://a.example https://b.example")
        submission(post(2), "Another ferry.")
        submission(post(3), "Nothing of the kind.")
        rules = {str(rule): rule for rule in Rule.objects.all()}
        assert rules["ferry"].hits == 2
        assert rules["more than 1 link"].hits == 1
        assert rules["ferry"].last_hit_on == timezone.localdate()
        assert "2 comments since " in page(desk, RULES)
        assert [note["words"] for note in Screening.objects.get(comment=first).why] == [
            "Contains “ferry” (suggested reason: off topic).",
            "Contains more than 1 link.",
        ]

    def test_a_corrected_text_is_not_counted_again(self, desk):
        from moderation import receipts

        put_into_force(desk, pattern="ferry")
        comment = submission(post(1), "A ferry.")
        receipts.correct(comment, comment.version, "The ferry, I mean.", "")
        assert Rule.objects.get().hits == 1

    def test_they_begin_anew_with_what_is_looked_for(self, desk):
        put_into_force(desk, pattern="ferry")
        submission(post(1), "A ferry.")
        rule = Rule.objects.get()
        put_into_force(desk, address(rule), pattern="ferry", action="note")
        rule.refresh_from_db()
        assert rule.hits == 1
        put_into_force(desk, address(rule), pattern="boat")
        rule.refresh_from_db()
        assert (rule.hits, rule.last_hit_on) == (0, None)

    def test_a_change_does_not_write_an_old_count_back(self, desk, anna):
        put_into_force(desk, pattern="ferry")
        read_before = Rule.objects.get()
        submission(post(1), "A ferry.")
        read_before.explanation = "Late."
        rulebook.store(read_before, anna)
        assert Rule.objects.get().hits == 1

    def test_one_query_for_the_rules_and_two_to_count(self):
        subject = post(1)

        def queries() -> list[str]:
            with CaptureQueriesContext(connection) as captured:
                submission(subject, "A ferry.")
            return [q["sql"] for q in captured if "moderation_rule" in q["sql"]]

        assert len(queries()) == 1
        for n in range(20):
            Rule.objects.create(pattern="ferry", explanation=str(n))
        assert len(queries()) == 3


def test_no_hit_is_lost_by_processes_at_once(own_database):
    """Four processes, ten comments each, and one that changes the rules meanwhile."""
    made = own_database.work("tests.moderation.rule_jobs:rules")
    jobs = {
        "tests.moderation.rule_jobs:submit": [(made["post"], n, 10) for n in range(4)],
        "tests.moderation.rule_jobs:change": [(made["rules"][0], 10)],
    }
    own_database.together(jobs)
    told = own_database.work("tests.moderation.rule_jobs:told")
    assert told["hits"] == [40, 40]
    assert told["explanation"] == "Change 9"
    assert told["version"] == 1 + 12
    assert told["numbers"] == list(range(2, 14))
