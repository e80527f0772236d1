"""The moderators' pages in the admin."""

from . import log, modes, queue  # noqa: F401 - registers them
