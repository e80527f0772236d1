"""The rules: what is in force, what changes in them, and what they met.

Each change counts the version up that every decision notes, under the lock by which
the log is written, and is kept with what the rule said before and says after: the two
tell what was in force when something was decided.
"""

from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from blog.models import Comment

from . import log
from .models import LogHead
from .reasons import BY_CODE
from .rule_models import Rule, RuleChange
from .screening.matching import Wanted, compiled

What = RuleChange.What
# What a moderator says in a rule; the rest is kept of it by the system.
SAID = ("kind", "pattern", "action", "reason", "explanation", "until", "is_on")


class ChangedMeanwhile(Exception):
    """The rule is not as the one who changes it saw it; nothing was done."""


def met_by(comment: Comment) -> list[Rule]:
    """The rules in force that a comment meets. One query."""
    rules = list(Rule.objects.in_force().order_by("pk"))
    wanted = tuple(Wanted(rule.kind, rule.pattern) for rule in rules)
    found = compiled(wanted).found(comment.text, comment.html)
    return [rules[number] for number in found]


def in_words(rule: Rule) -> str:
    """What is noted of a rule that was met."""
    said = f"“{rule}”" if rule.kind != Rule.Kind.LINKS else rule
    words = f"Contains {said}"
    if rule.reason:
        words += f" (suggested reason: {BY_CODE[rule.reason].label.lower()})"
    return f"{words}."


def count(met: Iterable[int]) -> None:
    """Counts one hit for each of these rules, in the transaction of the comment.

    Rows are locked in one order: of two comments that meet the same rules neither is
    forgotten, and they do not wait for each other in a circle.
    """
    keys = sorted(set(met))
    if not keys:
        return
    rules = Rule.objects.filter(pk__in=keys)
    list(rules.select_for_update().order_by("pk").values_list("pk", flat=True))
    rules.update(hits=F("hits") + 1, last_hit_on=timezone.localdate())


def said(rule: Rule) -> dict:
    """What a rule says, as it is kept in the record of changes."""
    values = {name: getattr(rule, name) for name in SAID}
    if rule.until is not None:
        values["until"] = rule.until.isoformat()
    return values


def store(rule: Rule, user: AbstractBaseUser, seen: dict | None = None) -> Rule:
    """A new rule, or a changed one, as it is from now on. ``seen``: what it said when
    the change began. Raises ``ChangedMeanwhile``.

    What counts afterwards is what is met by what it looks for now.
    """
    with transaction.atomic():
        head = _locked_head()
        if rule.pk is None:
            rule.owner = user
            rule.save(force_insert=True)
            _record(head, user, What.ADDED, rule.pk, None, said(rule))
            return rule
        before = Rule.objects.select_for_update().filter(pk=rule.pk).first()
        if before is None or (seen is not None and said(before) != seen):
            raise ChangedMeanwhile
        if said(before) == said(rule):
            return rule
        fields = list(SAID)
        if (before.kind, before.pattern) != (rule.kind, rule.pattern):
            rule.hits, rule.last_hit_on = 0, None
            rule.hits_since = timezone.localdate()
            fields += ["hits", "last_hit_on", "hits_since"]
        # Not the counts, unless they begin anew: comments are counted all the while.
        rule.save(update_fields=fields)
        what = What.CHANGED
        if before.is_on != rule.is_on:
            what = What.SWITCHED_ON if rule.is_on else What.SWITCHED_OFF
        _record(head, user, what, rule.pk, said(before), said(rule))
    return rule


def switch_off(key: int, user: AbstractBaseUser) -> Rule | None:
    """The rule takes part no more; None if there is none. Again, it changes nothing."""
    with transaction.atomic():
        head = _locked_head()
        rule = Rule.objects.select_for_update().filter(pk=key).first()
        if rule is not None and rule.is_on:
            before = said(rule)
            rule.is_on = False
            rule.save(update_fields=["is_on"])
            _record(head, user, What.SWITCHED_OFF, rule.pk, before, said(rule))
    return rule


def remove(rule: Rule, user: AbstractBaseUser) -> None:
    """Takes a rule away; the record keeps what it said."""
    with transaction.atomic():
        head = _locked_head()
        before = Rule.objects.select_for_update().filter(pk=rule.pk).first()
        if before is not None:
            _record(head, user, What.REMOVED, before.pk, said(before), None)
            before.delete()


def _locked_head() -> LogHead:
    """Before any rule: whoever decides holds it while the version is noted."""
    return LogHead.objects.select_for_update().get(pk=1)


def _record(
    head: LogHead,
    user: AbstractBaseUser,
    what: str,
    number: int,
    before: dict | None,
    after: dict | None,
) -> None:
    head.rule_changes += 1
    head.save(update_fields=["rule_changes"])
    RuleChange.objects.create(
        number=log.rules_version(head),
        at=timezone.now().replace(second=0, microsecond=0),
        actor=user.get_username(),
        what=what,
        rule_number=number,
        before=before,
        after=after,
    )
