"""Redacting: what identifies somebody is masked everywhere, can be taken back for seven
days, and is gone after that."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from blog.discussion import receipts as codes_of_receipts
from blog.models import Comment, ImportBatch, ImportChange, Passage
from moderation import desk, digest, log, receipts, retention, transitions
from moderation.admin import others
from moderation.editorial import masks, redacting
from moderation.editorial.masks import Mask, NoWords
from moderation.models import Decision, Redaction, Screening, SpamWord
from moderation.transitions import NotAllowed, Seen
from tests.blog import making
from tests.blog.contributions import RECEIPT, browser
from tests.blog.contributions import post as send_form
from tests.blog.search.test_search_privacy import everything

from .deciding import do, in_state, now, seen
from .making import QUEUE, moderator, page, signed_in, staff

NAME = Mask("Ann Pike", "name")
PLACE = Mask("Gullhaven", "place")
TEXT = "Ann Pike of Gullhaven said so; ann  pike's boat is in GULLHAVEN. Gullhaveners!"
MASKED = "[name] of [place] said so; [name]'s boat is in [place]. Gullhaveners!"


class TestMasks:
    def test_whole_words_in_any_case_everywhere(self):
        assert masks.masked(TEXT, [NAME, PLACE]) == (MASKED, 4)

    def test_the_longer_goes_first_whatever_the_order(self):
        shorter = Mask("Pike", "removed")
        assert masks.masked("Ann Pike, Pike", [shorter, NAME])[0] == "[name], [removed]"

    def test_a_mask_is_not_masked(self):
        text, number = masks.masked("[name] gave a name", [Mask("name", "removed")])
        assert (text, number) == ("[name] gave a [removed]", 1)

    def test_over_a_line_end_and_with_either_apostrophe(self):
        text = "Ann\nPike and O’Hara and O'Hara"
        wanted = [NAME, Mask("O'Hara", "name")]
        assert masks.masked(text, wanted) == ("[name] and [name] and [name]", 3)

    def test_signs_are_no_pattern(self):
        wanted = [Mask("a.c (d)*", "removed")]
        assert masks.masked("abc d; a.c (d)*", wanted)[0] == "abc d; [removed]"

    def test_letters_beyond_ascii(self):
        assert masks.masked("ÉLISE, élise", [Mask("Élise", "name")])[1] == 2

    def test_lines_are_read_once_each(self):
        found = masks.parse({"name": " Ann  Pike \n\nANN PIKE\n", "place": "ann pike"})
        assert found == [NAME]

    @pytest.mark.parametrize("line", ["…", "x" * 201])
    def test_what_is_no_word_is_refused(self, line):
        with pytest.raises(NoWords):
            masks.parse({"name": line})

    def test_too_many_are_refused(self):
        with pytest.raises(NoWords):
            masks.parse({"name": "\n".join(f"w{n}" for n in range(51))})

    def test_marks_stand_in_text_and_in_no_address(self):
        html = redacting.html_of("See https://x.example/[name]/y and [place].", None)
        assert "href" not in html
        assert html.count('<b class="mask">') == 2


@pytest.fixture
def post(db):
    return making.post(title="Tides")


@pytest.fixture
def anna(db):
    return moderator()


def redact(user, *comments, wanted=(NAME, PLACE), **more):
    return redacting.redact(user, seen(*comments), wanted, **more)


@pytest.mark.parametrize("state", ["pending", "likely_spam", "published"])
def test_it_leaves_the_state_and_tells_the_log_no_word(post, anna, state):
    comment = in_state(post, state, TEXT)
    [row] = redact(anna, comment, public_note="Please.").done
    after = now(comment)
    assert (after.text, after.state, after.version) == (MASKED, state, 2)
    assert (row.action, row.from_state, row.to_state) == ("redact", state, state)
    assert (row.version, row.reason) == (2, "identifies_person")
    told = " ".join(str(value) for value in Decision.objects.values().get().values())
    assert "Pike" not in told
    assert "Gullhaven" not in told
    assert list(log.faults()) == []


@pytest.mark.parametrize("state", ["rejected", "spam", "hidden", "held", "withdrawn"])
def test_no_other_state_fits(post, anna, state):
    comment = in_state(post, state, TEXT)
    outcome = redact(anna, comment)
    assert [c.message for c in outcome.conflicts] == [redacting.UNFIT]
    assert not Redaction.objects.exists()
    assert not Decision.objects.exists()


def test_it_is_bound_to_the_version_that_was_seen(post, anna):
    comment = in_state(post, "pending", TEXT)
    do("approve", comment)
    [conflict] = redact(anna, comment).conflicts
    assert conflict.message.startswith("already published by ann at")
    assert now(comment).text == TEXT


def test_words_that_are_not_there_do_nothing(post, anna):
    comment = in_state(post, "published", "Nothing.")
    outcome = redact(anna, comment)
    assert [c.message for c in outcome.conflicts] == [redacting.NOTHING_FOUND]
    assert now(comment).version == 1


def test_a_reason_that_is_none_is_refused_before_anything(post, anna):
    comment = in_state(post, "published", TEXT)
    with pytest.raises(NotAllowed):
        redact(anna, comment, reason="dislike")
    assert now(comment).text == TEXT


def test_readers_see_that_it_was_done(post, anna, client):
    comment = in_state(post, "published", TEXT)
    redact(anna, comment)
    shown = client.get(post.get_absolute_url()).content.decode()
    assert '<b class="mask">[name]</b> of <b class="mask">[place]</b>' in shown
    assert shown.count("A moderator has masked what identified somebody.") == 1
    assert "Pike" not in shown


def test_nobody_can_type_what_tells_of_a_mask(post, anna, client):
    comment = in_state(post, "published", '<b class="mask">[name]</b> class="mask"')
    shown = client.get(post.get_absolute_url()).content.decode()
    assert "A moderator has masked" not in shown
    assert receipts.standing(comment).redacted is None


def test_so_does_its_writer(post, anna):
    code = codes_of_receipts.code_for(codes_of_receipts.new_nonce())
    comment = in_state(
        post, "pending", TEXT, receipt_digest=codes_of_receipts.digest(code)
    )
    redact(anna, comment, public_note="Your colleague has a family.")
    shown = send_form(browser(), RECEIPT, {"code": code}).content.decode()
    assert "A moderator has masked what identified somebody." in shown
    assert "It tells who somebody is, or could" in shown
    assert "Your colleague has a family." in shown
    assert "It waits to be read" in shown


def test_the_name_goes_if_it_is_to(post, anna, client):
    comment = in_state(post, "published", TEXT, name="Ann Pike", tag="k7w2q")
    redact(anna, comment, nameless=[comment.public_id])
    after = now(comment)
    assert (after.name, after.tag) == ("", "")
    assert "Ann Pike" not in client.get(post.get_absolute_url()).content.decode()
    desk.undo(anna, [Decision.objects.get().seq])
    assert (now(comment).name, now(comment).tag) == ("Ann Pike", "k7w2q")


def test_taken_back_the_page_is_the_same_to_the_byte(post, anna, client):
    at = timezone.now() - timedelta(hours=2)
    fields = {"name": "", "written_at": at, "published_at": at}
    first = in_state(post, "published", "First.", **fields)
    later = in_state(post, "published", TEXT, **(fields | {"written_at": at}))
    do("hide", first)
    do("restore", now(first))
    before = client.get(post.get_absolute_url()).content
    [row] = redact(anna, now(later)).done
    assert client.get(post.get_absolute_url()).content != before
    [back] = desk.undo(anna, [row.seq]).done
    assert client.get(post.get_absolute_url()).content == before
    assert (back.action, back.undoes) == ("undo", row.seq)
    assert not Redaction.objects.exists()
    assert list(log.faults()) == []


def test_it_can_be_taken_back_after_other_decisions(post, anna):
    comment = in_state(post, "pending", TEXT)
    [row] = redact(anna, comment).done
    do("approve", now(comment))
    assert desk.undo(anna, [row.seq]).done
    assert (now(comment).text, now(comment).state) == (TEXT, "published")


def test_taken_back_it_changes_nothing_of_a_refusal(post, anna, monkeypatch):
    comment = in_state(post, "pending", TEXT)
    [row] = redact(anna, comment).done
    do("reject", now(comment))
    refused = timezone.now()
    before = digest.counts(0)
    monkeypatch.setattr(timezone, "now", lambda: refused + timedelta(days=5))
    assert desk.undo(anna, [row.seq]).done
    assert others.others([comment.pk])[comment.pk].outcome == "Refused: Harassment"
    # It is no decision, and the text goes when it would have gone.
    assert digest.counts(0) == before
    due = refused + retention.REFUSED_TEXT + timedelta(days=1)
    assert list(retention.old_texts("rejected", due)) == [comment]


def test_of_two_the_newer_goes_first(post, anna):
    comment = in_state(post, "published", TEXT)
    [one] = redact(anna, comment, wanted=[NAME]).done
    [two] = redact(anna, now(comment), wanted=[PLACE]).done
    [conflict] = desk.undo(anna, [one.seq]).conflicts
    assert "redacted again" in conflict.message
    assert desk.undo(anna, [two.seq]).done
    assert desk.undo(anna, [one.seq]).done
    assert now(comment).text == TEXT


def test_after_seven_days_it_is_wiped_and_says_so(post, anna):
    comment = in_state(post, "published", TEXT)
    [row] = redact(anna, comment).done
    soon = timezone.now() + timedelta(days=6)
    assert (retention.due(soon).originals, retention.purge(soon).originals) == (0, 0)
    late = timezone.now() + timedelta(days=8)
    assert retention.due(late).originals == 1
    assert retention.purge(late).originals == 1
    [conflict] = desk.undo(anna, [row.seq]).conflicts
    assert "wiped" in conflict.message
    assert now(comment).text == MASKED


@pytest.mark.parametrize("how", ["correct", "withdraw"])
def test_the_writer_makes_the_original_go_at_once(post, anna, how):
    comment = in_state(post, "published", TEXT)
    [row] = redact(anna, comment).done
    comment = now(comment)
    if how == "correct":
        receipts.correct(comment, comment.version, "Another text.", "")
    else:
        receipts.withdraw(comment, comment.version)
    assert not Redaction.objects.exists()
    assert desk.undo(anna, [row.seq]).done == []


def test_what_screening_noted_and_its_sketch_go_too(post, anna):
    comment = in_state(post, "pending", TEXT)
    before = bytes(Screening.objects.get().sketch)
    Screening.objects.update(
        why=[
            {"code": "rule", "words": "Contains “gullhaven”."},
            {"code": "links", "words": "3 links."},
        ]
    )
    redact(anna, comment)
    found = Screening.objects.get()
    assert [note["words"] for note in found.why] == [
        "Noted for words that were masked since.",
        "3 links.",
    ]
    assert bytes(found.sketch) != before


def test_a_masked_name_is_kept_in_no_host_however_it_is_spelled(post, anna):
    comment = in_state(post, "pending", "See https://müller.example/ and b.example.")
    Screening.objects.update(
        new_hosts=["xn--mller-kva.example"],
        why=[
            {"code": "learnt", "words": "As before: pills, xn--mller-kva.example."},
            {"code": "learnt", "words": "As before: xn--mllen-kva.example, b.example."},
        ],
    )
    redact(anna, comment, wanted=[Mask("Müller", "name")])
    found = Screening.objects.get()
    assert found.new_hosts == []
    assert [note["words"] for note in found.why] == [
        "Noted for words that were masked since.",
        "As before: xn--mllen-kva.example, b.example.",
    ]


def test_the_spam_score_unlearns_the_words_and_keeps_the_lesson(post, anna):
    comment = in_state(post, "pending", TEXT)
    do("approve", comment)
    [row] = redact(anna, now(comment)).done
    learnt = set(SpamWord.objects.exclude(ham=0).values_list("key", "ham"))
    SpamWord.objects.all().delete()
    again = in_state(post, "pending", MASKED)
    do("approve", again)
    assert learnt == set(SpamWord.objects.values_list("key", "ham"))
    desk.undo(anna, [row.seq])
    # The label is the approval's, not what stood before the redaction.
    assert SpamWord.objects.exclude(ham=0).exists()


def test_an_import_cannot_bring_the_words_back(post, anna):
    comment = in_state(post, "published", TEXT)
    batch = ImportBatch.objects.create(started_at=timezone.now())
    for before in ({"text": "Ann Pike!"}, {"written_at": None}):
        ImportChange.objects.create(
            batch=batch, comment=comment, before=before, after=dict.fromkeys(before)
        )
    redact(anna, comment)
    assert [c.before for c in ImportChange.objects.all()] == [{"written_at": None}]


def test_the_search_finds_the_words_no_more(post, anna, client):
    comment = in_state(post, "pending", TEXT)
    do("approve", comment)
    found = client.get("/search?q=pike").content.decode()
    assert comment.public_id in found
    redact(anna, now(comment))
    assert comment.public_id not in client.get("/search?q=pike").content.decode()


class TestPage:
    def address(self, comment) -> str:
        return reverse(
            "admin:moderation_queuedcomment_redact", args=[comment.public_id]
        )

    def data(self, comment, **more):
        return {
            "seen": f"{comment.public_id}:{comment.version}",
            "name": "Ann Pike",
            "place": "Gullhaven",
            "reason": "identifies_person",
            "do": "preview",
        } | more

    def previewed(self, client, comment, **more) -> tuple[str, dict]:
        answer = client.post(self.address(comment), self.data(comment, **more))
        assert answer.status_code == 200
        context = answer.context
        return answer.content.decode(), self.data(
            comment, previewed=context["previewed"], do="redact", **more
        )

    def test_preview_changes_nothing_and_shows_all(self, post, anna):
        comment = in_state(post, "published", TEXT)
        other = in_state(post, "published", "I know Ann Pike.", name="Bosun")
        in_state(post, "hidden", "I know Ann Pike, too.")
        shown, _data = self.previewed(signed_in(anna), comment)
        assert "4 places are masked" in shown
        assert "1 other published comment has some of these words" in shown
        assert f'value="{other.public_id}:1"' in shown
        assert "I know Ann Pike, too" not in shown
        assert now(comment).text == TEXT
        assert not Decision.objects.exists()

    def test_all_that_is_ticked_in_one_act(self, post, anna):
        client = signed_in(anna)
        comment = in_state(post, "published", TEXT)
        other = in_state(post, "published", "I know Ann Pike.")
        left = in_state(post, "published", "Ann Pike?")
        _, data = self.previewed(client, comment, also=[f"{other.public_id}:1"])
        answer = client.post(self.address(comment), data | {"next": QUEUE})
        assert (answer.status_code, answer["Location"]) == (302, QUEUE)
        assert now(comment).text == MASKED
        assert now(other).text == "I know [name]."
        assert now(left).text == "Ann Pike?"
        assert "2 redacted." in page(client)

    def test_words_that_were_not_previewed_are_previewed(self, post, anna):
        client = signed_in(anna)
        comment = in_state(post, "published", TEXT)
        _, data = self.previewed(client, comment)
        answer = client.post(self.address(comment), data | {"removed": "boat"})
        assert answer.status_code == 200
        assert "5 places" in answer.content.decode()
        assert now(comment).text == TEXT

    def test_no_word_is_a_problem_beside_the_form(self, post, anna):
        comment = in_state(post, "published", TEXT)
        empty = self.data(comment, name="", place="")
        answer = signed_in(anna).post(self.address(comment), empty)
        assert answer.status_code == 422
        assert "at least one word" in answer.content.decode()

    def test_a_second_moderator_is_told(self, post, anna):
        client = signed_in(anna)
        comment = in_state(post, "published", TEXT)
        _, data = self.previewed(client, comment)
        redacting.redact(moderator("bob"), seen(comment), [NAME])
        client.post(self.address(comment), data)
        assert "already redacted by bob" in page(client)

    def test_a_lift_that_has_the_words_is_named(self, post, anna):
        comment = in_state(post, "published", TEXT)
        lifted = making.post(2, title="The Boat", body="Ann Pike has a boat.")
        Passage.objects.create(
            kind="lift", source=post, target=lifted, comment=comment, seq=1
        )
        shown, _ = self.previewed(signed_in(anna), comment)
        assert "It was lifted into “The Boat”, which has these words too" in shown

    def test_undo_stands_on_the_comments_page_and_in_the_log(self, post, anna):
        client = signed_in(anna)
        comment = in_state(post, "published", TEXT)
        [row] = redact(anna, comment).done
        for address in (
            reverse("admin:moderation_queuedcomment_change", args=[comment.public_id]),
            reverse("admin:moderation_decision_changelist"),
        ):
            shown = page(client, address)
            assert "Redacted" in shown
            assert f'name="seq" value="{row.seq}"' in shown
        Redaction.objects.all().delete()
        assert f'name="seq" value="{row.seq}"' not in page(client, address)

    def test_it_costs_the_same_with_two_others_and_with_twenty(
        self, post, anna, django_assert_max_num_queries
    ):
        client = signed_in(anna)
        comment = in_state(post, "published", TEXT)
        for _ in range(20):
            in_state(post, "published", "Ann Pike again.")
        with django_assert_max_num_queries(12):
            self.previewed(client, comment)

    def test_nobody_else_may(self, post):
        comment = in_state(post, "published", TEXT)
        editor = staff("edith", "Editors")
        answer = signed_in(editor).post(self.address(comment), self.data(comment))
        assert answer.status_code == 403


WORD = "zanderwort"
WRITE = f"""
from django.contrib.auth.models import User
from blog.search import index
from moderation.editorial import redacting
from moderation.editorial.masks import Mask
from tests.blog import making
from tests.moderation import deciding
user = User.objects.create(username="anna", password="!", is_staff=True)
post = making.post(title="Birds", body="None.")
made = []
for state in ("pending", "published"):
    text = "{WORD} " * 200 + state
    made.append(deciding.in_state(post, "pending", text, name="Quillon"))
