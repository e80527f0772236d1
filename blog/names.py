"""Names that nobody else may use: the editors' and moderators', and look-alikes."""

import re
import unicodedata

from confusable_homoglyphs import confusables
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Q

from .codes import LETTERS
from .discussion.handles import MONTHS
from .models import Post

# Digits and signs that stand for letters, beside the look-alikes of UTS 39.
_STANDS_FOR = str.maketrans(
    {"0": "o", "1": "l", "3": "e", "5": "s", "$": "s", "@": "a"}
)

# Skeletons of handles: figures are letters there, and months of three letters.
_FIGURE = "[0-9oles]"
_DAY = rf"{_FIGURE}{{1,2}}[a-z]{{3}}(?:{_FIGURE}{{4}})?"
_MONTH = rf"(?:{'|'.join(MONTHS).lower()})"
# Where times are cut there is only the hour ("Anon 14h b"), or only the day.
_CUT = (
    rf"(?:{_DAY})?{_FIGURE}{{1,2}}h[a-z]{{0,4}}"
    rf"|{_FIGURE}{{1,2}}{_MONTH}(?:{_FIGURE}{{4}})?[a-z]{{0,4}}"
)
_HANDLE = re.compile(
    rf"anon(?:ymous)?(?:(?:{_DAY})?{_FIGURE}{{3,4}}[a-z]{{0,4}}|{_CUT}|no{_FIGURE}+)"
    rf"|no{_FIGURE}+"
)
_DASHES = "-_.~\u00b7\u2010-\u2015\u2212"
_TAG = re.compile(rf"(?:\A|[^0-9a-z])[{LETTERS}]{{5}}[{_DASHES}][{LETTERS}]{{5}}\W*\Z")

# What those who run the site are called, and what says nothing more beside it.
_ROLES = ("moderator", "mod", "administrator", "admin", "editor", "moderation")
_BESIDE_ROLES = ("the", "official", "team", "of")


def skeleton(name: str) -> str:
    """What a name looks like: two names with one skeleton can be taken for each other.

    Letters of other alphabets become the Latin ones they resemble (UTS 39), accents,
    spaces and punctuation go, and so does the difference of l, i and 1.
    """
    if not name.isascii():
        plain = unicodedata.normalize("NFKD", name)
        # Before the capitals go: a Greek capital eta looks like an H, a small one not.
        name = "".join(
            latin(letter) for letter in plain if not unicodedata.combining(letter)
        )
    folded = name.casefold().translate(_STANDS_FOR)
    return "".join(filter(str.isalnum, folded.replace("i", "l").replace("rn", "m")))


def latin(letter: str) -> str:
    """The letter of ASCII that this one resembles, or the letter itself."""
    if letter.isascii():
        return letter
    return _resembled(letter) or _resembled(letter.casefold()[0]) or letter


def _resembled(letter: str) -> str:
    """The first letter of ASCII among those that look like it, or ""."""
    if letter.isascii():
        return letter
    found = confusables.is_confusable(letter, greedy=True, preferred_aliases=[])
    for entry in found or []:
        for alike in entry["homoglyphs"]:
            if alike["c"].isascii() and alike["c"].isalpha():
                return alike["c"]
    return ""


def looks_like_handle(name: str) -> bool:
    """Whether a name can be taken for what nameless comments are called: "Anon 14:03",
    "Anon, no. 3", "No. 3"."""
    return (
        any(letter.isdigit() for letter in name)
        and _HANDLE.fullmatch(skeleton(name.lstrip("@ "))) is not None
    )


def looks_like_tag(name: str) -> bool:
    """Whether a name ends like the tag that stands beside a claimed one."""
    end = _TAG.search(unicodedata.normalize("NFKC", name).casefold())
    return end is not None and any(letter.isdigit() for letter in end[0])


def is_reserved(name: str) -> bool:
    """Whether a name is one of the editors' or moderators', or looks like one, or says
    no more than that somebody is one of them, or the site."""
    wanted = skeleton(name)
    if not wanted:
        return False
    return _is_role(name) or wanted in {skeleton(taken) for taken in _taken()}


def _is_role(name: str) -> bool:
    """Whether a name consists of words for those who run the site, and of its name:
    "The Moderator", "Official Editors", "Mod team"."""
    site = re.sub(r"(?i)^\s*the\s+", "", settings.SITE_NAME)
    words = "|".join({skeleton(word) for word in (*_ROLES, site)} - {""})
    beside = "|".join(map(skeleton, _BESIDE_ROLES))
    role = re.compile(rf"(?:{beside})*(?:{words})s?(?:(?:{beside})|(?:{words})s?)*")
    parts = [part for part in map(skeleton, name.split()) if part]
    if parts[:1] in (["a"], ["an"]):  # only by itself: "Amod" is a name
        parts = parts[1:]
    plain = skeleton(name.lstrip("@ "))
    return any(map(role.fullmatch, (plain, "".join(parts))))


def _taken() -> set[str]:
    """The names that stand on posts, and the accounts' names."""
    names = set(
        Post.objects.exclude(author_name="")
        .values_list("author_name", flat=True)
        .distinct()
    )
    users = get_user_model().objects.filter(Q(is_staff=True), is_active=True)
    for user in users.prefetch_related(None):
        names |= {user.get_username(), user.get_full_name(), user.first_name}
    return {name for name in names if name.strip()}
