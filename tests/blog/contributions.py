"""What a contributor's browser sends, and what is on the pages that come back."""

import re
from html import unescape
from urllib.parse import urlencode

from django.test import Client

from blog.discussion import receipts
from blog.models import Comment, Post

FORM = "application/x-www-form-urlencoded"
PREVIEW, SEND, RECEIPT = "/comment/preview/", "/comment/send/", "/receipt/"
CODE = re.compile(r'<input id="receipt" readonly value="([0-9a-z]{26})"')
TOKEN = re.compile(r'<input type="hidden" name="token" value="([^"]+)">')
PROOF = re.compile(r'<input type="hidden" name="proof" value="([^"]+)">')
_TEXT = re.compile(r"<textarea [^>]*>\n(.*?)</textarea>", re.S)
_NAME = re.compile(r'<input id="f-name" name="name"[^>]*?\bvalue="([^"]*)"')


def browser() -> Client:
    """A client for whom the checks of Django are in force, as outside of tests."""
    return Client(enforce_csrf_checks=True)


def post(client: Client, path: str, form: dict, **headers: str):
    """A form sent as a browser does it."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post(
        path, urlencode(form, doseq=True), content_type=FORM, headers=named
    )


def fields(
    under: Post, text: str, answered: Comment | None = None, **more: str
) -> dict:
    """The form of a post's page as it is filled in."""
    return {
        "post": under.address,
        "parent": answered.public_id if answered else "",
        "website": "",
        "text": text,
        "name": "",
    } | more


def token(page) -> str:
    """The token on a preview, "" if there is none."""
    found = TOKEN.search(page.content.decode())
    return unescape(found[1]) if found else ""


def code(page) -> str:
    """The receipt on the page that follows the sending."""
    return CODE.search(page.content.decode())[1]


def kept(page) -> tuple[str, str]:
    """The text and name that stand in the form of a page."""
    html = page.content.decode()
    text, name = _TEXT.search(html), _NAME.search(html)
    return unescape(text[1]) if text else "", unescape(name[1]) if name else ""


def preview(client: Client, form: dict, **headers: str) -> dict:
    """The form as the preview gives it, to be sent."""
    page = post(client, PREVIEW, form, **headers)
    assert page.status_code == 200, page.content
    return filled_in(form, page.content.decode())


def filled_in(form: dict, html: str) -> dict:
    """What the form of a preview holds: no pass-phrase, but what was proved by it."""
    ready = {key: value for key, value in form.items() if key != "phrase"}
    if found := PROOF.search(html):
        ready["proof"] = unescape(found[1])
    return ready | {"token": unescape(TOKEN.search(html)[1])}


def send(client: Client, form: dict, **headers: str) -> tuple[Comment, str]:
    """Through preview and sending: the stored comment and its receipt."""
    page = post(client, SEND, preview(client, form, **headers), **headers)
    assert page.status_code == 200, page.content
    receipt = code(page)
    return Comment.objects.get(receipt_digest=receipts.digest(receipt)), receipt
