"""How many comments are in each lane."""

from django.db.models import Count, F, Value
from django.db.models.functions import Coalesce

from .actions import WAITING
from .models import Appeal, QueuedComment, Screening
from .receipts import APPEALABLE


def lane_counts() -> dict[str, int]:
    """How many comments wait in each lane, in one query."""
    lane = F("screening__lane")
    waiting = (
        QueuedComment.objects.unpublished()
        .filter(state__in=WAITING)
        .order_by()
        .values(which=Coalesce(lane, Value(Screening.Lane.NEW.value)))
        .annotate(number=Count("pk"))
    )
    # These may be published: the lane says that somebody must look at them again.
    noticed = (
        Screening.objects.filter(
            lane__in=[Screening.Lane.REPORTED, Screening.Lane.COMPLAINT]
        )
        .exclude(comment__state__in=WAITING)
        .order_by()
        .values(which=F("lane"))
        .annotate(number=Count("pk"))
    )
    appealed = (
        Appeal.objects.filter(outcome="", comment__state__in=APPEALABLE)
        .order_by()
        .values(which=Value(Screening.Lane.APPEAL.value))
        .annotate(number=Count("pk"))
    )
    counts = dict.fromkeys(Screening.Lane.values, 0)
    rows = waiting.union(noticed, appealed, all=True)
    for which, number in rows.values_list("which", "number"):
        counts[which] = counts.get(which, 0) + number
    return counts
