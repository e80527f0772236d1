"""The words around a time by which a reference is told from a story.

Everything here is a list of what was met or thought of, in British English: what may
stand before a time that names a comment, what may follow one, and what turns any time
into a price, a length or a train. What is in no list makes no reference.

Every pattern but ``TIME`` is tried on the few dozen characters beside a time, ends at
it or begins at it, and repeats nothing that repeats: its cost has a bound.
"""

import re

_FLAGS = re.I | re.X

# Not in a date (12.10.22), a number (1,019.50), a price, an address or a version. The
# hour and the minute are looked at afterwards.
TIME = re.compile(
    # What stands before is asked after the first digit: most letters are none.
    r"([0-9](?:(?<![\w.:£$€#/%+][0-9])(?<![0-9][,\-–][0-9])"
    r"|(?<=[Aa]non[0-9])|(?<=nymous[0-9]))[0-9]?)"
    r"[.:]([0-9]{2})(?![0-9])(?![.:/][0-9])"
)
# "9.18 am I" asks; it is not the morning.
HALF_OF_DAY = re.compile(
    r"[ \xa0]?(?:(a)m(?!\w)(?!\s{1,3}i\b)|(p)m(?!\w)|(a)\.m\.|(p)\.m\.)", re.I
)
# The letter of a handle: "14:03 b", and "14:03b" as it is typed.
LETTER = re.compile(r"[ \xa0]([a-z]|[ab][a-z])(?![\w'’])|([b-f])(?![\w'’])")
# These are words or kisses where the sentence goes on: "14:03 a good point".
LETTERS_THAT_ARE_WORDS = frozenset("aikmnopruxy")
ENDS_A_PHRASE = re.compile(r"[ \xa0]?(?:[.,:;!?)\]…\"”’–—-]|\n|\Z)")

_MONTH = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    "|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_WEEKDAY = (
    "(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?"
    "|sat(?:urday)?|sun(?:day)?)"
)
_DATE = rf"""(?:
    (?:{_WEEKDAY},?\s)?
    (?:the\s)?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?
    (?P<month>{_MONTH})\b[.,]?(?:\s(?P<year>[0-9]{{4}})\b)?
  | (?:{_WEEKDAY},?\s)?
    (?P<month2>{_MONTH})\s(?P<day2>[0-9]{{1,2}})(?:st|nd|rd|th)?\b
    (?:,?\s(?P<year2>[0-9]{{4}})\b)?
  | (?P<day3>[0-9]{{1,2}})/(?P<month3>[0-9]{{1,2}})
    (?:/(?P<year3>[0-9]{{4}}|[0-9]{{2}}))?
)"""
_NEAR = rf"(?P<near>yesterday|today|{_WEEKDAY}\b)"
_ANON = r"an{1,2}on(?:ymous|ymus|imous)?(?:s|['’]s)?"

# What stands before a time that names a comment whatever follows it.
ADDRESSED = re.compile(
    rf"""
    (?:
        (?<![\w/@.&=?])(?P<at>@)(?P<gap>\s?)(?P<whom>{_ANON})?
      | (?<!\w)(?P<anon>{_ANON})
    )
    [\s,.:;(\[–-]{{0,3}}
    (?:(?:at|of|on|from|above|posted|commented|said|says|wrote|@)\s){{0,3}}@?
    (?:(?:{_DATE}|{_NEAR})[\s,]{{1,2}}(?:at\s|@\s?|-\s)?)?
    [(\[]?\Z
    """,
    _FLAGS,
)
# The day after the time: "Anon 14:03 on 7 October", "@14:03 yesterday."
DAY_AFTER = re.compile(
    rf"""(?:,?[ ](?-i:on)[ ]|,[ ]|[ ]\()(?:{_DATE})\)?
      | ,?[ ](?:(?-i:on)[ ]|\()?{_NEAR}(?=[ ]?[.,:;!?)–-]|[ ]?\Z|[ ]?\n)\)?""",
    _FLAGS,
)
# "the team meets @ 10.30", "3 @ 19.50": where the sign is "at" and not "to".
AT_A_PLACE_OR_PRICE = re.compile(
    r"""(?:[0-9]|\b(?:meet|meets|meeting|see\s+you|meet\s+(?:you|me|us|up)|start|starts|starting
    |started|finish|finishes|finishing|finished|open|opens|opening|close|closes|closing
    |end|ends|ending|begin|begins|beginning|shift|shifts|doors|kick[-\s]?off|arrive|arrives
    |join\s+(?:us|me|in)|tune\s+in
    |arriving|be\s+there|lunch|tea|dinner|pub|court|hearing|train|bus|tomorrow|tonight
    |today|zoom|teams|live|online|channel|radio|match|game|gig|film|party|vigil|rally
    |picket|demo|speeches|talks?|session|event|class|gates?
    |webinar|call|from|until|till|each|only|cost|costs
    |priced|tickets?|sold|bought|pints?))
    \s{0,2}\Z""",
    _FLAGS,
)
# Before an "@" that stands free: the beginning of a sentence, or one who is answered.
SPEAKS_TO = re.compile(
    r"""(?:\A|\n|[.!?…:;,"”’)(>–—-]|\b(?:with|to|and|but|or|thanks|you|said|put|cheers
    |hi|hello|hey|dear|sorry|agreed|yes|no|as|like|what|so|because|re|both|also))
    \s{0,3}\Z""",
    _FLAGS,
)
# "@ 9.30 the telephone rang".
STORY_GOES_ON = re.compile(
    rf"\s(?:(?:the|an?|my|our|some)\s|(?:on\s)?{_WEEKDAY}\b)", re.I
)
AN = re.compile(r"\ban\s\Z", re.I)

