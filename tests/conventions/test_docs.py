"""Generated documents match the catalogue and the models."""

import re
from pathlib import Path

import pytest

from crime_dagster.core.dictionary import markdown_table
from crime_dagster.core.errors import InputError
from crime_dagster.defs.models.model_card import CARD, draft_model_card
from crime_dagster.modelling.kit.estimators import CountEnsemble
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.catalogue.catalogue_docs import DICTIONARY, MARKER, SOURCES, draft_docs

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = PROJECT / "crime_dagster"
# The changelog also names things that are gone.
DOCUMENTS = [*sorted((PROJECT / "docs").rglob("*.md")), PROJECT / "README.md", PROJECT / "CONTRIBUTING.md"]

GENERATED = draft_docs(PROJECT, load_catalogue())


@pytest.mark.parametrize("name", GENERATED, ids=str)
def test_generated_files_are_not_stale(name: Path):
    wanted = GENERATED[name]
    path = PROJECT / name
    found = path.read_text(encoding="utf-8") if path.is_file() else ""
    assert found == wanted, f"{name} is stale; the remedy: make docs"


def test_dbt_declares_no_source_that_the_catalogue_lacks():
    own = {"_landing__sources.yml", "_models__sources.yml"}
    declared = (PROJECT / "dbt_project" / "models").rglob("*__sources.yml")
    assert [path for path in declared if path.name not in own and path.relative_to(PROJECT) not in GENERATED] == []


def test_the_model_card_is_not_stale_and_speaks_of_the_code():
    wanted = draft_model_card(PROJECT)
    assert (PROJECT / CARD).read_text(encoding="utf-8") == wanted, f"{CARD} is stale; the remedy: make docs"
    assert f"({CountEnsemble().free_trees}, weight" in wanted


def test_every_source_and_every_column_of_a_mart_is_in_them():
    docs = draft_docs(PROJECT, load_catalogue())
    assert [key for key in load_catalogue() if f"### {key}\n" not in docs[SOURCES]] == []
    marts = {path.stem for path in (PROJECT / "dbt_project" / "models" / "marts").rglob("*.sql")}
    assert [mart for mart in sorted(marts) if f"### {mart}\n" not in docs[DICTIONARY]] == []
    assert "| `pubs_per_km2` |" in docs[DICTIONARY]
    assert "offences" in docs[SOURCES]


def test_prose_above_the_marker_stays_and_a_lost_marker_is_named(tmp_path: Path):
    (tmp_path / "docs").mkdir()
    (tmp_path / SOURCES).write_text(f"# Ours\n\n{MARKER}\nold\n", encoding="utf-8")
    assert draft_docs(tmp_path, {})[SOURCES].startswith(f"# Ours\n\n{MARKER}\n\n## Sources")
    assert "old" not in draft_docs(tmp_path, {})[SOURCES]
    (tmp_path / SOURCES).write_text("# Ours\n", encoding="utf-8")
    with pytest.raises(InputError, match="no marker line"):
        draft_docs(tmp_path, {})


def test_troubleshooting_quotes_messages_that_the_project_has():
    text = (PROJECT / "docs" / "troubleshooting.md").read_text(encoding="utf-8")
    quoted = re.findall(r"^\| `([^`]+)` \|", text, flags=re.MULTILINE)
    folders = [PROJECT / name for name in ("crime_dagster", "dbt_project", "tests/conventions")]
    files = [path for folder in folders for path in folder.rglob("*") if path.suffix in {".py", ".sql"}]
    said = [path.read_text(encoding="utf-8") for path in (*files, PROJECT / "Makefile")]
    said += [path.stem for path in files]
    assert len(quoted) > 15
    assert [message for message in quoted if not any(message in one for one in said)] == []


def test_a_table_keeps_its_cells_apart():
    rows = [{"A": "one | two\nthree", "B": None}, {"A": 4, "B": ""}]
    assert markdown_table(rows) == "| A |\n| --- |\n| one \\| two three |\n| 4 |\n"


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_modules_and_files_that_documents_name_are_there(path: Path):
    text = path.read_text(encoding="utf-8")
    modules = re.findall(r"`((?:core|defs|drawing|modelling|sources)\.[a-z_.]+)`", text)
    named = [PACKAGE.joinpath(*name.split(".")) for name in modules]
    # A name may be a module, a folder, or something inside a module.
    gone = [name for name, at in zip(modules, named, strict=True) if not (is_module(at) or is_module(at.parent))]
    files = re.findall(r"`((?:crime_dagster|dbt_project|tests|benchmarks|deploy|docs)/[A-Za-z0-9_./-]+)`", text)
    assert gone + [name for name in files if not (PROJECT / name).exists()] == []


def is_module(path: Path) -> bool:
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()
