"""What other programs read of a page: Open Graph and JSON-LD (schema.org)."""

import json
import re
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from .atom import to_minute
from .markup import OWN_IMAGE
from .models import Post

_IMAGE = re.compile(f'<img [^>]*?src="({OWN_IMAGE.pattern})"')
# Inside a script element the parser of HTML looks for these alone, and JSON can say
# each in another way: no text can end the element or begin a comment in it.
_IN_SCRIPT = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


@dataclass(frozen=True)
class Metadata:
    """``properties`` are Open Graph's; ``json_ld`` is safe inside a script element."""

    description: str
    properties: list[tuple[str, str]]
    json_ld: SafeString | None = None


def of_home() -> Metadata:
    """The blog as such."""
    return Metadata(
        settings.SITE_DESCRIPTION,
        [
            *_properties("website", settings.SITE_NAME, reverse("blog:home")),
            ("og:description", settings.SITE_DESCRIPTION),
        ],
    )


def of_post(post: Post) -> Metadata:
    """A post, which must carry ``comment_count``. A page is no posting."""
    title = post.title or "(untitled)"
    properties = _properties("article", title, post.get_absolute_url())
    if post.summary:
        properties.append(("og:description", post.summary))
    image = _first_image(post)
    if image:
        properties.append(("og:image", image))
    if not post.is_page:
        properties.append(("article:published_time", _published(post)))
    properties += [("article:tag", label.name) for label in post.labels.all()]
    json_ld = None if post.is_page else _in_script(_posting(post, title, image))
    return Metadata(post.summary, properties, json_ld)


def _properties(kind: str, title: str, path: str) -> list[tuple[str, str]]:
    return [
        ("og:type", kind),
        ("og:title", title),
        ("og:url", settings.SITE_URL + path),
        ("og:site_name", settings.SITE_NAME),
        ("og:locale", "en_GB"),
    ]


def _posting(post: Post, title: str, image: str | None) -> dict[str, object]:
    """The text is its beginning: the whole of it stands in the page already.

    Where the source did not record who wrote it, it is the site that published it; and
    where it did not record the comments, nothing is said of their number.
    """
    address = settings.SITE_URL + post.get_absolute_url()
    posting: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "DiscussionForumPosting",
        "@id": address,
        "url": address,
        "mainEntityOfPage": address,
        "headline": title,
        "datePublished": _published(post),
        "author": (
            {"@type": "Person", "name": post.author_name}
            if post.author_name
            else {"@type": "Organization", "name": settings.SITE_NAME}
        ),
        "isPartOf": {
            "@type": "WebSite",
            "name": settings.SITE_NAME,
            "url": settings.SITE_URL + reverse("blog:home"),
        },
    }
    if post.summary:
        posting["text"] = post.summary
    if image:
        posting["image"] = image
    if keywords := [label.name for label in post.labels.all()]:
        posting["keywords"] = keywords
    if post.comments_recorded or post.comment_count:
        posting["commentCount"] = post.comment_count
        posting["interactionStatistic"] = {
            "@type": "InteractionCounter",
            "interactionType": "https://schema.org/CommentAction",
            "userInteractionCount": post.comment_count,
        }
    return posting


def _published(post: Post) -> str:
    """What the page shows of it: the minute, or the day alone."""
    day: datetime = post.day
    if post.shows_time:
        return to_minute(day).isoformat(timespec="minutes")
    return day.date().isoformat()


def _first_image(post: Post) -> str | None:
    found = _IMAGE.search(post.body_html)
    return settings.SITE_URL + found[1] if found else None


def _in_script(value: dict[str, object]) -> SafeString:
    text = json.dumps(value, ensure_ascii=False).translate(_IN_SCRIPT)
    return mark_safe(text)  # noqa: S308  see _IN_SCRIPT
