"""What screening notices, what follows from it, and that nothing is lost by it."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from blog.discussion import receipts
from blog.discussion.submission import Circumstances, Refused, submit
from blog.models import Comment, Post
from moderation.models import Allowance, Decision, Mode, Rule, Screening
from moderation.screening import arrival, earlier, findings, likeness, limits
from tests.blog import making
from tests.blog.contributions import SEND, browser, fields, preview
from tests.blog.contributions import post as send_form

from .deciding import do, in_state, now

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("still")]
JOBS = "tests.moderation.jobs:"
CALM = {"form_age": 60.0}
V4 = "81.2.69.142"


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.NETWORK_KEY_FILE = tmp_path / "network-key"


@pytest.fixture
def post() -> Post:
    return making.post()


def sent(post: Post, text: str = "Tides turn.", **circumstances) -> Comment:
    stored = submit(post, text, circumstances=Circumstances(**(CALM | circumstances)))
    return Comment.objects.get(pk=stored.comment.pk)


def noted(comment: Comment) -> list[str]:
    return [note["code"] for note in Screening.objects.get(comment=comment).why]


def lane(comment: Comment) -> str:
    return Screening.objects.get(comment=comment).lane


def assert_likely_spam(comment: Comment, is_spam: bool = True) -> None:
    assert (lane(comment) == "likely_spam") is is_spam
    assert (comment.state == "likely_spam") is is_spam


def test_a_quiet_comment_is_noted_for_nothing(post):
    comment = sent(post, address=V4)
    assert (noted(comment), lane(comment), comment.state) == ([], "new", "pending")
    assert comment.published_at is None


class TestTrapAndHaste:
    def test_what_people_do_not_see(self, post):
        comment = sent(post, trap_filled=True)
        assert noted(comment) == ["trap"]
        assert_likely_spam(comment)

    @pytest.mark.parametrize(
        ("age", "hasty"), [(0, True), (2.9, True), (3, False), (86_000, False)]
    )
    def test_faster_than_a_person(self, post, age, hasty):
        comment = sent(post, form_age=age)
        assert noted(comment) == ["haste"] * hasty
        assert_likely_spam(comment, hasty)

    def test_through_the_form(self, post):
        """Sent at once after its preview, with the trap filled in."""
        client = browser()
        form = preview(client, fields(post, "Buy.", website="https://x.example"))
        assert send_form(client, SEND, form).status_code == 200
        comment = Comment.objects.get()
        assert noted(comment) == ["trap", "haste"]
        assert comment.text == "Buy."


class TestPace:
    @pytest.fixture(autouse=True)
    def quiet_copies(self, monkeypatch):
        monkeypatch.setattr(arrival, "SCREENS", (findings.pace,))

    def later(self, seconds: float) -> None:
        """Moves the time by moving what is remembered of it."""
        for row in Allowance.objects.all():
            row.due -= seconds
            row.save()

    def paced(self, post, address: str, count: int) -> list[bool]:
        return [noted(sent(post, address=address)) == ["pace"] for _ in range(count)]

    def test_a_connection_has_five_and_then_one_in_two_minutes(self, post):
        assert limits.Pace(burst=5, seconds=120) == limits.CONNECTION
        assert self.paced(post, V4, 8) == [False] * 5 + [True] * 3
        self.later(119)
        assert self.paced(post, V4, 1) == [True]
        self.later(2)
        assert self.paced(post, V4, 2) == [False, True]
        self.later(5 * 120 + 1)
        assert self.paced(post, V4, 6) == [False] * 5 + [True]

    def test_long_silence_saves_up_nothing(self, post):
        self.paced(post, V4, 1)
        self.later(1_000_000)
        assert self.paced(post, V4, 6) == [False] * 5 + [True]

    def test_another_connection_has_its_own(self, post):
        assert self.paced(post, V4, 5) == [False] * 5
        assert self.paced(post, "8.8.8.8", 5) == [False] * 5

    def test_a_neighbourhood_has_twenty(self, post):
        taken = [noted(sent(post, address=f"81.2.69.{number}")) for number in range(25)]
        assert taken == [[]] * 20 + [["pace"]] * 5
        why = Screening.objects.latest("comment_id").why
        assert why[0]["words"] == "One network sends many comments."

    def test_a_post_and_the_site_have_theirs(self, post, monkeypatch):
        monkeypatch.setattr(limits, "POST", limits.Pace(3, 1000))
        monkeypatch.setattr(limits, "SITE", limits.Pace(4, 1000))
        other = making.post(2)
        assert self.paced(post, "", 4) == [False] * 3 + [True]
        assert self.paced(other, "", 2) == [False, True]
        words = [row.why[0]["words"] for row in Screening.objects.all() if row.why]
        assert words == [
            "Many comments come to this post.",
            "Many comments come to the site.",
        ]

    def test_a_flooder_does_not_use_up_what_all_share(self, post, monkeypatch):
        monkeypatch.setattr(limits, "POST", limits.Pace(8, 1000))
        assert self.paced(post, V4, 50) == [False] * 5 + [True] * 45
        assert self.paced(post, "8.8.8.8", 3) == [False] * 3

    def test_who_has_no_address_is_held_by_the_wide_limits_alone(self, post):
        assert self.paced(post, "127.0.0.1", 20) == [False] * 20

    def test_it_is_a_note_and_no_spam(self, post):
        self.paced(post, V4, 5)
        comment = sent(post, address=V4)
        assert_likely_spam(comment, False)

    def test_what_is_refused_takes_nothing(self, post):
        Mode.objects.create(kind=Mode.Kind.CLOSED)
        for _ in range(10):
            with pytest.raises(Refused):
                sent(post, address=V4)
        assert not Allowance.objects.exists()

    def test_what_is_sent_twice_counts_once(self, post):
        for _ in range(10):
            submit(post, "x", nonce="aa", circumstances=Circumstances(address=V4))
        assert self.paced(post, V4, 4) == [False] * 4

    def test_a_correction_takes_nothing(self, post):
        from moderation import receipts as of_writers

        comment = sent(post, address=V4)
        before = dict(Allowance.objects.values_list("key", "due"))
        of_writers.correct(comment, 1, "Anew.", "")
        assert dict(Allowance.objects.values_list("key", "due")) == before

    def test_a_day_later_nothing_of_it_is_left(self, post):
        self.paced(post, V4, 3)
        Allowance.objects.update(touched=timezone.now() - timedelta(hours=25))
        sent(post)
        keys = set(Allowance.objects.values_list("key", flat=True))
        assert keys == {f"post:{post.pk}", "site"}


def test_the_limit_is_exact_over_processes(own_database):
    """Eight processes from one connection: its five, not one more or less."""
    post = own_database.work(f"{JOBS}post")
    answers = own_database.together({f"{JOBS}submit_from": [(post, V4, 10)] * 8})
    codes = [codes for answer in answers for codes in answer]
    assert len(codes) == 80
    assert sum("pace" not in found for found in codes) == limits.CONNECTION.burst


class TestLinks:
    @pytest.mark.parametrize(
        ("text", "many"),
        [
            ("https://a.example and http://b.example", False),
            ("https://a.example http://b.example HTTPS://C.example", True),
            ("https://a.example " * 3, True),
            ("a.example b.example c.example www.d.example", False),
            ("https:// http:// https://", False),
        ],
    )
    def test_three_are_many(self, post, text, many):
        comment = sent(post, text)
        assert noted(comment) == ["links"] * many
        assert_likely_spam(comment, False)


class TestRules:
    def found(self, post, rule: str, text: str, kind: str = "word", **fields) -> bool:
        Rule.objects.all().delete()
        Rule.objects.create(kind=kind, pattern=rule, **fields)
        comment = submit(post, text).comment
        return "rule" in noted(comment)

    @pytest.mark.parametrize(
        ("rule", "text", "hit"),
        [
            ("casino", "The CASINO is open", True),
            ("Casino", "casino", True),
            ("casino", "casinos are", False),
            ("casino", "a megacasino", False),
            ("casino", "a mega-casino!", True),
            ("casino", "megacasino and casino", True),
            ("casino", "“casino”.", True),
            ("online casino", "an online\n   casino here", True),
            ("online casino", "online, casino", False),
            ("STRASSE", "die Straße", True),
            ("café", "the café", True),
            ("a.b", "axb", False),
            ("(", "no regular ( expression", True),
            ("ass", "class assassin", False),
        ],
    )
    def test_whole_words_in_any_case(self, post, rule, text, hit):
        assert self.found(post, rule, text) is hit

    @pytest.mark.parametrize(
        ("rule", "text", "hit"),
        [
            ("bad.example", "https://bad.example/x", True),
            ("bad.example", "https://www.bad.example", True),
            ("www.bad.example", "https://bad.example", True),
            ("bad.example", "https://shop.bad.example/", True),
            ("BAD.example", "HTTPS://Bad.EXAMPLE?x=1", True),
            ("bad.example", "https://notbad.example", False),
            ("bad.example", "https://bad.example.good.example", False),
            ("bad.example", "https://good.example/bad.example", False),
            ("bad.example", "bad.example without a link", False),
            ("bad.example", "https://bad.example:8443/", True),
            ("bad.example", "https://bad.example.", True),
            ("bad.example", "https://bad.example./", True),
            ("bad.example", "(https://bad.example)", True),
            ("bad.example", "https://good.example@bad.example/", True),
            ("bad.example", "https://user:word@bad.example/", True),
            ("bad.example", "https://bad.example@good.example/", False),
            ("bad.example", "https://bad.example\\@good.example/", True),
            ("bad.example", "https://bad.example#x", True),
            ("bücher.example", "https://xn--bcher-kva.example/", True),
            ("xn--bcher-kva.example", "https://BÜCHER.example/", True),
        ],
    )
    def test_domains_and_what_is_below_them(self, post, rule, text, hit):
        assert self.found(post, rule, text, "domain") is hit

    @pytest.mark.parametrize(("hours", "hit"), [(-1, False), (1, True), (None, True)])
    def test_until(self, post, hours, hit):
        until = None if hours is None else timezone.now() + timedelta(hours=hours)
        assert self.found(post, "casino", "A casino.", until=until) is hit

    @pytest.mark.parametrize("action", ["note", "likely_spam"])
    def test_the_lane_and_the_words_are_the_rules(self, post, action):
        Rule.objects.create(pattern="Casino", action=action)
        comment = sent(post, "the casino <b>")
        assert Screening.objects.get().why == [
            {"code": "rule", "words": "Contains “Casino”."}
        ]
        assert_likely_spam(comment, action == "likely_spam")


WORDS = (
    "tide harbour wall keeper lamp rope winter letter answer morning office form "
    "number paper train street doctor teacher river stone bridge market boat sail "
    "weather cloud minute evening question reason promise silence garden window "
    "kitchen ladder hammer engine ticket station captain sailor anchor barrel "
    "compass lantern signal horizon current shallow deep narrow bitter honest "
    "weary careful sudden broken gentle ancient modern several certain ordinary "
    "carried opened closed waited wondered followed answered noticed forgot "
    "remembered promised refused allowed expected managed believed counted "
    "because although before after during without against between towards "
    "nobody somebody everybody nothing something always never seldom often"
).split()


def written(chance: random.Random) -> list[str]:
    return [chance.choice(WORDS) for _ in range(chance.randint(15, 60))]


def one_word(words: list[str], chance: random.Random) -> list[str]:
    changed = list(words)
    changed[chance.randrange(len(words))] = chance.choice(WORDS)
    return changed


def three_words(words, chance):
    for _ in range(3):
        words = one_word(words, chance)
    return words


def a_sentence(words, chance):
    return words + [chance.choice(WORDS) for _ in range(min(8, len(words) // 3))]


def halves(words, chance):
    middle = len(words) // 2
    return words[middle:] + words[:middle]


@pytest.fixture(scope="module")
def texts() -> list[list[str]]:
    chance = random.Random(5)
    return [written(chance) for _ in range(200)]


class TestCopies:
    EDITS = (one_word, three_words, a_sentence, halves)

    @pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
    def test_edited_ones_are_found(self, texts, edit):
        """By the sketch too, which proposes what is compared."""
        chance = random.Random(7)
        found = 0
        for words in texts:
            one = likeness.runs(" ".join(words))
            other = likeness.runs(" ".join(edit(words, chance)))
            stored = [(1, likeness.sketch(one))]
            proposed = list(likeness.proposed(likeness.sketch(other), stored))
            found += bool(proposed) and likeness.likeness(one, other) >= likeness.LIKE
        assert found >= 0.95 * len(texts)

    def test_others_are_not(self, texts):
        runs = [likeness.runs(" ".join(words)) for words in texts]
        pairs = [(a, b) for i, a in enumerate(runs) for b in runs[:i]]
        false = sum(likeness.likeness(a, b) >= likeness.LIKE for a, b in pairs)
        assert len(pairs) == 19_900
        assert false <= 0.001 * len(pairs)

    def test_case_and_marks_make_no_difference(self):
        one = likeness.runs("The tide, it turns!")
        assert one == likeness.runs("the  TIDE it\nturns")

    @pytest.mark.parametrize("text", ["", "a", "?!", "\n"])
    def test_next_to_nothing_is_like_nothing(self, post, text):
        assert likeness.likeness(likeness.runs(text), likeness.runs(text)) in (0.0, 1.0)
        assert list(likeness.proposed(likeness.sketch(()), [(1, b"\xff" * 512)])) == []

    def test_the_note_names_the_other(self, post, texts):
        text = " ".join(texts[0])
        first = sent(post, text)
        do("approve", first)
        second = sent(post, text + " once more")
        assert noted(first) == []
        [note] = Screening.objects.get(comment=second).why
        assert note["code"] == "copy"
        assert f"the same as comment {first.public_id} (published)." in note["words"]
        assert_likely_spam(second, False)

    def test_a_copy_of_spam_is_likely_spam(self, post, texts):
        first = sent(post, " ".join(texts[0]))
        do("spam", first)
        assert_likely_spam(sent(post, " ".join(texts[0])))

    def test_under_another_post_too(self, post, texts):
        sent(post, " ".join(texts[0]))
        assert noted(sent(making.post(2), " ".join(texts[0]))) == ["copy"]

    def test_a_withdrawn_text_is_compared_with_nothing(self, post, texts):
        first = sent(post, " ".join(texts[0]))
        do("withdraw", first)
        assert noted(sent(post, " ".join(texts[0]))) == []

    def test_a_corrected_text_is_no_copy_of_itself(self, post, texts):
        from moderation import receipts as of_writers

        first = sent(post, " ".join(texts[0]))
        of_writers.correct(first, 1, " ".join(texts[0]) + " indeed", "")
        assert noted(first) == []
        # And it is the corrected text with which others are compared.
        of_writers.correct(now(first), 2, " ".join(texts[1]), "")
        assert noted(sent(post, " ".join(texts[0]))) == []
        assert noted(sent(post, " ".join(texts[1]))) == ["copy"]

    def test_among_the_last_so_many(self, post, texts, monkeypatch):
        assert earlier.COMPARED == 5000
        monkeypatch.setattr(earlier, "COMPARED", 3)
        sent(post, " ".join(texts[0]))
        for words in texts[1:3]:
            sent(post, " ".join(words))
        assert noted(sent(post, " ".join(texts[0]))) == ["copy"]
        for words in texts[3:6]:
            sent(post, " ".join(words))
        assert noted(sent(post, " ".join(texts[0]))) == []


def test_nothing_vanishes(post):
    """Five hundred of all kinds: each is stored, waits, and opens with its receipt."""
    chance = random.Random(11)
    Rule.objects.create(pattern="casino", action=Rule.Action.LIKELY_SPAM)
    Rule.objects.create(kind="domain", pattern="bad.example")
    codes = {}
    parents = [None]
    for number in range(500):
        text = " ".join(written(chance))
        text += chance.choice(["", " casino", " https://bad.example " * 4, " \u202e"])
        if chance.random() < 0.2 and codes:
            text = chance.choice(list(codes.values()))
        stored = submit(
            post,
            text,
            parent=chance.choice(parents),
            circumstances=Circumstances(
                form_age=chance.choice([0, 1, 60]),
                trap_filled=chance.random() < 0.2,
                address=chance.choice(["", V4, "8.8.8.8", "2a02:6b8::1", "nonsense"]),
            ),
        )
        codes[stored.code] = text
        if number % 10 == 0:
            parents.append(stored.comment)
    found = {
        code: Comment.objects.select_related("screening").get(
            receipt_digest=receipts.digest(code)
        )
        for code in codes
    }
    assert len(codes) == 500 == Comment.objects.count()
    assert {code: comment.text for code, comment in found.items()} == codes
    for comment in found.values():
        assert comment.state in ("pending", "likely_spam")
        assert (comment.state == "likely_spam") == (
            comment.screening.lane == "likely_spam"
        )
    kinds = {note["code"] for c in found.values() for note in c.screening.why}
    assert kinds == {"trap", "haste", "pace", "copy", "links", "rule"}


class TestModes:
    def set(self, kind: str, post: Post | None = None, **fields) -> Mode:
        return Mode.objects.create(kind=kind, post=post, **fields)

    def test_without_any_all_are_held(self, post):
        assert sent(post).state == "pending"
        assert not Decision.objects.exists()

    def test_open_publishes_and_the_log_says_by_what(self, post):
        self.set("open")
        comment = sent(post)
        assert (comment.state, comment.version) == ("published", 2)
        assert comment.published_at is not None
        row = Decision.objects.get()
        assert (row.actor_kind, row.actor, row.action) == ("mode", "", "approve")

    @pytest.mark.parametrize(
        "circumstances",
        [{"trap_filled": True}, {"form_age": 1.0}],
        ids=["trap", "haste"],
    )
    def test_open_holds_what_was_noticed(self, post, circumstances):
        self.set("open")
        assert sent(post, **circumstances).state == "likely_spam"
        assert not Decision.objects.exists()

    def test_open_holds_copies_links_rules_and_floods(self, post):
        self.set("open")
        Rule.objects.create(pattern="casino")
        assert sent(post, "casino").state == "pending"
        assert sent(post, "https://a.example " * 3).state == "pending"
        assert sent(post, "All of this was said before.").state == "published"
        assert sent(post, "All of this was said before.").state == "pending"
        texts = ["Ebb", "Flood", "Springs", "Neaps", "Slack", "Rip", "Bore"]
        states = [sent(post, text * 4, address=V4).state for text in texts]
        assert states == ["published"] * 5 + ["pending"] * 2

    def test_hold_first_lets_through_who_was_published(self, post):
        self.set("hold_first")
        first = submit(post, "The first of mine.")
        assert first.comment.state == "pending"
        second = sent(post, "Another one.", earlier_receipt=first.code)
        assert second.state == "pending"  # the first was not read yet
        do("approve", now(first.comment))
        code = receipts.grouped(first.code).upper()
        third = sent(post, "A third, quite other.", earlier_receipt=code)
        assert third.state == "published"
        do("hide", now(first.comment))
        fourth = sent(post, "The fourth of four.", earlier_receipt=first.code)
        assert fourth.state == "pending"

    @pytest.mark.parametrize("code", ["", " ", "0" * 26, "nonsense"])
    def test_hold_first_takes_no_other_word(self, post, code):
        self.set("hold_first")
        making.comment(post, "Imported, without any receipt.")
        assert sent(post, earlier_receipt=code).state == "pending"

    def test_hold_first_holds_what_was_noticed(self, post):
        self.set("hold_first")
        first = submit(post, "The first of mine.")
        do("approve", first.comment)
        comment = sent(post, "x", earlier_receipt=first.code, trap_filled=True)
        assert comment.state == "likely_spam"

    def test_nothing_joins_the_two_comments(self, post):
        self.set("hold_first")
        first = submit(post, "The first of mine.")
        do("approve", first.comment)
        second = sent(post, "Quite another one.", earlier_receipt=first.code)
        kept = repr(Comment.objects.filter(pk=second.pk).values().get())
        kept += repr(Screening.objects.filter(comment=second).values().get())
        kept += repr(Decision.objects.latest("seq").__dict__)
        for sign in (
            first.code,
            first.comment.public_id,
            now(first.comment).receipt_digest,
        ):
            assert sign not in kept

    def test_hold_all_holds(self, post):
        self.set("hold_all")
        assert sent(post).state == "pending"

    @pytest.mark.parametrize("notice", ["", "Back on Monday."])
    def test_closed_refuses_and_stores_nothing(self, post, notice):
        self.set("closed", notice=notice)
        with pytest.raises(Refused) as refused:
            sent(post, address=V4)
        assert refused.value.message == (
            notice or "This discussion is closed: no new comments are taken."
        )
        for model in (Comment, Screening, Decision, Allowance):
            assert not model.objects.exists()

    def test_what_has_ended_is_not_in_force(self, post):
        ended = timezone.now() - timedelta(seconds=1)
        self.set("closed", post, until=ended)
        self.set("open", until=ended)
        assert sent(post).state == "pending"
        Mode.objects.filter(kind="open").update(
            until=timezone.now() + timedelta(hours=1)
        )
        assert sent(post, "Now it is open.").state == "published"

    @pytest.mark.parametrize("first", ["post", "site"])
    def test_the_posts_own_beats_the_sites(self, post, first):
        places = [post, None] if first == "post" else [None, post]
        for place in places:
            self.set("open" if place else "closed", place)
        assert sent(post).state == "published"
        with pytest.raises(Refused):
            sent(making.post(2))

    def test_the_one_when_it_is_sent_counts(self, post, monkeypatch):
        monkeypatch.setattr(findings, "FASTEST", 0.0)
        client = browser()
        mode = self.set("hold_all")
        form = preview(client, fields(post, "Before it was opened."))
        mode.kind = "open"
        mode.save()
        assert send_form(client, SEND, form).status_code == 200
        assert Comment.objects.get().is_published
        form = preview(client, fields(post, "After that, closing."))
        mode.kind = "closed"
        mode.save()
        assert send_form(client, SEND, form).status_code == 403
        assert Comment.objects.count() == 1

    def test_one_for_each_place(self, post):
        from django.db import IntegrityError, transaction

        for place in (None, post):
            self.set("open", place)
            with pytest.raises(IntegrityError), transaction.atomic():
                self.set("closed", place)


def test_it_never_hides_why(post):
    """Whatever was noticed stands on the card in words, in the order of the screens."""
    comment = sent(post, "https://a.example " * 3, trap_filled=True, form_age=0.0)
    why = Screening.objects.get(comment=comment).why
    assert [note["code"] for note in why] == ["trap", "haste", "links"]
    assert all(set(note) == {"code", "words"} and note["words"] for note in why)


def test_what_is_decided_keeps_its_notes(post):
    comment = sent(post, trap_filled=True)
    do("reject", comment)
    assert noted(comment) == ["trap"]


def test_imported_comments_need_no_screening(post):
    comment = making.comment(post)
    do("hide", comment)
    assert in_state(post)
