"""Guesses in many processes at once, and at a running site."""

import re
import threading
import time

import pytest

from tests.running_site import running

JOBS = "tests.moderation.signing_in_jobs:"
MAKE = """
from django.contrib.auth.models import Group, User
root = User.objects.create_user("root", password="barnacle-bay-seven", is_staff=True,
                                is_superuser=True)
"""
LOGIN = "/admin/login/"
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
# Fifty connections in as many neighbourhoods.
NETWORKS = [f"5.6.{number}.7" for number in range(50)]
EVERY = 12  # seconds from one guess for a name to the next

pytestmark = pytest.mark.long


def most_since(began: float) -> int:
    """How many guesses for a name a network may have had since then: ten in the first
    minute, five in each that follows."""
    return 5 + 1 + int((time.monotonic() - began) / EVERY)


def test_no_process_gets_more_than_all_together(own_database):
    """Eight processes, 1,200 guesses from 50 networks: five each and what time adds."""
    jobs = {f"{JOBS}guess": [(NETWORKS, 3)] * 8}
    began = time.monotonic()
    checked = sum(own_database.together(jobs))
    assert 50 * 5 <= checked <= 50 * most_since(began)
    assert own_database.work(f"{JOBS}may_try", "anna", "93.184.216.34") == 0
    # Two hashes and two kinds of counters for each network, and the site's.
    assert own_database.work(f"{JOBS}count", "moderation.Allowance") <= 50 * 4 + 6


def test_a_recovery_code_counts_once_in_however_many_processes(own_database):
    code = own_database.work(f"{JOBS}account_with_factor")[0]
    jobs = {f"{JOBS}with_recovery_code": [(code,)] * 6}
    assert sorted(own_database.together(jobs)) == [False] * 5 + [True]


class Door:
    """A browser behind the owner's proxy, which tells its address."""

    def __init__(self, site, address: str) -> None:
        self.site, self.address = site, address
        page = site.get(LOGIN, X_Forwarded_For=f"1.2.3.4, {address}")
        [cookie] = [c for c in page.all("set-cookie") if c.startswith("csrftoken=")]
        self.cookie = cookie.partition(";")[0]
        self.token = CSRF.search(page.text)[1]

    def typed(self, password: str, forged: str = "9.9.9.9"):
        """``forged`` is what the sender claims to have come from."""
        return self.site.post(
            LOGIN,
            {
                "username": "root",
                "password": password,
                "csrfmiddlewaretoken": self.token,
            },
            X_Forwarded_For=f"{forged}, {self.address}",
            Cookie=self.cookie,
        )


def test_a_thousand_guesses_and_the_owner_still_gets_in(own_database):
    place = own_database
    place.more = {"TRUSTED_PROXIES": "1", "DEBUG": "0"}
    place.manage("shell", "-c", MAKE)
    networks = NETWORKS[:10]
    found: dict[str, list[int]] = {address: [] for address in networks}

    def guess(site, address: str) -> None:
        door = Door(site, address)
        for number in range(100):
            answer = door.typed(f"guess {number}", forged=f"9.9.{number}.9")
            found[address].append(answer.status)

    with running(place) as site:
        began = time.monotonic()
        threads = [
            threading.Thread(target=guess, args=(site, address)) for address in networks
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        most = most_since(began)
        owner = Door(site, "93.184.216.34").typed("barnacle-bay-seven")
    for statuses in found.values():
        assert set(statuses) == {200, 429}
        assert len(statuses) == 100
        assert 5 <= statuses.count(200) <= most
    assert owner.status == 302
