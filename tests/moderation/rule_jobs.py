"""What processes do at once with rules, with the test's own database."""


def _user():
    from django.contrib.auth.models import User

    return User.objects.get_or_create(username="anna")[0]


def rules() -> dict:
    """Two rules that the same comments meet, and a post."""
    from blog.models import Post
    from moderation import rulebook
    from moderation.models import Rule

    made = [
        rulebook.store(Rule(pattern=pattern), _user()).pk
        for pattern in ("ferry", "harbour")
    ]
    return {
        "rules": made,
        "post": Post.objects.create(title="P", status="published").pk,
    }


def submit(post_id: int, number: int, count: int) -> int:
    from blog.discussion.submission import submit as send
    from blog.models import Post

    post = Post.objects.get(pk=post_id)
    for n in range(count):
        send(post, f"The harbour and the ferry, {number}.{n}")
    return count


def change(rule_id: int, count: int) -> int:
    from moderation import rulebook
    from moderation.models import Rule

    for n in range(count):
        rule = Rule.objects.get(pk=rule_id)
        rule.explanation = f"Change {n}"
        rulebook.store(rule, _user())
    return count


def told() -> dict:
    from moderation import log
    from moderation.models import LogHead, Rule, RuleChange

    return {
        "hits": list(Rule.objects.order_by("pk").values_list("hits", flat=True)),
        "explanation": Rule.objects.order_by("pk").first().explanation,
        "version": log.rules_version(LogHead.objects.get()),
        "numbers": sorted(RuleChange.objects.values_list("number", flat=True)),
    }


def arrived() -> int:
    """How many comments were counted, of how many there are."""
    from django.db.models import Sum

    from blog.models import Comment
    from moderation.models import ArrivalCount

    counted = ArrivalCount.objects.aggregate(number=Sum("arrived"))["number"]
    return counted if counted == Comment.objects.count() else -1
