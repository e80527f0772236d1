"""Images and embeds in posts: links to what is elsewhere, images of this site alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.markup import OWN_IMAGE, TAGS, post_html, sanitised, summary

from .safe_html import Page

OWN = f"/media/{'0123456789abcdef' * 2}.jpg"


class MediaPage(Page):
    """A page in which images are void, as a browser reads them."""

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if tag == "img":
            self.elements.append((tag, dict(attrs)))
        else:
            super().handle_starttag(tag, attrs)


def link(address: str, words: str) -> str:
    return f'<a href="{address}" rel="noopener">{words}</a>'


# --- images ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "html"),
    [
        (
            "<img src=http://a.uk/b.jpg alt=Words>",
            ("http://a.uk/b.jpg", "Image: Words"),
        ),
        ("<img src=http://a.uk/c/b.jpg>", ("http://a.uk/c/b.jpg", "Image: b.jpg")),
        (
            "<img src='http://a.uk/b%20c.jpg?d/e' alt=' '>",
            ("http://a.uk/b%20c.jpg?d/e", "Image: b c.jpg"),
        ),
        ("<img src=http://a.uk/>", ("http://a.uk/", "Image")),
        ("<IMG SRC=//a.uk/b.png>", ("https://a.uk/b.png", "Image: b.png")),
        ("<image src=https://a.uk/b.png>", ("https://a.uk/b.png", "Image: b.png")),
        (
            "<img src='http://a.uk/?b>c&d' alt='1 > \"2\" <b>'>",
            (
                "http://a.uk/?b&gt;c&amp;d",
                'Image: 1 &gt; "2" &lt;b&gt;',
            ),
        ),
        (
            "<picture><source srcset=http://a.uk/c.webp><img src=http://a.uk/b.jpg>"
            "</picture>",
            ("http://a.uk/b.jpg", "Image: b.jpg"),
        ),
    ],
)
def test_an_image_from_elsewhere_is_a_link(body, html):
    assert sanitised(body) == link(*html)


@pytest.mark.parametrize(
    ("body", "html"),
    [
        ("<img src=data:image/png;base64,xx>", "Image"),
        ("<img src=data:image/png;base64,xx alt=Words>", "Image: Words"),
        ("<img src=/b.png alt=Words>", "Image: Words"),
        ("<img src=javascript:x alt=Words>", "Image: Words"),
        ("<img src=/b.png>", ""),
        ("<img>", ""),
    ],
)
def test_an_image_without_a_place_on_the_web_is_its_words(body, html):
    assert sanitised(body) == html


def test_in_a_link_an_image_is_words():
    body = "<a href=http://a.uk/big>see <b><img src=http://a.uk/b.jpg></b></a>"
    assert sanitised(body) == link("http://a.uk/big", "see <b>Image: b.jpg</b>")


@pytest.mark.parametrize(
    "start", ["<a>", "<a href=javascript:x>", "<a href=/x>", "<a href=data:x>"]
)
def test_a_link_to_nowhere_gives_way_to_that_of_its_image(start):
    html = link("http://a.uk/b.jpg", "Image: b.jpg")
    assert sanitised(f"{start}<img src=http://a.uk/b.jpg></a>") == html


def test_words_beside_an_image_are_not_run_together():
    body = "one<img src=http://a.uk/b.jpg><img src=//a.uk/c.jpg>two"
    page = MediaPage(sanitised(body))
    assert page.text == "one Image: b.jpg Image: c.jpg two"


@pytest.mark.parametrize("extension", ["jpg", "png", "gif", "webp"])
def test_an_image_of_this_site_stays(extension):
    src = OWN.replace("jpg", extension)
    body = f"<img onerror=x style=y alt='a \"b\"' width=9 src={src}>"
    page = MediaPage(sanitised(body))
    assert page.elements == [
        ("img", {"src": src, "alt": 'a "b"', "loading": "lazy"}),
    ]


@pytest.mark.parametrize(
    "src",
    [
        OWN + "?x",
        OWN + "#x",
        "/" + OWN,
        OWN.upper(),
        OWN.replace("jpg", "svg"),
        OWN.replace("0", ""),
        "/media/../" + OWN[7:],
        "." + OWN,
        OWN + "\n/x",
        "/logout",
        "\\\\a.uk/b.png",
    ],
)
def test_no_other_address_of_this_site_does(src):
    page = MediaPage(sanitised(f"<img src='{src}'><a href='{src}'>x</a>"))
    assert "img" not in page.tags
    assert all(href is None or href.startswith("https://media/") for href in page.links)
    assert page.links[-1] is None


def test_a_link_to_an_image_of_this_site_lives():
    body = f"<a href={OWN}><img src={OWN}></a>"
    page = MediaPage(sanitised(body))
    assert page.links == [OWN]
    assert page.tags == {"a", "img"}


def test_images_in_markdown():
    html = post_html(f"![One](http://a.uk/b.png) ![Two]({OWN})", "markdown")
    page = MediaPage(html)
    assert page.links == ["http://a.uk/b.png"]
    assert page.text.strip() == "Image: One"
    assert ("img", {"src": OWN, "alt": "Two", "loading": "lazy"}) in page.elements


def test_the_summary_of_a_post_reads_over_its_images():
    assert summary(sanitised(f"one<img src={OWN}>two")) == "one two"


# --- embeds ----------------------------------------------------------------------


@pytest.mark.parametrize("tag", ["iframe", "embed", "video", "audio", "source"])
def test_an_embed_is_a_link(tag):
    address = "https://www.a.uk/embed/b?c=d&amp;e#f"
    assert sanitised(f"<{tag} src='{address}'>") == link(
        address, "Embedded: www.a.uk/embed/b"
    )


def test_the_words_of_an_embed_show_the_host_it_leads_to():
    page = MediaPage(sanitised("<iframe src=http://bank.example@a.uk/></iframe>"))
    assert page.text == "Embedded: a.uk"


def test_an_embed_in_an_old_object_is_found():
    body = "<object><param name=movie><embed src=http://a.uk/v/1></object>"
    assert sanitised(body) == link("http://a.uk/v/1", "Embedded: a.uk/v/1")


def test_the_words_of_a_video_stay_and_those_of_a_frame_do_not():
    assert MediaPage(
        sanitised("<video><source src=//a.uk/b.mp4>Not <i>shown</i></video>")
    ).text == ("Embedded: a.uk/b.mp4 Not shown")
    frame = "<iframe src=http://a.uk>no <b>frames <img src=http://c.uk></iframe>x"
    assert MediaPage(sanitised(frame)).text == "Embedded: a.uk x"


@pytest.mark.parametrize("src", ["javascript:x", "data:text/html,x", "/x", "x", ""])
def test_an_embed_from_nowhere_is_dropped(src):
    assert sanitised(f"<iframe src='{src}'></iframe>x") == "x"


# --- all of it -------------------------------------------------------------------

SOURCES = [OWN, OWN + "x", "http://a.uk/b.png", "//a.uk/b", "/logout", "data:x", "x"]
SOURCES += ["javascript:x", "http://", "//", "http://a.uk/?<img src=x>", "http://a>'b"]
PIECES = st.one_of(
    st.builds(
        '<{} src="{}" alt="{}" onerror=x>'.format,
        st.sampled_from(["img", "image", "iframe", "embed", "video", "source"]),
        st.sampled_from(SOURCES),
        st.sampled_from(["", "words", "1 > 2", "</a>", "&quot; <b>"]),
    ),
    st.builds('<a href="{}">'.format, st.sampled_from(SOURCES)),
    st.builds(
        "<{}>".format,
        st.sampled_from(
            "/a b /b p /p pre /pre /iframe /video table tr td svg math marquee div "
            "blockquote li ul h1 /h1 select option button form noscript caption".split()
        ),
    ),
    st.sampled_from(["\n", "&lt;img>", "<!--", "-->", "<", "'", '"', "\0"]),
    st.text(max_size=5),
)
BODIES = st.lists(PIECES, max_size=14).map("".join)


@given(BODIES)
def test_nothing_but_harmless_tags_and_addresses_comes_out(body):
    page = MediaPage(sanitised(body))
    assert page.tags <= TAGS
    for tag, attributes in page.elements:
        if tag == "img":
            assert attributes.keys() <= {"src", "alt", "loading"}
            assert OWN_IMAGE.fullmatch(attributes["src"])
        elif tag == "a":
            assert attributes.keys() <= {"href", "rel"}
            href = attributes.get("href", "http://")
            assert href.startswith(("http://", "https://")) or href == OWN
        else:
            assert not attributes


@given(BODIES)
def test_what_was_sanitised_comes_out_as_it_is(body):
    once = sanitised(body)
    assert sanitised(once) == once


@given(st.lists(st.sampled_from("ABCDEFGH"), max_size=9), st.data())
def test_no_visible_word_is_lost_and_none_are_run_together(letters, data):
    words = [letter * 5 for letter in letters]
    tags = "<b> </b> <p> </div> <address> <h1> <br> <td> <form> <figure> <option>"
    body = "".join(
        f" {word} {data.draw(st.sampled_from(tags.split()))}" for word in words
    )
    shown = MediaPage(sanitised(body)).text.split()
    assert sorted(shown) == sorted(words)


@pytest.mark.parametrize(
    "tag", "address aside figure footer form header option section summary".split()
)
def test_blocks_of_any_kind_part_words(tag):
    html = sanitised(f"<{tag}>one</{tag}><{tag}>two</{tag}>")
    assert html == "<div>one</div><div>two</div>"


def test_the_first_empty_line_of_a_pre_stays():
    assert sanitised("<pre>\n\nx</pre>") == "<pre>\n\nx</pre>"


@pytest.mark.parametrize(
    "body",
    [
        "<blockquote>" * 16_000 + "word",
        "<b>" * 20_000 + "word",
        "<a><img src=http://a.uk/b>" * 3_000 + "word",
        "<iframe src=http://a.uk>" * 3_000 + "</iframe>word",
        '<img alt="' * 5_000 + '">word',
    ],
    ids=lambda body: body[:20],
)
def test_abysses_are_read_and_the_words_in_them_kept(body):
    assert MediaPage(sanitised(body)).text.endswith("word")
