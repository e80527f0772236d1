"""What rules cost when a comment comes.

    python bench/bench_rules.py

Printed: reading 200 rules, compiling them, which happens once in a process for the same
rules, and looking for them in texts of 1,000 to 8,000 characters (the longest comment),
ordinary ones and such as make matchers slow that go back. Exit code 1 if a text of
8,000 characters costs more than twice as much a character as one of 1,000, or the worst
text more than three times as much as an ordinary one.
"""

import os
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

import django  # noqa: E402 - the path comes first

django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import setup_databases, teardown_databases  # noqa: E402

from moderation.models import Rule  # noqa: E402
from moderation.screening.matching import RuleSet, Wanted  # noqa: E402

RULES, AGAIN = 200, 15
LENGTHS = (1000, 2000, 4000, 8000)
LETTERS = "etaoinshrdlucmfwypvbgk"


def best(work: Callable[[], object]) -> float:
    """Milliseconds of the fastest of several runs."""
    times = []
    for _ in range(AGAIN):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * min(times)


def word(chance: random.Random) -> str:
    return "".join(chance.choice(LETTERS) for _ in range(chance.randint(4, 9)))


def rules(chance: random.Random) -> tuple[Wanted, ...]:
    made = [Wanted("word", f"{word(chance)} {word(chance)}") for _ in range(RULES // 2)]
    made += [Wanted("pattern", f"*{word(chance)}*") for _ in range(RULES // 4)]
    made += [Wanted("pattern", "*a" * 8 + f"*{n}") for n in range(RULES // 8)]
    made += [Wanted("domain", f"{word(chance)}.example") for _ in range(RULES // 8)]
    return tuple(made)


def texts(length: int, chance: random.Random) -> dict[str, str]:
    plain = ""
    while len(plain) < length:
        plain += f"{word(chance)} "
    return {"ordinary": plain[:length], "worst": "a" * length}


def main() -> None:
    chance = random.Random(3)
    made = rules(chance)
    old = setup_databases(verbosity=0, interactive=False)
    try:
        Rule.objects.bulk_create(
            Rule(kind=wanted.kind, pattern=wanted.pattern) for wanted in made
        )
        reading = best(lambda: list(Rule.objects.in_force().order_by("pk")))
        print(f"{RULES} rules, {connection.vendor}: read in {reading:.1f} ms")
    finally:
        teardown_databases(old, verbosity=0)
    print(f"compiled in {best(lambda: RuleSet(made)):.1f} ms, once a process")
    compiled = RuleSet(made)
    costs: dict[str, list[float]] = {"ordinary": [], "worst": []}
    for length in LENGTHS:
        for kind, text in texts(length, chance).items():
            cost = best(lambda text=text: compiled.found(text, ""))
            costs[kind].append(1000 * cost / length)
            print(
                f"{length:5,} characters, {kind:8}: {cost:6.2f} ms, "
                f"{costs[kind][-1]:.2f} µs a character"
            )
    grows = max(each[-1] / each[0] for each in costs.values())
    worse = costs["worst"][-1] / costs["ordinary"][-1]
    print(f"8,000 through 1,000 characters: {grows:.2f} times as much a character")
    print(f"worst through ordinary: {worse:.2f} times as much")
    sys.exit(grows > 2 or worse > 3)


if __name__ == "__main__":
    main()
