"""Single items of WordPress exports, and what is read of them."""

import datetime as dt
import io

from blog.archive.formats import wordpress
from blog.archive.model import Item, SourceComment, SourcePost, Warning

NAMESPACES = (
    'xmlns:excerpt="{0}excerpt/" xmlns:wp="{0}" '
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)
ADDRESS = "http://wordpress.org/export/1.2/"
PLACE = "<wp:base_blog_url>https://Blog.example/</wp:base_blog_url>"
# The first 12 digits of the SHA-256 of "blog.example".
SITE = "wordpress:050706cfbba0"
POST = f"{SITE}:7"
UTC = dt.UTC


def cdata(text: str) -> str:
    return f"<![CDATA[{text}]]>"


def element(name: str, text: str | None) -> str:
    """An element with the text; none for None."""
    return "" if text is None else f"<{name}>{text}</{name}>"


def comment(content: str = "Yes.", **fields: str | None) -> str:
    fields = {
        "id": "30",
        "author": "Ada",
        "author_email": "ada@mail.example",
        "author_url": "",
        "author_IP": "203.0.113.9",
        "date": "2019-05-02 11:00:00",
        "date_gmt": "2019-05-02 10:00:00",
        "approved": "1",
        "type": "",
        "parent": "0",
        "user_id": "0",
        **fields,
    }
    inside = "".join(element(f"wp:comment_{k}", v) for k, v in fields.items())
    content = element("wp:comment_content", cdata(content))
    return f"<wp:comment>{inside}{content}</wp:comment>\n"


def item(
    *comments: str,
    title: str = "Spring",
    link: str = "https://blog.example/2019/spring/",
    creator: str | None = "jo",
    body: str = "Words.",
    more: str = "",
    **fields: str | None,
) -> str:
    fields = {
        "post_id": "7",
        "post_date": "2019-05-01 10:00:00",
        "post_date_gmt": "2019-05-01 09:00:00",
        "status": "publish",
        "post_type": "post",
        "post_password": "",
        **fields,
    }
    inside = "".join(element(f"wp:{k}", v) for k, v in fields.items())
    return (
        f"<item>{element('title', title)}{element('link', link)}"
        f"{element('dc:creator', creator)}"
        f"{element('content:encoded', cdata(body))}{inside}{more}{''.join(comments)}"
        "</item>\n"
    )


def wxr(*items: str, head: str = PLACE, address: str = ADDRESS) -> bytes:
    return (
        f'<?xml version="1.0"?>\n<rss version="2.0" {NAMESPACES.format(address)}>\n'
        f"<channel><title>Blog</title>{head}\n{''.join(items)}</channel></rss>"
    ).encode()


def read(data: bytes) -> list[Item]:
    return list(wordpress.read(io.BytesIO(data)))


def of_kind(kind: type, items: list[Item]) -> list:
    return [found for found in items if isinstance(found, kind)]


def post_of(*comments: str, **fields) -> SourcePost:
    (post,) = of_kind(SourcePost, read(wxr(item(*comments, **fields))))
    return post


def comment_of(**fields) -> SourceComment:
    (found,) = of_kind(SourceComment, read(wxr(item(comment(**fields)))))
    return found


def codes(data: bytes) -> list[str]:
    return [warning.code for warning in of_kind(Warning, read(data))]
