"""Many at once: one wins, the others are told, and the log tells what happened."""

import re
from collections import Counter

JOBS = "tests.moderation.jobs:"
THREADS = 20


def test_of_twenty_who_decide_one_wins(own_database):
    post = own_database.work(f"{JOBS}post")
    [comment] = own_database.work(f"{JOBS}waiting", post, 1)
    answers = own_database.work(f"{JOBS}decide_one", comment, THREADS)
    assert [a for a in answers if isinstance(a, str)] == []
    winners = [number for number, (done, _) in enumerate(answers) if done]
    assert len(winners) == 1
    winner = winners[0]
    done = "published" if winner % 2 else "refused"
    told = re.compile(
        rf"already {done} by moderator {winner} at \d\d:\d\d on \d{{1,2}} [A-Z][a-z]+"
    )
    losers = [words for done, words in answers if not done]
    assert len(losers) == THREADS - 1
    assert all(len(words) == 1 and told.fullmatch(words[0]) for words in losers)
    log = own_database.work(f"{JOBS}the_log")
    assert (log["rows"], log["faults"]) == (1, [])
    assert log["stored"] == log["told"]
    state = "published" if winner % 2 else "rejected"
    assert log["stored"] == {comment: [state, 2]}


def test_of_twenty_equal_forms_one_is_stored(own_database):
    post = own_database.work(f"{JOBS}post")
    answers = own_database.work(f"{JOBS}submit_one", post, "5e" * 16, THREADS)
    assert [a for a in answers if isinstance(a, str)] == []
    assert len({(public_id, code) for public_id, code, _ in answers}) == 1
    assert Counter(new for *_, new in answers) == {True: 1, False: THREADS - 1}
    assert len(own_database.work(f"{JOBS}the_log")["stored"]) == 1


def test_two_processes_keep_the_chain_whole(own_database):
    post = own_database.work(f"{JOBS}post")
    comments = own_database.work(f"{JOBS}waiting", post, 40)
    halves = [(comments[:20],), (comments[20:],)]
    assert own_database.together({f"{JOBS}decide_each": halves}) == [60, 60]
    log = own_database.work(f"{JOBS}the_log")
    assert (log["rows"], log["faults"]) == (120, [])
    assert log["told"] == log["stored"]
    assert set(map(tuple, log["stored"].values())) == {("published", 4)}
    assert "120 decisions, unbroken." in own_database.manage("verify_log")
