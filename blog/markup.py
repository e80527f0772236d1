"""The body of a post -> safe HTML, once, when it is saved."""

import re
from html import escape, unescape
from html.parser import HTMLParser
from urllib.parse import unquote

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from . import plaintext

SUMMARY_WORDS = 60

TAGS = {
    "a",
    "abbr",
    "b",
    "blockquote",
    "br",
    "code",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "h2",
    "h3",
    "h4",
    "hr",
    "i",
    "img",
    "ins",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
}

# Blocks under other names: dropping them would run the words before and after into
# one. A post's title is the page's first heading, so that h1 in its text is a second.
_RENAMED = {"h1": "h2", "h5": "h4", "h6": "h4", "dir": "ul", "menu": "ul"}
_RENAMED |= dict.fromkeys(
    "address article aside caption center details dialog fieldset figcaption figure "
    "footer form header hgroup legend main nav optgroup option search section "
    "summary".split(),
    "div",
)
_RENAMED_TAG = re.compile(f"<(/?)({'|'.join(_RENAMED)})>")
# nh3 takes quadratic time for blocks in blocks, and nobody reads as deep as this.
_DEEPEST = 100
_BLOCK_TAG = re.compile(
    f"<(/?)(?:blockquote|div|dl|ol|pre|table|ul|{'|'.join(_RENAMED)})\\b[^>]*>?", re.I
)
_ATTRIBUTES = '[^<>"]*(?:"[^"]*"[^<>"]*)*'
_ANY_TAG = re.compile(f"<{_ATTRIBUTES}>")
# Between words that these part there is no space.
_INLINE = frozenset("a abbr b code del em i ins s strong sub sup u".split())
_INLINE_TAG = re.compile(f"</?(?:{'|'.join(sorted(_INLINE))})\\b{_ATTRIBUTES}>")
# The parser takes the first newline of a pre for a part of the tag.
_PRE_NEWLINE = re.compile("<pre>(?=\n)")

# Images that were copied to this site: the only addresses of its own in a text.
OWN_IMAGE = re.compile(r"/media/[0-9a-f]{32}\.(?:jpg|png|gif|webp)")
_EMBEDS = ("iframe", "embed", "video", "audio", "source")
_MEDIA = re.compile(f"<(?:ima?ge?|{'|'.join(_EMBEDS)})\\b", re.I)
_WEB = re.compile(r"(?:https?:)?//(?:[^/?#\\]*@)?([^/?#@\\]+)([^?#]*)", re.I)
# A second reading of what nh3 made can differ from its first, rarely from its second.
_ROUNDS = 6

# A single newline is a line break: that is what the editors' old blog did.
_markdown = MarkdownIt(
    "commonmark", {"html": False, "breaks": True, "linkify": True}
).enable(["table", "strikethrough", "linkify"])
# Whole addresses only: "e.g.it" and "report.pdf" are no links.
_markdown.linkify.set({"fuzzy_link": False, "fuzzy_email": False})
for scheme in ("//", "ftp:", "mailto:"):
    _markdown.linkify.add(scheme, None)
_SEPARATOR = re.compile(
    "<p>("
    + "|".join(re.escape(escape(mark)) for mark in plaintext.SEPARATORS)
    + ")</p>"
)


def post_html(body: str, body_format: str) -> str:
    """Safe HTML of a post's body in one of the formats of ``Post.Format``."""
    if body_format == "text":
        return plaintext.to_html(body, separators=True)
    if body_format == "html":
        return sanitised(body)
    tokens = _markdown.parse(body)
    _settle_headings(tokens)
    html = sanitised(_markdown.renderer.render(tokens, _markdown.options, {}))
    return _SEPARATOR.sub(
        lambda found: f'<hr class="{plaintext.SEPARATORS[found[1]]}">', html
    )


