"""What is in the index: which columns of which rows, on both databases."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """A table of the index.

    ``source`` is the table whose rows it holds, ``columns`` those whose words it has,
    the weightier first. ``condition``, about the column ``state``, says which rows
    belong in it: no word of a comment that readers may not see is ever put in, nor one
    of a draft. Whether a post is public *now* is asked when somebody searches.

    ``at_once``: rows are put in when they are added. Comments are not, for an import
    adds them by the hundred thousand; it puts them in at its end, all at once.
    """

    name: str
    source: str
    columns: tuple[str, str]
    state: str
    condition: str
    at_once: bool


COMMENTS = Table(
    "blog_search_comments",
    "blog_comment",
    ("name", "text"),
    "state",
    "state = 'published'",
    at_once=False,
)
POSTS = Table(
    "blog_search_posts",
    "blog_post",
    ("title", "plain"),
    "status",
    "status <> 'draft'",
    at_once=True,
)
TABLES = (COMMENTS, POSTS)


class StillOpen(Exception):
    """The files of the database are in use."""
