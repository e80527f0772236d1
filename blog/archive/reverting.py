"""Columns that an import filled in become what they were, if they still hold what it
wrote."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from blog.discussion import citations, linking, times
from blog.models import Comment, ImportChange, Label, Post

# Columns that make sense together only: all of them become what they were, or none.
TOGETHER = (
    ("body", "body_format", "source_digests"),
    ("status", "published_at", "published_precision"),
    ("address", "slug", "was_public"),
    ("text", "html"),
    ("written_at", "precision"),
)


@dataclass
class Merged:
    """All that one import changed of one row, in columns before and after."""

    before: dict = field(default_factory=dict)
    after: dict = field(default_factory=dict)

    def add(self, change: ImportChange) -> None:
        """Takes a change; they come in the order in which they were made."""
        self.before = change.before | self.before
        self.after |= change.after


def reverted(row: Post | Comment, merged: Merged) -> tuple[dict, bool]:
    """The columns that become again what they were, and whether others stay, because
    they do not hold any more what the import wrote."""
    values, left = {}, False
    together = {name: columns for columns in TOGETHER for name in columns}
    for columns in {together.get(name, (name,)) for name in merged.before}:
        those = [name for name in columns if name in merged.before]
        if all(_holds(row, name, merged.after[name]) for name in those):
            values |= {name: _read(row, name, merged.before[name]) for name in those}
        else:
            left = True
    return values, left


def reverted_comment(comment: Comment, merged: Merged) -> tuple[dict, bool]:
    """The same for a comment. Its handle tells its time, and goes with it. When it was
    published here stays, and what that was cut to."""
    values, left = reverted(comment, merged)
    if "precision" in values and comment.published_at is not None:
        values["precision"] = comment.precision
        values["published_at"] = times.cut_to(comment.published_at, comment.precision)
    if comment.handle is not None and values.get("written_at", "") is None:
        values["handle"] = None
    return values, left


def _read(row: Post | Comment, name: str, value: object) -> object:
    """A value as the column has it: times were kept as text."""
    return row._meta.get_field(name).to_python(value)


def _holds(row: Post | Comment, name: str, after: object) -> bool:
    stored = getattr(row, name)
    if name == "status" and stored == Post.Status.SCHEDULED:
        stored = Post.Status.PUBLISHED  # as which a future post comes in
    if name == "html":
        stored = citations.unlinked(linking.unlinked(stored))  # as it comes in
    return stored == _read(row, name, after)


def reverted_post(
    post: Post, merged: Merged, going: int
) -> tuple[dict, set[str], bool]:
    """The same for a post, with the names of the labels that it loses. ``going`` of its
    comments are to go, but have not yet."""
    before, after = dict(merged.before), dict(merged.after)
    found, _ = before.pop("comments_found", None), after.pop("comments_found", None)
    labels = set(after.pop("source_labels", ())) - set(before.pop("source_labels", ()))
    values, left = reverted(post, Merged(before, after))
    if values.get("status") == Post.Status.DRAFT and "address" not in before:
        # It stood in for a missing post, and got its address when it was saved.
        values |= {"address": None, "slug": "", "was_public": False}
    while wrong := _cannot_be(post, values):
        wrong |= {name for some in TOGETHER if wrong & set(some) for name in some}
        values = {name: values[name] for name in values.keys() - wrong}
        left = True
    if labels:
        stay = [name for name in post.source_labels if name not in labels]
        values["source_labels"] = stay
    if (
        "comments_found" in merged.before
        and found is None
        and (post.comments_found or 0) <= going
    ):
        values["comments_found"] = None  # else it was counted down with the comments
    return values, labels, left


def _cannot_be(post: Post, values: dict) -> set[str]:
    """Columns that cannot go back: a public post has a date and an address, and what
    another post took meanwhile is not free."""
    wrong = {
        name
        for name in ("source_id", "source_key", "address")
        if values.get(name)
        and Post.objects.filter(**{name: values[name]}).exclude(pk=post.pk).exists()
    }
    if values.get("status", post.status) != Post.Status.DRAFT:
        empty = {name for name in ("published_at", "address") if name in values}
        wrong |= {name for name in empty if values[name] is None}
    return wrong


def revert_post(post: Post, values: dict, labels: set[str]) -> None:
    """Writes what ``reverted_post`` gave, and takes the labels off."""
    # Written first: what readers see as it is stored settles what save() makes.
    Post.objects.filter(pk=post.pk).update(**values)
    fresh = Post.objects.get(pk=post.pk)
    fresh.save()
    citations.renew([fresh])
    if fresh.address:
        # Where it stood until the import knew better, and stands again.
        fresh.old_addresses.filter(path=f"/{fresh.address}.html").delete()
    taken_off = list(fresh.labels.filter(name__in=labels))
    fresh.labels.remove(*taken_off)
    remove_unused(label.pk for label in taken_off)


def remove_unused(pks: Iterable[int]) -> None:
    """Labels that no post bears any more. Locked first: an editor may just be giving
    one to a post."""
    found = Label.objects.select_for_update().filter(pk__in=list(pks))
    locked = list(found.order_by("pk").values_list("pk", flat=True))
    Label.objects.filter(pk__in=locked, posts=None).delete()
