"""Rules that sort comments, and the record of what was changed in them."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from .reasons import REASONS


class RuleQuerySet(models.QuerySet):
    def in_force(self) -> Self:
        """Those that take part now: switched on, and not over."""
        return self.filter(Q(until=None) | Q(until__gt=timezone.now()), is_on=True)


class Rule(models.Model):
    """Words, a domain or a number of links that sort comments: it never refuses one.

    Written by ``rulebook`` only, which keeps a record of each change; ``hits`` and
    ``last_hit_on`` are all that is remembered of the comments that it met.
    """

    class Kind(models.TextChoices):
        WORD = "word", "Whole words, as they are written"
        PATTERN = "pattern", "Words with * (any letters) and ? (one letter)"
        DOMAIN = "domain", "Domain of a link"
        LINKS = "links", "More links than this number"

    class Action(models.TextChoices):
        NOTE = "note", "Note it on the card"
        LIKELY_SPAM = "likely_spam", "Put into the lane “likely spam”"

    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.WORD)
    pattern = models.CharField(
        "looks for",
        max_length=200,
        help_text="Words, a domain such as example.com, or a number of links. "
        "Capitals, accents and letters that only look alike make no difference.",
    )
    action = models.CharField(
        max_length=12, choices=Action.choices, default=Action.NOTE
    )
    reason = models.CharField(
        "reason suggested",
        max_length=24,
        blank=True,
        choices=[(reason.code, reason.label) for reason in REASONS],
        help_text="Stands on the card, for the case that the comment is refused.",
    )
    explanation = models.CharField(
        max_length=200, blank=True, help_text="For the moderators: why this rule is."
    )
    until = models.DateTimeField(null=True, blank=True, help_text="Empty: always.")
    is_on = models.BooleanField("switched on", default=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        help_text="Who put it into force.",
    )
    created_on = models.DateField(
        null=True,
        default=timezone.localdate,
        editable=False,
        help_text="Null: not recorded.",
    )
    hits = models.PositiveIntegerField(default=0, editable=False)
    hits_since = models.DateField(default=timezone.localdate, editable=False)
    last_hit_on = models.DateField(null=True, editable=False)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "pattern"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["word", "pattern", "domain", "links"]),
                name="rule_kind_known",
            )
        ]

    def __str__(self) -> str:
        if self.kind == self.Kind.LINKS:
            return f"more than {self.pattern} link{'s' * (self.pattern != '1')}"
        return self.pattern

    @property
    def is_over(self) -> bool:
        """Whether its time has passed."""
        return self.until is not None and self.until <= timezone.now()

    @property
    def is_in_force(self) -> bool:
        return self.is_on and not self.is_over


class RuleChange(models.Model):
    """What was changed in a rule, by whom and when; nothing of any comment.

    ``number`` is the version of the rules that begins with it, which each decision
    notes: what was in force then is what the changes up to that number tell.
    """

    class What(models.TextChoices):
        ADDED = "added", "Added"
        CHANGED = "changed", "Changed"
        SWITCHED_ON = "on", "Switched on"
        SWITCHED_OFF = "off", "Switched off"
        REMOVED = "removed", "Removed"

    number = models.PositiveIntegerField(primary_key=True)
    at = models.DateTimeField(help_text="UTC, to the minute.")
    actor = models.CharField(max_length=150, help_text="The moderator's name then.")
    what = models.CharField(max_length=8, choices=What.choices)
    rule_number = models.BigIntegerField(db_index=True)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        ordering = ["-number"]
        verbose_name = "change of a rule"
        verbose_name_plural = "changes of rules"
        default_permissions = ("view",)

    def __str__(self) -> str:
        return f"No. {self.number}"
