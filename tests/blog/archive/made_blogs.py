"""Blogs of any size with made-up words, for tests and benchmarks."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from blog.archive.model import SourceComment, SourcePost

WORDS = (
    "rota shift pier tide notice memo form line crew winch rope gale quay ledger "
    "inspector minister Monday overtime lamp signal barge engine cold early nobody "
    "always because however under between without again perhaps certainly"
).split()


def posts(chosen: Random, count: int, comments: int) -> Iterator[SourcePost]:
    """``count`` posts on different days with ``comments`` comments each, about half of
    them replies, of 5 to 160 words."""
    for number in range(count):
        yield SourcePost(
            title=f"{_sentence(chosen, 5)} {number}".title(),
            date=date(2010, 1, 1) + timedelta(days=number),
            body="\n\n".join(_sentence(chosen, 60) for _ in range(3)),
            comments=tuple(_comments(chosen, comments)),
            comments_declared=comments,
        )


def _comments(chosen: Random, count: int) -> Iterator[SourceComment]:
    top = reply = 0
    for _ in range(count):
        if top and chosen.random() < 0.55:
            reply += 1
            number, parent = f"{top}.{reply}", str(top)
        else:
            top, reply = top + 1, 0
            number, parent = str(top), None
        yield SourceComment(id=number, parent=parent, text=_text(chosen))


def texts(chosen: Random) -> Iterator[str]:
    """Comments without end."""
    while True:
        yield _text(chosen)


def _text(chosen: Random) -> str:
    return "\n\n".join(
        _sentence(chosen, chosen.randint(5, 80)) for _ in range(chosen.randint(1, 2))
    )


def _sentence(chosen: Random, words: int) -> str:
    return " ".join(chosen.choices(WORDS, k=words)).capitalize() + "."
