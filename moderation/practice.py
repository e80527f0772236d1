"""Ten made-up comments on which a new moderator tries her first decisions. Pure.

Nothing here touches a comment, the log or a figure. What "most moderators would" do
follows the house's own habits: publish what can be published, refuse for a reason, and
ask where a question settles it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .reasons import BY_CODE

WAITING = ("approve", "spam", "redact", "ask", "reject")
PUBLISHED = ("hide", "hold")
APPEALED = ("publish-after-all", "uphold")
LABELS = {
    "approve": "Approve",
    "spam": "Spam",
    "redact": "Redact",
    "ask": "Ask its writer",
    "reject": "Refuse",
    "hide": "Hide",
    "hold": "Hold for a complaint",
    "publish-after-all": "Publish after all",
    "uphold": "Uphold the refusal",
}
WITH_REASON = frozenset(("reject", "hide", "hold"))


@dataclass(frozen=True)
class Exercise:
    """One made-up comment. ``good`` and ``also`` are choices, "action" or
    "action:reason"; ``most`` says what most moderators would do and why; ``said`` is
    about single choices, or about all with that action."""

    teaches: str
    post: str
    handle: str
    written: str
    text: tuple[str, ...]
    most: str
    good: tuple[str, ...]
    also: tuple[str, ...] = ()
    said: Mapping[str, str] = field(default_factory=dict)
    offered: tuple[str, ...] = WAITING
    badge: str = ""
    parent: tuple[str, str] | None = None
    why: str = ""
    notice: tuple[str, str] | None = None

    def verdict(self, choice: str) -> str:
        """ "good", "also" or "other"."""
        action = choice.partition(":")[0]
        for name in ("good", "also"):
            if {choice, action} & set(getattr(self, name)):
                return name
        return "other"

    def about(self, choice: str) -> str:
        """What is to be said of this choice alone; may be nothing."""
        action = choice.partition(":")[0]
        return self.said.get(choice, self.said.get(action, ""))

    def is_choice(self, choice: str) -> bool:
        """Whether it can be chosen here: an action that is offered, with a reason where
        it needs one."""
        action, _, reason = choice.partition(":")
        if action not in self.offered:
            return False
        return reason in BY_CODE if action in WITH_REASON else not reason


def in_words(choice: str) -> str:
    """“Refuse: Off topic”."""
    action, _, reason = choice.partition(":")
    words = LABELS[action]
    return f"{words}: {BY_CODE[reason].label}" if reason else words


EXERCISES = (
    Exercise(
        teaches="Anger is no reason",
        post="Who Decides We Sail?",
        handle="Anon 19:42",
        written="10 Mar 2023, 19:42",
        text=(
            "Thirty-three out of forty-one is not “exemplary”. If the bow door shut "
            "four times out of five nobody would print a leaflet about it. Whoever "
            "wrote that summary should be made to sail on the other eight.",
        ),
        most="Most moderators would approve it, because it is sharp about a text and "
        "about a decision, and hurts nobody. You need not agree with what you publish.",
        good=("approve",),
        said={
            "reject:harassment": "It attacks what somebody wrote, not who they are.",
            "ask": "There is nothing to ask: it can stand as it is.",
            "reject": "A refusal needs a reason that is true of the text.",
        },
    ),
    Exercise(
        teaches="Who can be recognised",
        post="Four On, Three Off, One Missing",
        handle="Anon 07:15",
        written="2 Oct 2022, 07:15",
        text=(
            "The reason there is no relief cook is that Tamsin in crewing has been off "
            "since August with her nerves. She told my sister-in-law that the doctor "
            "has signed her off till Christmas.",
        ),
        most="Most moderators would refuse it with “Identifies somebody”, because it "
        "tells about the health of a person whom everybody at work knows, and nothing "
        "is left of it without her.",
        good=("reject:identifies_person",),
        also=("reject:confidential_data", "redact"),
        said={
            "redact": "Masking the name is not enough here: “in crewing” and “since "
            "August” still say who it is. Mask those too, or refuse it.",
            "approve": "Published, it cannot be called back from those who read it.",
            "reject:harassment": "It is unkind, but its writer should be told what is "
            "wrong: that it says who somebody is.",
        },
    ),
    Exercise(
        teaches="Advertising",
        post="Two Per Cent and a Mug",
        handle="HarbourDeals",
        written="5 Jul 2021, 03:12",
        text=(
            "Great post, very useful informations! For all seafarers we have best "
            "prices on deck shoes, see deck-shoes.example/offer and "
            "deck-shoes.example/offer2. Limited time only!",
        ),
        why="2 links. Sent 3 seconds after its form was opened.",
        badge="Likely spam",
        most="Most moderators would mark it as spam, because it would fit below any "
        "post. The button also teaches the score, which a refusal for another reason "
        "does not.",
        good=("spam", "reject:spam"),
        said={
            "approve": "Publishing it teaches the score that such texts are no spam.",
            "reject": "Refused for another reason, it teaches the score nothing.",
        },
    ),
    Exercise(
        teaches="One name too many",
        post="Mainstay Goes Live",
        handle="Anon 21:15",
        written="3 Nov 2022, 21:15",
        text=(
            "For anybody who has to work with it: the screen closes if you put the "
            "reading in as 0.0 and save it twice. Jory Pell at Skerrowick found that, "
            "and was told not to pass it on. It saves you the phone call every time.",
        ),
        most="Most moderators would redact it, because all of it is useful but one "
        "name: masked as “[name]”, with the place as “[place]”, it harms nobody, and "
        "readers see that something was masked.",
        good=("redact",),
        also=("reject:identifies_person", "ask"),
        said={
            "reject:identifies_person": "That protects him too, but readers lose the "
            "useful half. Redacting keeps it.",
            "ask": "You may ask for another wording. Redacting is quicker, and its "
            "writer can still correct it with the receipt.",
            "approve": "The one who was told not to pass it on is named.",
        },
    ),
    Exercise(
        teaches="Read what it answers",
        post="Storm Watch, Sunday Night",
        handle="Second Mate (retd)",
        written="7 Feb 2022, 23:31",
        text=("Then may you drown in it, you miserable old barnacle. Soup at eight?",),
        parent=(
            "'Bosun",
            "I have the only dry locker on this boat, Second, and I am not sharing it. "
            "Not even with a man who still owes me a torch from 1997.",
        ),
        most="Most moderators would approve it, because what it answers shows two old "
        "friends at play. Alone it looks like an insult: the queue shows what a reply "
        "answers so that you need not guess.",
        good=("approve",),
        said={
            "reject:harassment": "Look at the comment above it once more: who is "
            "attacked here?",
            "reject:threat": "Nobody is threatened by an invitation to soup.",
        },
    ),
    Exercise(
        teaches="Said already",
        post="Who Decides We Sail?",
        handle="Anon 20:06",
        written="10 Mar 2023, 20:06",
        text=(
            "The word “exemplary” is not in the statement of the inspector. I have "
            "read it twice now. Her word was “doubt”.",
        ),
        why="Nearly the same as a published one of 19:58: “‘Exemplary’ is not in her "
        "statement. I have read it twice. The word she used was ‘doubt’.”",
        most="Most moderators would refuse it with “Duplicate”, because the same was "
        "said eight minutes before, most likely by the same hand after a slow page. "
        "Its writer reads that reason on the receipt, and knows that it did appear.",
        good=("reject:duplicate",),
        also=("approve",),
        said={
            "approve": "Two people can say one thing, and then both may stand. Here "
            "the words are too much alike for that.",
            "spam": "As spam it would teach the score that good words are bad ones.",
        },
    ),
    Exercise(
        teaches="A complaint under the law",
        post="Ten Years Below",
        handle="Anon 12:50",
        written="14 May 2020, 12:50",
        text=(
            "Everybody in Gairswick knows that Captain Orme sold the old lifeboat and "
            "kept the money.",
        ),
        badge="Complaint",
        offered=PUBLISHED,
        notice=(
            "Received today from the person who is named",
            "The comment says that I stole. It is untrue: the boat was given to the "
            "museum and I have the receipt. If it is not taken down I shall go to law.",
        ),
        most="Most moderators would hold it for the complaint, because a statement of "
        "fact about a named person is disputed and the clock of the law runs. Held, it "
        "is out of sight while you look into it, and can be shown again.",
        good=("hold:defamation_complaint",),
        also=("hide", "hold"),
        said={
            "hide": "Hiding takes it from sight too. Holding says that nothing is "
            "decided yet; the page “Complaints” has the letters and the times.",
            "hold": "Holding is right; the reason that fits is “Complaint: "
            "defamation”, and its writer reads it.",
        },
    ),
    Exercise(
        teaches="A writer who gives herself away",
        post="Four On, Three Off, One Missing",
        handle="Anon 22:04",
        written="4 Oct 2022, 22:04",
        text=(
            "As the only woman who has ever had the chief engineer’s ticket on the "
            "Gairswick run I can tell you how the inspection is done: the sheet is "
            "filled in on Thursday, and the inspector comes on Friday.",
        ),
        why="May tell who wrote it: “the only woman”.",
        most="Most moderators would ask its writer, because it is hers to decide: "
        "“Everybody there will know you by your first line. Shall it stay?” She sees "
        "the question with her receipt, and the comment waits meanwhile.",
        good=("ask",),
        also=("redact", "reject:identifies_person"),
        said={
            "redact": "Masking the first line protects her, and what matters stays. "
            "Asking leaves the choice to her, if there is time.",
            "reject:identifies_person": "She can send it again without the first line, "
            "since the receipt tells her why. A question is the shorter way.",
            "approve": "She may have meant it, and she may not have seen it. Her "
            "employer will read it either way.",
        },
    ),
    Exercise(
        teaches="Off topic",
        post="Five Years of One Water",
        handle="Anon 09:18",
        written="20 Jan 2024, 09:18",
        text=(
            "Does anybody know whether the café at the ferry terminal has gluten-free "
            "scones at weekends?",
        ),
        most="Most moderators would refuse it with “Off topic”, because the post is "
        "about a merger and two hundred people read every line below it. On a quiet "
        "day others would let it pass.",
        good=("reject:off_topic",),
        also=("approve",),
        said={
            "approve": "That is a matter of taste and of how long the discussion is.",
            "spam": "It sells nothing: as spam it would teach the score wrongly.",
            "ask": "Whatever the answer, it is still about scones.",
        },
    ),
    Exercise(
        teaches="An appeal",
        post="Mainstay Goes Live",
        handle="Anon 18:33",
        written="4 Nov 2022, 18:33",
        text=(
            "My watch still keeps the paper log. It has never asked for a password and "
            "it worked right through the power cut in March.",
        ),
        badge="Appeal",
        offered=APPEALED,
        notice=(
            "Refused by another moderator as off topic. Its writer appealed",
            "The post is about the new computer log. I wrote about the old log that it "
            "replaces. What is nearer to the topic than that?",
        ),
        most="Most moderators would publish it after all, because the writer is right, "
        "and a mistake that is put right costs nothing. The log keeps both decisions.",
        good=("publish-after-all",),
        said={
            "uphold": "Whoever decides about an appeal is not the one who refused, so "
            "that somebody looks with fresh eyes: read the post’s title again.",
        },
    ),
)