def sanitised(html: str) -> str:
    """HTML with the tags of a text only, and links to whole web addresses only.

    Relative addresses are refused with the rest: ``//host`` is one of them. Images and
    embeds become links, for nothing may be fetched from elsewhere; images of this site
    stay. What was sanitised once comes out as it is.
    """
    clean = _without_abysses(html)
    for _ in range(_ROUNDS):
        before, clean = clean, _cleaned(clean)
        if clean == before:
            return clean
    return nh3.clean(clean, tags=set())


def image_words(alt: str, address: str) -> str:
    """What stands for an image: its own words, or else the name of its file."""
    words = alt.split()
    if not words and (found := _WEB.match(address) or OWN_IMAGE.match(address)):
        words = unquote(found[0].rpartition("/")[2]).split()
    return f"Image: {' '.join(words)}" if words else "Image"


def _without_abysses(html: str) -> str:
    """Without the block tags that are nested too deep."""
    if html.count("<") <= _DEEPEST:
        return html
    depth = 0

    def kept(tag: re.Match[str]) -> str:
        nonlocal depth
        before = depth
        depth = max(0, depth - 1) if tag[1] else depth + 1
        return tag[0] if max(before, depth) <= _DEEPEST else " "

    return _BLOCK_TAG.sub(kept, html)


def _cleaned(html: str) -> str:
    if _MEDIA.search(html):
        html = _Linker(_with_media(html)).html
    clean = nh3.clean(
        html,
        tags=TAGS | _RENAMED.keys(),
        clean_content_tags={"script", "style", "iframe", "template"},
        attributes={"*": set(), "a": {"href"}, "img": {"src", "alt"}},
        attribute_filter=_no_image_from_elsewhere,
        set_tag_attribute_values={"img": {"loading": "lazy"}},
        url_schemes={"http", "https", "mailto"},
        url_relative=lambda url: url if OWN_IMAGE.fullmatch(url) else None,
        link_rel="noopener",
    )
    clean = _PRE_NEWLINE.sub("<pre>\n", clean)
    return _RENAMED_TAG.sub(lambda tag: f"<{tag[1]}{_RENAMED[tag[2]]}>", clean)


def _no_image_from_elsewhere(tag: str, attribute: str, value: str) -> str | None:
    if tag == "img" and attribute == "src" and not OWN_IMAGE.fullmatch(value):
        return None
    return value


def _with_media(html: str) -> str:
    """Well-formed HTML in which images and embeds are still to be made links."""
    return nh3.clean(
        html,
        tags=TAGS | _RENAMED.keys() | set(_EMBEDS),
        clean_content_tags={"script", "style", "template"},
        attributes={
            "*": set(),
            "a": {"href"},
            "img": {"src", "alt"},
            **{tag: {"src"} for tag in _EMBEDS},
        },
        url_schemes={"http", "https", "mailto", "data"},
        url_relative=lambda url: url if OWN_IMAGE.fullmatch(url) else _of_host(url),
        link_rel="noopener",
    )


def _of_host(url: str) -> str | None:
    """``//host/x``, and no other relative address."""
    return url if _WEB.match(url) else None


