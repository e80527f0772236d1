"""What the page of an import shows: its files, its notes, and what taking it back
does, in words."""

from dataclasses import dataclass, field
from itertools import groupby
from pathlib import PurePath

from django.core.paginator import Page
from django.db.models import Count
from django.http import QueryDict

from blog.archive import undoing
from blog.archive.undoing import UndoReport
from blog.models import ImportBatch, ImportNote
from blog.paging import Pages

PER_PAGE = 100
# How the reports name what their files held, and how this page does.
ALWAYS = (("Posts", "posts"), ("Comments", "comments"), ("Replies", "replies"))
IF_ANY = (
    ("Held", "held"),
    ("Spam", "spam"),
    ("Refused", "refused"),
    ("In the bin", "trashed"),
    ("Removed", "removed"),
    ("Without their post", "orphans"),
    ("Parent is missing", "missing_parents"),
    ("Shown one level deep", "flattened"),
    ("Drafts", "drafts"),
    ("Pages", "pages"),
)
# What kinds of notes are about; the others say it by their own names.
KINDS = {
    "address-taken": "Old addresses that lead to another post",
    "ambiguous-date": "Dates that can be read in two ways",
    "author-was-an-address": "Names that were mail addresses",
    "body-differs": "Posts whose text differs",
    "content-incomplete": "Texts that are not whole",
    "declared-found": "Posts with another number of comments than they state",
    "error": "Files that could not be read to the end",
    "future-date": "Posts dated in the future",
    "gone-since": "Comments that are gone at the source",
    "image-ambiguous": "Images of which there are several",
    "image-missing": "Images that were not found",
    "left-out": "What was left out",
    "low-confidence": "Pages that may have been read wrongly",
    "mid-word-break": "Words that are broken by a line end",
    "no-date": "Posts without a date",
    "no-post": "Comments without their post",
    "no-title": "Posts without a title",
    "not-understood": "What was not understood",
    "parent-missing": "Replies whose parent is missing",
    "removed-since": "Comments that were removed at the source",
    "same-date-and-title": "Posts with the same date and title",
    "trashed": "Posts from the bin of the old blog",
    "us-ascii": "Files without accents and curly quotes",
    "was-scheduled": "Posts that were to appear",
}
STATES = {"open": "Open", "settled": "Settled", "all": "All"}


