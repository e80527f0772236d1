"""Checks the trees of comments, and repairs them: ``manage.py check_trees``."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from blog.discussion import pages, tree


class Command(BaseCommand):
    help = (
        "Compares the tree fields of all comments with their parents. "
        "Exit code 1: trees are wrong and were not rebuilt."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--rebuild",
            action="store_true",
            help="make the wrong ones anew from parents",
        )

    def handle(self, *, rebuild: bool, **options) -> None:
        found = tree.check()
        self.stdout.write(
            f"{found.comments:,} comments in {found.trees:,} trees: "
            f"{len(found.bad):,} wrong."
        )
        if not found.bad:
            return
        self.stdout.write("Wrong: " + ", ".join(str(number) for number in found.bad))
        if not rebuild:
            raise CommandError("Run it again with --rebuild to repair them.")
        with transaction.atomic():
            changed = tree.rebuild(found.bad)
            pages.cut_posts()
        left = tree.check().bad
        self.stdout.write(f"Rebuilt: {changed:,} comments changed.")
        if left:
            raise CommandError(
                "Still wrong: "
                + ", ".join(str(number) for number in left)
                + ". Their parents form a circle; that needs a person."
            )
