"""Figures are computed in marts: pictures and pages only print their rows."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "crime_dagster"
ROOMS = ("drawing", "defs/pages", "defs/pictures", "defs/runtime")
MAKES_FIGURES = {"merge", "merge_asof", "groupby", "pivot", "pivot_table", "crosstab", "melt", "unstack", "resample"}
MAKES_FIGURES |= {"rolling", "cumsum", "rank"}
# Exceptions by file, with the reason.
ALLOWED = {
    "drawing/maps/map_data.py": "labels of neighbourhoods are placed amid their shapes",
    "defs/runtime/history.py": "rows of a mart as areas x months",
}


def find_calls(path: Path) -> list[str]:
    """Return the data frame methods that compute figures, such as `rows.groupby`; functions of modules do not count."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    called = [
        node.func for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    ]
    return [
        f"{ast.unparse(one)} in line {one.lineno}"
        for one in called
        if one.attr in MAKES_FIGURES and ast.unparse(one.value) != "itertools"
    ]


def test_pictures_and_pages_join_and_group_nothing():
    paths = sorted(path for room in ROOMS for path in (PACKAGE / room).rglob("*.py"))
    assert len(paths) > 100
    names = {path: path.relative_to(PACKAGE).as_posix() for path in paths}
    found = {names[path]: calls for path in paths if (calls := find_calls(path))}
    assert found.keys() - ALLOWED == set(), found
    assert ALLOWED.keys() - found == set(), "allowed, and not needed any more"


def test_a_call_that_groups_is_found(tmp_path: Path):
    code = "sums = rows.groupby('borough').sum()\nfor key, group in itertools.groupby(rows): ...\n"
    (tmp_path / "page.py").write_text(code, encoding="utf-8")
    assert find_calls(tmp_path / "page.py") == ["rows.groupby in line 1"]
