"""How much a text is like those that were marked as spam: naive Bayes. Pure.

A text is the set of its tokens: words, hosts of links, how many links, how many
capitals. It is known in how many spam texts and in how many published ones each token
was seen; the logarithms of the two rates' ratios add up to the score. Runs of
characters and pairs of words earned nothing that was worth their room.

Score, smoothing and threshold were settled on text messages and on the first 1,250
mails of the SpamAssassin set; ``bench/spam.py`` measures them on all of it.
"""

import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

# Decisions before it says anything, of both kinds together and of each.
FEWEST, FEWEST_OF_EACH = 50, 10
# A score of 6 says that the tokens are 400 times as common in spam.
THRESHOLD = 6.0
# Of the tokens only so many, those that say most: long texts weigh like short ones.
WEIGHED = 30
SHOWN = 5  # words at most that explain it
READ = 8000  # characters of a text: as many as a comment may have
LONGEST_WORD = 40
LETTERS_FOR_CAPITALS = 20  # fewer say nothing about capitals

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LINK = re.compile(r"(?:https?://|www\.)([^/\\\s?#<>\"']+)[^\s<>\"']*", re.I)
# No word has these marks in it: no text can pretend one.
_HOST, _LINKS, _CAPITALS = "host:", "links:", "capitals:"
_LINKS_IN_WORDS = {
    "0": "no link",
    "1": "1 link",
    "2": "2 links",
    "3": "3 to 5 links",
    "6": "6 links or more",
}
_CAPITALS_IN_WORDS = {"0": "few capitals", "1": "some capitals", "3": "many capitals"}


class Counts(NamedTuple):
    """In how many texts of each kind something was seen."""

    spam: int
    ham: int


@dataclass(frozen=True)
class Verdict:
    """How a text looks: the score, and what says most for spam, strongest first."""

    score: float
    strongest: tuple[tuple[str, float], ...]

    @property
    def is_likely_spam(self) -> bool:
        return self.score >= THRESHOLD

    @property
    def words(self) -> list[str]:
        """What to show of it: some of the text's own words, hosts and signs."""
        return [in_words(token) for token, _ in self.strongest[:SHOWN]]


def tokens(text: str) -> frozenset[str]:
    """What a text is known by. Case and forms of one letter make no difference."""
    text = unicodedata.normalize("NFKC", text[:READ])
    hosts = [_host(found) for found in _LINK.findall(text)]
    plain = _LINK.sub(" ", text)
    found = {word.casefold()[:LONGEST_WORD] for word in _WORD.findall(plain)}
    found = {word for word in found if len(word) > 1}
    for host in hosts:
        found.update(f"{_HOST}{name}" for name in _with_parents(host))
    found.add(f"{_LINKS}{_step(len(hosts), (6, 3, 2, 1))}")
    letters = [letter for letter in plain if letter.isalpha()]
    if len(letters) >= LETTERS_FOR_CAPITALS:
        share = sum(letter.isupper() for letter in letters) / len(letters)
        found.add(f"{_CAPITALS}{_step(share * 10, (3, 1))}")
    return frozenset(found)


def _step(amount: float, steps: tuple[int, ...]) -> int:
    return next((step for step in steps if amount >= step), 0)


def _host(authority: str) -> str:
    host = authority.rpartition("@")[2].partition(":")[0]
    return host.strip(".,;!?()[]{}*_”’").casefold().removeprefix("www.")


def _with_parents(host: str) -> Iterator[str]:
    """A host and the domains above it, but not such as "co.uk"."""
    if host:
        yield host
    above = host.partition(".")[2]
    while "." in above and len(above) > len("com.xy"):
        yield above
        above = above.partition(".")[2]


def in_words(token: str) -> str:
    """A token as people read it."""
    kind, mark, rest = token.partition(":")
    if not mark:
        return token
    words = {_LINKS: _LINKS_IN_WORDS, _CAPITALS: _CAPITALS_IN_WORDS}
    return words.get(kind + mark, {}).get(rest, rest)


def weight(seen: Counts, texts: Counts) -> float:
    """How much a token speaks for spam; below 0 against it. 0 if it was never seen.

    One more text with the token is imagined, shared between the kinds as all texts
    are: what was seen once says little, and if of one kind there is far more than of
    the other, that alone says nothing.
    """
    # Counts may lag behind each other after rare tokens were forgotten.
    spam, ham = max(seen.spam, 0), max(seen.ham, 0)
    if min(texts) < 1 or spam + ham == 0:
        return 0.0
    both = texts.spam + texts.ham
    in_spam = spam / texts.spam + 1 / both
    in_ham = ham / texts.ham + 1 / both
    return math.log(in_spam / in_ham)


def judge(found: Mapping[str, Counts], texts: Counts) -> Verdict | None:
    """What is known about the tokens of a text; None while too little was decided.

    ``found`` are those tokens that were seen before, ``texts`` how many were learnt.
    """
    if min(texts) < FEWEST_OF_EACH or sum(texts) < FEWEST:
        return None
    weighed = [(token, weight(seen, texts)) for token, seen in found.items()]
    # By name among equals: the same text has the same score each time.
    weighed.sort(key=lambda item: (-abs(item[1]), item[0]))
    weighed = weighed[:WEIGHED]
    return Verdict(
        score=math.fsum(value for _, value in weighed),
        strongest=tuple(item for item in weighed if item[1] > 0),
    )
