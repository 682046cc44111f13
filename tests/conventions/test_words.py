"""Text for people uses plain words, and the README's counts match the catalogue."""

import ast
import re
import tokenize
from pathlib import Path

import pytest

from crime_dagster.sources.catalogue.catalogue import load_catalogue

PROJECT = Path(__file__).resolve().parents[2]
# Word or phrase: what to write instead.
AVOID = {
    r"nought": "zero",
    r"at will": "optional",
    r"parted by": "separated by",
    r"told from|tell apart|told apart": "distinguish",
    r"held against": "compared with",
    r"put right": "fix",
    r"mends?|mended": "fix",
    r"anew": "again",
    r"of late": "recently",
    r"has no say": "is not counted",
    r"wishes": "config",
    r"strangers": "unknown codes",
    r"take the data": "download the data",
    r"leans? on": "uses",
    r"errs?": "is wrong",
    r"is none of those": "is not allowed",
}
PATTERN = re.compile(rf"\b(?:{'|'.join(AVOID)})\b", re.IGNORECASE)
DOCS = [PROJECT / name for name in ("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "Makefile")]
DOCS += sorted((PROJECT / "docs").glob("*.md"))
PAGES = sorted((PROJECT / "crime_dagster" / "drawing").rglob("*.html.j2"))
assert PAGES, "the pages have moved"


@pytest.mark.parametrize("path", [*DOCS, *PAGES], ids=lambda path: path.name)
def test_documents_and_pages_are_in_plain_words(path: Path):
    found = [match.group() for match in PATTERN.finditer(path.read_text(encoding="utf-8"))]
    assert found == [], f"write instead: {AVOID}"


def test_strings_and_comments_of_the_code_are_in_plain_words():
    found = [
        f"{path.relative_to(PROJECT)}: {match.group()}"
        for path in sorted((PROJECT / "crime_dagster").rglob("*.py"))
        for text in [*list_strings(path), *list_comments(path)]
        for match in PATTERN.finditer(text)
    ]
    assert found == [], f"write instead: {AVOID}"


def list_strings(path: Path) -> list[str]:
    """Strings of a module, docstrings among them."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def list_comments(path: Path) -> list[str]:
    with path.open(encoding="utf-8") as lines:
        return [token.string for token in tokenize.generate_tokens(lines.readline) if token.type == tokenize.COMMENT]


def test_the_readme_counts_the_sources_that_are_fetched():
    sources = load_catalogue().values()
    fetched = sum(source.download.kind != "manual" for source in sources)
    text = " ".join((PROJECT / "README.md").read_text(encoding="utf-8").split())
    assert f"fetches {fetched} of the {len(sources)} sources" in text
    assert f"The other {len(sources) - fetched} are" in text
