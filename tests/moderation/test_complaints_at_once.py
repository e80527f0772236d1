"""Several processes at once: each thing is done by one of them."""

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.long]
JOBS = "tests.moderation.complaint_jobs:"


def test_of_four_clocks_each_comment_is_held_by_one(own_database):
    own_database.work(f"{JOBS}overdue", 5)
    ran = own_database.together({f"{JOBS}run": [()] * 4})
    assert [sum(numbers) for numbers in zip(*ran, strict=True)] == [5, 5]
    counts = own_database.work(f"{JOBS}counts")
    assert (counts["held"], counts["events"], counts["reminded"]) == (5, 5, 5)
    assert counts["faults"] == 0


def test_a_notice_that_comes_four_times_at_once_is_one(own_database):
    about = own_database.work(f"{JOBS}about")
    numbers = own_database.together({f"{JOBS}lodge": [(about,)] * 4})
    assert len(set(numbers)) == 1
    counts = own_database.work(f"{JOBS}counts")
    assert (counts["files"], counts["notices"]) == (1, 1)
