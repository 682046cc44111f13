import io
import json
import pickle
import zipfile
from pathlib import Path

import pytest

from crime_dagster.core.artefacts import describe_path, list_versions, read_artefact, write_artefact
from crime_dagster.core.errors import InputError


def _zip(text: str = "figures") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("model", text)
    return stream.getvalue()


FACTS = {"versions": {"numpy": "2.4.0", "lightgbm": "4.7.0"}, "inputs": "abc", "features": ["pubs"]}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "models" / "total.skops"
    write_artefact(path, _zip(), FACTS)
    return path


def test_what_was_written_is_read(path):
    assert read_artefact(path, {"versions": FACTS["versions"], "inputs": "abc"}) == _zip()
    facts = json.loads(describe_path(path).read_text(encoding="utf-8"))
    assert facts["features"] == ["pubs"]
    assert [each.name for each in path.parent.iterdir() if each.name.startswith(".")] == []


@pytest.mark.parametrize(
    ("expected", "found", "wanted"),
    [
        ({"inputs": "abd"}, "inputs: abc", "inputs: abd"),
        ({"versions": {"numpy": "2.4.0", "lightgbm": "4.8.0"}}, "lightgbm 4.7.0", "lightgbm 4.8.0"),
        ({"versions": {"skops": "0.13"}}, "skops not said", "skops 0.13"),
        ({"recipe": "new"}, "recipe: None", "recipe: new"),
    ],
)
def test_other_facts_are_said_and_nothing_is_read(path, expected, found, wanted):
    with pytest.raises(InputError, match=found) as error:
        read_artefact(path, expected)
    assert wanted in error.value.expected
    assert "numpy" not in str(error.value), "what agrees is not said"
    assert "models/explain" in error.value.remedy


def test_a_file_that_somebody_changed_is_refused(path):
    path.write_bytes(_zip("other figures"))
    with pytest.raises(InputError, match="another sha256"):
        read_artefact(path, {})


def test_a_pickle_is_refused_and_its_code_never_runs(path, tmp_path):
    class Trap:
        def __reduce__(self):
            return Path.touch, (tmp_path / "ran",)

    path.write_bytes(pickle.dumps(Trap()))
    with pytest.raises(InputError, match="not opened"):
        read_artefact(path, {})
    assert not (tmp_path / "ran").exists()
    pickle.loads(path.read_bytes())  # noqa: S301 to see that the trap is one
    assert (tmp_path / "ran").exists()


@pytest.mark.parametrize("text", ["", "{", "[1]"])
def test_damaged_facts_are_refused(path, text):
    describe_path(path).write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"total\.json"):
        read_artefact(path, {})


def test_what_is_not_there_is_named(path):
    path.unlink()
    with pytest.raises(InputError, match=r"total\.skops"):
        read_artefact(path, {})
    with pytest.raises(InputError, match=r"drug\.json"):
        read_artefact(path.with_name("drug.skops"), {})


def test_versions_are_those_of_the_libraries_that_matter():
    assert set(list_versions()) == {"lightgbm", "numpy", "scikit-learn", "skops"}
