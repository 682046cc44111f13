"""The place in titles and notes is that of `marts.reported_places`."""

import duckdb
import pandas as pd
import pytest

from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.pictures import build_stamp
from crime_dagster.defs.runtime.reported_place import read_place
from tests.conftest import save_marts

NOTE = "Figures of the Met are from street-level files."
COLUMNS = ["crime_type", "place", "force", "borough_codes", "areas_reported", "source_note", "late_note"]
ROWS = [
    ("burglary", "Wex", "Met", "A; B; C", 90, NOTE, ""),
    ("total", "Ash and Elm", "Met", "A; B", 60, NOTE, ""),
    ("antisocial", "Ash", "City Police", "A", 30, "", ""),
    ("drug", "Wex", None, "", 0, "", ""),
]


@pytest.fixture
def settings(settings: Settings) -> Settings:
    said = "place: Wex\nsynthetic: true\nforce: Wex Police\npartial: true\n"
    (settings.data_dir / "data_set.yml").write_text(said)
    save_marts(settings.database, reported_places=pd.DataFrame(ROWS, columns=COLUMNS))
    return settings


@pytest.mark.parametrize(
    ("crime_type", "name", "force", "boroughs"),
    [
        ("total", "Ash and Elm", "Met", {"A", "B"}),
        ("antisocial", "Ash", "City Police", {"A"}),
        ("drug", "Wex", "Wex Police", set()),
        ("", "Wex", "Met", {"A", "B", "C"}),
    ],
)
def test_a_crime_type_speaks_of_the_boroughs_that_report_it(settings, crime_type, name, force, boroughs):
    place = read_place(settings, crime_type)
    assert (place.name, place.force, place.borough_codes) == (name, force, boroughs)


def test_all_crime_names_the_place_of_what_is_about_several_types(settings: Settings):
    with duckdb.connect(str(settings.database)) as connection:
        connection.execute("update marts.reported_places set areas_reported = 60 where crime_type = 'burglary'")
    assert read_place(settings).name == "Ash and Elm"


def test_pictures_are_signed_with_the_place_and_say_where_the_figures_are_from(settings: Settings):
    stamp = build_stamp(settings, "12 months to May 2024", note="May is provisional.", crime_type="total")
    assert stamp.place == "Ash and Elm"
    assert stamp.note == f"May is provisional. {NOTE}"
    assert "Ash and Elm, 12 months to May 2024" in stamp.source_line(with_period=True)
    assert build_stamp(settings, "2024", crime_type="antisocial").note == ""
