"""Fails if a package is older than the first release without a known hole.

A list of our own: tools that ask an advisory source are silent, not red, where the
source cannot be reached.
"""

import sys
from importlib.metadata import version

LEAST = {
    "Django": "5.2.19",  # CVE-2026-1285 and what followed in 5.2
    "nh3": "0.3.8",
    "gunicorn": "23.0.0",  # CVE-2024-6827, request smuggling
    "markdown-it-py": "4.0.0",
    "sqlparse": "0.5.4",
}


def numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:3] if part.isdigit())


old = [
    f"{name} {version(name)} is older than {least}"
    for name, least in LEAST.items()
    if numbers(version(name)) < numbers(least)
]
print("\n".join(old) or f"{len(LEAST)} packages are new enough.")
sys.exit(bool(old))
