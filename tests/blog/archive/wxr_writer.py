"""Writes blogs as WordPress exports them (WXR 1.2): the counterpart of
``formats.wordpress``.

What WordPress does not export is left out: spam, and comments that were deleted for
good, whose replies then name a parent that is not there.
"""

import datetime as dt
from collections.abc import Iterable
from email.utils import format_datetime
from typing import TextIO
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from blog.addresses import slug_from_title
from blog.archive.model import PostStatus, SourceComment, SourcePost, Status

from .made_blogs import EMAIL, IP_ADDRESS, LONDON, SITE, number, whole_address
from .takeout_writer import NAME

_POST_STATUS = {
    PostStatus.LIVE: "publish",
    PostStatus.DRAFT: "draft",
    PostStatus.SCHEDULED: "future",
    PostStatus.TRASHED: "trash",
}
_APPROVED = {Status.LIVE: "1", Status.HELD: "0", Status.TRASHED: "trash"}
_NOT_YET = "0000-00-00 00:00:00"


def write(posts: Iterable[SourcePost], file: TextIO, scheme: str = "http") -> None:
    """The whole export; ``scheme`` is that of WordPress' own namespace, which some
    versions write with https. An attachment stands at the end."""
    posts = [post for post in posts if not post.is_missing]
    file.write(_head(scheme))
    for author in sorted({post.author for post in posts if post.author}):
        file.write(_author(author))
    for post in posts:
        file.write(_item(post))
    file.write(_attachment())
    file.write("</channel>\n</rss>\n")


def _head(scheme: str) -> str:
    own = f"{scheme}://wordpress.org/export/1.2/"
    return (
        '<?xml version="1.0" encoding="UTF-8" ?>\n'
        '<!-- generator="WordPress/6.4" created="2025-03-02 10:30" -->\n'
        f'<rss version="2.0"\n\txmlns:excerpt="{own}excerpt/"\n'
        '\txmlns:content="http://purl.org/rss/1.0/modules/content/"\n'
        '\txmlns:wfw="http://wellformedweb.org/CommentAPI/"\n'
        '\txmlns:dc="http://purl.org/dc/elements/1.1/"\n'
        f'\txmlns:wp="{own}"\n>\n'
        f"<channel>\n<title>{NAME}</title>\n<link>{SITE}</link>\n"
        "<language>en-GB</language>\n<wp:wxr_version>1.2</wp:wxr_version>\n"
        f"<wp:base_site_url>{SITE}</wp:base_site_url>\n"
        f"<wp:base_blog_url>{SITE}</wp:base_blog_url>\n"
    )


def _author(name: str) -> str:
    return (
        f"<wp:author><wp:author_login>{_cdata(_login(name))}</wp:author_login>"
        f"<wp:author_email>{_cdata(EMAIL)}</wp:author_email>"
        f"<wp:author_display_name>{_cdata(name)}</wp:author_display_name>"
        "</wp:author>\n"
    )


def _item(post: SourcePost) -> str:
    own = number(post.uid)
    is_public = post.status is PostStatus.LIVE
    has_moment = post.status is not PostStatus.DRAFT
    slug = urlsplit(whole_address(post)).path.rpartition("/")[2].removesuffix(".html")
    if post.status is PostStatus.TRASHED:
        slug += "__trashed"
    creator = "" if post.author is None else _cdata(_login(post.author))
    return "\n".join(
        (
            "<item>",
            f"\t<title>{_cdata(post.title)}</title>",
            f"\t<link>{escape(whole_address(post) if is_public else _short(post))}"
            "</link>",
            f"\t<pubDate>{format_datetime(post.published_at.astimezone(dt.UTC))}"
            "</pubDate>",
            *([f"\t<dc:creator>{creator}</dc:creator>"] if creator else []),
            f'\t<guid isPermaLink="false">{escape(_short(post))}</guid>',
            "\t<description></description>",
            f"\t<content:encoded>{_cdata(post.body)}</content:encoded>",
            f"\t<excerpt:encoded>{_cdata('')}</excerpt:encoded>",
            f"\t<wp:post_id>{own}</wp:post_id>",
            f"\t<wp:post_date>{_cdata(_local(post.published_at))}</wp:post_date>",
            "\t<wp:post_date_gmt>"
            f"{_cdata(_gmt(post.published_at) if has_moment else _NOT_YET)}"
            "</wp:post_date_gmt>",
            f"\t<wp:comment_status>{_cdata('open')}</wp:comment_status>",
            f"\t<wp:post_name>{_cdata(slug)}</wp:post_name>",
            f"\t<wp:status>{_cdata(_POST_STATUS[post.status])}</wp:status>",
            "\t<wp:post_parent>0</wp:post_parent>",
            f"\t<wp:post_type>{_cdata('page' if post.is_page else 'post')}"
            "</wp:post_type>",
            f"\t<wp:post_password>{_cdata('')}</wp:post_password>",
            "\t<wp:is_sticky>0</wp:is_sticky>",
            *(
                f'\t<category domain="post_tag" nicename="{slug_from_title(label)}">'
                f"{_cdata(label)}</category>"
                for label in post.labels
            ),
            *(_comment(c) for c in post.comments if c.status in _APPROVED),
            "</item>\n",
        )
    )