# The beginning of a line, with what people put there.
LINE = r"(?:\A|(?<=\n))[\s>*•\"“'‘–-]{0,6}"
OPENING = re.compile(
    rf"{LINE}(?:{_DATE}[\s,]{{1,2}}(?:at\s|@\s?|-\s)?)?\Z",
    _FLAGS,
)
OPENING_TO = re.compile(rf"{LINE}(?:to|fao)\s{{1,2}}\Z", _FLAGS)

# Said to or of somebody, where the time stands for the name.
HINT = re.compile(
    r"""(?<!\w)(?:
        (?:totally\s|completely\s|fully\s)?(?:agree|agreed|agreeing|disagree|disagreed)
            \swith(?:\s(?:you|both))?
      | (?:i|totally|fully|completely|absolutely)\sagree | agree\smore
      | you(?:\sare|['’]?re)\s(?:so\s|quite\s|absolutely\s)?(?:right|wrong|correct)
      | (?:reply|replying|replied|response|responding|respond|answer|answering)\sto
      | in\s(?:reply|answer|response)\sto | re | quoting | echo | echoing | seconding
      | thanks | thank\syou | thankyou | cheers | hi | hello | hey | dear | sorry
      | well\s(?:said|put|done) | spot\son | good\spoint | bravo | good\sluck
      | (?:great|excellent)\s(?:comment|post|point) | nice\sone | sad\sbut\strue
      | thanks\s(?:to|for\s(?:that|this|your\s\w{1,20})) | just\s(?:seen|read)
      | with\s(?:all\s)?(?:due\s)?respect(?:\sto)? | lov(?:e|ed)\s(?:this|that|it)
      | i\swas | i\ssecond | i['’]m | nice\stry | totally\swith
      | (?:that['’]?s|it\swas|that\swas)\sme\sat | \+1
      | sorry\sto\shear\s(?:that|this) | yeah\sright | ignore | ignoring | nonsense
      | hear,?\shear | same\sas
      | (?:you|you['’]ve)\s(?:posted|wrote|written|commented)(?:\sabove)?\sat
    )[,:;]?\s{1,2}\Z""",
    _FLAGS,
)
COMMENT_OF = re.compile(
    r"""(?<!\w)(?:
        (?:comment|comments(?=\s(?:from|of|by))|posters?|contributors?
            |commenters?|commentator)(?:\sabove)?,?
        (?:\s(?:made|posted|written|sent|timed|who\sposted|who\swrote))?
        \s(?:at|of|from|@|by|timed)
      | (?:your|my|this|previous|earlier|later|anonymous|anon)
        \s(?:post|reply|contribution)
        (?:\s(?:made|posted|written|timed))?\s(?:at|of|from|@)
      | (?:who|whoever)\s(?:has\s)?(?:posted|wrote|written|commented)(?:\sabove)?\sat
      | (?:said|wrote|posted|commented)\sabove\sat
      | poster | commenter | commentator | contributor
    )\s{1,2}\Z""",
    _FLAGS,
)
WHOSE = re.compile(r"\b(?:your|my|the|that|this|his|her|their)\s\Z", re.I)
ITS_COMMENT = re.compile(
    r"\s(?:anonymous\s|anon\s)?(?:comment|poster|reply|contribution|contributor"
    r"|commenter|commentator|posting"
    r"|post(?!\s(?:office|van|room|came|arriv|is\slate|was\slate)))\b",
    re.I,
)
# "Could 14:03 explain …", "Somebody tell 14:03 to …"
MODAL = re.compile(
    r"\b(?:could|can|would|will|does|did|perhaps|maybe|please|tell|ask)\s\Z", re.I
)
SPEAKS = re.compile(
    r"\s(?:please\s)?(?:to\s)?(?:explain|tell|say|clarify|share|name|mean|think"
    r"|understand|realise|know|stop|answer|how|why|what|that|enlighten"
    r"|elaborate|grow|read)(?!\w)",
    re.I,
)
# "Agreed, 14:03."
AGREED = re.compile(
    rf"(?:{LINE}|[.!?]\s)(?:(?:dis)?agreed?|well|yes|no|disagree),?\s\Z", re.I
)
# "You are wrong there, 14:03!"
SPOKEN_TO = re.compile(
    r"(?<!see )(?<!meet )(?<!with )\byou(?:r|rs|['’]re|['’]ve)?\b[^.!?\n]{1,60},\s\Z",
    re.I,
)
FULL_STOP = re.compile(r"[.!?](?!\s?[0-9])")
SENTENCE = re.compile(r"[.!?]\s{1,2}\Z")
# Where a sentence or a clause may have a time for its subject.
SUBJECT = re.compile(
    r"""(?:\A|\n|[.!?…]["”’)]?\s|,\s|[–—-]\s|["“‘(]
    |\b(?:and|but|as|like|unlike|what|think|thinks|so|because|that|if|hope|while|whereas
    |maybe|perhaps|believe|sure|surely)\s)\s?\Z""",
    _FLAGS,
)

