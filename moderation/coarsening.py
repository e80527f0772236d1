"""What moderation keeps of when somebody wrote, cut to what the owner sets now."""

from collections import Counter
from datetime import UTC, datetime

from django.db import transaction

from blog.discussion import times

from . import arrivals, figures, mail, tally
from .editorial import recalling
from .log import WRITES
from .models import ArrivalCount, ComplaintEvent, Decision, Reminder
from .screening import limits


def coarsen() -> None:
    """Cuts the counts of arrivals, the paces of networks and the last reminder, lets
    posts call what they quote as it is called now, and works out the figures anew."""
    recalling.in_posts()
    _cut_arrivals()
    limits.cut_stored()
    with transaction.atomic():
        told = Reminder.objects.select_for_update().filter(pk=mail.OF_COMMENTS).first()
        if told:
            told.sent_at = times.cut_to(told.sent_at, times.of_site())
            told.save(update_fields=["sent_at"])
    # They tell how long comments waited.
    tally.settle_all()
    figures.forget()


def kept_by_the_log() -> int:
    """How many of its rows tell to the minute what a contributor did. They were written
    before the owner wanted less, and no row can be changed."""
    return Decision.objects.filter(actor_kind__in=WRITES, precision=None).count()


def kept_by_complaints() -> int:
    """The same of the files of complaints, in which writers answered."""
    of_writers = ComplaintEvent.objects.filter(
        actor_kind=ComplaintEvent.ActorKind.CONTRIBUTOR
    )
    return of_writers.filter(precision=None).count()


@transaction.atomic
def _cut_arrivals() -> None:
    sums: dict[tuple[int, int], Counter[str]] = {}
    first: dict[tuple[int, int], int] = {}
    rows = list(ArrivalCount.objects.select_for_update().order_by("pk"))
    for row in rows:
        began = datetime.fromtimestamp(row.slot * arrivals.SLOT, UTC)
        place = (
            row.post_id,
            arrivals.slot_of(times.cut_to(began, times.of_site())),
        )
        sums.setdefault(place, Counter()).update(
            arrived=row.arrived, named=row.named, new_names=row.new_names
        )
        first[place] = min(row.first, first.get(place, row.first))
    ArrivalCount.objects.filter(pk__in=[row.pk for row in rows]).delete()
    ArrivalCount.objects.bulk_create(
        ArrivalCount(
            post_id=post, slot=slot, first=first[post, slot], **sums[post, slot]
        )
        for post, slot in sums
    )
