"""Reads HTML as a browser would and says what is in it, for tests of what makes it."""

from html.parser import HTMLParser

VOID = {"br", "hr"}


class Page(HTMLParser):
    """The tags with their attributes, the visible text, and whether all is nested."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.strange: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == [], f"left open: {self._open}"
        assert self.strange == []

    @property
    def tags(self) -> set[str]:
        return {tag for tag, _ in self.elements}

    @property
    def links(self) -> list[str | None]:
        return [found.get("href") for tag, found in self.elements if tag == "a"]

    @property
    def attributes(self) -> set[tuple[str, str]]:
        return {(tag, name) for tag, found in self.elements for name in found}

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.elements.append((tag, dict(attrs)))
        assert len(dict(attrs)) == len(attrs), "an attribute twice"
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open, f"</{tag}> closes nothing"
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        self.strange.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment
