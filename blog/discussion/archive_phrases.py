"""The words by which a text speaks of a post of this blog, and not of something else.

Lists of what was met or thought of, in British English. What is in no list names no
post. Every pattern is tried near the word "blog" or a number, and repeats nothing that
repeats.
"""

import re

_FLAGS = re.I | re.X
_S = r"[ \xa0]"

BLOG = re.compile(r"\b(?:blog|post\b)", re.I)
# A figure after a space, a tag or an entity; and a word with a capital, or one that
# counts, which stands before it with spaces or tags between them.
FIGURE = re.compile(r"(?<=[ \xa0>;#])[0-9]")
BEFORE_FIGURE = re.compile(
    r"(?:[^\W\d_a-z][\w'’&;-]*\.?|\b(?:no\.?|number|part|episode))"
    r"(?:[ \xa0]|&nbsp;|<[^<>]{0,99}>){1,9}#?\Z"
)
# A number that follows a word, as in "Harbour Notes 228", "Harbour Notes No. 228".
NUMBERED = re.compile(
    r"(?<=[\w'’)])[ \xa0](?:(?:[Nn]o\.?|[Nn]umber|[Pp]art|[Ee]pisode)[ \xa0])?#?"
    r"(?P<figures>[0-9]{1,4})(?![\w%])"
)
IN_A_NUMBER = re.compile(
    r"[.,:/][0-9]|[-–—][0-9]|[ \xa0]?[-–—x×+=/][ \xa0]?[0-9]|['’]?s\b"
)

_MONTHS = (
    "january february march april may june july august september october november "
    "december"
).split()
_WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_WEEKDAY = (
    "(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?"
    "|sat(?:urday)?|sun(?:day)?)"
)
# What is counted and is no part of a series, or makes a date of the number.
COUNTS = re.compile(
    rf"""{_S}?(?:
        {_MONTH}\b
      | (?:st|nd|rd|th|am|pm|a\.m|p\.m|k|m|bn|per|percent|percentage|pence|pounds?|quid
        |years?|yrs?|months?|weeks?|days?|nights?|hours?|hrs?|minutes?|mins?|seconds?
        |pages?|people|persons?|members?|staff|officers?|miles?|km|metres?|feet|times
        |million|thousand|hundred|billion|points?|votes?|cases?|places?|beds?|o['’]?clock
        |or{_S}[0-9]|to{_S}[0-9]|and{_S}[0-9])\b
    )""",
    _FLAGS,
)
# Words in the names of series: with a capital, or small between two of these.
NAME_WORD = re.compile(r"[^\W\d_][\w'’&-]*|&")
SMALL_WORDS = frozenset(
    "a an and at by for from in la le of on or the to with & -".split()
)
GUEST_BLOG = re.compile(rf"(?<![\w'’.-])guest{_S}blog(?:{_S}?post)?\Z", re.I)


def month(word: str) -> int:
    """The number of a month from its first three letters."""
    begun = word[:3].casefold()
    return next(n for n, name in enumerate(_MONTHS, 1) if name.startswith(begun))


def weekday(word: str) -> int:
    """Monday is 0, from the first two letters and more."""
    begun = word[:3].casefold()
    return next(n for n, name in enumerate(_WEEKDAYS) if name.startswith(begun))


_DATE = rf"""(?P<date>
    (?:(?P<weekday>{_WEEKDAY})\b[.,]?{_S})?(?:the{_S})?
    (?:
        (?P<day1>[0-9]{{1,2}})(?:st|nd|rd|th)?{_S}(?:of{_S})?
        (?P<month1>{_MONTH})\b[.,]?{_S}(?P<year1>[12][0-9]{{3}})
      | (?P<month2>{_MONTH})\b\.?{_S}(?P<day2>[0-9]{{1,2}})(?:st|nd|rd|th)?
        ,?{_S}(?P<year2>[12][0-9]{{3}})
      | (?P<day3>[0-9]{{1,2}})(?P<sign>[/.-])(?P<month3>[0-9]{{1,2}})
        (?P=sign)(?P<year3>[12][0-9]{{3}}|[0-9]{{2}})
      | (?P<year4>[12][0-9]{{3}})-(?P<month4>[0-9]{{2}})-(?P<day4>[0-9]{{2}})
    )(?![\w/]|[.-][0-9])
)"""

# A stretch of time and no day: "18 June 2018 to 3 May 2020".
GOES_ON = re.compile(
    rf"""{_S}?(?:[-–—]{_S}?[0-9]|(?:to|until|till|til|through|onwards?|and{_S}after
    |or{_S}(?:before|after|earlier|later))\b)""",
    _FLAGS,
)

