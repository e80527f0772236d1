"""Official demands: what the owner tells, what not, and how it is corrected."""

import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse
from django.utils import timezone

from moderation.models import Demand

from .making import moderator, signed_in, superuser

pytestmark = pytest.mark.django_db
LIST = reverse("admin:moderation_demand_changelist")
ADD = reverse("admin:moderation_demand_add")
SAID = {
    "kind": "demand",
    "year": "2026",
    "from_whom": "A police force",
    "asked": "Who wrote a comment.",
    "handed_over": "Nothing: there was nothing to hand over.",
}


@pytest.fixture(autouse=True)
def today(monkeypatch):
    moment = datetime(2026, 11, 28, 12, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)


@pytest.fixture
def owner():
    return signed_in(superuser())


def told(client) -> str:
    html = client.get("/moderation/").content.decode()
    section = html.partition('<h2 id="demands">')[2].partition("</section>")[0]
    plain = " ".join(unescape(re.sub(r"<[^>]+>", " ", section)).split())
    return plain.removeprefix("What officials asked for ")


def test_nothing_is_claimed_before_the_owner_has_said_so(client, owner):
    assert told(client) == "The owner of this site has not told."
    assert owner.post(ADD, {"kind": "none"}).status_code == 302
    assert told(client) == "None so far, as of 28 November 2026."


def test_a_demand_stands_there_in_the_owners_words(client, owner):
    owner.post(ADD, SAID | {"asked": "<b>Who</b> wrote it."})
    page = told(client)
    assert page.startswith(
        "2026: A police force Asked for: <b>Who</b> wrote it. Handed"
    )
    assert page.endswith("Whether there were others the owner has not told.")
    owner.post(ADD, {"kind": "none"})
    assert told(client).endswith("No other so far, as of 28 November 2026.")
    demand = Demand.objects.get(kind="demand")
    assert demand.said_by == "root"
    assert not LogEntry.objects.exists()


def test_it_is_corrected_by_another_and_both_are_kept(client, owner):
    owner.post(ADD, SAID)
    first = Demand.objects.get()
    address = reverse("admin:moderation_demand_change", args=[first.pk])
    assert owner.post(address, SAID | {"year": "2025"}).status_code == 403
    delete = reverse("admin:moderation_demand_delete", args=[first.pk])
    assert owner.post(delete, {"post": "yes"}).status_code == 403
    owner.post(ADD, SAID | {"from_whom": "A court", "corrects": first.pk})
    page = told(client)
    assert "A court" in page
    assert "A police force" not in page
    assert "Corrected on 28 November 2026." in page
    assert Demand.objects.count() == 2
    again = owner.post(ADD, SAID | {"from_whom": "X", "corrects": first.pk})
    assert "Select a valid choice" in again.content.decode()
    assert owner.get(LIST).status_code == 200


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"kind": ""}, "This field is required."),
        ({"asked": ""}, "Say this, too."),
        ({"year": "2027"}, "Say the year in which it came"),
        ({"kind": "none"}, "Either a demand came or none did"),
    ],
)
def test_half_an_entry_comes_back(owner, fields, words):
    answer = owner.post(ADD, SAID | fields)
    html = answer.content.decode()
    assert words in html
    assert "Nothing: there was nothing to hand over." in html
    assert not Demand.objects.exists()


def test_moderators_tell_nothing_of_it():
    anna = signed_in(moderator())
    assert anna.get(LIST).status_code == 403
    assert anna.post(ADD, SAID).status_code == 403
