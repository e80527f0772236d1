"""Nothing can be stored for a while: nobody's words are lost, and the site recovers by
itself. With a running server, whose disk is full (SQLite) or whose database lets nobody
in (PostgreSQL)."""

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from http.cookies import SimpleCookie
from pathlib import Path

import psycopg
import pytest

from tests.blog.contributions import CODE, PREVIEW, RECEIPT, SEND
from tests.own_database import Place
from tests.running_site import Answer, Site, running

pytestmark = pytest.mark.long
JOBS = "tests.test_unavailable:"
PASSWORD = "a long walk by the sea wall"
MAKE = f"""
from django.contrib.auth.models import Group, User
from blog.discussion import tree
from blog.models import Post
post = Post.objects.create(title="Open", status="published", body="Text.", slug="open")
tree.insert(post, None, text="Read.", html="<p>Read.</p>", name="", state="published")
ann = User.objects.create_user("ann", password="{PASSWORD}", is_staff=True)
ann.groups.add(Group.objects.get(name="Moderators"))
"""
PAGE = re.compile(r'href="/([^"]+)\.html"')
ABOUT = re.compile(r'"/complaint/(\w{13})/"')
TEXT = "First line & <second>.\r\n\r\n“Café”, and the third."
SHOWN = re.compile(r'<textarea id="sent-\d+" name="(\w+)".*?>\n(.*?)</textarea>', re.S)
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
# Where a comment waits depends on how long its form was open.
WAITING = ("pending", "likely_spam")
QUEUE = "/admin/moderation/queuedcomment/"
DECIDE = f"{QUEUE}decide/"
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
SAID = "The site cannot store anything at this moment"


@pytest.fixture(scope="module")
def site(own_database_of_module: Place) -> Iterator[Site]:
    own_database_of_module.manage("shell", "-c", MAKE)
    with running(own_database_of_module, workers=1) as site:
        yield site


@contextmanager
def out_of_order(site: Site) -> Iterator[None]:
    """No process of the site can store anything until the end of the block."""
    if site.place.url.startswith("postgres"):
        with _locked_out(site.place.url):
            yield
        return
    if not sys.platform.startswith("linux"):
        pytest.skip("Only Linux limits the files of a process that runs.")
    from resource import RLIM_INFINITY, RLIMIT_FSIZE, prlimit

    master = site.process.pid
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    assert children
    for child in children:
        prlimit(int(child), RLIMIT_FSIZE, (1024, RLIM_INFINITY))
    try:
        yield
    finally:
        for child in children:
            prlimit(int(child), RLIMIT_FSIZE, (RLIM_INFINITY, RLIM_INFINITY))


@contextmanager
def _locked_out(url: str) -> Iterator[None]:
    server, _, name = url.rpartition("/")
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
            [name],
        )
        try:
            yield
        finally:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def given_back(answer: Answer) -> tuple[dict[str, str], dict[str, str]]:
    """What is shown to be sent again, and what goes with it."""
    assert answer.status == 503
    assert SAID in answer.text
    assert answer.all("retry-after") == ["60"]
    assert any("no-store" in value for value in answer.all("cache-control"))
    assert not answer.all("set-cookie")
    shown, hidden = SHOWN.findall(answer.text), HIDDEN.findall(answer.text)
    return (
        {name: unescape(value) for name, value in shown},
        {name: unescape(value) for name, value in hidden},
    )


def as_typed(text: str) -> str:
    """A browser shows and sends one kind of line end, whatever it was given."""
    return text.replace("\r\n", "\n")


def sent_again(site: Site, path: str, answer: Answer) -> Answer:
    """The button, as a browser presses it."""
    shown, hidden = given_back(answer)
    assert f'action="{path}"' in answer.text
    lines = {name: text.replace("\n", "\r\n") for name, text in shown.items()}
    return site.post(path, hidden | lines)


def written(site: Site, text: str, **more: str) -> dict[str, str]:
    address = PAGE.search(site.get("/").text)[1]
    form = {"post": address, "parent": "", "website": "", "name": "", "text": text}
    return form | more


def signed_in(site: Site) -> str:
    """The cookies of a moderator."""
    login = "/admin/login/"
    page = site.get(login)
    jar = SimpleCookie()
    for line in page.all("set-cookie"):
        jar.load(line)
    form = {
        "csrfmiddlewaretoken": CSRF.search(page.text)[1],
        "username": "ann",
        "password": PASSWORD,
        "next": QUEUE,
    }
    with_csrf = "; ".join(f"{name}={one.value}" for name, one in jar.items())
    answer = site.post(login, form, Cookie=with_csrf)
    assert answer.status == 302, answer.text
    for line in answer.all("set-cookie"):
        jar.load(line)
    return "; ".join(f"{name}={one.value}" for name, one in jar.items())


def stored() -> list[list]:
    from blog.models import Comment

    rows = Comment.objects.exclude(receipt_digest=None).order_by("pk")
    return [[row.public_id, row.text, row.state, row.version] for row in rows]


def decisions() -> int:
    from moderation.models import Decision

    return Decision.objects.count()


