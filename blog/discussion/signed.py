"""The signatures of texts in their column, as long as the texts are shown."""

from collections.abc import Iterable

from blog.models import Comment

from .signatures import signature


def settle(comments: Iterable[Comment], changed: set[int]) -> None:
    """Reads the signature from the texts of those that are shown now, and takes it from
    those that are not. One query, and one more where something changes.

    ``comments`` are a discussion's, ``changed`` the keys of those that were decided
    about. A text is read again each time: it may have been corrected or redacted.
    """
    those = [comment for comment in comments if comment.pk in changed]
    shown = [comment.pk for comment in those if comment.is_published]
    texts = Comment.objects.filter(pk__in=shown).values_list("pk", "text")
    found = {pk: signature(text) for pk, text in texts} if shown else {}
    different = []
    for comment in those:
        now = found.get(comment.pk, "")
        if comment.signature != now:
            comment.signature = now
            different.append(comment)
    # A node is never saved: of these rows nothing but the one column is written.
    Comment.objects.bulk_update(different, ["signature"])
