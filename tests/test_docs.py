"""What the documents say is there, is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ARCHIVE = ROOT / "tests" / "blog" / "archive"
ROWS = [
    tuple(part.strip() for part in line.strip("|\n ").split("|"))
    for line in (ROOT / "docs" / "formats.md").read_text().splitlines()
    if line.startswith("| ")
    and "test" in line.rpartition("|")[0].rpartition("|")[2]
    and not line.startswith("| format ")
]


def test_the_table_of_rules_was_read():
    assert len(ROWS) > 50
    assert {"Takeout", "backup", "WordPress", "Disqus"} <= {row[0] for row in ROWS}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_each_rule_names_a_test_that_exists(row):
    for named in row[2].split(", "):
        file, _, test = named.partition("::")
        files = [ROOT / file] if file.startswith("tests/") else list(ARCHIVE.glob(file))
        found = [path for path in files if path.is_file()]
        assert found, f"There is no file {file}."
        if test:
            pattern = re.compile(rf"^ *def {test}\(", re.M)
            assert any(pattern.search(path.read_text()) for path in found), named


@pytest.mark.parametrize(
    "page",
    [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))],
    ids=lambda page: page.name,
)
def test_each_link_between_documents_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
        assert (page.parent / target).exists(), target
