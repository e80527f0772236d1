"""Comments that an editor may quote in a post: those that readers see."""

from django.conf import settings
from django.utils import timezone
from django.utils.dateformat import format as format_date

from . import quoting
from .models import Comment


class NotQuotable(ValueError):
    """Its words say, to the editor, what is no comment that can be quoted."""


def quotations(named: str, body_format: str) -> str:
    """The comments that a list of permalinks and ids names, as quotations for a post of
    this format, in the order of the list.

    Raises ``NotQuotable`` if any of them is not published, or nothing is named.
    """
    ids, others = quoting.named_in(named)
    if len(ids) > quoting.MOST:
        raise NotQuotable(f"At most {quoting.MOST} comments are quoted at once.")
    rows = Comment.objects.public().filter(public_id__in=ids).select_related("post")
    found = {row.public_id: row for row in rows.defer("html", "post__body")}
    others += [each for each in ids if each not in found]
    if others:
        raise NotQuotable(f"No published comment has this address: {', '.join(others)}")
    if not ids:
        raise NotQuotable("Give the address of a comment: …/c/…/")
    return quoting.quotations((quoted(found[each]) for each in ids), body_format)


def quoted(comment: Comment) -> quoting.Quoted:
    """A comment as its quotation needs it."""
    at = comment.written_at
    return quoting.Quoted(
        called=comment.called,
        when=format_date(timezone.localtime(at), "j F Y") if at else "",
        about=comment.post.title,
        address=settings.SITE_URL + comment.get_absolute_url(),
        text=comment.text,
        # In what was written elsewhere asterisks are what they are.
        has_stress=comment.source_key is None,
    )