class _Linker:
    """Makes links of the images and embeds in HTML that nh3 wrote."""

    TAG = re.compile(r'<(/?)([a-z0-9]+)((?: [a-z]+="[^"]*")*)>')
    ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')

    def __init__(self, html: str) -> None:
        self._out: list[str] = []
        # Of each open link, whether it leads anywhere; None once it was taken out.
        self._links: list[bool | None] = []
        self._live = 0
        # The places of links that lead nowhere: in the output, and among the open ones.
        self._dead: list[tuple[int, int]] = []
        self._last = ""
        self._after_media = False
        done = 0
        while tag := self.TAG.search(html, done):
            self._text(html[done : tag.start()])
            done = tag.end()
            self._tag(tag)
            if tag[2] == "iframe" and not tag[1]:
                # Its content is for programs without frames, and is not escaped.
                done = html.index("</iframe>", done)
        self._text(html[done:])
        self.html = "".join(self._out)

    def _text(self, text: str) -> None:
        if not text:
            return
        if self._after_media and text[0].isalnum():
            self._out.append(" ")
        self._after_media = False
        self._last = text[-1]
        self._out.append(text)

    def _tag(self, tag: re.Match[str]) -> None:
        name = tag[2]
        if name in _EMBEDS or name == "img":
            if not tag[1]:
                self._media(tag)
            return
        if name not in _INLINE:
            self._last = ""
            self._after_media = False
        if name == "a":
            if tag[1]:
                self._end_link(tag[0])
                return
            self._start_link(tag)
        self._out.append(tag[0])

    def _start_link(self, tag: re.Match[str]) -> None:
        href = dict(self.ATTRIBUTE.findall(tag[3])).get("href", "")
        live = bool(href) and not href.startswith("//")
        live = live and not href.lstrip().lower().startswith("data:")
        if live:
            self._live += 1
        else:
            self._dead.append((len(self._out), len(self._links)))
        self._links.append(live)

    def _end_link(self, tag: str) -> None:
        live = self._links.pop()
        if live:
            self._live -= 1
        elif live is False:
            self._dead.pop()
        if live is not None:
            self._out.append(tag)

    def _media(self, tag: re.Match[str]) -> None:
        attributes = {
            name: unescape(value) for name, value in self.ATTRIBUTE.findall(tag[3])
        }
        source, alt = attributes.get("src", "").strip(), attributes.get("alt", "")
        if OWN_IMAGE.fullmatch(source):
            if tag[2] == "img":
                self._out.append(tag[0])
            return
        found = _WEB.match(source)
        if tag[2] != "img":
            words = f"Embedded: {found[1]}{found[2]}".rstrip("/") if found else ""
        elif found or alt.split() or source.lower().startswith("data:"):
            words = image_words(alt, source)
        else:
            words = ""
        if not words:
            return
        if self._last.isalnum() or self._after_media:
            self._out.append(" ")
        shown = escape(words, quote=False)
        if found and not self._live:
            self._bury()
            address = f"https:{source}" if source.startswith("//") else source
            shown = f'<a href="{escape(address)}">{shown}</a>'
        self._out.append(shown)
        self._last = words[-1]
        self._after_media = True

    def _bury(self) -> None:
        """Takes out the open links that lead nowhere: a link in a link is none."""
        for place, link in self._dead:
            self._out[place] = ""
            self._links[link] = None
        self._dead.clear()


def plain(html: str) -> str:
    """The text of safe HTML, a line for each block: what the search looks in."""
    text = unescape(_ANY_TAG.sub("\n", _INLINE_TAG.sub("", html)))
    return "\n".join(line for each in text.split("\n") if (line := each.strip()))


def summary(html: str, words: int = SUMMARY_WORDS) -> str:
    """The first words of a post as plain text, with "…" if there are more."""
    reader = _Words(words)
    # In pieces, so that a long post is read only as far as needed.
    for start in range(0, len(html), 4096):
        reader.feed(html[start : start + 4096])
        if len(reader.found) > words:
            break
    else:
        reader.close()
    if len(reader.found) > words:
        return " ".join(reader.found[:words]).rstrip(" ,;:-–—") + " …"
    return " ".join(reader.found)


class _Words(HTMLParser):
    """Gathers the words of an HTML text, parted where a block or a line ends."""

    def __init__(self, enough: int) -> None:
        super().__init__(convert_charrefs=True)
        self.enough = enough
        self.found: list[str] = []
        self._open = ""

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag not in _INLINE:
            self._break()

    def handle_endtag(self, tag: str) -> None:
        if tag not in _INLINE:
            self._break()

    def handle_data(self, data: str) -> None:
        self._open += data

    def close(self) -> None:
        super().close()
        self._break()

    def _break(self) -> None:
        if len(self.found) <= self.enough:
            self.found += self._open.split()
        self._open = ""


def _settle_headings(tokens: list[Token]) -> None:
    """A post's title is the page's heading: those in its text begin one lower, and none
    skips a level, whatever the editor began with."""
    last = 1
    for token in tokens:
        if token.type == "heading_open":
            last = min(int(token.tag[1]) + 1, last + 1, 4)
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{last}"
