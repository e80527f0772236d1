"""Many patterns looked for at once, in one pass over the text. Pure.

A pattern is a row of elements; where a search in it stands is one bit of a number that
holds all of them (shift-and, Baeza-Yates and Gonnet 1992). A letter costs four
operations on that number, whatever the text and the patterns are: no pattern can make
it go back, so that none can make it slow.
"""

from collections.abc import Iterable, Iterator, Sequence

ANY = "?"  # one letter or figure
MANY = "*"  # any number of them, none too


class Literal(str):
    """An element that stands for itself: each of its letters is one way to read it."""

    __slots__ = ()


Element = Literal | str


class Automaton:
    """Finds patterns as whole words: neither before nor after one is a letter.

    What is read are symbols: strings of the letters as which each may be read, the
    first being the letter itself. Patterns must not be empty.
    """

    def __init__(self, patterns: Sequence[Sequence[Element]]) -> None:
        self._starts = self._finals = self._loops = self._any = 0
        self._literals: dict[str, int] = {}
        self._pattern_at: dict[int, int] = {}
        self._known: dict[str, tuple[int, bool]] = {}
        bit = 1
        for number, elements in enumerate(patterns):
            self._starts |= bit
            for element in elements:
                if isinstance(element, Literal):
                    for letter in element:
                        self._literals[letter] = self._literals.get(letter, 0) | bit
                elif element == ANY:
                    self._any |= bit
                else:
                    self._loops |= bit
                    continue
                bit <<= 1
            self._finals |= bit
            self._pattern_at[bit] = number
            bit <<= 1

    def ends(
        self, symbols: Iterable[str], *, anchored: bool = False
    ) -> Iterator[tuple[int, int]]:
        """Where a pattern ends (the place after it), and which one it is.

        ``anchored``: only those that begin where the symbols do. Each symbol is looked
        at once.
        """
        live, place = self._starts, 0
        restart = 0 if anchored else self._starts
        for symbol in symbols:
            advance, is_word = self._known.get(symbol) or self._learn(symbol)
            if is_word:
                live = ((live & advance) << 1) | (live & self._loops)
            else:
                if live & self._finals:
                    yield from self._done(live, place)
                live = ((live & advance) << 1) | restart
            place += 1
        yield from self._done(live, place)

    def _learn(self, symbol: str) -> tuple[int, bool]:
        is_word = symbol[0].isalnum()
        advance = self._any if is_word else 0
        for letter in symbol:
            advance |= self._literals.get(letter, 0)
        self._known[symbol] = advance, is_word
        return advance, is_word

    def _done(self, live: int, place: int) -> Iterator[tuple[int, int]]:
        done = live & self._finals
        while done:
            bit = done & -done
            yield place, self._pattern_at[bit]
            done ^= bit
