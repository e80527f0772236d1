"""XML as it comes: what is read, what is mended, what is refused and where."""

import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.archive.formats import xml_elements, xml_stream
from blog.archive.formats.xml_stream import Element, Reader, root_of
from blog.archive.model import ArchiveError, Cut

ATOM = "http://www.w3.org/2005/Atom"


class Slow(io.BytesIO):
    """A file that gives a few bytes at a time, whatever is asked for."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self._size = size

    def read(self, size: int | None = -1) -> bytes:
        return super().read(self._size)


def reader(data: str | bytes, size: int = 0, wanted: str = "e") -> Reader:
    raw = data.encode() if isinstance(data, str) else data
    file = Slow(raw, size) if size else io.BytesIO(raw)
    return Reader(file, frozenset(wanted.split()))


def read(data: str | bytes, size: int = 0, wanted: str = "e") -> list[Element]:
    return list(reader(data, size, wanted))


def refusal(data: str | bytes, size: int = 0) -> ArchiveError:
    with pytest.raises(ArchiveError) as caught:
        read(data, size)
    return caught.value


def outcome(found: Reader) -> tuple[list[tuple], ArchiveError | None]:
    """What is read, and what ended it."""
    got: list[tuple] = []
    try:
        for element in found:
            got.append(plain(element))
    except ArchiveError as error:
        return got, error
    return got, None


def plain(element: Element) -> tuple:
    children = [plain(child) for child in element.children]
    return (
        element.name,
        element.attributes,
        element.text,
        element.line,
        children,
    )


def texts(data: str | bytes, size: int = 0) -> list[str]:
    return [element.text for element in read(data, size)]


# --- what an element holds


def test_gives_the_wanted_elements_with_all_inside_them():
    [one] = read('<r>\n<skip>x</skip>\n<e a="1"> t <c>1</c><d/><c> 2 </c></e></r>')
    assert (one.name, one.attributes, one.line) == ("e", {"a": "1"}, 3)
    assert one.text == " t "
    assert [child.text for child in one.all("c")] == ["1", " 2 "]
    assert one.child("c").text == "1"
    assert one.child("x") is None
    assert one.value("d", "default") == ""
    assert one.value("x", "default") == "default"


def test_a_wanted_element_inside_another_comes_with_it_only():
    [one] = read("<r><e><e>inner</e></e></r>")
    assert one.child("e").text == "inner"


def test_root_comes_without_its_children():
    found = reader('<r v="2"><e/></r>')
    list(found)
    assert (found.root.name, found.root.attributes, found.root.children) == (
        "r",
        {"v": "2"},
        [],
    )


def test_root_of_reads_the_beginning_of_a_document():
    assert root_of(
        b"<?xml version='1.0'?>\n<!-- x --><rss version='2.0'><chan"
    ).name == ("rss")
    assert root_of(b"\xef\xbb\xbf<r><e>").name == "r"
    assert root_of("<r><e/></r>".encode("utf-16")).name == "r"


@pytest.mark.parametrize("head", [b"", b"Friday, 2 September", b"< 5", b"<", b"<!--"])
def test_root_of_something_else_is_none(head):
    assert root_of(head) is None


def test_root_of_refuses_a_document_type_but_not_a_web_page():
    with pytest.raises(ArchiveError):
        root_of(b"<!DOCTYPE lolz []><r/>")
    assert root_of(b"<!DOCTYPE html><html>") is None


def test_cdata_is_text():
    assert texts("<r><e>a<![CDATA[<b>&amp;</b>]]>c</e></r>") == ["a<b>&amp;</b>c"]


# --- what is refused


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>',
        '<!DOCTYPE r SYSTEM "http://attacker.example/x.dtd">',
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>',
        '<!DOCTYPE r [<!ENTITY % p SYSTEM "http://attacker.example/"> %p;]>',
        "<!DOCTYPE r>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_refuses_every_document_type(declaration, encoding):
    data = f"<?xml version='1.0'?>\n{declaration}<r><e>&b;&x;</e></r>"
    error = refusal(data.encode(encoding))
    assert error.line == 2
    assert error.column > 1
    assert "document type" in error.message


def test_refuses_an_entity_that_nothing_defines():
    error = refusal("<r>\n<e>&nbsp;</e></r>")
    assert error.line == 2
    assert "undefined entity" in error.message


@pytest.mark.parametrize("name", ["klingon", "shift_jis", "hex", "utf-7", "undefined"])
def test_refuses_an_encoding_that_cannot_be_read(name):
    error = refusal(f"<?xml version='1.0' encoding='{name}'?><r><e>x</e></r>")
    assert error.line == 1
    assert "encoding" in error.message


def test_malformed_xml_is_refused_with_its_place():
    error = refusal("<r>\n<e>x</e>\n<e>y</f></r>")
    assert (error.line, error.column) == (3, 7)
    assert not isinstance(error, Cut)
    assert "mismatched tag" in error.message


@pytest.mark.parametrize(
    "data", ["", "   \n", "<!-- only this -->", "<?xml version='1.0'?>"]
)
def test_a_file_without_an_element_is_refused(data):
    assert "no XML element" in refusal(data).message


def test_refuses_elements_too_deep_in_each_other():
    deep = xml_stream.DEEPEST
    assert len(read("<r>" + "<e>" * (deep - 1) + "</e>" * (deep - 1) + "</r>")) == 1
    for end in ("", "</e>" * 2 * deep):
        error = refusal("<r>\n" + "<e>" * 2 * deep + end)
        assert error.line == 2
        assert "deep" in error.message
    assert "deep" in refusal("<r>" + "<x>" * 2 * deep).message


@pytest.mark.parametrize(
    "content",
    [
        "x" * 2001,
        "<c>" + "x" * 600 + "</c><c>" + "x" * 600 + "</c>",
        "<c/>" * 300,
        f'<c a="{"x" * 2001}"/>',
    ],
)
def test_refuses_an_element_that_would_fill_the_memory(monkeypatch, content):
    monkeypatch.setattr(xml_stream, "LONGEST", 1000)
    error = refusal(f"<r>\n<e>\n{content}</e></r>", size=200)
    assert error.line == 2
    assert "no export" in error.message


@pytest.mark.parametrize("start", ["<!--", '<x a="', "<?pi ", "<![CDATA["])
def test_refuses_a_token_that_never_ends(monkeypatch, start):
    monkeypatch.setattr(xml_stream, "LONGEST", 10_000)
    monkeypatch.setattr(xml_stream, "CHUNK", 500)
    with pytest.raises(ArchiveError) as caught:
        read("<r>" + ("<e>" if "CDATA" in start else "") + start + "x" * 30_000)
    assert not isinstance(caught.value, Cut)


def test_many_elements_below_the_caps_are_no_problem(monkeypatch):
    monkeypatch.setattr(xml_stream, "LONGEST", 3000)
    monkeypatch.setattr(xml_stream, "CHUNK", 500)
    feed = "<r>" + f"<e>{'x' * 900}</e><!-- y -->" * 50 + "</r>"
    assert len(read(feed, size=50)) == 50


# --- cut files


def test_a_cut_file_gives_what_is_whole_and_its_place():
    got, error = outcome(reader("<r>\n<e>one</e>\n<e>tw"))
    assert [text for _, _, text, _, _ in got] == ["one"]
    assert isinstance(error, Cut)
    assert (error.line, error.column) == (3, 6)
    assert "middle" in error.message


DOCUMENT = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<r xmlns="http://www.w3.org/2005/Atom" '
    "xmlns:g='http://schemas.google.com/g/2005'>\n<e g:a='&lt;é'>ä€😀 &amp; &#1;&#228;"
    "<g:c>x</g:c><![CDATA[<&]]></e><!-- c -->\n<?p i?><e/>\n<e>z\x02</e></r>\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_cut_anywhere_is_a_cut_file_and_never_another_fault(encoding):
    whole = DOCUMENT.encode(encoding)
    all_of_it = [plain(element) for element in read(whole)]
    begins = whole.index(b"<r") + whole[whole.index(b"<r") :].index(b">") + 1
    for at in range(whole.rindex(b">")):
        got, error = outcome(reader(whole[:at]))
        assert isinstance(error, ArchiveError)
        assert isinstance(error, Cut) == (at >= begins), whole[:at]
        assert got == all_of_it[: len(got)]


# --- names


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("http://schemas.google.com/blogger/2018", "blogger:x"),
        ("https://schemas.google.com/blogger/2018", "blogger:x"),
        ("https://schemas.google.com/blogger/2018/", "blogger:x"),
        ("HTTP://Schemas.Google.com/g/2005", "gd:x"),
        ("http://purl.org/atom/app#", "app:x"),
        ("http://www.w3.org/2007/app", "app:x"),
        ("http://purl.org/syndication/thread/1.0", "thr:x"),
        ("http://wordpress.org/export/1.0/", "wp:x"),
        ("https://wordpress.org/export/1.2", "wp:x"),
        ("http://wordpress.org/export/1.2/excerpt/", "excerpt:x"),
        ("http://purl.org/rss/1.0/modules/content/", "content:x"),
        ("http://purl.org/dc/elements/1.1/", "dc:x"),
        ("http://disqus.com/disqus-internals", "dsq:x"),
        ("http://disqus.com", "x"),
        (ATOM, "x"),
        ("https://candour.example/archive/1", "candour:x"),
        ("urn:other", "{urn:other}x"),
    ],
)
def test_names_are_told_by_the_address_and_never_by_the_letters(address, name):
    [one] = read(f"<r xmlns:q='{address}'><e q:x='1'><q:x/></e></r>")
    assert one.children[0].name == name
    assert one.attributes == {name: "1"}


def test_an_undeclared_prefix_means_what_it_always_means():
    [one] = read("<r><e><app:draft/><foo:bar/></e></r>")
    assert [child.name for child in one.children] == ["app:draft", "{foo}bar"]


def test_a_prefix_declared_on_an_element_holds_there_only():
    gd, thr = (
        "http://schemas.google.com/g/2005",
        "http://purl.org/syndication/thread/1.0",
    )
    [one] = read(
        f"<r xmlns:p='{gd}'><e><p:a/><x xmlns:p='{thr}'><p:b/></x><p:c/>"
        f"<p:d xmlns:p='{thr}'/><p:e p:f=''/></e></r>"
    )
    assert [child.name for child in one.children] == [
        "gd:a",
        "x",
        "gd:c",
        "thr:d",
        "gd:e",
    ]
    assert one.child("x").children[0].name == "thr:b"
    assert one.child("gd:e").attributes == {"gd:f": ""}


def test_the_namespace_without_a_prefix_is_known_too():
    [one] = read(f"<a:r xmlns:a='{ATOM}'><a:e><x xmlns='urn:o' b=''/></a:e></a:r>")
    assert one.name == "e"
    assert one.children[0].name == "{urn:o}x"
    assert one.children[0].attributes == {"b": ""}


def test_ever_new_names_do_not_fill_the_memory():
    found = reader("<r>" + "".join(f"<e><n{n}/></e>" for n in range(3000)) + "</r>")
    assert sum(len(element.children) for element in found) == 3000
    scope = xml_elements.Scope({})
    assert [scope.name(f"n{n}") for n in range(3000)][-1] == "n2999"
    assert len(scope._names) <= 1000


# --- characters that XML does not allow


def test_control_characters_are_left_out_with_a_warning():
    found = reader("<r>\n\n<e>a\x00b\x08c\x0bd\x1fe\tf</e></r>")
    assert [element.text for element in found] == ["abcde\tf"]
    [warning] = found.warnings
    assert warning.code == "control-characters"
    assert warning.message.startswith("4 ")
    assert warning.line == 1


def test_the_warning_names_the_line_before_the_first_one(monkeypatch):
    monkeypatch.setattr(xml_stream, "CHUNK", 2000)
    found = reader("<r>" + "\n" * 5000 + "<e>\x01</e></r>")
    list(found)
    assert 3500 <= found.warnings[0].line <= 5001


@pytest.mark.parametrize(
    "reference", ["&#0;", "&#1;", "&#31;", "&#x1F;", "&#x0b;", "&#0008;", "&#x00000c;"]
)
def test_references_to_control_characters_are_left_out(reference):
    found = reader(f"<r><e>a{reference}b</e></r>")
    assert [element.text for element in found] == ["ab"]
    assert [warning.code for warning in found.warnings] == ["control-characters"]


@pytest.mark.parametrize(
    "reference", ["&#9;", "&#10;", "&#x20;", "&#233;", "&#x1F600;"]
)
def test_other_references_stay(reference):
    found = reader(f"<r><e>a{reference}b</e></r>")
    [one] = found
    assert len(one.text) == 3
    assert not found.warnings


def test_warnings_of_a_cut_file_are_there_too():
    found = reader("<r><e>a\x01</e><e>")
    with pytest.raises(Cut):
        list(found)
    assert len(found.warnings) == 1


def test_broken_utf8_is_replaced_with_a_warning():
    found = reader(b"<r><e>a\xff\xc3b \xef\xbf\xbd</e></r>")
    assert [element.text for element in found] == ["a\ufffd\ufffdb \ufffd"]
    assert found.warnings[0].message.startswith("2 ")


@pytest.mark.parametrize("size", [1, 2, 3, 5])
def test_a_replacement_character_in_the_file_is_no_fault(size):
    found = reader("<r>" + "x" * 2000 + "<e>\ufffd\ufffd\ufffd</e></r>", size)
    assert [element.text for element in found] == ["\ufffd\ufffd\ufffd"]
    assert not found.warnings


# --- encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_reads_unicode_encodings_with_and_without_a_mark(encoding):
    assert texts("<r><e>ä€😀</e></r>".encode(encoding)) == ["ä€😀"]


def test_reads_utf16_that_says_so():
    data = "<?xml version='1.0' encoding='UTF-16'?><r><e>ä€</e></r>"
    assert texts(data.encode("utf-16")) == ["ä€"]


@pytest.mark.parametrize("encoding", ["windows-1252", "ISO-8859-1", "iso-8859-15"])
def test_reads_one_byte_encodings(encoding):
    euro = "" if encoding == "ISO-8859-1" else "€"
    data = f"<?xml version='1.0' encoding='{encoding}'?>\n<r><e>é{euro}\x01</e></r>"
    found = reader(data.encode(encoding))
    assert [element.text for element in found] == [f"é{euro}"]
    assert found.warnings[0].message.startswith("1 ")


# --- chunks

SIZES = [1, 2, 3, 7, 64, 1023]
WIDE = DOCUMENT.replace("<?p i?>", "<?p i?>" + "y" * 1500 + "<e>é&#x0008;&#1;ö</e>")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_the_size_of_chunks_changes_nothing(size, encoding):
    data = WIDE.encode(encoding)
    whole, parted = reader(data), reader(data, size)
    assert [plain(e) for e in whole] == [plain(e) for e in parted]
    [one], [two] = whole.warnings, parted.warnings
    assert one.message == two.message


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("encoding", ["utf-16", "windows-1252"])
def test_nor_in_other_encodings(size, encoding):
    head = f"<?xml version='1.0' encoding='{encoding}'?>"
    data = f"{head}<r>{'y' * 1500}<e a='é'>ä&amp;ö</e></r>".encode(encoding)
    assert list(map(plain, read(data, size))) == list(map(plain, read(data)))


@pytest.mark.parametrize("at", range(-10, 1))
def test_a_reference_across_a_boundary_is_found(monkeypatch, at):
    monkeypatch.setattr(xml_stream, "CHUNK", 2000)
    before = "<r><e>" + "x" * (2000 - 6 + at)
    for reference in ("&#1;", "&#x001F;", "&#233;", "&amp;", "&#x00001f;"):
        found = texts(f"{before}{reference}z</e></r>")
        ours = {"&#233;": "é", "&amp;": "&"}.get(reference, "")
        assert found == [before[6:] + ours + "z"]


@given(
    st.lists(
        st.sampled_from(
            [
                *("<e>", "</e>", "<e/>", "&#1;", "&#", "&amp;", "x", "é", "\x01", "\n"),
                *("<!--", "-->", "<![CDATA[", "]]>", "<r xmlns='", "'>", "&#x1", ";"),
                *("<?", "?>", "<!DOCTYPE"),
            ]
        ),
        max_size=30,
    ),
    st.sampled_from(SIZES),
)
def test_any_soup_is_read_or_refused_alike_in_any_chunks(pieces, size):
    data = ("<r>" + "y" * 1100 + "".join(pieces) + "</r>").encode()

    (whole, error), (parted, other) = (outcome(reader(data, n)) for n in (0, size))
    assert type(error) is type(other)
    assert whole == parted or isinstance(error, ArchiveError)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data):
    outcome(reader(data))
    with contextlib.suppress(ArchiveError):
        root_of(data)
