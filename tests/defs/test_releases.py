"""Publishing and going back: a reader sees one whole release at every instant."""

from pathlib import Path

import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.defs.releases import list_releases, name_next_release, point_to, roll_back


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    settings = Settings(tmp_path / "data", tmp_path / "warehouse")
    for number in (2, 9, 10):
        folder = settings.releases_dir / f"{number:06d}"
        folder.mkdir(parents=True)
        (folder / "index.html").write_text(str(number))
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
