"""Works out anew what depends on which comments are shown."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand
from django.db import transaction

from blog.discussion import citations, shown
from blog.models import Comment

POSTS = 20


class Command(BaseCommand):
    help = (
        "Gives handles, links, signatures, claims and pages to all discussions, and "
        "series and links to all posts, for a database that is older than they are. "
        "Changes nothing where all is as it should be."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--posts-at-once",
            type=int,
            default=POSTS,
            help=f"posts in one transaction ({POSTS})",
        )

    def handle(self, *args: object, **options: object) -> None:
        posts = sorted(set(Comment.objects.order_by().values_list("post", flat=True)))
        size = max(1, options["posts_at_once"])
        for start in range(0, len(posts), size):
            with transaction.atomic():
                shown.settle_posts(posts[start : start + size])
            if options["verbosity"] > 1:
                done = min(start + size, len(posts))
                self.stdout.write(f"{done:,} of {len(posts):,} discussions")
        citations.settle_posts()
        if options["verbosity"]:
            number = f"{len(posts):,} discussion{'' if len(posts) == 1 else 's'}"
            self.stdout.write(f"{number} settled.")