deciding.do("approve", made[1])
for number in range(300):
    making.comment(post, f"Filler number {{number}} of the kittiwake kind.")
index.fill()
seen = deciding.seen(*map(deciding.now, made))
redacting.redact(user, seen, [Mask("{WORD}", "name")],
    nameless=[one.public_id for one in made])
"""
LATER = """
from datetime import timedelta
from django.utils import timezone
from moderation import retention
assert retention.purge(timezone.now() + timedelta(days=8)).originals == 2
"""


@pytest.mark.parametrize("wipe", [False, True])
def test_after_a_purge_no_byte_of_it_is_left(own_database, wipe):
    own_database.manage("shell", "-c", WRITE)
    assert WORD.encode() in everything(own_database)
    own_database.manage("shell", "-c", LATER)
    own_database.manage("purge", *["--wipe"] * wipe)
    if own_database.url.startswith("postgres") and not wipe:
        return  # as the command says: its bytes may stand until they are wiped
    whole = everything(own_database)
    if b"Quillon" in whole and own_database.url.startswith("postgres"):
        # The server's own vacuum was looking at the old rows just then: once more.
        own_database.manage("purge", "--wipe")
        whole = everything(own_database)
    assert b"kittiwake" in whole
    assert [w for w in (WORD, "Quillon", "quillon") if w.encode() in whole] == []


def test_two_moderators_at_once_and_one_wins(post, anna):
    comment = in_state(post, "published", TEXT)
    first = [Seen(comment.public_id, comment.version)]
    assert redacting.redact(anna, first, [NAME]).done
    outcome = transitions.decide(
        first, "hide", transitions.moderator(moderator("bob")), reason="hate"
    )
    assert outcome.done == []
    assert len(outcome.conflicts) == 1
    assert Comment.objects.get(pk=comment.pk).is_published
