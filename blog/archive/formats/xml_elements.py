"""Elements of a document, by the names that everybody uses for theirs. Pure.

Real exports leave prefixes undeclared, write https for http in the addresses of their
namespaces, or bind them to the address of another version. Names are told by the
address that a prefix is bound to and, where it is bound to none, by the prefix that
everybody uses for it.
"""

import re
import xml.etree.ElementTree as ET

_PREFIXES = (
    (r"https?://www\.w3\.org/2005/atom/?", ""),
    (r"https?://schemas\.google\.com/blogger/2018/?", "blogger"),
    (r"https?://schemas\.google\.com/g/2005/?", "gd"),
    (r"https?://purl\.org/atom/app#?", "app"),
    (r"https?://www\.w3\.org/2007/app/?", "app"),
    (r"https?://purl\.org/syndication/thread/1\.0/?", "thr"),
    (r"https?://wordpress\.org/export/1\.[0-9]+/excerpt/?", "excerpt"),
    (r"https?://wordpress\.org/export/1\.[0-9]+/?", "wp"),
    (r"https?://purl\.org/rss/1\.0/modules/content/?", "content"),
    (r"https?://purl\.org/dc/elements/1\.1/?", "dc"),
    (r"https?://disqus\.com/disqus-internals/?", "dsq"),
    (r"https?://disqus\.com/?", ""),
    (r"https?://candour\.example/archive/1/?", "candour"),
)
_ADDRESSES = re.compile("|".join(f"({address})" for address, _ in _PREFIXES), re.I)
_USUAL = frozenset(prefix for _, prefix in _PREFIXES)

_PLAIN = frozenset(("href", "rel", "scheme", "src", "term", "title", "type"))


class Scope:
    """Which prefixes are bound to which addresses, and what names mean there."""

    __slots__ = ("_bound", "_names")

    def __init__(self, bound: dict[str, str]) -> None:
        self._bound = bound
        self._names: dict[str, str] = {}

    def within(self, attributes: dict[str, str]) -> "Scope":
        """The scope of an element with these attributes and all inside it."""
        if not attributes or _PLAIN.issuperset(attributes):
            return self
        declared = {
            raw[6:]: address
            for raw, address in attributes.items()
            if raw == "xmlns" or raw.startswith("xmlns:")
        }
        return Scope(self._bound | declared) if declared else self

    def name(self, raw: str) -> str:
        """The usual name of an element."""
        return self._names.get(raw) or self._found(raw)

    def attributes(self, attributes: dict[str, str]) -> dict[str, str]:
        """Attributes by their usual names, without the declarations of prefixes.

        One without a prefix belongs to its element, whatever xmlns says.
        """
        return {
            self.name(raw) if ":" in raw else raw: value
            for raw, value in attributes.items()
            if not raw.startswith("xmlns")
        }

    def _found(self, raw: str) -> str:
        prefix, _, local = raw.rpartition(":")
        address = self._bound.get(prefix)
        if address:
            found = _ADDRESSES.fullmatch(address.strip())
            usual = _PREFIXES[found.lastindex - 1][1] if found else f"{{{address}}}"
        else:
            usual = prefix if prefix in _USUAL else f"{{{prefix}}}"
        separator = ":" if usual and not usual.startswith("{") else ""
        name = f"{usual}{separator}{local}"
        # A document with ever new names must not fill the memory.
        if len(self._names) < 1000:
            self._names[raw] = name
        return name


class Element:
    """One element with all that it holds.

    ``name`` is "prefix:local" with the usual prefix of its address, or "local" for
    those of Atom, RSS and Disqus; an address that is not known gives "{address}local".
    The names of ``attributes`` are the same. ``text`` is what stands directly in it.
    ``line`` is where it begins, from 1; of one inside another it is counted by the
    line ends in texts, and may be less where tags or comments have some.
    """

    __slots__ = ("_first", "_line", "_parent", "_scope", "_starts", "_tree")

    def __init__(
        self,
        tree: ET.Element,
        outer: Scope,
        line: int = 0,
        parent: "Element | None" = None,
    ) -> None:
        self._tree = tree
        attributes = tree.attrib
        self._scope = outer.within(attributes) if attributes else outer
        self._first: dict[str, ET.Element] | None = None
        self._line = line
        self._parent = parent
        self._starts: dict[int, int] | None = None

    @property
    def name(self) -> str:
        return self._scope.name(self._tree.tag)

    @property
    def attributes(self) -> dict[str, str]:
        return self._scope.attributes(self._tree.attrib)

    @property
    def text(self) -> str:
        return _text(self._tree)

    @property
    def line(self) -> int:
        if self._parent is not None:
            self._line = self._parent._lines()[id(self._tree)]
        return self._line

    def _lines(self) -> dict[int, int]:
        """Where each child begins, worked out once for all of them."""
        if self._starts is None:
            self._starts = {}
            line = self.line + (self._tree.text or "").count("\n")
            for child in self._tree:
                self._starts[id(child)] = line
                line += "".join(child.itertext()).count("\n")
                line += (child.tail or "").count("\n")
        return self._starts

    @property
    def children(self) -> "list[Element]":
        return [Element(tree, self._scope, parent=self) for tree in self._tree]

    def child(self, name: str) -> "Element | None":
        """The first child of this name."""
        tree = (self._first or self._index()).get(name)
        return None if tree is None else Element(tree, self._scope, parent=self)

    def all(self, name: str) -> "list[Element]":
        """All children of this name."""
        if name not in self._index():
            return []
        return [child for child in self.children if child.name == name]

    def value(self, name: str, default: str = "") -> str:
        """The text of the first child of this name, without white space around it."""
        tree = (self._first or self._index()).get(name)
        if tree is None:
            return default
        return (_text(tree) if len(tree) else tree.text or "").strip()

    def _index(self) -> dict[str, ET.Element]:
        """The first child of each name: most are asked for their text alone."""
        if self._first is None:
            scope = self._scope
            self._first = {
                (scope.within(child.attrib) if child.attrib else scope).name(
                    child.tag
                ): child
                for child in reversed(self._tree)
            }
        return self._first


def _text(tree: ET.Element) -> str:
    if not len(tree):
        return tree.text or ""
    return (tree.text or "") + "".join(child.tail or "" for child in tree)
