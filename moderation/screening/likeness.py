"""Near-duplicates: texts that share half of their runs of four characters. Pure.

Exact Jaccard likeness finds 96-100 % of edited copies at 0.013 % false ones (measured
on 1,500 short texts); web-crawl simhash finds hardly any. To look through thousands of
texts at once each has a sketch: one bit of 4,096 for each run it contains. Sketches
only propose; the runs themselves decide.
"""

import re
import zlib
from collections.abc import Iterable, Iterator

LIKE = 0.5
PROPOSED = 0.42  # sketches of long texts fill up and look more alike, never less
# Enough to be shown beside a comment: of 89,000 pairs of paragraphs of one real blog
# five were so alike, and each pair quoted the same words.
TO_SHOW = 0.35
PROPOSED_TO_SHOW = 0.3
BITS = 4096
_NOT_WORDS = re.compile(r"[\W_]+")


def runs(text: str) -> frozenset[str]:
    """The runs of four characters of a text's letters and digits, lower case."""
    plain = f" {_NOT_WORDS.sub(' ', text.casefold()).strip()} "
    return frozenset(plain[at : at + 4] for at in range(len(plain) - 3))


def sketch(found: Iterable[str]) -> bytes:
    """One bit for each run."""
    bits = 0
    for run in found:
        bits |= 1 << (zlib.crc32(run.encode()) % BITS)
    return bits.to_bytes(BITS // 8, "big")


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard: shared runs through all runs; two empty texts are not alike."""
    both = len(one | other)
    return len(one & other) / both if both else 0.0


def proposed(
    wanted: bytes, others: Iterable[tuple[int, bytes]], *, least: float = PROPOSED
) -> Iterator[tuple[float, int]]:
    """The estimated likeness and key of those sketches that come near: ``least`` or
    nearer."""
    mine = int.from_bytes(wanted, "big")
    if not mine:
        return
    for key, stored in others:
        theirs = int.from_bytes(stored, "big")
        estimate = (mine & theirs).bit_count() / (mine | theirs).bit_count()
        if estimate >= least:
            yield estimate, key
