"""Posts, their labels and their comments, and what was imported."""

from .comments import NEVER_SHOWN, Comment, CommentManager, CommentQuerySet
from .imports import ImportBatch, ImportChange, ImportNote
from .posts import Label, OldAddress, Post, PostQuerySet

__all__ = [
    "NEVER_SHOWN",
    "Comment",
    "CommentManager",
    "CommentQuerySet",
    "ImportBatch",
    "ImportChange",
    "ImportNote",
    "Label",
    "OldAddress",
    "Post",
    "PostQuerySet",
]
