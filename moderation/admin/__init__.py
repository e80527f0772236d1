"""The moderators' pages in the admin."""

from . import accounts, complaints, log, modes, queue, rules  # noqa: F401 - registers them
