"""Names that nobody else may use: the editors' and moderators', and look-alikes."""

import unicodedata

from confusable_homoglyphs import confusables
from django.contrib.auth import get_user_model
from django.db.models import Q

from .models import Post

# Digits and signs that stand for letters, beside the look-alikes of UTS 39.
_STANDS_FOR = str.maketrans(
    {"0": "o", "1": "l", "3": "e", "5": "s", "$": "s", "@": "a"}
)


def skeleton(name: str) -> str:
    """What a name looks like: two names with one skeleton can be taken for each other.

    Letters of other alphabets become the Latin ones they resemble (UTS 39), accents,
    spaces and punctuation go, and so does the difference of l, i and 1.
    """
    plain = unicodedata.normalize("NFKD", name)
    # Before the capitals go: a Greek capital eta looks like an H, a small one not.
    letters = [_latin(letter) for letter in plain if not unicodedata.combining(letter)]
    folded = "".join(letters).casefold().translate(_STANDS_FOR)
    return "".join(
        letter
        for letter in folded.replace("i", "l").replace("rn", "m")
        if letter.isalnum()
    )


def _latin(letter: str) -> str:
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


def is_reserved(name: str) -> bool:
    """Whether a name is one of the editors' or moderators', or looks like one."""
    wanted = skeleton(name)
    return bool(wanted) and wanted in {skeleton(taken) for taken in _taken()}


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