def _comment(comment: SourceComment) -> str:
    parent = number(comment.parent) if comment.parent else "0"
    author = (
        []
        if comment.author is None
        else [f"\t\t<wp:comment_author>{_cdata(comment.author)}</wp:comment_author>"]
    )
    return "\n".join(
        (
            "\t<wp:comment>",
            f"\t\t<wp:comment_id>{number(comment.uid)}</wp:comment_id>",
            *author,
            f"\t\t<wp:comment_author_email>{_cdata(EMAIL)}</wp:comment_author_email>",
            "\t\t<wp:comment_author_url></wp:comment_author_url>",
            f"\t\t<wp:comment_author_IP>{_cdata(IP_ADDRESS)}</wp:comment_author_IP>",
            f"\t\t<wp:comment_date>{_cdata(_local(comment.written_at))}"
            "</wp:comment_date>",
            f"\t\t<wp:comment_date_gmt>{_cdata(_gmt(comment.written_at))}"
            "</wp:comment_date_gmt>",
            f"\t\t<wp:comment_content>{_cdata(comment.html)}</wp:comment_content>",
            f"\t\t<wp:comment_approved>{_cdata(_APPROVED[comment.status])}"
            "</wp:comment_approved>",
            f"\t\t<wp:comment_type>{_cdata('comment')}</wp:comment_type>",
            f"\t\t<wp:comment_parent>{parent}</wp:comment_parent>",
            "\t\t<wp:comment_user_id>0</wp:comment_user_id>",
            "\t</wp:comment>",
        )
    )


def _attachment() -> str:
    """A picture of the media library: an item that is no post."""
    return (
        f"<item>\n\t<title>{_cdata('earl-of-thrave')}</title>\n"
        f"\t<link>{SITE}/earl-of-thrave/</link>\n"
        f"\t<dc:creator>{_cdata('aldous')}</dc:creator>\n"
        f"\t<content:encoded>{_cdata('')}</content:encoded>\n"
        "\t<wp:post_id>999999</wp:post_id>\n"
        f"\t<wp:post_date>{_cdata('2014-06-01 12:00:00')}</wp:post_date>\n"
        f"\t<wp:post_date_gmt>{_cdata('2014-06-01 11:00:00')}</wp:post_date_gmt>\n"
        f"\t<wp:status>{_cdata('inherit')}</wp:status>\n"
        f"\t<wp:post_type>{_cdata('attachment')}</wp:post_type>\n"
        f"\t<wp:attachment_url>{_cdata(f'{SITE}/earl-of-thrave.jpg')}"
        "</wp:attachment_url>\n</item>\n"
    )


def _short(post: SourcePost) -> str:
    return f"{SITE}/?{'page_id' if post.is_page else 'p'}={number(post.uid)}"


def _login(name: str) -> str:
    return name.casefold().replace(" ", "-")


def _cdata(text: str) -> str:
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def _local(value: dt.datetime) -> str:
    return f"{value.astimezone(LONDON):%Y-%m-%d %H:%M:%S}"


def _gmt(value: dt.datetime) -> str:
    return f"{value.astimezone(dt.UTC):%Y-%m-%d %H:%M:%S}"
