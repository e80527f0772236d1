"""The editors' pages in the admin."""

from . import imports, labels, posts  # noqa: F401 - registers them
