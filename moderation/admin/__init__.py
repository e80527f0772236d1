"""The moderators' pages in the admin."""

from . import (  # noqa: F401 - registers them
    accounts,
    complaints,
    demands,
    log,
    modes,
    queue,
    rules,
)
