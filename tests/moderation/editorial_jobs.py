"""What moderators and contributors do at once, with the test's own database."""

from .jobs import _in_threads


def scene() -> list:
    """Two posts, a thread of a root and three replies below the first; their names."""
    from django.contrib.auth.models import User

    from blog.models import Post

    from .deciding import do, in_state, now

    old, new = (
        Post.objects.create(title=title, status="published", body="Text.")
        for title in ("Rota", "Watch")
    )
    User.objects.create(username="anna", password="!", is_staff=True)
    made = []
    for number in range(4):
        parent = made[0] if made else None
        text = f"Pike says {number}."
        made.append(in_state(old, "pending", text, parent=parent, name=""))
        do("approve", made[-1])
    return [old.pk, new.pk, [now(one).public_id for one in made]]


def at_once(old: int, new: int, ids: list[str], count: int) -> list:
    """Each of ``count`` does something with the one thread; what came of it."""
    from django.contrib.auth.models import User

    from blog.discussion import tree
    from blog.models import Comment, Post
    from moderation import desk
    from moderation.editorial import moving, redacting
    from moderation.editorial.masks import Mask
    from moderation.transitions import NotAllowed, Seen

    user = User.objects.get(username="anna")
    found = {one.public_id: one for one in Comment.objects.all()}
    root = found[ids[0]]
    seen = Seen(root.public_id, root.version)
    target = Post.objects.get(pk=new)

    def outcome(result) -> list:
        return [len(result.done), [conflict.message for conflict in result.conflicts]]

    def work(number: int) -> list:
        which = ("move", "hide", "redact", "reply")[number % 4]
        if which == "move":
            try:
                return [which, *outcome(moving.move(user, seen, moving.Place(target)))]
            except NotAllowed as reason:
                return [which, 0, [str(reason)]]
        if which == "hide":
            done = desk.decide(user, [seen], "hide", reason="hate")
            return [which, *outcome(done)]
        if which == "redact":
            return [
                which,
                *outcome(redacting.redact(user, [seen], [Mask("Pike", "name")])),
            ]
        try:
            tree.insert(
                Post.objects.get(pk=old), root, text="Late.", html="<p>Late.</p>"
            )
        except tree.NotInThisDiscussion as reason:
            return [which, 0, [str(reason)]]
        return [which, 1, []]

    return _in_threads(work, count)


def state(root: str) -> dict:
    """What is stored after it."""
    from blog.discussion import tree
    from blog.models import Comment
    from moderation import log
    from moderation.models import Decision

    whole = Comment.objects.get(public_id=root)
    rows = Decision.objects.exclude(action="approve")
    return {
        "bad": tree.check().bad,
        "faults": [fault.message for fault in log.faults()],
        "posts": sorted(
            set(
                Comment.objects.filter(tree_id=whole.tree_id).values_list(
                    "post", flat=True
                )
            )
        ),
        "comments": Comment.objects.count(),
        "version": whole.version,
        "rows": list(rows.values_list("action", flat=True)),
    }
