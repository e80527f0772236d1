"""Who may import whom. The arrows are those of docs; the imports are read with ast."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("blog", "moderation", "config")

PURE = (
    "blog.plaintext",
    "blog.addresses",
    "blog.atom",
    "blog.warnings",
    "blog.codes",
    "blog.moments",
    "blog.discussion.pseudonyms",
    "blog.discussion.phrase_words",
    "blog.discussion.turns",
    "blog.discussion.nametags",
    "blog.discussion.signatures",
    "blog.discussion.signature_words",
    "blog.discussion.cleaning",
    "blog.discussion.threads",
    "blog.discussion.cutting",
    "blog.discussion.extract",
    "blog.discussion.nesting",
    "blog.discussion.references",
    "blog.discussion.handles",
    "blog.discussion.html_links",
    "blog.discussion.archive_mentions",
    "blog.discussion.archive_phrases",
    "blog.series",
    "blog.discussion.backlinks",
    "blog.search.extracts",
    "blog.search.query",
    "blog.search.stemming",
    "blog.search.tables",
    "blog.archive.model",
    "blog.archive.images",
    "blog.archive.formats",
    "config.backup.bundle",
    "config.backup.errors",
    "config.backup.media",
    "config.backup.names",
    "config.backup.unfinished",
    "moderation.accounts.words",
    "moderation.chart",
    "moderation.clock",
    "moderation.disclosure",
    "moderation.editorial.codes",
    "moderation.editorial.masks",
    "moderation.hosts",
    "moderation.marking",
    "moderation.notices",
    "moderation.noted",
    "blog.people",
    "blog.people_words",
    "moderation.practice",
    "moderation.reasons",
    "moderation.surge",
    "moderation.screening.automaton",
    "moderation.screening.likeness",
    "moderation.screening.bayes",
)
# Pages, admin, commands: what people and their browsers touch.
INTERFACE = ("views", "admin", "forms", "urls", "feeds", "sitemaps", "context")
INTERFACE += ("management", "templatetags", "contributing", "media_views")
INTERFACE += (
    "old_lists",
    "complaint_views",
    "page_views",
)
RAW_SQL_ALLOWED = (
    "blog.tree_ids",
    "blog.search.index",
    "blog.search.index_postgres",
    "blog.search.index_sqlite",
    "moderation.screening.spam_counts",
    "config.backup.integrity",
    "config.backup.keys",
    "config.backup.places",
    "config.backup.snapshots",
)


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules() -> dict[str, tuple[str, bool]]:
    """The source of each module, and whether it is a package."""
    return {
        module_name(path): (path.read_text(), path.name == "__init__.py")
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
    }


def is_in(module: str, places: tuple[str, ...]) -> bool:
    return any(module == place or module.startswith(f"{place}.") for place in places)


def imports(module: str, tree: ast.AST, is_package: bool = False) -> Iterator[str]:
    """The full names of all that is imported; ``a.b`` also for ``from a import b``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            package = module.split(".")
            up = node.level - is_package
            start = package[: len(package) - up] if node.level else []
            base = ".".join([*start, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


def is_interface(module: str) -> bool:
    return any(part in INTERFACE for part in module.split(".")[1:])


def faults(module: str, source: str, is_package: bool = False) -> set[str]:
    """What in a module breaks the rules of the house."""
    tree = ast.parse(source)
    found = set(imports(module, tree, is_package))
    room = module.split(".")[0]
    migration = ".migrations" in module

    def breaks(rule: str, culprits) -> set[str]:
        return {f"{module}: {rule}: {culprit}" for culprit in culprits}

    broken = breaks(
        "only tests import tests", (i for i in found if is_in(i, ("tests", "bench")))
    )
    if room == "blog":
        broken |= breaks(
            "blog knows nothing of moderation",
            (i for i in found if is_in(i, ("moderation",))),
        )
    if room in ("blog", "moderation"):
        broken |= breaks(
            "an app does not import config", (i for i in found if is_in(i, ("config",)))
        )
        if not is_interface(module):
            ours = (i for i in found if is_in(i, ("blog", "moderation")))
            broken |= breaks("a rule imports the interface", filter(is_interface, ours))
    if is_in(module, PURE):
        broken |= breaks(
            "a pure module imports the standard library only",
            (
                i
                for i in found
                if i.split(".")[0] not in sys.stdlib_module_names
                and not is_in(i, PURE)
                and not any(is_in(pure, (i,)) for pure in PURE)
            ),
        )
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            inner = [n for n in ast.walk(node) if isinstance(n, ast.Import)]
            inner += [n for n in ast.walk(node) if isinstance(n, ast.ImportFrom)]
            # Models can be imported once all apps are ready, not before.
            if node.name != "ready" or not module.endswith(".apps"):
                broken |= breaks("an import in a function", (n.lineno for n in inner))
            names = [arg.arg for arg in [*node.args.args, *node.args.kwonlyargs]]
            if room != "config" and "request" in names and not is_interface(module):
                broken |= breaks("a request below the interface", [node.name])
        if is_raw_sql(node) and not migration and not is_in(module, RAW_SQL_ALLOWED):
            broken |= breaks("raw SQL", [ast.unparse(node)])
    return broken


def is_raw_sql(node: ast.AST) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr in ("RawSQL",)
    if isinstance(node, ast.Name):
        return node.id == "RawSQL"
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in ("cursor", "raw", "extra", "executescript")
    return False


SOURCES = modules()


@pytest.mark.parametrize("module", SOURCES)
def test_the_arrows_are_kept(module):
    assert faults(module, *SOURCES[module]) == set()


def test_all_rooms_were_read():
    assert {"blog.models", "moderation.apps", "config.settings"} <= SOURCES.keys()
    pure = [module for module in SOURCES if is_in(module, PURE)]
    assert {"blog.plaintext", "blog.archive.formats.text"} <= set(pure)


def test_tests_and_benchmarks_are_imported_by_none_but_themselves():
    source = ast.parse((ROOT / "manage.py").read_text())
    assert not [i for i in imports("manage", source) if is_in(i, ("tests", "bench"))]


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("blog.views", "import moderation"),
        ("blog.views", "from moderation.models import Decision"),
        ("blog.models", "import config.env"),
        ("blog.models", "from config import env"),
        ("moderation.rules", "from config.settings import DEBUG"),
        ("config.urls", "from tests import conftest"),
        ("blog.models", "import bench.writers"),
        ("blog.models", "from . import views"),
        ("blog.discussion.tree", "from ..views import home"),
        ("blog.discussion.tree", "from blog import admin"),
        ("moderation.rules", "from blog.admin.post_form import PostForm"),
        ("blog.plaintext", "import django"),
        ("blog.plaintext", "from . import markup"),
        ("blog.discussion.threads", "from blog.models import Comment"),
        ("blog.discussion.nesting", "from django.db import models"),
        ("blog.archive.model", "import nh3"),
        ("blog.archive.formats.text", "from ..loader import load"),
        ("blog.archive.formats.text", "from blog.archive import loader"),
        ("blog.archive.formats.text", "from django.utils import timezone"),
        ("blog.models", "def f():\n    import os"),
        ("blog.models", "class A:\n    def f(self):\n        from os import path"),
        ("blog.models", "async def f():\n    import os"),
        ("blog.models", "def f(request): ..."),
        ("moderation.screening.limits", "def f(*, request): ..."),
        ("blog.models", "connection.cursor()"),
        ("blog.models", "with connections['x'].cursor() as c: ..."),
        ("blog.models", "Post.objects.raw('SELECT 1')"),
        ("blog.models", "Post.objects.filter(x=1).extra(where=['1'])"),
        (
            "blog.models",
            "from django.db.models.expressions import RawSQL\nRawSQL('', [])",
        ),
        ("blog.models", "expressions.RawSQL('', [])"),
    ],
)
def test_a_breach_is_found(module, source):
    assert faults(module, source) != set()


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("blog.plaintext", "import re\nfrom html import escape"),
        (
            "blog.archive.formats.text",
            "from .dates import parse\nfrom ..model import X",
        ),
        ("blog.archive.formats.text", "from blog.archive.formats import dates"),
        ("blog.views", "from .discussion import tree\nfrom .models import Post"),
        ("blog.views", "def home(request): ..."),
        ("moderation.admin.queue", "from blog.models import Comment"),
        ("blog.tree_ids", "connection.cursor()"),
        ("blog.migrations.0009_x", "connection.cursor()"),
        ("blog.models", "import os\nraw = extra = 1\nclass A:\n    import re"),
        ("config.logs", "def f(request): ..."),
    ],
)
def test_what_is_allowed_is_not_called_a_breach(module, source):
    assert faults(module, source) == set()
