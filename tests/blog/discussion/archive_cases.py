"""What people write of other posts, and which it must be linked to. All invented.

The archive of these cases: ``POSTS`` are the days and titles of a blog about a harbour.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Case:
    """``links``: passages of the text, and the titles to which they lead."""

    text: str
    links: tuple[tuple[str, str], ...] = ()


LAMP = "A Lamp Goes Out"
TIDES = "What the Tides Don't Tell"
NOTES = "Harbour Notes 12"
GUEST = "Guest Blog 7"
PART = "The Long Crossing (Part 3)"
ONE_WORD = "Adrift"

# Day and title. Two of them share a day; two others share a title.
POSTS = (
    ("2018-06-18", LAMP),
    ("2018-07-02", TIDES),
    ("2019-01-31", NOTES),
    ("2019-02-11", "Harbour Notes 13"),
    ("2019-03-04", GUEST),
    ("2019-03-09", PART),
    ("2019-05-06", ONE_WORD),
    ("2019-08-12", "One of Two"),
    ("2019-08-12", "Two of Two"),
    ("2020-01-06", "The Same Again"),
    ("2020-02-03", "The Same Again"),
    ("2020-10-01", "Covid 19"),
    ("2021-04-01", "Crown Court 3"),
)


def _one(passage: str, title: str, *texts: str) -> list[Case]:
    return [Case(text, ((passage, title),)) for text in texts]


DAYS = [
    *_one(
        "This Blog, Monday, 18 June 2018",
        LAMP,
        "This Blog, Monday, 18 June 2018",
        "“Nobody will mind the dark.”\n\nThis Blog, Monday, 18 June 2018",
        "(This Blog, Monday, 18 June 2018)",
        "It was all foretold. This Blog, Monday, 18 June 2018.",
    ),
    *_one("this blog 18 June 2018", LAMP, "As it says in this blog 18 June 2018."),
    *_one("this blog, 18th June 2018", LAMP, "See this blog, 18th June 2018!"),
    *_one("this blog (18 June 2018", LAMP, "Once more: this blog (18 June 2018)."),
    *_one("This blog – 18 June, 2018", LAMP, "This blog – 18 June, 2018"),
    *_one("this blog: June 18, 2018", LAMP, "From this blog: June 18, 2018"),
    *_one("this blog, 18/06/2018", LAMP, "this blog, 18/06/2018"),
    *_one("this blog, 18.6.18", LAMP, "this blog, 18.6.18"),
    *_one("This blog, 2018-06-18", LAMP, "This blog, 2018-06-18"),
    *_one("This blog, Mon 18 Jun 2018", LAMP, "This blog, Mon 18 Jun 2018"),
    *_one(
        "this blog of 18 June 2018", LAMP, "You said so in this blog of 18 June 2018"
    ),
    *_one(
        "on this blog on 18 June 2018",
        LAMP,
        "It was said on this blog on 18 June 2018 and denied at once.",
    ),
    *_one(
        "blogpost of 18 June 2018",
        LAMP,
        "The blogpost of 18 June 2018 says otherwise.",
        "In your blogpost of 18 June 2018 the keeper is still awake.",
        "Read the earlier blogpost of 18 June 2018 again.",
    ),
    *_one(
        "blog post from 2 July 2018", TIDES, "That is the blog post from 2 July 2018"
    ),
    *_one("blog entry, 2 July 2018", TIDES, "See blog entry, 2 July 2018."),
    *_one("Blogpost 2/7/2018", TIDES, "Blogpost 2/7/2018"),
    *_one("blog of 2 July 2018", TIDES, "It stood in the blog of 2 July 2018."),
    *_one("blog dated Monday 2 July 2018", TIDES, "your blog dated Monday 2 July 2018"),
    *_one("see blog 2 July 2018", TIDES, "Not new, see blog 2 July 2018."),
    *_one("the 2 July 2018 blogpost", TIDES, "Compare the 2 July 2018 blogpost."),
    *_one("the 2nd of July 2018 blog", TIDES, "Compare the 2nd of July 2018 blog."),
    Case(
        "This blog, 18 June 2018, and this blog, 2 July 2018.",
        (("This blog, 18 June 2018", LAMP), ("this blog, 2 July 2018", TIDES)),
    ),
]

TITLES = [
    *_one(
        LAMP,
        LAMP,
        "The blogpost 'A Lamp Goes Out' can be found here.",
        "the blog post “A Lamp Goes Out”",
        'See the blog post "A Lamp Goes Out".',
        "See blog ‘A Lamp Goes Out’",
        "The blogpost entitled 'A Lamp Goes Out' says it.",
        "The blog post titled: 'A Lamp Goes Out'",
        "My blogpost, ‘A Lamp Goes Out’, was read by many.",
        "It is on this blog 'A Lamp Goes Out' for all to see.",
        "'A Lamp Goes Out' (this blog, 2018) was the first.",
        "'A Lamp Goes Out', this blog",
        "“A Lamp Goes Out” on this blog tells you.",
        "in my earlier post 'A Lamp Goes Out' I asked.",
        "an excellent guest blog «A Lamp Goes Out»",
    ),
    *_one("a lamp goes OUT", LAMP, "the blogpost 'a lamp goes OUT'"),
    *_one("A lamp goes out!", LAMP, "the blogpost 'A lamp goes out!'"),
    *_one(
        "What the Tides Don't Tell",
        TIDES,
        "The blogpost 'What the Tides Don't Tell' is clear.",
        'The blogpost "What the Tides Don\'t Tell" is clear.',
    ),
    *_one(
        "What the Tides Don’t Tell", TIDES, "The blogpost ‘What the Tides Don’t Tell’."
    ),
    *_one(ONE_WORD, ONE_WORD, "The blogpost 'Adrift' had no answer."),
    *_one(
        "The Long Crossing (Part 3)",
        PART,
        "the blogpost 'The Long Crossing (Part 3)'",
    ),
    *_one("harbour notes 12", NOTES, "the blogpost 'harbour notes 12'"),
    *_one("One of Two", "One of Two", "The blogpost 'One of Two', that is."),
    Case(
        "the blogpost of 18 June 2018, 'A Lamp Goes Out'",
        (("blogpost of 18 June 2018", LAMP), (LAMP, LAMP)),
    ),
    Case("The blogpost 'Adrift' and 'A Lamp Goes Out'", (("Adrift", ONE_WORD),)),
]

NUMBERS = [
    *_one(
        NOTES,
        NOTES,
        "Harbour Notes 12",
        "See Harbour Notes 12.",
        "As Harbour Notes 12 says, nobody came.",
        "It was in Harbour Notes 12, I think",
        "(Harbour Notes 12)",
        "Do read “Harbour Notes 12”!",
    ),
    *_one("Harbour Notes No. 12", NOTES, "It was in Harbour Notes No. 12"),
    *_one("Harbour Notes #12", NOTES, "It was in Harbour Notes #12"),
    *_one(
        GUEST,
        GUEST,
        "Guest Blog 7",
        "Whoever wrote Guest Blog 7 knows the pier.",
        "Guest Blog 7: worth another look",
    ),
    *_one("guest blog 7", GUEST, "whoever wrote guest blog 7 knows the pier"),
    *_one("The Long Crossing Part 3", PART, "It says so in The Long Crossing Part 3."),
    *_one("The Long Crossing 3", PART, "It says so in The Long Crossing 3."),
    Case(
        "Harbour Notes 12 and Harbour Notes 13",
        (("Harbour Notes 12", NOTES), ("Harbour Notes 13", "Harbour Notes 13")),
    ),
]

# What names no post, whatever the archive holds.
NOTHING = [
    Case(text)
    for text in (
        # A date alone, or of something else
        "18 June 2018",
        "Monday, 18 June 2018",
        "The lamp went out on 18 June 2018.",
        "The Guardian, 18 June 2018",
        "BBC website, Monday, 18 June 2018",
        "Letter of 18 June 2018",
        "The post of harbour master was cut on 18 June 2018.",
        "This blog has been going since 18 June 2018.",
        "This blog was started on 18 June 2018.",
        "I found this blog 18 June 2018 and never left.",
        "We started this blog 18 June 2018.",
        "I came to blogging on 18 June 2018.",
        "this blog, 18 June",
        "this blog, June 2018",
        "this blog 2018",
        # A day that is none, or another weekday's
        "This Blog, Tuesday, 18 June 2018",
        "this blog, 31 June 2018",
        "this blog, 18/18/2018",
        "this blog, 18/06/20189",
        # A stretch of time
        "this blog, 18 June 2018 to 2 July 2018",
        "this blog (18 June 2018 - 2 July 2018)",
        "this blog, 18 June 2018 onwards",
        # Somebody else's
        "his blogpost of 18 June 2018",
        "their blog of 18 June 2018",
        "Her earlier blogpost of 18 June 2018",
        "Aldous Reeve's blogpost of 18 June 2018",
        "Aldous Reeve’s blog post 'A Lamp Goes Out'",
        "the Gazette blogpost of 18 June 2018",
        "the Pilots blog 'A Lamp Goes Out'",
        "another site's blog post 'A Lamp Goes Out'",
        "on someone else's blog, 18 June 2018",
        # A day or a title that several posts have, or none
        "This blog, 12 August 2019",
        "this blog, 13 August 2019",
        "the blogpost 'The Same Again'",
        "the blogpost 'Never Written'",
        # A title without a word that says what it is
        "'A Lamp Goes Out'",
        "A Lamp Goes Out",
        "Adrift",
        "We were all 'Adrift' then.",
        "A film called 'A Lamp Goes Out' was shown.",
        "The Gazette's article 'A Lamp Goes Out'",
        "a blogger said 'A Lamp Goes Out'",
        "the blogpost A Lamp Goes Out",
        "the blogpost 'A Lamp'",
        "in my post 'Adrift'",
        "the blogpost '",
        "the blogpost ''",
        "the blogpost 'A Lamp\nGoes Out'",
        # Numbers of other things
        "harbour notes 12",
        "Notes 12",
        "Harbour Notes 1",
        "Harbour Notes 112",
        "Harbour Notes 12.5",
        "Harbour Notes 12:30",
        "Harbour Notes 12%",
        "Harbour Notes 12 March",
        "Harbour Notes 12 pages long",
        "Harbour Notes 12-13",
        "Harbour Notes 12 years on",
        "Harbour Notes 12th",
        "Harbour Notes £12",
        "Old Harbour Notes, 12",
        "Guest Blog 70",
        "The guests at blog 7",
        "guest blog 7 June 2018",
        "Guest Blog 18 June 2018",
        "The Covid 19 rules",
        "before Covid 19",
        "page 12",
        "in court 3",
        "Crown Court 3 days late",
        "the Harbour Notes of 12 men",
        "",
        "12",
        "blog",
    )
]

POSITIVE = DAYS + TITLES + NUMBERS
CASES = POSITIVE + NOTHING
