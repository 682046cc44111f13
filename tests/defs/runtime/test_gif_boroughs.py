"""A borough that does not exist is refused as soon as names are known."""

from pathlib import Path

import pandas as pd
import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.core.parquet import write_parquet
from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.picture_settings import require_known

NAMES = pd.DataFrame({"borough_code": ["E09000001", "E09000002"], "borough_name": ["Marshwick", None]})


def test_nothing_is_refused_before_a_name_is_known(tmp_path: Path):
    require_known(Settings(tmp_path, tmp_path, boroughs=("Marswick",)))


@pytest.mark.parametrize("name", ["marshwick", "E09000001", " Marshwick "])
def test_names_and_codes_are_known(tmp_path: Path, name: str):
    settings = Settings(tmp_path, tmp_path, boroughs=(name,))
    write_parquet(NAMES, settings.landing_dir / "ons" / "lsoa_boundaries.parquet")
    require_known(settings)


def test_a_misspelt_borough_is_named_with_those_that_there_are(tmp_path: Path):
    settings = Settings(tmp_path, tmp_path, boroughs=("Marswick",))
    write_parquet(NAMES, settings.landing_dir / "ons" / "lsoa_boundaries.parquet")
    write_parquet(NAMES[["borough_code"]], settings.landing_dir / "ons" / "population.parquet")
    with pytest.raises(InputError, match="Marswick") as refused:
        require_known(settings)
    assert "Marshwick" in str(refused.value)
