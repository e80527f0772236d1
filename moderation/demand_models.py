"""What officials demanded of the owner, and what was handed over: in her own words."""

from django.db import models
from django.db.models import Q


class DemandQuerySet(models.QuerySet):
    def standing(self) -> "DemandQuerySet":
        """Demands that were not corrected since, the newest first."""
        return self.filter(kind="demand", corrected_by=None).order_by("-year", "-pk")

    def none_said(self) -> "DemandQuerySet":
        """When the owner said that none came, the newest first."""
        return self.filter(kind="none").order_by("-pk")


class Demand(models.Model):
    """An entry of the owner's, for the page about moderation. It is never changed: what
    was wrong is corrected by another entry, and both are kept."""

    class Kind(models.TextChoices):
        DEMAND = "demand", "A demand came"
        NONE = "none", "None came until today, but for those that stand here"

    kind = models.CharField("what is told", max_length=8, choices=Kind.choices)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    from_whom = models.CharField(
        "from whom, in general words",
        max_length=200,
        blank=True,
        help_text="For example: a police force; a court, by order.",
    )
    asked = models.CharField("what was asked for", max_length=500, blank=True)
    handed_over = models.CharField(
        "what was handed over",
        max_length=500,
        blank=True,
        help_text="“Nothing” where it was nothing. Name nobody.",
    )
    corrects = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="corrected_by",
        help_text="The entry in whose place this one stands.",
    )
    said_on = models.DateField(editable=False)
    said_by = models.CharField(max_length=150, editable=False)

    objects = DemandQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "official demand"
        default_permissions = ("add", "view")
        constraints = [
            models.CheckConstraint(
                condition=(
                    Q(kind="demand", year__isnull=False)
                    & ~Q(from_whom="")
                    & ~Q(asked="")
                    & ~Q(handed_over="")
                )
                | Q(
                    kind="none",
                    year=None,
                    from_whom="",
                    asked="",
                    handed_over="",
                    corrects=None,
                ),
                name="demand_says_all_or_nothing",
            )
        ]

    def __str__(self) -> str:
        if self.kind == self.Kind.NONE:
            return f"none until {self.said_on:%-d %B %Y}"
        return f"{self.year}, {self.from_whom}"