def number_of(number: int, noun: str, plural: str = "") -> str:
    """ "1 post", "1,200 posts"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def kind_in_words(code: str) -> str:
    return KINDS.get(code) or code.replace("-", " ").capitalize()


def in_words(report: UndoReport, *, done: bool) -> tuple[list[str], list[str]]:
    """What goes and what stays when an import is taken back, or went and stayed."""
    go, stay = ("went", "stayed") if done else ("will go", "stay")
    gone = []
    if report.posts_removed or report.comments_removed:
        gone.append(
            f"{both(report.posts_removed, report.comments_removed)} that it brought "
            f"{go}."
        )
    if report.posts_restored or report.comments_restored:
        became = "is again" if done else "will be again"
        gone.append(
            "What it filled in of "
            f"{both(report.posts_restored, report.comments_restored)} that were here "
            f"before {became} what it was: names, times, texts, labels."
        )
    reasons = {
        undoing.DECIDED: "somebody decided about {them} since",
        undoing.ANSWERED: "a comment that stays answers {them}",
        undoing.NEEDED: "something else needs {them}",
        undoing.DISCUSSED: "comments that stay stand below {them}",
        undoing.EDITED: "somebody edited {them} since",
        undoing.CHANGED: "a later import added to {them}; take that one back first if "
        "{they} should go too",
    }
    stays = []
    for noun, kept in (("post", report.posts_kept), ("comment", report.comments_kept)):
        for reason, number in sorted(kept.items()):
            one = number == 1
            words = reasons[reason].format(
                them="it" if one else "them", they="it" if one else "they"
            )
            verb = stay + "s" if one and not done else stay
            stays.append(f"{number_of(number, noun)} {verb}: {words}.")
    if report.posts_left or report.comments_left:
        stays.append(
            f"Of {both(report.posts_left, report.comments_left)} that were here "
            f"before, what was changed after the import {stay if done else 'stays'} "
            "as it is."
        )
    return gone, stays


def both(posts: int, comments: int) -> str:
    both = ((posts, "post"), (comments, "comment"))
    return " and ".join(number_of(number, noun) for number, noun in both if number)


class Notes:
    """The notes of one import as the address asks for them: which, and which page."""

    def __init__(self, batch: ImportBatch, query: QueryDict) -> None:
        self._batch = batch
        counted = batch.notes.order_by().values_list("settled", "code", "file")
        self._counts = list(counted.annotate(number=Count("pk")))
        codes = {code for _, code, _, _ in self._counts}
        files = {file for _, _, file, _ in self._counts}
        self.state = query.get("state") if query.get("state") in STATES else "open"
        self.kind = query.get("kind") if query.get("kind") in codes else ""
        self.file = query.get("file") if query.get("file") in files else ""
        self.total = sum(number for *_, number in self._counts)
        found = batch.notes.select_related("post").order_by("code", "pk")
        for name, value in (("code", self.kind), ("file", self.file)):
            if value:
                found = found.filter(**{name: value})
        if self.state != "all":
            found = found.filter(settled=self.state == "settled")
        fields = ("title", "address", "status", "published_at", "is_page")
        self.page: Page = Pages(
            found.only(
                *(one.name for one in ImportNote._meta.concrete_fields),
                *(f"post__{name}" for name in fields),
            ),
            PER_PAGE,
        ).get_page(query.get("page"))

    @property
    def states(self) -> list[tuple[str, str, int, bool]]:
        """Value, words, how many, and whether it is the one shown."""
        return [
            (state, words, self._number(state=state), state == self.state)
            for state, words in STATES.items()
        ]

    @property
    def kinds(self) -> list[tuple[str, str, int]]:
        codes = sorted({code for _, code, _, _ in self._counts}, key=kind_in_words)
        return [(c, kind_in_words(c), self._number(kind=c)) for c in codes]

    @property
    def files(self) -> list[tuple[str, int]]:
        files = sorted({file for _, _, file, _ in self._counts})
        return [(file, self._number(file=file)) for file in files]

    @property
    def groups(self) -> list[dict]:
        """The notes of this page by kind; ``open`` of the whole kind in this import."""
        return [
            {
                "code": code,
                "words": kind_in_words(code),
                "notes": list(notes),
                "number": self._number(kind=code),
                "open": self._number(kind=code, file="", state="open"),
            }
            for code, notes in groupby(self.page, key=lambda note: note.code)
        ]

    def _number(self, **other: str) -> int:
        chosen = {"state": self.state, "kind": self.kind, "file": self.file} | other
        return sum(
            number
            for settled, code, file, number in self._counts
            if chosen["state"] in ("all", "settled" if settled else "open")
            and chosen["kind"] in ("", code)
            and chosen["file"] in ("", file)
        )


@dataclass
class FileRow:
    """A file of an import as a row of the table."""

    name: str
    format: str
    numbers: list[str] = field(default_factory=list)
    problem: str = ""


def table_of_files(report: dict) -> tuple[list[str], list[FileRow]]:
    """Heads and rows; what no file had gets no column."""
    files = report.get("files", [])
    columns = [
        *ALWAYS,
        *(one for one in IF_ANY if any(_number(file, one[1]) for file in files)),
    ]
    rows = [
        FileRow(
            name=PurePath(file["path"]).name,
            format=file["format"],
            numbers=[f"{_number(file, name):,}" for _, name in columns],
            problem=_problem(file),
        )
        for file in files
    ]
    return [head for head, _ in columns], rows


def _number(file: dict, name: str) -> int:
    value = file.get(name) or 0
    return value["found"] if isinstance(value, dict) else value


def _problem(file: dict) -> str:
    error = file.get("error")
    if not error:
        return file.get("skipped") or ""
    places = (("Line", error.get("line")), ("column", error.get("column")))
    place = ", ".join(f"{word} {at}" for word, at in places if at)
    return f"{place}: {error['message']}" if place else error["message"]
