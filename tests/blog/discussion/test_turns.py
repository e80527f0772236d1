"""Turns are counted over all processes of a site, and none is lost with its holder."""

import subprocess
import sys
from pathlib import Path

import pytest

from blog.discussion.turns import NoTurn, Turns
from tests.own_database import PATIENCE

ROOT = Path(__file__).resolve().parent.parent.parent.parent
HOLDER = """
import sys, time
from pathlib import Path
from blog.discussion.turns import Turns
with Turns(2).one(30, Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.readline()
"""
WORKER = """
import hashlib, sys, time
from pathlib import Path
from blog.discussion import pseudonyms
folder, real = Path(sys.argv[1]), hashlib.scrypt
pseudonyms.PATIENCE = 60

def noted(*args, **kwargs):
    began = time.monotonic()
    made = real(*args, **kwargs)
    time.sleep(0.01)
    print(began, time.monotonic(), flush=True)
    return made

hashlib.scrypt = noted
print("ready", flush=True)
sys.stdin.readline()
for number in range(5):
    pseudonyms.tag(f"kelp barnacle {number}", "site", bytes(32), turns_in=folder)
"""


def started(program: str, folder: Path) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    process.stdout.readline()
    return process


def test_four_processes_never_work_on_more_than_two_phrases(tmp_path):
    workers = [started(WORKER, tmp_path) for _ in range(4)]
    for worker in workers:
        worker.stdin.write("go\n")
        worker.stdin.flush()
    spans = [
        tuple(map(float, line.split()))
        for worker in workers
        for line in worker.communicate(timeout=PATIENCE)[0].splitlines()
    ]
    assert len(spans) == 20
    at_once = [sum(a <= began < b for a, b in spans) for began, _ in spans]
    assert max(at_once) <= 2
    assert max(at_once) == 2, "They do work side by side."


def test_a_turn_of_another_process_counts(tmp_path):
    holders = [started(HOLDER, tmp_path) for _ in range(2)]
    turns = Turns(2)
    with pytest.raises(NoTurn), turns.one(0.1, tmp_path):
        pass
    for holder in holders:
        holder.communicate("\n", timeout=PATIENCE)
    with turns.one(0, tmp_path), turns.one(0, tmp_path):
        pass


def test_whoever_is_killed_keeps_no_turn(tmp_path):
    holders = [started(HOLDER, tmp_path) for _ in range(2)]
    for holder in holders:
        holder.kill()
        holder.communicate()
    with Turns(2).one(0, tmp_path), Turns(2).one(0, tmp_path):
        pass


def test_one_waits_until_a_turn_is_free(tmp_path):
    holders = [started(HOLDER, tmp_path) for _ in range(2)]
    holders[0].communicate("\n", timeout=PATIENCE)
    with Turns(2).one(30, tmp_path):
        pass
    holders[1].communicate("\n", timeout=PATIENCE)


def test_without_a_folder_to_write_in_the_process_counts_for_itself(tmp_path):
    nowhere, turns = tmp_path / "is" / "not", Turns(2)
    with (
        turns.one(0, nowhere),
        turns.one(0, nowhere),
        pytest.raises(NoTurn),
        turns.one(0, nowhere),
    ):
        pass


def test_what_fails_gives_its_turn_back(tmp_path):
    turns = Turns(1)
    with pytest.raises(MemoryError), turns.one(0, tmp_path):
        raise MemoryError
    with turns.one(0, tmp_path):
        pass
