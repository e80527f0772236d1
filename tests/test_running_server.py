"""Eight writers at once through the running server: what was accepted is stored."""

import random
import re
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from blog.discussion import receipts
from blog.models import Comment
from moderation import actions, transitions
from tests.blog.contributions import RECEIPT, SEND
from tests.blog.discussion.soundness import unsound_trees
from tests.own_database import PATIENCE, Place
from tests.running_site import Site, running

pytestmark = pytest.mark.long
WRITERS, CYCLES, POSTS, PUBLISHED = 8, 25, 3, 60
JOBS = "tests.moderation.jobs:"
POST = re.compile(r'href="/(\d{4}/\d\d/post-\d[^"]*)\.html"')
REPLY = re.compile(r'href="/c/(\w{13})/reply/"')
MAKE_POSTS = f"""
from blog.discussion import tree
from blog.models import Post
for number in range({POSTS}):
    post = Post.objects.create(title=f"Post {{number}}", status="published", body="x")
    tree.insert(post, text="Root.", html="<p>Root.</p>", name="", state="published")
"""
WORDS = "tide harbour wall keeper lamp rope winter letter answer morning".split()


def write(port: int, seed: int) -> dict:
    """One process: previews and sends; what it was given, and what it heard."""
    site = Site(Place("", Path()), port)
    chance = random.Random(seed)
    posts = sorted(set(POST.findall(site.get("/").text)))
    accepted, errors = [], []
    for number in range(CYCLES):
        address = chance.choice(posts)
        parents = REPLY.findall(site.get(f"/{address}.html").text)
        form = {
            "post": address,
            "parent": chance.choice(["", *parents]),
            "website": "",
            "text": f"{seed} {number} " + " ".join(chance.choices(WORDS, k=30)),
            "name": "",
        }
        try:
            accepted.append([site.send(form), form["parent"], form["text"]])
        except AssertionError as error:
            errors.append(str(error)[:500])
    return {"accepted": accepted, "errors": errors}


def moderate(count: int) -> int:
    """The moderator beside them: publishes what comes, so that it can be answered."""
    until = time.monotonic() + PATIENCE
    done = 0
    while done < count and time.monotonic() < until:
        waiting = Comment.objects.filter(state__in=actions.WAITING)
        seen = [transitions.Seen(c.public_id, c.version) for c in waiting]
        actor = transitions.Actor("moderator", "ann")
        done += len(transitions.decide(seen[:10], "approve", actor).done)
        time.sleep(0.05)
    return done


def stored() -> list:
    comments = Comment.objects.exclude(receipt_digest=None).select_related("parent")
    return [
        [c.receipt_digest, c.parent.public_id if c.parent else "", c.text, c.state]
        for c in comments
    ]


def digests(codes: list[str]) -> list[str]:
    return [receipts.digest(code) for code in codes]


def unsound() -> list[int]:
    names = ("pk", "parent_id", "tree_id", "lft", "rght", "level")
    return sorted(unsound_trees(Comment.objects.values_list(*names)))


def test_what_was_accepted_is_stored(own_database):
    place = own_database
    place.manage("shell", "-c", MAKE_POSTS)
    with running(place) as site:
        *reports, published = place.together(
            {
                "tests.test_running_server:write": [
                    (site.port, seed) for seed in range(WRITERS)
                ],
                "tests.test_running_server:moderate": [(PUBLISHED,)],
            }
        )
    assert [error for report in reports for error in report["errors"]] == []
    accepted = [entry for report in reports for entry in report["accepted"]]
    assert len(accepted) == WRITERS * CYCLES
    codes = [code for code, *_ in accepted]
    assert len(set(codes)) == len(codes)
    digested = place.work("tests.test_running_server:digests", codes)
    rows = place.work("tests.test_running_server:stored")
    assert sorted(
        [digest, parent, text]
        for digest, (_, parent, text) in zip(digested, accepted, strict=True)
    ) == sorted(row[:3] for row in rows)
    # It must have been a run in which something could go wrong. About half are
    # replies even if the moderator comes late: each post has a comment at the start.
    assert sum(bool(row[1]) for row in rows) > len(rows) / 3
    states = Counter(row[3] for row in rows)
    assert states["published"] == published >= PUBLISHED
    assert set(states) <= {"published", "pending", "likely_spam"}
    assert place.work("tests.test_running_server:unsound") == []
    assert f"{len(rows) + POSTS} comments in" in place.manage("check_trees")
    log = place.work(f"{JOBS}the_log")
    assert (log["rows"], log["faults"]) == (published, [])
    told = {key: value for key, value in log["stored"].items() if value[1] > 1}
    assert told == log["told"]
    assert (place.folder / "stderr.log").read_text().count("ERROR") == 0


def test_one_form_twenty_times_at_once(own_database):
    place = own_database
    place.manage("shell", "-c", MAKE_POSTS)
    codes: list[str] = []
    with running(place) as site:
        address = POST.findall(site.get("/").text)[0]
        form = {"post": address, "parent": "", "website": "", "name": ""}
        ready = site.preview(form | {"text": "Once is enough."})
        begin = threading.Barrier(20)

        def send() -> None:
            begin.wait(PATIENCE)
            answer = site.post(SEND, ready)
            found = re.search(r'id="receipt" readonly value="(\w{26})"', answer.text)
            codes.append(found[1] if found else f"{answer.status}")

        threads = [threading.Thread(target=send) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(codes) == 20
        assert len(set(codes)) == 1
        answer = site.post(RECEIPT, {"code": codes[0]})
        assert "Once is enough." in answer.text
    assert len(place.work("tests.test_running_server:stored")) == 1
