"""Publishing and rollback: readers always see one complete release."""

from pathlib import Path

import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import hash_file, write_json
from crime_dagster.core.settings import Settings
from crime_dagster.defs.release.releases import (
    MANIFEST,
    list_releases,
    name_next_release,
    point_to,
    read_whole,
    roll_back,
)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(tmp_path / "data", tmp_path / "warehouse")
    for number in (2, 9, 10):
        folder = settings.releases_dir / f"{number:06d}"
        folder.mkdir(parents=True)
        (folder / "index.html").write_text(str(number))
        write_json(
            {"content": str(number), "files": {"index.html": hash_file(folder / "index.html")}}, folder / MANIFEST
        )
    (settings.releases_dir / ".000011.partial").mkdir()
    return settings


def read(settings: Settings) -> str:
    return (settings.published_dir / "index.html").read_text()


def test_each_call_goes_one_release_back_and_the_last_refuses(settings: Settings):
    point_to(settings.published_dir, settings.releases_dir / "000010")
    found = []
    for _ in range(2):
        roll_back(settings)
        found.append(read(settings))
    assert found == ["9", "2"]
    with pytest.raises(InputError, match="no release before 000002"):
        roll_back(settings)
    assert read(settings) == "2", "a refusal changes nothing"
    assert sorted(one.name for one in settings.warehouse_dir.iterdir()) == ["published", "releases"]


def test_the_next_release_goes_on_from_the_newest(settings: Settings):
    point_to(settings.published_dir, settings.releases_dir / "000010")
    roll_back(settings)
    assert name_next_release(settings.releases_dir).name == "000011"
    assert [one.name for one in list_releases(settings.releases_dir)] == ["000002", "000009", "000010"]


def test_without_a_release_there_is_no_way_back(tmp_path: Path):
    with pytest.raises(InputError, match="nothing is published"):
        roll_back(Settings(tmp_path, tmp_path / "warehouse"))


def test_a_reader_of_a_release_keeps_it_while_another_is_published(settings: Settings):
    point_to(settings.published_dir, settings.releases_dir / "000009")
    with (settings.published_dir / "index.html").open() as reader:
        point_to(settings.published_dir, settings.releases_dir / "000010")
        assert reader.read() == "9"
    assert read(settings) == "10"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("index.html", "cut", "index.html is not as it was published"),
        ("index.html", None, "index.html is missing"),
        (MANIFEST, "{", "manifest.json cannot be read"),
        (MANIFEST, None, "manifest.json is missing"),
        (MANIFEST, '{"content": ""}', "manifest.json cannot be read"),
    ],
)
def test_a_damaged_release_is_not_published_again_and_the_whole_one_before_is_offered(
    settings: Settings, name: str, content: str | None, said: str
):
    point_to(settings.published_dir, settings.releases_dir / "000010")
    path = settings.releases_dir / "000009" / name
    path.unlink()
    if content is not None:
        path.write_text(content)
    with pytest.raises(InputError, match=said) as refused:
        roll_back(settings)
    assert str(settings.releases_dir / "000009") in str(refused.value)
    assert read(settings) == "10", "a refusal changes nothing"
    assert read_whole(settings.releases_dir / "000009") is None
    assert "make rollback TO=000002" in refused.value.remedy
    assert roll_back(settings, "000002").name == "000002"
    assert read(settings) == "2"


def test_without_a_whole_release_a_new_one_is_offered(settings: Settings):
    point_to(settings.published_dir, settings.releases_dir / "000010")
    for number in ("000002", "000009"):
        (settings.releases_dir / number / MANIFEST).unlink()
    with pytest.raises(InputError, match="run `make run` to publish a new one"):
        roll_back(settings)


@pytest.mark.parametrize("to", ["7", "../x", "newest"])
def test_a_release_that_is_not_kept_is_refused_with_those_that_are(settings: Settings, to: str):
    point_to(settings.published_dir, settings.releases_dir / "000010")
    with pytest.raises(InputError, match=r"000002, 000009, 000010"):
        roll_back(settings, to)
