"""Writes blogs as Blogger's old "Back up content" did: the counterpart of
``formats.blogger_backup``.

What that backup leaves out is left out here: posts in the bin, and comments that are
not public.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TextIO
from xml.sax.saxutils import escape, quoteattr
from zlib import crc32

from blog.archive.model import (
    REMOVED,
    PostStatus,
    SourceComment,
    SourcePost,
    Status,
)

from .dump_writer import moment
from .made_blogs import EMAIL, LONDON, SITE, as_text, number, whole_address
from .takeout_writer import BLOG, NAME, removal_sentence

_KINDS = "http://schemas.google.com/blogger/2008/kind#"
_FEEDS = f"https://www.blogger.com/feeds/{BLOG}"
_ATOM = "type='application/atom+xml'"
_SAVED = datetime(2025, 3, 2, 10, 30, tzinfo=LONDON)
# A change of Blogger's own to all comments: "updated" says nothing.
_MIGRATED = datetime(2025, 2, 11, 4, 12, 37, 123_000, tzinfo=LONDON)
_SETTINGS = {
    "BLOG_NAME": NAME,
    "BLOG_LOCALE": "en_GB",
    "BLOG_TIME_ZONE": "Europe/London",
    "BLOG_CONVERT_LINE_BREAKS": "false",
    "BLOG_COMMENT_EMAIL": EMAIL,
}


def write(posts: Iterable[SourcePost], file: TextIO) -> None:
    """Template, settings, posts, pages, comments. Of a post that is missing only the
    comments are written."""
    posts = [post for post in posts if post.status is not PostStatus.TRASHED]
    whole = [post for post in posts if not post.is_missing]
    file.write(_head())
    file.write(_private("layout", "template", f"Template: {NAME}", "<html><body/>"))
    for name, value in _SETTINGS.items():
        file.write(_private(f"settings.{name}", "settings", name, value))
    for post in sorted(whole, key=lambda post: post.is_page):
        file.write(_post(post))
    for post in posts:
        for comment in _written(post):
            file.write(_comment(comment, post))
    file.write("</feed>\n")


def _written(post: SourcePost) -> Iterator[SourceComment]:
    for comment in post.comments:
        if comment.status is Status.LIVE or comment.status in REMOVED:
            yield comment


def _head() -> str:
    return (
        "<?xml version='1.0' encoding='UTF-8'?>"
        '<?xml-stylesheet href="https://www.blogger.com/styles/atom.css"'
        ' type="text/css"?>'
        "<feed xmlns='http://www.w3.org/2005/Atom'"
        " xmlns:openSearch='http://a9.com/-/spec/opensearchrss/1.0/'"
        " xmlns:gd='http://schemas.google.com/g/2005'"
        " xmlns:georss='http://www.georss.org/georss'"
        " xmlns:thr='http://purl.org/syndication/thread/1.0'>"
        f"<id>tag:blogger.com,1999:blog-{BLOG}.archive</id>"
        f"<updated>{_moment(_SAVED)}</updated><title type='text'>{NAME}</title>"
        f"<link rel='alternate' type='text/html' href='{SITE}/'/>"
        f"{_author('Aldous')}"
        "<generator version='7.00' uri='https://www.blogger.com'>Blogger</generator>\n"
    )


def _private(name: str, kind: str, title: str, content: str) -> str:
    """A template or setting: what no reader may let out."""
    return _entry(
        f"<id>tag:blogger.com,1999:blog-{BLOG}.{name}</id>",
        f"<published>{_moment(_SAVED)}</published>",
        f"<updated>{_moment(_SAVED)}</updated>",
        _kind(kind),
        f"<title type='text'>{escape(title)}</title>",
        f"<content type='text'>{escape(content)}</content>",
        _own_links(f"{_FEEDS}/{kind}/{name}"),
        _author("Aldous"),
    )


def _post(post: SourcePost) -> str:
    is_draft = post.status is PostStatus.DRAFT
    kind = "page" if post.is_page else "post"
    own = number(post.uid)
    address = whole_address(post)
    total = sum(1 for _ in _written(post))
    labels = (
        f"<category scheme='http://www.blogger.com/atom/ns#' term={quoteattr(label)}/>"
        for label in post.labels
    )
    draft = (
        "<app:control xmlns:app='http://purl.org/atom/app#'><app:draft>yes"
        "</app:draft></app:control>"
    )
    alternate = (
        f"<link rel='alternate' type='text/html' href={quoteattr(address)}"
        f" title={quoteattr(post.title)}/>"
    )
    return _entry(
        f"<id>{_post_id(post)}</id>",
        f"<published>{_moment(post.published_at)}</published>",
        f"<updated>{_moment(post.published_at + timedelta(minutes=11))}</updated>",
        draft if is_draft else "",
        _kind(kind),
        *labels,
        f"<title type='text'>{escape(post.title)}</title>",
        f"<content type='html'>{escape(post.body)}</content>",
        f"<link rel='replies' {_ATOM} href='{SITE}/feeds/{own}/comments/default'"
        " title='Post Comments'/>",
        "<link rel='replies' type='text/html' href='https://www.blogger.com/comment.g"
        f"?blogID={BLOG}&amp;postID={own}' title='{total} Comments'/>",
        _own_links(f"{_FEEDS}/{kind}s/default/{own}"),
        alternate if address and not is_draft else "",
        _author(post.author),
        f"<thr:total>{total}</thr:total>",
    )


def _comment(comment: SourceComment, post: SourcePost) -> str:
    own, address = number(comment.uid), whole_address(post)
    feed = f"{_FEEDS}/{number(post.uid)}/comments/default"
    is_removed = comment.status in REMOVED
    body = removal_sentence(comment.status) if is_removed else comment.html
    shown = f"{address}?showComment={int(comment.written_at.timestamp() * 1000)}#c{own}"
    answered = (
        f"<link rel='related' {_ATOM} href='{feed}/{number(comment.parent or '')}'/>"
    )
    same_person = crc32((comment.author or "").encode())
    written = moment(comment.written_at.astimezone(LONDON))
    return _entry(
        f"<id>tag:blogger.com,1999:blog-{BLOG}.post-{own}</id>",
        f"<published>{_moment(comment.written_at)}</published>",
        f"<updated>{_moment(_MIGRATED)}</updated>",
        _kind("comment"),
        f"<title type='text'>{escape(as_text(body)[:50])}...</title>",
        f"<content type='html'>{escape(body)}</content>",
        _own_links(f"{feed}/{own}"),
        f"<link rel='alternate' type='text/html' href={quoteattr(shown)} title=''/>",
        answered if comment.parent else "",
        _author(comment.author),
        f"<thr:in-reply-to href={quoteattr(address)} ref='{_post_id(post)}'"
        f" source='{_FEEDS}/posts/default/{number(post.uid)}' type='text/html'/>",
        _property("contentRemoved", "true") if is_removed else "",
        _property("itemClass", f"pid-{same_person}"),
        _property("displayTime", written),
    )


def _entry(*parts: str) -> str:
    return f"<entry>{''.join(parts)}</entry>\n"


def _post_id(post: SourcePost) -> str:
    kind = "page" if post.is_page else "post"
    return f"tag:blogger.com,1999:blog-{BLOG}.{kind}-{number(post.uid)}"


def _kind(name: str) -> str:
    return (
        "<category scheme='http://schemas.google.com/g/2005#kind'"
        f" term='{_KINDS}{name}'/>"
    )


def _own_links(address: str) -> str:
    return "".join(
        f"<link rel='{relation}' {_ATOM} href='{address}'/>"
        for relation in ("edit", "self")
    )


def _author(name: str | None) -> str:
    """Somebody who did not sign has the name "Anonymous" and no profile."""
    if name is None:
        return ""
    profile = f"<uri>https://www.blogger.com/profile/{crc32(name.encode()):020}</uri>"
    return (
        f"<author><name>{escape(name or 'Anonymous')}</name>{profile if name else ''}"
        "<email>noreply@blogger.com</email>"
        "<gd:image rel='http://schemas.google.com/g/2005#thumbnail' width='16'"
        " height='16' src='https://img1.example.org/blank.gif'/></author>"
    )


def _property(name: str, value: str) -> str:
    return f"<gd:extendedProperty name='blogger.{name}' value={quoteattr(value)}/>"


def _moment(value: datetime) -> str:
    return value.astimezone(LONDON).isoformat(timespec="milliseconds")
