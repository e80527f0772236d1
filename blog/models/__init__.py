"""Posts, their labels and their comments, and what was imported."""

from .arguments import Citation, Claim, DiscussionPage, Reference
from .comments import (
    BLANK,
    NEVER_SHOWN,
    Comment,
    CommentManager,
    CommentQuerySet,
    leaving_stub,
    never_shown,
    published_order,
)
from .imports import ImportBatch, ImportChange, ImportedFile, ImportNote
from .passages import Passage
from .posts import Label, OldAddress, Post, PostQuerySet

__all__ = [
    "BLANK",
    "NEVER_SHOWN",
    "Citation",
    "Claim",
    "Comment",
    "CommentManager",
    "CommentQuerySet",
    "DiscussionPage",
    "ImportBatch",
    "ImportChange",
    "ImportNote",
    "ImportedFile",
    "Label",
    "OldAddress",
    "Passage",
    "Post",
    "PostQuerySet",
    "Reference",
    "leaving_stub",
    "never_shown",
    "published_order",
]
