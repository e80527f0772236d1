"""The only public way to add a comment. It is always pending: nobody has read it."""

from django.utils import timezone

from blog.models import Comment, Post

from . import tree
from .text import comment_html


def submit(
    post: Post, text: str, *, parent: Comment | None = None, name: str = ""
) -> Comment:
    """Stores a comment that a contributor sent, waiting to be read.

    Raises ``tree.NotInThisDiscussion`` if ``parent`` belongs to another post. The
    caller has checked the form; this is where the text is rendered and the time of
    writing set, to the minute.
    """
    return tree.insert(
        post,
        parent,
        name=name,
        text=text,
        html=comment_html(text),
        written_at=timezone.now().replace(second=0, microsecond=0),
        state=Comment.State.PENDING,
    )