_POST = r"blog[ \xa0-]?(?:post|entry|posting|piece|article)"
_SEPARATOR = rf"(?:{_S}?[,;:]{_S}?|{_S}?[-–—]{_S}?|{_S}?\({_S}?|{_S})"
_AT = rf"(?:{_S}(?:of|from|dated|published|posted|on){_S}(?:on{_S})?|{_SEPARATOR})"


DAYS = tuple(
    re.compile(rf"(?P<link>{form})", _FLAGS)
    for form in (
        # "This Blog, Monday, 18 June 2018"; "this blog of 18 June 2018"
        rf"(?<![\w-])(?P<cue>this{_S}blog)(?:{_S}(?:of|dated){_S}|{_SEPARATOR}){_DATE}",
        # "as I said on this blog on 18 June 2018"
        rf"(?<![\w-])(?P<cue>(?:on|in|see|read|from){_S}this{_S}blog){_S}on{_S}{_DATE}",
        # "blogpost of 18 June 2018", "blog post, 18/6/2018"
        rf"(?<![\w-])(?P<cue>{_POST}){_AT}{_DATE}",
        # "the blog of 18 June 2018"
        rf"(?<![\w-])(?P<cue>blog)(?:{_S}(?:of|dated|for){_S}|{_S}?[,;:(]{_S}?){_DATE}",
        # "see blog 18 June 2018"
        rf"(?<![\w-])(?P<cue>(?:see|per|cf\.?|ref\.?:?){_S}blog){_S}{_DATE}",
        # "the 18 June 2018 blogpost"
        rf"(?<![\w-])(?P<ours>the|your|my|this){_S}{_DATE}{_S}"
        rf"(?P<cue>{_POST}|blog)(?!\w|[-.]\w)",
    )
)

_OPENING = "(?P<opening>['‘\"“«])(?=[^\\s])"
# Each ends before anything but a letter; a closing mark after a space is none.
CLOSING = {
    "'": re.compile(r"(?<=\S)['’](?!\w)"),
    "‘": re.compile(r"(?<=\S)['’](?!\w)"),
    '"': re.compile(r"(?<=\S)[\"”]"),
    "“": re.compile(r"(?<=\S)[\"”]"),
    "«": re.compile(r"\s?»"),
}
_CALLED = rf"(?:,?{_S}(?:titled|entitled|called|headed|headlined|named))?[,:]?"

TITLES = (
    # "the blogpost 'A Lamp Goes Out'", "guest blog entitled “A Lamp Goes Out”"
    re.compile(
        rf"""(?<![\w-])(?P<link>(?P<cue>this{_S}blog|{_POST}|blog|post)
        (?:,?{_S}(?:(?:of|from|dated|on){_S})?{_DATE}[,:]?|{_CALLED})
        (?:{_S}|{_S}?[-–—:(]{_S}?){_OPENING})""",
        _FLAGS,
    ),
    # "'A Lamp Goes Out', this blog"; "“A Lamp Goes Out” (this blog, 3 May 2019)"
    re.compile(
        rf"""(?:(?<![\w'’])['‘](?P<quoted>[^\s'‘"“”\n][^"“”\n]{{0,200}}?)['’]
        |["“](?P<quoted2>[^\s"“”\n][^"“”\n]{{0,200}}?)["”])
        (?P<link>{_S}?[,(–—-]?{_S}?(?:(?:on|in|from){_S})?(?P<cue>this{_S}blog))(?!\w)""",
        _FLAGS,
    ),
)

# Whose blog it is, by what stands before "blog" or "blogpost".
OURS = re.compile(
    rf"""(?:\A|[\n.!?:;,()\[\]–—"“”'‘’-]{_S}*|(?<![\w'’])
    (?:the|this|that|your|my|our|a|an|and|or|in|on|from|to|of|by|with|via|at|see|read
    |reading|per|cf|ref|re|is|was|guest|above|below|earlier|previous|original|old|older
    |last|recent|first|second|later|latest|new|excellent|great|brilliant|good|famous
    |interesting|linked|same|another|also|quote|quoting|jim's|editor's|linking)\.?
    {_S}+)\Z""",
    _FLAGS,
)
OF_OTHERS = re.compile(
    rf"""(?:\b(?:his|her|their|its|another|someone|somebody|else|other|different)\b
    |\w['’]s?\b(?!\w)|\w's)(?:{_S}[\w-]+){{0,3}}{_S}*\Z""",
    _FLAGS,
)
# "I found this blog 18 June 2018": the day of something else.
NOT_NAMED = re.compile(
    rf"""(?<!\w)(?:found|find|started|start|starting|discovered|began|begun|launched
    |created|joined|closed|left|deleted|opened|set{_S}up|since)(?:{_S}(?:the|my|a|your))?
    {_S}\Z""",
    _FLAGS,
)