# What only somebody who writes can do or be.
_VERY = r"""(?:(?:so|quite|absolutely|totally|completely|entirely|clearly|obviously
    |just|probably|perfectly|also|not|very|simply|being|100%|dead|bang)\s){0,2}"""
_IS = rf"""(?:is|was|are)\s{_VERY}(?:
    exactly\s(?:what|why|how|my|it|as|like|right(?!\sfor\b)
        |the\s(?:point|problem|reason|sort|kind|type|attitude))
  | (?:right|wrong|correct|spot\son|on\sthe\smoney|on\sthe\sbutton)
    (?!\s(?:for|in|at|on|before|after|now|there|time|when|up|by))
  | my\s(?:hero|thoughts?|view|experience) | one\sof\s(?:the|those|us|them)
  | talking | mistaken | confused | deluded | naive | ignorant | trolling | lying
  | me\b(?!\stime) | an?\s(?:troll|manager|idiot|disgrace|legend|star|fool|liar)
)"""
_SAYS = r"""(?:says | said | wrote | writes | asks | asked | reckons | thinks | claims
  | claimed  | suggests | suggested | points?\sout | pointed\sout
  | makes?\s(?:an?|the|some|several|my)\b | made\s(?:an?|the|some)\b
  | has\s(?:an?\s(?:good\s|fair\s|valid\s|very\s)?(?:good\s)?point
           |it\s(?:right|wrong|spot)|hit|nailed|summed)
  | hits?\s(?:it|the) | nails?\s(?:it|this) | sums?\s(?:it|this|up) | puts?\sit
  | speaks?\s(?:for|the) | talks?\s(?:sense|rubbish|nonsense) | raises\s(?:an?|the)
  | misses\sthe\spoint | doesn['’]?t\s(?:know|understand|get|seem)
  | needs\sto\s(?:get|read|think|grow|go))(?!\w)"""
_OWNS = r"""['’]s\s(?:own\s|excellent\s|good\s)?(?:comments?|points?|post|view|views
  |suggestion|reply|question|contribution|argument|remarks?|words)\b"""
# The owner's apostrophe stands close, a verb after a space.
DOES = re.compile(rf"{_OWNS} | \s{_IS} | \s{_SAYS}", _FLAGS)

# How answers begin. What follows "I" must not be the day of somebody at work.
_DAY_AT_WORK = r"""(?:got|get|left|leave|leaving|arrive|arrived|went|go|woke|wake|start
    |started|finish|finished|drive|drove|rang|called|came|sat|am\s(?:at|in|on|up|still)
    |was\s(?:at|in|on|up|still|there|called|told)|had|have\sto|set|met|made|took)"""
