"""The times of comments are cut to what the owner set, once they are decided about.

While a comment waits, the minute in which it was written is needed: it is read in its
turn. Then it is cut, and nothing brings it back; what was cut stays as it is when the
owner sets something finer. Times are never cut in part: those of one comment are known
to one precision.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.conf import settings
from django.utils import timezone

from blog import moments
from blog.models import Comment

BATCH = 500


def of_site() -> str | None:
    """What times are cut to on this site; None: they are kept to the minute."""
    wanted = settings.TIME_PRECISION
    return None if wanted == moments.MINUTE else wanted


def cut_to(moment: datetime, precision: str | None) -> datetime:
    """The beginning of its hour or day by the site's clock."""
    return moments.cut(moment, precision, timezone.get_default_timezone())


def cut(comment: Comment, precision: str | None) -> None:
    """Cuts what is known of its times, so far as they are not cut further already."""
    wanted = moments.coarsest(comment.precision, precision)
    known = [comment.written_at, comment.published_at]
    if wanted is None or known == [None, None]:
        return
    comment.precision = wanted
    comment.written_at, comment.published_at = (
        moment and cut_to(moment, wanted) for moment in known
    )


def cut_stored(pks: Iterable[int], published: Mapping[int, int]) -> bool:
    """Cuts the stored times of comments that were just decided about, by their keys;
    whether any told more.

    ``published``: of those that were published now a number that grows with each. In
    the transaction of the decision; two queries, none for no comment.
    """
    pks = list(pks)
    if not pks:
        return False
    columns = ("written_at", "published_at", "precision", "published_order")
    rows = list(Comment.objects.filter(pk__in=pks).order_by("pk").only(*columns))
    before = [_known(row) for row in rows]
    for row in rows:
        cut(row, of_site())
        if row.published_at is not None and row.published_order is None:
            row.published_order = published.get(row.pk)
    Comment.objects.bulk_update(rows, columns, batch_size=BATCH)
    return before != [_known(row) for row in rows]


def _known(comment: Comment) -> tuple[datetime | None, datetime | None]:
    return comment.written_at, comment.published_at
