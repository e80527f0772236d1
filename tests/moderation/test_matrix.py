"""Who may what, address by address, against the committed table."""

import json
import os
from pathlib import Path

import pytest

from .matrix import ROLES, Scene, matrix

FILE = Path(__file__).with_name("matrix.json")

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def key_file(settings, tmp_path):
    settings.NETWORK_KEY_FILE = tmp_path / "network-key"


def lines(table: dict[str, dict[str, str]]) -> str:
    """One line an address, so that a difference is read at a look."""
    rows = (f"  {json.dumps(key)}: {json.dumps(row)}" for key, row in table.items())
    return "{\n" + ",\n".join(rows) + "\n}\n"


def test_everybody_gets_what_the_table_says():
    found = matrix(Scene())
    if os.environ.get("WRITE_MATRIX"):
        FILE.write_text(lines(found))
    expected = json.loads(FILE.read_text())
    wrong = {
        f"{address} {role}": (expected.get(address, {}).get(role), status)
        for address, row in found.items()
        for role, status in row.items()
        if expected.get(address, {}).get(role) != status
    }
    assert wrong == {}
    assert expected.keys() == found.keys()
    assert FILE.read_text() == lines(expected)


def table() -> dict[str, dict[str, str]]:
    return json.loads(FILE.read_text())


def test_who_is_not_signed_in_sees_nothing_of_the_admin():
    for address, row in table().items():
        if "/admin/" in address and "/log" not in address:
            for role in ("anonymous", "contributor"):
                assert row[role] in ("login", "405"), address


# Who opens the file of a complaint is noted in it: nothing else is written by looking.
NOTED = (
    "GET /admin/moderation/complaint/<int:pk>/letter/<slug:code>/",
    "GET /admin/moderation/complaint/<path:object_id>/change/",
)


def test_nobody_writes_by_looking():
    for address, row in table().items():
        if address.startswith("GET ") and address not in NOTED:
            assert "*" not in "".join(row.values()), address


def test_only_moderators_and_superusers_decide():
    for address, row in table().items():
        if "/admin/moderation/" in address:
            assert "*" not in row["editor"] + row["anonymous"] + row["contributor"]
            assert row["editor"] not in ("200", "422"), address
    decide = table()["POST /admin/moderation/queuedcomment/decide/"]
    assert (decide["moderator"], decide["superuser"]) == ("302*", "302*")


# What is decided, taken back, or done with a comment that stays in its state.
DECIDE_OR_ACT = ("/decide/", "/undo/", "/redact/", "/lift/", "/move/")
DECIDE_OR_ACT += ("/roll-over/<int:pk>/", "/ask/")
# Who reads which card just now, and who wants numbers by mail, is neither.
DECIDE_OR_ACT += ("/open/", "/digest/")


def test_nobody_writes_to_the_log_or_to_a_comment_past_the_decisions():
    for address, row in table().items():
        if "/decision/" in address or (
            "/queuedcomment/" in address and not address.endswith(DECIDE_OR_ACT)
        ):
            assert "*" not in "".join(row.values()), address


def test_who_decides_asks_writers_and_chooses_her_own_mails_and_practises():
    queue = "POST /admin/moderation/queuedcomment/"
    for path, done in (
        ("<path:object_id>/ask/", "302*"),
        ("digest/", "302*"),
        ("first-run/", "302"),
    ):
        row = table()[queue + path]
        assert (row["moderator"], row["superuser"], row["editor"]) == (
            done,
            done,
            "403",
        )


def test_complaints_are_handled_and_entered_and_neither_changed_nor_removed():
    writing = ("/complaint/<int:pk>/act/", "/complaint/enter/")
    for address, row in table().items():
        if "/moderation/complaint/" in address and not address.endswith(writing):
            written = "*" in "".join(row.values())
            assert written is (address in NOTED), address
    for address in writing:
        row = table()[f"POST /admin/moderation{address}"]
        assert (row["moderator"], row["editor"]) == ("302*", "403")


def test_editors_settle_notes_of_an_import_and_take_none_back():
    for address, row in table().items():
        if "/blog/importbatch/" in address:
            assert "200" not in row["moderator"], address
            may_write = address.startswith("POST ") and address.endswith("/notes/")
            assert ("*" in row["editor"]) is may_write, address
            if "/undo/" in address:
                assert (row["moderator"], row["editor"]) == ("403", "403"), address
    undo = table()["POST /admin/blog/importbatch/<int:pk>/undo/"]
    assert undo["superuser"] == "302*"


def test_moderators_write_no_posts_and_no_accounts():
    for address, row in table().items():
        if "/blog/" in address or "/auth/" in address:
            assert "*" not in row["moderator"], address
        if "/auth/" in address:
            for role in ("moderator", "editor"):
                assert row[role] in ("403", "302"), address


def test_the_receipt_does_it_and_nothing_else_does():
    row = table()["POST /receipt/"]
    assert row["contributor"] == "200*"
    assert {row[role] for role in ROLES if role != "contributor"} == {"404"}


def test_nothing_fails():
    for address, row in table().items():
        assert not any(status.startswith("5") for status in row.values()), address
