"""Single entries of Takeout feeds, and what is read of them."""

import datetime as dt
import html
import io

from blog.archive.formats import takeout
from blog.archive.model import Item, SourceComment, SourcePost, Warning

BLOG = "tag:blogger.com,1999:blog-7"
FEED = (
    "<?xml version='1.0' encoding='utf-8'?>\n"
    "<feed xmlns='http://www.w3.org/2005/Atom' "
    "xmlns:blogger='http://schemas.google.com/blogger/2018' "
    "xmlns:candour='https://candour.example/archive/1'>\n"
)
AUTHOR = "<author><name>Ada</name><blogger:type>BLOGGER</blogger:type></author>"
TIME = "<published>2024-05-06T07:08:09.123Z</published>"
UTC = dt.UTC


def feed(*entries: str) -> bytes:
    return (FEED + "\n".join(entries) + "</feed>\n").encode()


def post(
    inner: str = "",
    *,
    id: str = f"{BLOG}.post-1",
    kind: str = "POST",
    status: str = "<blogger:status>LIVE</blogger:status>",
    author: str = AUTHOR,
    title: str = "<title>One</title>",
    content: str = "Hello",
    time: str = TIME,
) -> str:
    return (
        f"<entry><id>{id}</id><blogger:type>{kind}</blogger:type>{status}{author}"
        f"{title}<content type='html'>{html.escape(content)}</content>"
        f"<blogger:created>2001-01-01T00:00:00Z</blogger:created>{time}"
        f"<updated>2025-01-01T00:00:00Z</updated>{inner}</entry>"
    )


def comment(
    inner: str = "",
    *,
    id: str = f"{BLOG}.post-2",
    parent: str = f"<blogger:parent>{BLOG}.post-1</blogger:parent>",
    answered: str = "<blogger:inReplyTo/>",
    **options: str,
) -> str:
    options = {"title": "", "content": "Yes.", "id": id, "kind": "COMMENT"} | options
    return post(parent + answered + inner, **options)


def status(value: str) -> str:
    return f"<blogger:status>{value}</blogger:status>"


def read(*entries: str) -> list[Item]:
    return list(takeout.read(io.BytesIO(feed(*entries))))


def read_one(entry: str) -> SourcePost | SourceComment:
    [one] = [item for item in read(entry) if not isinstance(item, Warning)]
    return one


def warnings(*entries: str) -> list[Warning]:
    return [item for item in read(*entries) if isinstance(item, Warning)]


def codes(*entries: str) -> list[str]:
    return [warning.code for warning in warnings(*entries)]
