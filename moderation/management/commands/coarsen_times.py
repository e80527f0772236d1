"""Cuts stored times to ``TIME_PRECISION``: ``manage.py coarsen_times``, once."""

from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError

from blog.discussion import coarsening, times
from moderation import coarsening as of_moderation

POSTS = 20


class Command(BaseCommand):
    help = (
        "Cuts what is stored of the times of comments to the hour or the day that "
        "TIME_PRECISION says, and gives other handles where they told more. It cannot "
        "be taken back. It can be broken off and run again; a second run changes "
        "nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")
        parser.add_argument(
            "--posts-at-once",
            type=int,
            default=POSTS,
            help=f"posts in one transaction ({POSTS})",
        )

    def handle(self, *args: object, **options: object) -> None:
        wanted = times.of_site()
        if wanted is None:
            raise CommandError(
                "TIME_PRECISION is minute, so that nothing is to be cut. Set it to "
                "hour or day first."
            )
        if options["dry_run"]:
            number = coarsening.finer().count()
            self.stdout.write(f"{_comments(number)} would be cut to the {wanted}.")
        else:
            done = 0
            for number in coarsening.coarsen(max(1, options["posts_at_once"])):
                done += number
                if options["verbosity"] > 1:
                    self.stdout.write(f"{_comments(done)} so far")
            of_moderation.coarsen()
            self.stdout.write(f"{_comments(done)} cut to the {wanted}.")
        self._tell_what_stays()

    def _tell_what_stays(self) -> None:
        in_comments, in_posts = coarsening.left()
        if in_comments or in_posts:
            self.stdout.write(
                f"{_comments(in_comments)} and {_number(in_posts, 'post')} name a time "
                "of day, as readers name comments, in words that people wrote: those "
                "stay as they are."
            )
        if kept := of_moderation.kept_by_the_log():
            self.stdout.write(
                f"The log of decisions has {_number(kept, 'older row')} that tell "
                "to the minute when a comment was corrected, withdrawn, answered "
                "for or published at once. No row of it can be changed."
            )
        if kept := of_moderation.kept_by_complaints():
            self.stdout.write(
                f"The files of complaints have {_number(kept, 'older row')} that tell "
                "to the minute when a comment's writer answered. None can be changed."
            )


def _comments(number: int) -> str:
    return _number(number, "comment")


def _number(number: int, of: str) -> str:
    return f"{number:,} {of}{'s' * (number != 1)}"
