"""What a search finds, for the tests."""

from blog.models import Comment, Post
from blog.search import index
from blog.search.query import parse
from blog.search.searching import find


def found(typed: str) -> list[str]:
    """Titles of posts and texts of comments, the best first."""
    return [
        Post.objects.get(pk=pk).title
        if kind == "post"
        else Comment.objects.get(pk=pk).text
        for kind, pk in find(parse(typed), Post.objects.all()).places
    ]


def indexed(typed: str) -> int:
    """How many rows of the index have it, whether readers may see them or not."""
    query = parse(typed)
    return (
        index.posts(Post.objects.all(), query).count()
        + index.comments(Comment.objects.all(), query).count()
    )
