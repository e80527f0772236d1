"""The pace of guesses: how many passwords and codes are checked in a time.

By name and network together, so that nobody shuts out another by trying her name from
elsewhere; more widely by network, and for the whole site, whose processors each check
costs a third of a second. A neighbourhood that has tried only a few times today is not
kept waiting by those that go on and on: these share another budget. A browser in which
the account has signed in before counts by itself, and waits for nobody. What was right
costs nothing.

All that is stored are keyed hashes that nobody can make again on the next day.
"""

import math
import unicodedata
from dataclasses import dataclass

from django.db import transaction

from moderation.screening import limits, network
from moderation.screening.limits import Pace
from moderation.screening.network import Purpose

from .devices import Device

# Ten in the first minute, then five a minute.
NAME_AT_CONNECTION = Pace(burst=5, seconds=12)
CONNECTION = Pace(burst=10, seconds=6)
NEIGHBOURHOOD = Pace(burst=30, seconds=3)
# The whole site's, for three kinds of senders: 70 a minute, once a few hundred are used
# up. A neighbourhood has a few tries a day from the first, not each address of it.
A_FEW = Pace(burst=5, seconds=24 * 60 * 60 / 5)
OF_FEW_TRIES = Pace(burst=300, seconds=2)
OF_MANY_TRIES = Pace(burst=20, seconds=3)
FROM_NOWHERE = Pace(burst=20, seconds=3)
# Characters of a name. Many marks on one letter cost the square of their number.
LONGEST_NAME = 254


@dataclass(frozen=True)
class Attempt:
    """``wait`` is 0 where the guess may be checked, else how many seconds to wait."""

    wait: int = 0
    taken: tuple[tuple[str, Pace], ...] = ()


def attempt(name: str, address: str, device: Device | None = None) -> Attempt:
    """Asks whether something typed for this name, from this network address, may be
    checked now. Known and unknown names are treated alike.

    ``device``: the browser's mark, which counts for its own account alone.
    """
    limits.forget_old()
    network.forget_old()
    if device is not None and _folded(device.username) == _folded(name):
        return _taken_of_device(device)
    own = f"signin:{network.key_with(Purpose.SIGN_IN, _folded(name), address)}"
    wanted = [(own, NAME_AT_CONNECTION)]
    hashed = network.keys(Purpose.SIGN_IN, address)
    for key, pace in zip(hashed, (CONNECTION, NEIGHBOURHOOD), strict=False):
        wanted.append((f"signin:{key}", pace))
    taken = []
    with transaction.atomic():
        if not hashed:
            # An onion service's visitors all come from this machine.
            wanted.append(("signin:nowhere", FROM_NOWHERE))
        elif limits.within(few := f"signin:few:{hashed[-1]}", A_FEW):
            taken.append((few, A_FEW))
            wanted.append(("signin:first", OF_FEW_TRIES))
        else:
            wanted.append(("signin:more", OF_MANY_TRIES))
        # Narrow ones first, in one order everywhere: no two wait for each other, and
        # who is refused by her own keeps nobody else waiting.
        for key, pace in wanted:
            if seconds := limits.wait(key, pace):
                transaction.set_rollback(True)
                return Attempt(wait=math.ceil(seconds))
    return Attempt(taken=(*taken, *wanted))


def _taken_of_device(device: Device) -> Attempt:
    """Its own allowance alone, wherever it is carried."""
    hashed = network.key_with(Purpose.SIGN_IN, f"device {device.number}", "")
    key = f"signin:{hashed}"
    with transaction.atomic():
        seconds = limits.wait(key, NAME_AT_CONNECTION)
    if seconds:
        return Attempt(wait=math.ceil(seconds))
    return Attempt(taken=((key, NAME_AT_CONNECTION),))


def was_right(tried: Attempt) -> None:
    """Gives back what the attempt took: it was no guess."""
    for key, pace in tried.taken:
        limits.give_back(key, pace)


def _folded(name: str) -> str:
    """Ways of writing one name are one name here."""
    return unicodedata.normalize("NFKC", name[:LONGEST_NAME]).casefold()
