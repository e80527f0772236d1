"""How many comments a post has, in words."""

from django import template

from blog.models import Post

register = template.Library()


@register.filter
def comments_in_words(post: Post) -> str:
    """ "No comments", "1 comment", "12 comments"; or that the source left them out.

    The post must carry ``comment_count``.
    """
    if post.comment_count == 1:
        return "1 comment"
    if post.comment_count:
        return f"{post.comment_count:,} comments"
    if not post.comments_recorded:
        return "Comments not in this source"
    return "No comments"