def test_a_comment_is_given_back_and_sent_with_one_click(site):
    ready = site.preview(written(site, TEXT, name="Ann of the Quay"))
    with out_of_order(site):
        answer = site.post(SEND, ready)
    shown, hidden = given_back(answer)
    assert as_typed(shown["text"]) == as_typed(TEXT)
    assert hidden["name"] == "Ann of the Quay"
    assert hidden["token"] == ready["token"]
    assert site.place.work(f"{JOBS}stored") == []
    page = sent_again(site, SEND, answer)
    assert page.status == 200, page.text
    code = CODE.search(page.text)[1]
    [[_, text, state, _]] = site.place.work(f"{JOBS}stored")
    assert as_typed(text) == as_typed(TEXT)
    assert state in WAITING
    # Pressed twice, it is the same comment.
    assert CODE.search(sent_again(site, SEND, answer).text)[1] == code
    assert len(site.place.work(f"{JOBS}stored")) == 1


def test_what_the_writer_asks_with_the_receipt_is_given_back(site):
    page = site.post(SEND, site.preview(written(site, "To be corrected.")))
    code = CODE.search(page.text)[1]
    mine = {"code": code, "version": "1"}
    correction = mine | {"do": "correct", "text": TEXT, "name": ""}
    with out_of_order(site):
        answers = [
            site.post(RECEIPT, correction),
            site.post(RECEIPT, mine | {"do": "withdraw"}),
        ]
    assert as_typed(given_back(answers[0])[0]["text"]) == as_typed(TEXT)
    assert given_back(answers[1])[1] == mine | {"do": "withdraw"}
    assert site.place.work(f"{JOBS}stored")[-1][1] == "To be corrected."
    assert "Corrected." in sent_again(site, RECEIPT, answers[0]).text
    assert as_typed(site.place.work(f"{JOBS}stored")[-1][1]) == as_typed(TEXT)


def test_a_complaint_is_given_back(site):
    path = PAGE.search(site.get("/").text)[1]
    public_id = ABOUT.search(site.get(f"/{path}.html").text)[1]
    complaint = f"/complaint/{public_id}/"
    page = site.get(complaint).text
    names = re.findall(r'<(?:input|textarea)[^>]* name="(\w+)"', page)
    words = {
        name: f"Words for {name}.\r\nOn two lines."
        for name in ("statement", "meaning", "wrong")
        if name in names
    }
    assert words
    with out_of_order(site):
        answer = site.post(complaint, dict.fromkeys(names, "") | words)
        report = site.post(f"/report/{public_id}/", {"reason": "spam", "website": ""})
    if answer.status == 422:  # it is incomplete, which needs no storing
        assert all(line in unescape(answer.text) for line in words.values())
    else:
        shown = given_back(answer)[0]
        assert {name: as_typed(shown[name]) for name in words} == {
            name: as_typed(text) for name, text in words.items()
        }
    assert given_back(report)[1]["reason"] == "spam"
    assert sent_again(site, f"/report/{public_id}/", report).status == 200


def test_no_phrase_is_given_back(site):
    phrase = "kelp barnacle tern harbour"
    ready = written(site, TEXT, name="Ann", phrase=phrase)
    with out_of_order(site):
        answer = site.post(SEND, ready)
        preview = site.post(PREVIEW, ready)
    assert phrase not in answer.text
    if preview.status == 503:  # where it needs what cannot be reached
        assert phrase not in preview.text
        assert given_back(preview)[0]["text"]


def test_nothing_is_decided_and_what_was_pressed_can_be_pressed_again(site):
    page = site.post(SEND, site.preview(written(site, "To be decided.")))
    assert page.status == 200
    assert site.place.work(f"{JOBS}stored")[-1][2] in WAITING
    before = site.place.work(f"{JOBS}decisions")
    cookies = signed_in(site)
    page = site.get(QUEUE, Cookie=cookies).text
    pressed = {
        "csrfmiddlewaretoken": CSRF.search(page)[1],
        "one": re.findall(r'name="one" value="(approve:[^"]+)"', page)[-1],
    }
    with out_of_order(site):
        answer = site.post(DECIDE, pressed, Cookie=cookies)
    assert given_back(answer)[1] == pressed
    assert site.place.work(f"{JOBS}decisions") == before
    assert site.place.work(f"{JOBS}stored")[-1][2] in WAITING
    assert site.post(DECIDE, pressed, Cookie=cookies).status == 302
    assert site.place.work(f"{JOBS}decisions") == before + 1
    assert site.place.work(f"{JOBS}stored")[-1][2] == "published"


def test_readers_go_on_reading_while_nothing_can_be_written(site):
    if site.place.url.startswith("postgres"):
        pytest.skip("Its database lets nobody in at all here.")
    path = PAGE.search(site.get("/").text)[1]
    with out_of_order(site):
        assert site.get("/").status == 200
        assert site.get(f"/{path}.html").status == 200
        assert site.get("/search?q=Read").status == 200


def test_where_nothing_can_be_read_it_says_so(site):
    if not site.place.url.startswith("postgres"):
        pytest.skip("A full disk stops no reader.")
    with out_of_order(site):
        answer = site.get("/")
    assert answer.status == 503
    assert "Try again in a minute" in answer.text
    assert answer.all("retry-after") == ["60"]
    assert site.get("/").status == 200


def test_nothing_of_a_visitor_is_logged(site):
    ready = site.preview(written(site, "Words of a visitor.", name="Turnstone"))
    with out_of_order(site):
        assert site.post(SEND, ready, User_Agent="Mudlark/9").status == 503
    log = (site.place.folder / "stderr.log").read_text()
    assert "failed with 503" in log
    assert "OperationalError" in log
    for word in ("Words of a visitor", "Turnstone", "Mudlark", ready["token"]):
        assert word not in log
