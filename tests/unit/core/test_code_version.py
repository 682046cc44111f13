"""The code of a step: its module and what that imports, by their syntax trees."""

from pathlib import Path

import pytest

from crime_dagster.core import code_version


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`step` imports `room.helper` inside a function; nothing imports `other`."""
    folder = tmp_path / "crime_dagster"
    (folder / "room").mkdir(parents=True)
    (folder / "elsewhere").mkdir()
    for name in ("__init__.py", "room/__init__.py", "elsewhere/__init__.py", "elsewhere/other.py"):
        (folder / name).write_text("")
    (folder / "step.py").write_text("def run():\n    from crime_dagster.room import helper\n    return helper\n")
    (folder / "room" / "helper.py").write_text("import crime_dagster.room.deeper as deeper\n")
    (folder / "room" / "deeper.py").write_text("import crime_dagster.step\n")
    monkeypatch.setattr(code_version, "PACKAGE_DIR", folder)
    return folder


def find() -> str:
    code_version._read_module.cache_clear()
    return code_version.find_code_version("crime_dagster.step")


@pytest.fixture(autouse=True)
def forget():
    yield
    code_version._read_module.cache_clear()


@pytest.mark.parametrize("name", ["step.py", "room/helper.py", "room/deeper.py"])
def test_what_a_step_reaches_is_its_code(package: Path, name: str):
    before = find()
    (package / name).write_text((package / name).read_text() + "\nother = 1\n")
    assert find() != before


def test_comments_docstrings_and_line_breaks_are_no_code(package: Path):
    (package / "room" / "helper.py").write_text("def draw():\n    return (1, 2)\n")
    before = find()
    words = '"""Words."""\n\ndef draw():\n    """More."""\n    # Why.\n    return (\n        1, 2\n    )\n'
    (package / "room" / "helper.py").write_text(words)
    assert find() == before
    (package / "room" / "helper.py").write_text("def draw():\n    return (1, 3)\n")
    assert find() != before


def test_what_a_step_does_not_reach_is_not(package: Path):
    before = find()
    (package / "elsewhere" / "other.py").write_text("changed = 1\n")
    assert find() == before


def test_what_is_imported_for_types_alone_is_not(package: Path):
    types = "if TYPE_CHECKING:\n    from crime_dagster.elsewhere import other\n"
    (package / "room" / "deeper.py").write_text(types)
    assert code_version.list_imported("crime_dagster.step") == {
        *("crime_dagster.step", "crime_dagster.room", "crime_dagster.room.helper", "crime_dagster.room.deeper")
    }


def test_a_new_version_of_a_library_is_other_code(package: Path, monkeypatch: pytest.MonkeyPatch):
    before = find()
    monkeypatch.setattr(code_version, "list_library_versions", lambda: "pandas 99")
    assert find() != before


def test_the_libraries_are_those_that_the_project_asks_for():
    lines = code_version.list_library_versions().splitlines()
    names = {line.split()[0] for line in lines}
    assert {"python", "duckdb", "pandas", "matplotlib"} <= names
    assert "pytest" not in names


def test_real_steps_reach_what_they_draw_with():
    found = code_version.list_imported("crime_dagster.defs.pictures.maps")
    assert {
        "crime_dagster.drawing.maps.choropleth",
        "crime_dagster.drawing.kit.theme",
        "crime_dagster.core.warehouse",
    } <= found
    assert "crime_dagster.modelling.explain.explain" not in found


def test_a_commit_is_read_from_a_checkout_and_else_not_known(tmp_path: Path):
    assert code_version.say_commit(tmp_path).startswith("not known")
    git, tree = tmp_path / ".git", tmp_path / "tree"
    (git / "refs" / "heads").mkdir(parents=True)
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    (git / "packed-refs").write_text(f"# pack-refs\n{'a' * 40} refs/heads/main\n")
    assert code_version.say_commit(tmp_path) == f"{'a' * 40}, or files changed since"
    (git / "refs" / "heads" / "main").write_text(f"{'b' * 40}\n")
    assert code_version.say_commit(tmp_path).startswith("b" * 40), "a loose reference is newer than a packed one"
    (git / "worktrees" / "tree").mkdir(parents=True)
    (git / "worktrees" / "tree" / "commondir").write_text("../..\n")
    (git / "worktrees" / "tree" / "HEAD").write_text("ref: refs/heads/main\n")
    tree.mkdir()
    (tree / ".git").write_text(f"gitdir: {git / 'worktrees' / 'tree'}\n")
    assert code_version.say_commit(tree).startswith("b" * 40)
    (git / "HEAD").write_text(f"{'c' * 40}\n")
    assert code_version.say_commit(tmp_path).startswith("c" * 40)
    (tmp_path / "copy").mkdir()
    assert code_version.say_commit(tmp_path / "copy").startswith("not known"), "a copy inside another checkout"
