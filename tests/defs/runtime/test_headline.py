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


def choose(folder: Path, config: HeadlineConfig, *, is_made_up: bool = True) -> list[str]:
    if is_made_up:
        (folder / "data_set.yml").write_text("place: Anyton\nsynthetic: true\n", encoding="utf-8")
    with narrow(ALL):
        drawn = choose_drawn(dg.build_asset_context(), Settings(folder, folder / "warehouse"), config)
    return [crime.crime_type for crime in drawn]


def test_made_up_data_shows_the_headline_types(tmp_path: Path):
    assert set(FIRST_LOOK) < set(ALL)
    assert choose(tmp_path, HeadlineConfig()) == [name for name in ALL if name in FIRST_LOOK]


def test_published_files_show_every_type(tmp_path: Path):
    assert choose(tmp_path, HeadlineConfig(), is_made_up=False) == ALL


def test_those_that_are_asked_for_are_drawn(tmp_path: Path):
    assert choose(tmp_path, HeadlineConfig(crime_types=["drug"])) == ["drug"]


def test_an_unknown_type_is_refused_with_the_known_ones(tmp_path: Path):
    with pytest.raises(InputError, match=r"(?s)theftt.*drug"):
        choose(tmp_path, HeadlineConfig(crime_types=["theftt"]))
