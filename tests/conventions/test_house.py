"""Project rules that no linter checks."""

import ast
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[2]
PACKAGE = PROJECT / "crime_dagster"
# Folders of code besides the package.
SCRIPTS = ("tests", "deploy", "benchmarks")
MODULES = sorted(PACKAGE.rglob("*.py"))
COLOUR = re.compile(r"#[0-9A-Fa-f]{6}\b")
WRITES_PICTURES = {"savefig", "mimsave", "mimwrite", "imwrite", "get_writer", "save"}


def list_committed() -> list[Path]:
    """Every file that git tracks or would add."""
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        pytest.skip("not a git checkout")
    return [PROJECT / name for name in done.stdout.split("\0") if name and (PROJECT / name).is_file()]


def test_only_the_theme_names_a_colour():
    assert {path.name for path in MODULES if COLOUR.search(path.read_text(encoding="utf-8"))} == {"theme.py"}


def list_methods_called(module: Path) -> set[str]:
    return {
        node.func.attr
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


def test_only_finish_writes_pictures():
    assert {path.name for path in MODULES if list_methods_called(path) & WRITES_PICTURES} == {"finish.py"}


def test_templates_name_no_colour():
    templates = [path for path in PACKAGE.rglob("templates/**/*") if path.suffix in {".html", ".css", ".js", ".j2"}]
    assert templates
    assert [path.name for path in templates if COLOUR.search(path.read_text(encoding="utf-8"))] == []


def test_no_module_is_a_drawer_for_everything():
    assert not [path for path in MODULES if path.stem in {"utils", "helpers", "common", "misc"}]


def test_no_committed_file_is_over_a_megabyte_outside_the_sample():
    sample = PROJECT / "data_raw" / "sample"
    large = [path for path in list_committed() if path.stat().st_size > 1_000_000 and sample not in path.parents]
    assert large == []


def test_the_sample_stays_small():
    sample = PROJECT / "data_raw" / "sample"
    assert sum(path.stat().st_size for path in sample.rglob("*") if path.is_file()) <= 3_000_000


def test_no_committed_file_names_an_index_of_packages():
    # Split, so that this file does not contain them.
    hosts = ["py" + "pi.org", "python" + "hosted.org", "registry." + "npmjs"]
    found = [(path.name, host) for path in list_committed() for host in hosts if host.encode() in path.read_bytes()]
    assert found == []


def test_no_module_asks_git():
    # A download of the repository has no `.git`, and git refuses another user's.
    texts = {
        (path.name, node.value.split()[0])
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.split()
    }
    assert len(texts) > len(MODULES)
    assert [(name, word) for name, word in texts if word == "git"] == []


def test_every_switched_off_rule_says_why():
    text = (PROJECT / "pyproject.toml").read_text(encoding="utf-8")
    block = text[text.index("[tool.ruff.lint]") : text.index("[tool.mypy]")]
    ignored = [line for line in block.splitlines() if re.match(r'\s+"[A-Z]+\d+",', line)]
    assert ignored
    assert [line for line in ignored if "#" not in line] == []


def test_no_noqa_without_a_reason():
    bare = [
        f"{path.relative_to(PROJECT)}:{number}"
        for path in [*MODULES, *(one for name in SCRIPTS for one in sorted((PROJECT / name).rglob("*.py")))]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(r"#\s*(noqa|type: ignore)\b", line) and not re.search(r"#.*#|#\s*noqa: [A-Z0-9, ]+ .{8,}", line)
    ]
    assert bare == [], "say behind it why the rule does not hold here"


def test_no_room_has_more_than_25_modules():
    rooms = Counter(str(path.parent.relative_to(PROJECT)) for path in MODULES)
    assert {room: modules for room, modules in rooms.items() if modules > 25} == {}


def list_keys(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        yield from (key for key, _ in node.value)
    for child in node.value if isinstance(node, yaml.CollectionNode) else ():
        for one in child if isinstance(child, tuple) else (child,):
            yield from list_keys(one)


def test_no_comma_cuts_a_text_of_dbts_yaml_in_two():
    # `{label: Crimes per 1,000 residents}` has the keys `label` and `000 residents`.
    found = {
        f"{path.relative_to(PROJECT)}, line {key.start_mark.line + 1}": key.value
        for path in (PROJECT / "dbt_project").rglob("*.yml")
        for key in list_keys(yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
        if " " in key.value
    }
    assert found == {}
