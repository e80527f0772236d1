"""What Google's Lighthouse says of the pages that are read most.

Serves a blog with one discussion of 200 comments through gunicorn and prints the four
scores of the home page, of the discussion and of a search, on a telephone and at a
desk. Exit code 1 if one is below 98. Needs Chromium and

    npm install --prefix bench/npm

    python bench/lighthouse.py [--least 98]
"""

import argparse
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

from own_site import FOLDER  # isort: skip

from django.core.management import call_command
from django.utils import timezone

from blog.discussion import shown, tree
from blog.discussion.text import contribution_html
from blog.models import Comment, Post

ROOT = Path(__file__).resolve().parent.parent
LIGHTHOUSE = ROOT / "bench/npm/node_modules/.bin/lighthouse"
CHROMIUM = "--chrome-flags=--headless --no-sandbox --disable-background-networking"
GUNICORN = "--workers 2 --threads 4 --log-level critical".split()
FORMS = {"telephone": [], "desk": ["--preset=desktop"]}
WORDS = (
    "we took soundings up the channel that morning because the buoy had gone adrift in "
    "the night and nobody in the office could tell us who had been out to look for it"
).split()


def write() -> str:
    """A post with 200 comments in threads; its address."""
    random, begun = Random(1), timezone.now() - timedelta(hours=20)
    post = Post(
        title="Who Keeps the Soundings",
        body="\n\n".join(" ".join(random.choices(WORDS, k=70)) for _ in range(6)),
        status=Post.Status.PUBLISHED,
        published_at=begun,
    )
    post.save()
    comments: list[Comment] = []
    for number in range(200):
        text = " ".join(random.choices(WORDS, k=random.randint(8, 90))).capitalize()
        parent = random.choice(comments) if number % 3 else None
        at = (begun + timedelta(minutes=5 * number)).replace(second=0, microsecond=0)
        comments.append(
            tree.insert(
                post,
                parent and Comment.objects.get(pk=parent.pk),
                name="" if number % 5 else "Banno",
                text=text,
                html=contribution_html(text),
                written_at=at,
                published_at=at + timedelta(minutes=3),
                state=Comment.State.PUBLISHED,
            )
        )
    shown.settle(comment.pk for comment in comments)
    return post.get_absolute_url()


@contextmanager
def serving():
    """The address of the site as its owner runs it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        bind = f"127.0.0.1:{probe.getsockname()[1]}"
    os.environ["SITE_URL"] = f"http://{bind}"
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", bind, *GUNICORN],
        cwd=ROOT,
    )
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://{bind}/healthz").close()
                break
            except OSError:
                time.sleep(0.2)
        yield f"http://{bind}"
    finally:
        server.terminate()
        server.wait()


def scores(address: str, options: list[str]) -> tuple[dict[str, int], list[str]]:
    """The scores of a page in hundredths, and what cost any."""
    for _ in range(3):  # on a busy machine the browser misses its own start
        done = subprocess.run(
            [LIGHTHOUSE, address, "--output=json", "--quiet", CHROMIUM, *options],
            stdout=subprocess.PIPE,
            env=os.environ | {"CHROME_PATH": shutil.which("chromium") or ""},
        )
        if done.returncode == 0:
            break
    else:
        raise SystemExit(f"Lighthouse could not look at {address}.")
    report = json.loads(done.stdout)
    found = {
        name: round(category["score"] * 100)
        for name, category in report["categories"].items()
    }
    lost = [
        f"{ref['id']} {report['audits'][ref['id']].get('displayValue', '')}".strip()
        for category in report["categories"].values()
        for ref in category["auditRefs"]
        if ref["weight"]
        and (report["audits"][ref["id"]]["score"] or 0) < 0.9
        and report["audits"][ref["id"]]["scoreDisplayMode"] not in ("notApplicable",)
    ]
    return found, lost


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--least", type=int, default=98)
    options = parser.parse_args()
    if not LIGHTHOUSE.exists():
        raise SystemExit("Lighthouse is not here: npm install --prefix bench/npm")
    call_command("migrate", verbosity=0)
    call_command("import_archive", ROOT / "fixtures", verbosity=0, stdout=io.StringIO())
    pages = {"home": "/", "200 comments": write(), "search": "/search?q=soundings"}
    call_command("collectstatic", interactive=False, verbosity=0)
    below = False
    with serving() as site:
        for page, path in pages.items():
            for form, flags in FORMS.items():
                found, lost = scores(site + path, flags)
                told = ", ".join(f"{name} {score}" for name, score in found.items())
                print(f"{page:13} {form:10} {told}", *lost, sep="\n    ", flush=True)
                below |= min(found.values()) < options.least
    FOLDER.cleanup()
    raise SystemExit(1 if below else 0)


if __name__ == "__main__":
    main()
