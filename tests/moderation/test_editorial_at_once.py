"""Many at once with one thread: one act of those that were bound to its version is
done, the others are told, no reply is lost or misplaced, and the tree is sound."""

JOBS = "tests.moderation.editorial_jobs:"
THREADS = 12


def test_of_all_who_act_one_wins(own_database):
    old, new, ids = own_database.work(f"{JOBS}scene")
    answers = own_database.work(f"{JOBS}at_once", old, new, ids, THREADS)
    assert [a for a in answers if isinstance(a, str)] == []
    bound = [answer for answer in answers if answer[0] != "reply"]
    [winner] = [answer for answer in bound if answer[1]]
    assert all(len(words) == 1 for _, done, words in bound if not done)
    replies = [answer for answer in answers if answer[0] == "reply"]
    after = own_database.work(f"{JOBS}state", ids[0])
    assert (after["bad"], after["faults"]) == ([], [])
    assert after["rows"] == [winner[0]]
    assert after["version"] == 3
    # A reply came before the thread went, and goes with it, or is refused with words.
    assert after["posts"] == [new if winner[0] == "move" else old]
    assert after["comments"] == len(ids) + sum(done for _, done, _ in replies)
    assert "unbroken" in own_database.manage("verify_log")
