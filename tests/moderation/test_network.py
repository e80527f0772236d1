"""Whose network a comment came from: a hash for a day, and then nothing."""

import re
import stat
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import RequestFactory

from blog.contributing import network_address
from blog.discussion.submission import Circumstances, submit
from moderation import complaints, reports
from moderation.accounts import guessing
from moderation.complaints import Arrival, Given
from moderation.models import Allowance
from moderation.screening import limits, network
from moderation.screening.network import Purpose
from tests.blog import making

MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
V4, V6 = "81.2.69.142", "2a02:6b8:1:2:3:4:5:6"


@pytest.fixture(autouse=True)
def file(settings, tmp_path):
    settings.NETWORK_KEY_FILE = tmp_path / "private" / "network-key"
    return settings.NETWORK_KEY_FILE


def keys(
    address: str, now: datetime = MONDAY, purpose: Purpose = Purpose.COMMENT
) -> list[str]:
    return network.keys(purpose, address, now)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL alone.")
def test_their_table_is_in_no_write_ahead_log():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, relpersistence FROM pg_class "
            "WHERE relname LIKE 'moderation_allowance%' OR relname = 'blog_comment'"
        )
        found = dict(cursor.fetchall())
    assert found.pop("blog_comment") == "p"  # but everything else is
    assert len(found) > 1  # its indexes, too
    assert set(found.values()) == {"u"}


class TestTheHashes:
    def test_one_for_the_connection_and_one_for_its_neighbourhood(self):
        own, near = keys(V4)
        assert own.startswith("32:")
        assert near.startswith("24:")
        assert keys(V4) == [own, near]
        assert keys("81.2.69.143") == [keys("81.2.69.143")[0], near]
        assert keys("81.2.69.143")[0] != own
        assert near not in keys("81.2.70.142")

    def test_of_version_6_the_64_and_the_48(self):
        own, near = keys(V6)
        assert (own[:3], near[:3]) == ("64:", "48:")
        assert keys("2a02:6b8:1:2:ffff::1") == [own, near]
        other, same = keys("2a02:6b8:1:3::1")
        assert (other != own, same) == (True, near)
        assert near not in keys("2a02:6b8:2:2::1")

    def test_version_4_inside_of_version_6_is_version_4(self):
        assert keys(f"::ffff:{V4}") == keys(V4) != []

    @pytest.mark.parametrize(
        "address",
        [
            "",
            " ",
            "127.0.0.1",
            "127.8.8.8",
            "::1",
            "::",
            "0.0.0.0",  # noqa: S104
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.1.1",
            "fe80::1",
            "fe80::1%eth0",
            "fd00::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "unix:",
            "unknown",
            "81.2.69",
            "81.2.69.142.1",
            "81.2.69.142, 10.0.0.1",
            "'; DROP TABLE",
        ],
    )
    def test_nothing_of_what_says_nothing(self, address, file):
        assert keys(address) == []
        assert not file.exists()

    def test_what_one_is_counted_for_tells_nothing_of_another(self):
        """Who signs in is known by name: her comments must not be."""
        hashed = [
            key.partition(":")[2]
            for purpose in Purpose
            for key in keys(V4, MONDAY, purpose)
        ]
        assert len(set(hashed)) == len(hashed) == 2 * len(Purpose)

    def test_space_around_it_makes_no_difference(self):
        assert keys(f" {V4} ") == keys(V4)

    def test_they_are_keyed(self, file):
        import hashlib

        own = keys(V4)[0].partition(":")[2]
        for plain in (V4, f"{V4}/32"):
            assert not hashlib.sha256(plain.encode()).hexdigest().startswith(own)
        file.unlink()
        assert keys(V4)[0] != f"32:{own}"


