"""The name with which a text ends, if it does: a signature nobody has checked. Pure.

What is shown as a signature and is none puts a name under words that its bearer may
never have seen, so that in doubt there is none. A line of its own is no sign by itself;
there must be a mark of signing: an opening quotation mark that nothing closes, a dash,
or a word of farewell.
"""

import re

from .signature_words import ADJECTIVES, ENDINGS, NO_NAMES, PAPERS

LONGEST = 40  # characters of a signature
_TAIL = 80  # of a last line: a farewell and a name are shorter
_LOOK = 8  # lines at the end, empty ones among them

_WORD = r"[A-Za-zÀ-ÖØ-öø-ÿ][\wÀ-ÖØ-öø-ÿ.'’-]*"
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\wÀ-ÖØ-öø-ÿ.'’-]*"
_NAME = rf"{_CAPITAL}(?: (?:{_CAPITAL}|of|the|in|de|van|von|[0-9]{{1,4}})){{0,4}}"
_KISSES = r"(?: +x{1,3})?"
_QUOTED = re.compile(rf"['‘`]({_CAPITAL}(?: {_CAPITAL})?)")
_DASHED = re.compile(rf"(?:[-–—]{{1,3}}|~) ?({_CAPITAL}(?: {_CAPITAL})?)")
_FAREWELL = (
    r"(?i:cheers|(?:kind(?:est)?|best|warm(?:est)?|many|with) (?:regards|wishes)"
    r"|regards|all the best|all good wishes|in solidarity|fraternally"
    r"|yours(?: (?:truly|sincerely|faithfully|ever|aye|fraternally|in solidarity))?"
    r"|(?:many )?thanks|thank you|take care)"
)
# "Cheers, Jim" and "… of it. Regards, Jim" are one line; so can be "Signed: Jim".
_FAREWELL_AND_NAME = re.compile(
    rf"(?:^|[.!?…] +)({_FAREWELL}), ?({_NAME}){_KISSES}[.!]?$"
)
_SIGNED = re.compile(
    rf"(?i:\(signed\)|signed *[:,-]) *({_WORD}(?: {_WORD}){{0,4}})[.!]?"
)
_YOURS = re.compile(rf"Yours,? ({_WORD}(?: of {_CAPITAL})?)[.!]?")
_FAREWELL_ALONE = re.compile(rf"(?:.*[.!?…] +)?({_FAREWELL}) ?[,.!-]?")
_NAME_ALONE = re.compile(rf"({_NAME}){_KISSES}[.!]?")
_YOURS_ALONE = re.compile(r"Yours,?")
_HOW_ALONE = re.compile(rf"({_WORD}(?: of {_CAPITAL})?)[.!]?")
_LISTED = re.compile(r"\s*(?:[-–—~*•·]|[0-9a-z][.)])\s*\S", re.I)
# A letter that is passed on is signed by whoever wrote it, and not by who passes it on.
_LETTER = re.compile(
    r"^[ >]*[\"“'‘]?(?:dear\b|(?:from|to|sent|date|subject|re): "
    r"|(?:(?:all|hello|hi) )?(?:staff|colleagues?),)",
    re.I | re.M,
)
# As thanks these are said to the one who is named as often as by the one who names.
_SAID_TO_OTHERS = frozenset(("thanks", "many thanks", "thank you"))
_BETWEEN = frozenset(("of", "the", "in", "de", "van", "von"))
_INITIALS = frozenset("abcdefghijklmnopqrstuvwxyz")


def signature(text: str) -> str:
    """The name with which a text is signed, "" if it is not or may not be.

    A text that is nothing but such a line is not signed: what would be?
    """
    lines = [
        line
        for line in map(str.strip, text.rstrip().rsplit("\n", _LOOK)[-_LOOK:])
        if line
    ]
    if not lines or lines[-1][0] == ">":
        return ""
    last = lines[-1]
    found = _after_sentence(last)
    if not found and len(lines) > 1 and len(last) <= _TAIL:
        found = _line(last, lines[-2], text) or _two_lines(last, lines)
    return "" if found and _LETTER.search(text) else found


def _after_sentence(line: str) -> str:
    """A farewell and a name at the end of a line that says more."""
    found = _FAREWELL_AND_NAME.search(line[-_TAIL:])
    return _farewell(found) if found and found.start() > 0 else ""


def _farewell(found: re.Match[str]) -> str:
    return "" if found[1].lower() in _SAID_TO_OTHERS else _checked(found[2])


def _line(last: str, above: str, text: str) -> str:
    if found := _QUOTED.fullmatch(last):
        return _by_mark(found[1])
    if found := _DASHED.fullmatch(last):
        if _is_quoted(above) or above.endswith(":") or _lists(text):
            return ""
        return _by_mark(found[1])
    if found := _FAREWELL_AND_NAME.match(last):
        return _farewell(found)
    if found := _SIGNED.fullmatch(last) or _YOURS.fullmatch(last):
        return _checked(found[1])
    return ""


def _two_lines(last: str, lines: list[str]) -> str:
    """A farewell, and the name below it."""
    farewell = _FAREWELL_ALONE.fullmatch(lines[-2][-_TAIL:])
    if not farewell or (len(lines) == 2 and farewell.start(1) == 0):
        return ""
    if _YOURS_ALONE.fullmatch(lines[-2]) and (how := _HOW_ALONE.fullmatch(last)):
        return _checked(how[1])
    found = _NAME_ALONE.fullmatch(last)
    return _checked(found[1]) if found else ""


def _by_mark(name: str) -> str:
    """A dash or a quotation mark stands before much else: one word, or one that tells
    how somebody is. Two names in a row are a person who is talked about."""
    first, _, second = name.partition(" ")
    if (second and first.lower() not in ADJECTIVES) or name[-1] in "'’":
        return ""
    if any(word.lower().endswith(ENDINGS) and len(word) > 6 for word in name.split()):
        return ""
    return _checked(name)


def _checked(name: str) -> str:
    """The name, unless it is what stands there instead of names."""
    name = name.rstrip(".'’-") if not re.search(r"\b\w\.$", name) else name
    words = [w for w in re.findall(r"[^\W_]+", name.lower()) if w not in _BETWEEN]
    if not 2 <= len(name) <= LONGEST or not words or words[0][0].isdigit():
        return ""
    if re.search(r"\w\.\w{2,}", name):
        return ""  # an address of the web
    ends = {words[0], words[-1]} - _INITIALS
    return "" if ends & NO_NAMES or ends & PAPERS else name


def _is_quoted(line: str) -> bool:
    """Whether a line is somebody else's words, whom the next line names then."""
    return line[0] in ">“\"'‘«" or line[-1] in "”\"'’»"


def _lists(text: str) -> bool:
    """Whether other lines begin with a sign of a list, too."""
    return any(map(_LISTED.match, text.rstrip().split("\n")[:-1]))