ANSWER = re.compile(
    rf"""(?:
    (?:you|your|yours|you['’]?re|you['’]ve|youve|u|ur)
  | (?:i|i['’]m|im|i['’]d|i['’]ll|i['’]ve)(?!\s{_DAY_AT_WORK}\b)
  | agree | agreed | thanks | thank\syou | thx | cheers | exactly(?!\s(?:on|at|the))
  | absolutely | totally | completely | fully | perfectly | couldn['’]?t\sagree
  | spot\son | well\s(?:said|put|done) | so\s(?:true|what|you|well|much)
  | quite\s(?:right|so|agree) | yes | yep | yeah | nope | nah
  | no(?=[.,!;]|\s(?:you|it|i)\b|\n|\Z) | if\s(?:you|that['’]?s|only|it) | this\sis
  | must\sbe | sounds\slike\s(?:you|an?) | has\s(?:clearly|obviously|never|no\sidea)
  | (?:really\s|very\s)?(?:good|great|lovely|nice|superb|fantastic|wonderful|cracking)
    \s(?:post|comment|point|points|luck|one|on\syou|for\syou|question|contribution)
  | get\s(?:a\s(?:life|grip)|over|real|lost) | grow\sup | stop\s(?:it|your|with)
  | when\s(?:did|do|will|are|have|you) | and\s(?:what|you|how|why|who|yet)
  | (?:perhaps|maybe)\syou | just\sabout\ssums | sounds\sabout\sright
  | (?:they|we|he|she|it)\s(?:won['’]?t|don['’]?t|doesn['’]?t|never|can['’]?t)
  | wrong(?=\sagain|\s?[.,!]) | correct | clearly | obviously | any\schance
  | this(?=\s?[.!]) | makes\sme | true | sad | shame | bravo | bitter | why\snot
  | of\scourse  | not(?!\s(?:until|till|before|after|[0-9])) | above
  | what | why | who | how | that['’]s | thats
  | same\shere | hear,?\shear | here(?=\s?(?:[.,!;:–-]|again)|\s?\Z)
  | again(?=\s?[.,!;:–-])
  | lol | (?:ha\s?){{2,3}} | hi | hello | hey | oh | sorry | nonsense | rubbish
  | brilliant
  | excellent | sadly | unfortunately | don['’]?t | do\syou | did\syou | have\syou
  | are\syou | were\syou | can\syou | could\syou | would\syou
  | please\s(?:do|stop|tell)
  | {_IS} | {_SAYS}
    )(?!\w)""",
    _FLAGS,
)
# Where an answer may go on in small letters after "14:03 -" or "14:03:".
GOES_ON = re.compile(
    r"(?:the|this|it|it['’]s|its|if|they|we|he|she|there|maybe|perhaps|my|and|but|in"
    r"|as|because|some|most|many|all|nobody|not|only|surely|just|also|then|when|where"
    r"|is|are|do|does|did|have|has|can|could|would|should|will|am)(?!\w)",
    re.I,
)
# Where a sentence goes on after a name: "I agree with 14:03 and …"
GOES_ON_AFTER_NAME = re.compile(
    r"\s(?:and|but|who|that|about|because|though|although|however|above|below|as"
    r"|on\s(?:this|that|your)|if|too|entirely|completely|also|where|re|regarding"
    r"|for\s(?:your|saying|speaking|posting|sharing|telling|being|that))(?!\w)",
    re.I,
)
# A time and one of these is an appointment, whoever begins a line with it.
EVENT = re.compile(
    rf"""(?:{_WEEKDAY}|{_MONTH}|gmt|bst|utc|cet|hours?|hrs|o['’]?clock|sharp|onwards
  | to|till|til|until|meetings?|briefings?|brief|shifts?|service|train|bus|ferry|flight
  | appointments?|starts?|finish|kick-?off|show|news|bulletin|hearing|court|mass|slot
  | deadline|edition|am|pm|a\scolleague|tomorrow|today|tonight|yesterday|this|every|on
  | prompt|latest|version|gbp|ratio|odds
  | (?:i|i['’]m|im)\s{_DAY_AT_WORK} | i\s?['’]?m\s(?:at|in|on|up)
    )(?!\w)""",
    _FLAGS,
)

# After a time that is a price, a share, a length: never a reference.
MEASURE = re.compile(
    r"""%|[pkm](?!\w)|/|×
  | [ \xa0](?:%|per\b|percent|p(?!\w)|pounds?\b|quid\b|euros?\b|dollars?\b|pence\b
  | each\b|million\b|billion\b|bn\b|miles?\b|km\b|kg\b|metres?\b|litres?\b
  | an?\s(?:hour|head|month|week|year|day|pop|go|ticket|pint)\b(?!\sago))""",
    _FLAGS,
)
# From one time to another.
RANGE = re.compile(
    r"[ \xa0]?(?:[-–—][ \xa0]?|(?:to|till|til|until)[ \xa0])[0-9]{1,2}[.:][0-9]{2}",
    re.I,
)
HOURS = re.compile(
    r"[ \xa0]?(?:hours?|hrs?|h|mins?|minutes?|secs?|seconds?|gmt|bst|utc|o['’]?clock)"
    r"(?!\w)",
    re.I,
)
JOINED = re.compile(r"[ \xa0](?:and|&)[ \xa0](?=[0-9])", re.I)