class TestTheKey:
    def test_only_its_owner_reads_it(self, file):
        keys(V4)
        for path in file.parent.iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_a_day_is_a_day_of_utc(self):
        last = datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC)
        assert keys(V4, last) == keys(V4, MONDAY)
        assert keys(V4, last + timedelta(seconds=1)) != keys(V4, MONDAY)

    def test_the_old_one_is_nowhere_when_the_day_is_over(self, file):
        before = keys(V4)
        old = file.read_text().split()[1]
        inode_bytes = file.read_bytes()
        after = keys(V4, MONDAY + timedelta(days=1))
        assert set(before).isdisjoint(after)
        left = b"".join(path.read_bytes() for path in file.parent.iterdir())
        assert old.encode() not in left
        assert inode_bytes not in left
        # Nor comes it back with the clock.
        assert keys(V4, MONDAY) != before

    def test_its_bytes_are_overwritten_before_the_file_goes(self, file):
        keys(V4)
        old = file.read_bytes()
        other_name = file.with_name("hard-link")
        other_name.hardlink_to(file)
        keys(V4, MONDAY + timedelta(days=1))
        assert other_name.read_bytes() != old
        assert old[11:43] not in other_name.read_bytes()

    @pytest.mark.parametrize("content", [b"", b"2026-03-02", b"\xff\xfe\x00", b"x y z"])
    def test_one_that_was_cut_short_is_made_anew(self, file, content):
        """A process that was killed while it wrote stops no comment."""
        file.parent.mkdir()
        file.write_bytes(content)
        first = keys(V4)
        assert len(first) == 2
        assert keys(V4) == first

    def test_a_quiet_day_forgets_too(self, file):
        keys(V4)
        old = file.read_text()
        network.forget_old(MONDAY)
        assert file.read_text() == old
        network.forget_old(MONDAY + timedelta(days=1))
        assert file.read_text().split()[1] != old.split()[1]

    def test_there_is_nothing_to_forget_where_there_is_no_key(self, file):
        network.forget_old(MONDAY)
        assert not file.exists()


def test_two_processes_make_one_key(own_database):
    job = "tests.moderation.jobs:network_keys"
    answers = own_database.together({job: [(V4,)] * 4})
    assert len({tuple(answer) for answer in answers}) == 1
    assert len(answers[0]) == 2


@pytest.mark.django_db
def test_the_command_forgets_what_is_a_day_old(file):
    keys(V4, datetime.now(UTC) - timedelta(days=2))
    old = file.read_text()
    now = datetime.now(UTC)
    for number in range(limits.FORGOTTEN + 5):
        Allowance(key=f"32:{number}", due=0, touched=now - timedelta(hours=25)).save()
    Allowance.objects.create(key="32:new", due=0, touched=now - timedelta(hours=23))
    call_command("forget_networks")
    assert [row.key for row in Allowance.objects.all()] == ["32:new"]
    assert file.read_text() != old


class TestBehindProxies:
    def address(self, settings, proxies: int, forwarded: str | None) -> str:
        settings.TRUSTED_PROXIES = proxies
        headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
        request = RequestFactory().post("/", REMOTE_ADDR="9.9.9.9", headers=headers)
        return network_address(request)

    @pytest.mark.parametrize(
        ("proxies", "forwarded", "expected"),
        [
            (0, None, "9.9.9.9"),
            (0, V4, "9.9.9.9"),
            (0, f"{V4}, 8.8.8.8", "9.9.9.9"),
            (1, V4, V4),
            (1, f"1.1.1.1, {V4}", V4),
            (1, f"1.1.1.1,8.8.8.8,{V4}", V4),
            (2, f"{V4}, 10.0.0.1", V4),
            (2, f"1.1.1.1, {V4}, 10.0.0.1", V4),
            # Fewer entries than proxies: it did not come by them.
            (1, None, ""),
            (1, "", ""),
            (2, V4, ""),
            (2, None, ""),
        ],
    )
    def test_only_what_a_proxy_of_ours_wrote(
        self, settings, proxies, forwarded, expected
    ):
        assert self.address(settings, proxies, forwarded) == expected

    def test_lies_on_the_left_gain_nothing(self, settings):
        seen = {
            self.address(settings, 1, f"{lie}, {V4}")
            for lie in ("1.1.1.1", "8.8.8.8, 8.8.4.4", "", "'", "127.0.0.1", " , , ")
        }
        assert seen == {V4}


@pytest.mark.django_db
def test_no_two_who_take_a_network_into_account_store_the_same_of_it():
    """A comment, a report, a complaint and a wrong password from one connection."""
    post = making.post()
    submit(post, "A cormorant.", circumstances=Circumstances(address=V4))
    comment = making.comment(post)
    reports.report(comment, reports.REASONS[0].code, Arrival(address=V4))
    complaints.lodge(comment, "defamation", Given(why="Untrue."), Arrival(address=V4))
    guessing.attempt("anna", V4)
    stored = set(Allowance.objects.values_list("key", flat=True))
    beginnings = {key.rpartition(":")[0] for key in stored}
    assert {"32", "report:32", "complaint:32", "signin:32"} <= beginnings
    hashed = [key.rpartition(":")[2] for key in stored if re.search("(32|24):", key)]
    # Of the few tries that a connection has the row bears its hash again.
    assert len(set(hashed)) == len(hashed) - 1
