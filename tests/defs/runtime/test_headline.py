"""The crime types that are drawn: a few for made-up data, all for published files, and requested ones."""

from pathlib import Path

import dagster as dg
import pytest

from crime_dagster.core.crime_types import FIRST_LOOK
from crime_dagster.core.errors import InputError
from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.partitions import CRIME_TYPES, narrow
from crime_dagster.defs.runtime.picture_settings import HeadlineConfig
from crime_dagster.defs.runtime.pictures import choose_drawn

ALL = CRIME_TYPES.get_partition_keys()


def split(folder: Path, config: HeadlineConfig, *, is_made_up: bool = True) -> tuple[list[str], list[str]]:
    """Return the crime types that are drawn, and those whose earlier pictures are gone."""
    if is_made_up:
        (folder / "data_set.yml").write_text("place: Anyton\nsynthetic: true\n", encoding="utf-8")
    settings = Settings(folder, folder / "warehouse")
    before = {name: settings.build_dir / "charts" / f"{name}_impact.png" for name in ALL}
    for path in before.values():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    with narrow(ALL):
        drawn = choose_drawn(dg.build_asset_context(), settings, config, "charts", "impact")
    return [crime.crime_type for crime in drawn], [name for name, path in before.items() if not path.exists()]


def test_made_up_data_shows_the_headline_types(tmp_path: Path):
    assert set(FIRST_LOOK) < set(ALL)
    drawn, left = split(tmp_path, HeadlineConfig())
    assert drawn == [name for name in ALL if name in FIRST_LOOK]
    assert sorted(drawn + left) == sorted(ALL)


def test_published_files_show_every_type(tmp_path: Path):
    assert split(tmp_path, HeadlineConfig(), is_made_up=False) == (ALL, [])


def test_those_that_are_asked_for_are_drawn(tmp_path: Path):
    assert split(tmp_path, HeadlineConfig(crime_types=["drug"]))[0] == ["drug"]


def test_an_unknown_type_is_refused_with_the_known_ones(tmp_path: Path):
    with pytest.raises(InputError, match=r"(?s)theftt.*drug"):
        split(tmp_path, HeadlineConfig(crime_types=["theftt"]))
