from pathlib import Path

import pytest

from crime_dagster.core.data_set import MARKER
from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.core.yaml_files import parse_yaml, read_yaml
from crime_dagster.modelling.what_if.scenarios import read_scenario_file

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(9 * [f'*{before}'])}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
HOSTILE = {
    "brackets": "[" * 20_000,
    "aliases": BOMB,
    "no such day": "change: 2024-13-45",
    "a tab": "a:\n\t- b",
    "an object": "!!python/object/apply:os.system [true]",
    "a megabyte": "a: " + "x" * 1_000_001,
    "control": "a: \x01",
    "a key twice": "scenarios: []\nscenarios: []",
    "marks of direction": "place: Camden\u202e100",
    "marks of direction, spelt": 'place: "Camden\\u202e100"',
    "marks of direction in a key": '"na\\u2066me": x',
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_is_refused_with_its_file(text: str):
    with pytest.raises(InputError) as caught:
        parse_yaml(text, "scenarios.yml", "a list", "correct it")
    assert "scenarios.yml" in str(caught.value)
    assert len(str(caught.value)) < 1_000


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_files_that_people_write_are_read_so(text: str, tmp_path: Path):
    with pytest.raises(InputError):
        read_scenario_file(text, "scenarios.yml")
    (tmp_path / MARKER).write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        _ = Settings(tmp_path, tmp_path).data_set


@pytest.mark.parametrize("change", ["9" * 400, "[1, 2]", "'9' "])
def test_a_change_that_is_no_number_is_refused_or_read(change: str):
    text = f"scenarios:\n  - {{feature: pubs, change: {change}}}\n"
    if change.startswith("'"):
        assert read_scenario_file(text, "scenarios.yml").scenarios[0].change == 9
        return
    with pytest.raises(InputError, match="change"):
        read_scenario_file(text, "scenarios.yml")


def test_a_file_that_is_no_text_is_refused(tmp_path: Path):
    path = tmp_path / "x.yml"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match=r"x\.yml"):
        read_yaml(path, "text", "correct it")
    assert parse_yaml("a: [1, b]", "x", "text", "") == {"a": [1, "b"]}


def test_a_name_that_is_longer_than_a_title_is_refused(tmp_path: Path):
    (tmp_path / MARKER).write_text(f"place: {'x' * 246}\nsynthetic: true\n")
    with pytest.raises(InputError, match="place of 246 letters, more than 100"):
        _ = Settings(tmp_path, tmp_path / "warehouse").data_set
    scenario = f"scenarios:\n  - feature: pubs\n    name: {'x' * 246}\n"
    with pytest.raises(InputError, match="a name of 246 letters"):
        read_scenario_file(scenario, "scenarios.yml")
