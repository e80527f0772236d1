"""A made-up discussion in which people answer each other by the clock, on two pages.

Written in a process of the site's own: ``manage.py shell`` calls it.
"""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from blog.discussion import shown, tree
from blog.discussion.text import contribution_html
from blog.models import Comment, Post

START = datetime(2021, 3, 5, 9, 0, tzinfo=ZoneInfo("Europe/London"))
TEXTS = (
    (0, "The gangway was taken in at nine, and I was on the quay. https://x.example/"),
    (7, "Words in between. " * 40),
    (30, "@09:00 then you were late, like everybody else."),
    *((31 + number, "And @09:00 again.") for number in range(7)),
)
FILLING = 420  # comments, so that there is a second page


def write() -> None:
    """Prints where the post stands and the names of some comments, as JSON."""
    post = Post(
        title="The Gangway",
        body="It was taken in.",
        status=Post.Status.PUBLISHED,
        published_at=START - timedelta(hours=1),
    )
    post.save()
    made = [_comment(post, minutes, text) for minutes, text in TEXTS]
    for number in range(FILLING):
        _comment(post, 60, f"Number {number}.")
    made.append(_comment(post, 120, "@09:00 from the second page."))
    gone = _comment(post, 130, "This will be gone.")
    made += [gone, _comment(post, 140, "@11:10 no.")]
    shown.settle(Comment.objects.filter(post=post).values_list("pk", flat=True))
    Comment.objects.filter(pk=gone.pk).update(state="hidden", version=2)
    shown.settle([gone.pk])
    print(
        json.dumps(
            {
                "path": post.get_absolute_url(),
                "comments": [comment.public_id for comment in made],
            }
        )
    )


def _comment(post: Post, minutes: int, text: str) -> Comment:
    moment = START + timedelta(minutes=minutes)
    return tree.insert(
        post,
        name="",
        text=text,
        html=contribution_html(text),
        state=Comment.State.PUBLISHED,
        written_at=moment,
        published_at=moment,
    )
