"""A made-up post with the discussion that no imported page has, written in the site's
own process: eight levels, comments that were removed, and text that breaks layouts.

``write`` tells where it stands, as JSON; ``manage.py shell`` calls it.
"""

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from blog.discussion import tree
from blog.discussion.text import comment_html
from blog.models import Comment, Label, Post

LEVELS = 8
HIDDEN = "The harbour master keeps a second set of keys."
HIDDEN_ALONE = "The second set of keys hangs behind the tide table."
LONG_NAME = "Harbour" * 14  # 98 letters without a place to break
LONG = (
    "We took soundings all the way up the channel that morning because the buoy had "
    "gone adrift in the night, and nobody in the office could tell us whether anyone "
    "had been out since to look for it, or who would be told if they had been. "
)
BODY = """Each answer below stands one step further in than the last.

# A table and a long line

| Berth | Depth at low water | Last sounded | By whom, and with which of the two leads |
|---|---|---|---|
| North | 4.1 m | 3 May 2020 | The deckhand of the Earl of Thrave, with the old lead |
| South | 3.8 m | 4 May 2020 | The same, with the new one |

    soundings --channel north --from 2020-05-03T04:00 --until 2020-05-04T16:00

> A quotation, so that its colour is seen.

https://example.org/a/very/long/address/that/has/no/place/to/break/and/goes/on/for/longer-than-a-telephone-is-wide
"""


def write() -> str:
    moment = datetime(2020, 5, 5, 9, 0, tzinfo=ZoneInfo("Europe/London"))
    post = Post(
        title="How Deep It Goes",
        body=BODY,
        status=Post.Status.PUBLISHED,
        published_at=moment,
        author_name=LONG_NAME,
    )
    post.save()
    post.labels.add(Label.objects.create(name=LONG_NAME))
    # Its title stands in the pager of the other one.
    Post.objects.create(
        title=LONG_NAME * 2,
        status=Post.Status.PUBLISHED,
        published_at=moment + timedelta(hours=1),
    )

    def comment(text: str, parent: Comment | None = None, **fields) -> Comment:
        nonlocal moment
        moment += timedelta(minutes=7)
        given = {"name": "", "state": Comment.State.PUBLISHED, "written_at": moment}
        return tree.insert(
            post, parent, text=text, html=comment_html(text), **(given | fields)
        )

    chain = [comment(f"Level 1. {LONG}\n\n{LONG}", name="Mate, Berth 5")]
    for level in range(2, LEVELS + 1):
        name = {7: " ".join(["A long name"] * 8), 8: LONG_NAME}.get(level, "")
        chain.append(comment(f"Level {level}. {LONG}", chain[-1], name=name))
    comment("An answer to the longest name.", chain[-1])
    comment(f"A second answer to level 7. {LONG}", chain[6])

    hidden = comment(HIDDEN, state=Comment.State.HIDDEN, name="Keyholder")
    answer = comment("That is an answer to what is gone.", hidden)
    comment(HIDDEN_ALONE, state=Comment.State.HIDDEN, name="Keyholder")

    comment(
        "Donau­dampf" + "schifffahrt" * 20 + "\n\nhttps://example.org/" + "a" * 200,
        comment("> Somebody said this.\n\nA *stressed* word.", name="N" * 60),
    )
    comment("مرحبا بالعالم، هذا تعليق.", name="قارئ")
    return json.dumps(
        {
            "path": post.get_absolute_url(),
            "chain": [comment.public_id for comment in chain],
            "hidden": hidden.public_id,
            "answer_to_hidden": answer.public_id,
        }
    )
