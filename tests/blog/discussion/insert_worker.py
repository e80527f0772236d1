"""One of several writers: ``python -m tests.blog.discussion.insert_worker SEED COUNT``.

Says "ready", waits for a line, inserts, and prints what it did as JSON.
"""

import json
import random
import sys

import django


def main(seed: int, count: int) -> None:
    django.setup()
    from blog.discussion.submission import submit
    from blog.models import Comment, Post

    chance = random.Random(seed)
    posts = list(Post.objects.order_by("pk"))
    held: list[Comment] = []
    made, errors = [], []
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(count):
        post = chance.choice(posts)
        parent = None
        if chance.random() < 0.75:
            stored = Comment.objects.filter(post=post)
            # Half of them are instances loaded some time ago, by now out of date.
            old = [comment for comment in held if comment.post_id == post.pk]
            if old and chance.random() < 0.5:
                parent = chance.choice(old)
            elif found := stored.count():
                parent = stored.order_by("pk")[chance.randrange(found)]
                held.append(parent)
        try:
            comment = submit(post, f"{seed} {number}", parent=parent).comment
        except Exception as error:
            errors.append(f"{type(error).__name__}: {error}")
        else:
            made.append([comment.pk, parent and parent.pk, post.pk])
    print(json.dumps({"made": made, "errors": errors}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
