"""Five real pages are read exactly: every post, comment, path and word."""

import hashlib
import json
from pathlib import Path

import pytest

from blog.archive.formats import text

SEEDS_FOLDER = Path(__file__).parents[3].parent / "shared" / "seeds"
SEEDS = ("000_", "001_", "002_", "003_", "004_")
MID_WORD = {"000_": [174], "001_": [58, 416]}


def squash(value: str) -> str:
    return " ".join(value.replace("•", "").replace("\uf0b7", "").split())


def fingerprint(value: str) -> tuple[int, str]:
    """Number of words and hash of a text whatever its white space and bullets."""
    plain = squash(value)
    return len(plain.split()), hashlib.sha256(plain.encode()).hexdigest()


@pytest.fixture(params=SEEDS)
def seed(request):
    """The expected structure of one seed, and its bytes."""
    if not SEEDS_FOLDER.is_dir():
        pytest.skip("The seeds are not there: shared/seeds beside the project.")
    golden = json.loads((SEEDS_FOLDER / "golden.json").read_text("utf-8"))
    [expected] = [one for one in golden if one["file"].startswith(request.param)]
    return expected, (SEEDS_FOLDER / expected["file"]).read_bytes()


def test_the_file_is_the_measured_one(seed):
    expected, data = seed
    assert hashlib.sha256(data).hexdigest() == expected["sha256"]


def test_is_recognised(seed):
    assert text.looks_like(seed[1][:4096])


def test_posts(seed):
    expected, data = seed
    posts = text.read(data).posts
    assert [
        (str(post.date), post.title, list(post.labels), fingerprint(post.body))
        for post in posts
    ] == [
        (
            post["date"],
            post["title"],
            post["labels"],
            (post["body"]["words"], post["body"]["sha256"]),
        )
        for post in expected["posts"]
    ]


def test_comments(seed):
    expected, data = seed
    for post, right in zip(text.read(data).posts, expected["posts"], strict=True):
        assert [(one.id, *fingerprint(one.text)) for one in post.comments] == [
            (one["path"], one["words"], one["sha256"]) for one in right["comments"]
        ]
        assert all(
            squash(one.text).startswith(" ".join(known["starts"].split()))
            for one, known in zip(post.comments, right["comments"], strict=True)
        )


def test_parents_follow_from_the_paths(seed):
    for post in text.read(seed[1]).posts:
        for comment in post.comments:
            above = comment.id.rpartition(".")[0] or None
            assert comment.parent == above


def test_declared_and_found_agree(seed):
    expected, data = seed
    for post, right in zip(text.read(data).posts, expected["posts"], strict=True):
        assert post.comments_declared == right["declared_comments"]
        assert post.comments_included is (right["declared_comments"] is not None)
        assert len(post.comments) == (right["declared_comments"] or 0)


def test_warns_of_the_breaks_inside_words_and_of_nothing_else(seed):
    expected, data = seed
    found = text.read(data)
    assert not found.low_confidence
    broken = [one.line for one in found.warnings if one.code == "mid-word-break"]
    assert broken == MID_WORD.get(expected["file"][:4], [])
    others = {one.code for one in found.warnings} - {"mid-word-break"}
    is_label_page = any(post["labels"] for post in expected["posts"])
    assert others == ({"same-day-posts"} if is_label_page else set())


def test_line_numbers_lead_to_the_comment(seed):
    _, data = seed
    lines = data.decode().split("\n")
    for post in text.read(data).posts:
        for comment in post.comments:
            number = comment.id.rpartition(".")[2]
            assert lines[comment.line - 1].lstrip().startswith(f"{number}. ")
