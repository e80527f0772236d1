"""Bank holidays of England and Wales, from a library that is kept up to date.

A holiday proclaimed after the library's release is not known to it: then a period ends
earlier than the law asks, never later. Nothing is asked of the network.
"""

from datetime import date
from functools import cache

# By this name the library reads its countries when the first of them is asked for: most
# processes never do.
from holidays import UnitedKingdom


def is_bank_holiday(day: date) -> bool:
    """Whether a day is Good Friday, Christmas Day or a bank holiday there."""
    return day in _of_year(day.year)


@cache
def _of_year(year: int) -> frozenset[date]:
    # Made whole for each year: the library's own growing set, asked by two threads at
    # once, can show a year to one of them that the other has not yet filled.
    return frozenset(UnitedKingdom(subdiv="ENG", years=year, expand=False))
