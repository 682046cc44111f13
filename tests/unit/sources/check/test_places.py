"""Points in no area are counted as in a run, if the shapes of the areas are present."""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import shapely

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.check import places
from crime_dagster.sources.check.account import Account, Claimed, Evidence
from crime_dagster.sources.check.check import check_path
from crime_dagster.sources.check.places import (
    compare_maps,
    exclude_points,
    find_reference,
    find_shapes,
    measure_boroughs,
)
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.vocabulary.areas import KnownAreas

SQUARE = shapely.box(530_000, 180_000, 531_000, 181_000)
# Inside, on the border, 100 m beyond it; the fourth is the first again, in degrees.
EASTINGS = ["530500", "531000", "531100", None]
NORTHINGS = ["180500", "180500", "180500", None]
PUBS = {
    "easting": EASTINGS,
    "northing": NORTHINGS,
    "longitude": [None, None, None, "-0.121"],
    "latitude": [None, None, None, "51.508"],
}


def claim(source: Source, shapes: np.ndarray | None) -> Claimed:
    count = 0 if shapes is None else len(shapes)
    file = SourceFile(name=f"{source.thing}.csv", path=Path(f"{source.thing}.csv"))
    account = Account(rows_in=count, rows_kept=count)
    return Claimed(file, source, account, Evidence(file.name, source), shapes=shapes)


def test_points_in_no_area_are_outside_and_one_on_a_border_is_in(catalogue: Mapping[str, Source]):
    pubs = claim(catalogue["gla/pubs"], find_shapes(pa.table(PUBS), catalogue["gla/pubs"]))
    areas = claim(catalogue["ons/lsoa_boundaries"], np.array([SQUARE]))
    older = claim(catalogue["ons/lsoa_boundaries_2011"], np.array([shapely.box(0, 0, 700_000, 700_000)]))
    exclude_points([pubs, areas, older])
    assert (pubs.account.rows_kept, pubs.account.rows_set_aside) == (3, {"outside": 1})
    assert (areas.account.rows_kept, older.account.rows_kept, pubs.account.warnings) == (1, 1, [])


def test_a_search_elsewhere_is_outside_and_one_without_a_place_stays(catalogue: Mapping[str, Source]):
    source = catalogue["police_uk/stop_and_search"]
    rows = pa.table({"longitude": ["-0.121", "-3.2", None], "latitude": ["51.508", "55.9", None]})
    searches = claim(source, find_shapes(rows, source))
    searches.account.rows_kept = 3
    exclude_points([searches, claim(catalogue["ons/lsoa_boundaries"], np.array([SQUARE]))])
    assert (searches.account.rows_kept, searches.account.rows_set_aside) == (2, {"outside": 1})


def test_without_the_areas_a_warning_says_that_a_run_may_leave_out_more(catalogue: Mapping[str, Source]):
    pubs = claim(catalogue["gla/pubs"], find_shapes(pa.table(PUBS), catalogue["gla/pubs"]))
    exclude_points([pubs])
    assert (pubs.account.rows_kept, len(pubs.account.warnings)) == (4, 1)


def test_only_points_that_a_run_lays_over_areas_are_placed(catalogue: Mapping[str, Source]):
    assert find_shapes(pa.table(PUBS), catalogue["mopac/front_counters"]) is None


def test_a_table_that_lacks_areas_says_so(catalogue: Mapping[str, Source], tmp_path: Path):
    path = tmp_path / "lsoa21-2019-NO2.csv"
    path.write_text("LSOA21CD,NO2-2019-mean\nE01000001,40.5\n")
    assert any("4993 of the 4994 areas" in warning for warning in check_path(path, catalogue).all.warnings)


@pytest.mark.parametrize(
    ("listed", "is_own"), [(["E01000001"], True), (["E01000001", "E01000002"], False), ([], False)]
)
def test_a_map_is_compared_with_other_areas_than_its_own(listed, is_own):
    areas = KnownAreas({"2021": frozenset(listed)}, "the folder")
    reference = find_reference(areas, pd.Series(["E01000001"]), "2021")
    assert (reference is areas) != is_own


def test_a_map_of_a_chosen_place_is_compared_with_the_list_of_that_place():
    areas = KnownAreas({"2021": frozenset(["E01000001"])}, "the list", is_shipped=True)
    assert find_reference(areas, pd.Series(["E01000001"]), "2021") is areas


@pytest.mark.parametrize(
    ("metres", "wider", "words"),
    [(0, 0, ""), (20, 0, ""), (100, 0, r"\+100 m east, \+0 m north and \+0.0% in size"), (0, 30, r"\+3.0% in size")],
)
def test_a_map_that_is_moved_or_grown_against_another_is_told(catalogue: Mapping[str, Source], metres, wider, words):
    def draw(key: str, metres: int, wider: int) -> Evidence:
        shapes = [shapely.box(at + metres, 0, at + metres + 1_000 + wider, 1_000) for at in range(0, 5_000, 1_000)]
        codes = [f"E0990000{at}" for at in range(1, 6)]
        rows = pa.table({"borough_code": codes, "geometry_wkb": list(shapely.to_wkb(shapes))})
        return Evidence(key, catalogue[key], boroughs=measure_boroughs(rows, catalogue[key]))

    told = compare_maps([draw("ons/borough_boundaries", 0, 0), draw("ons/lsoa_boundaries", metres, wider)])
    assert len(told) == bool(words)
    assert re.search(words, "".join(told))


@pytest.mark.parametrize(("metres", "is_told"), [(0, False), (100, True)])
def test_a_map_of_london_that_is_moved_is_told_without_another_one(catalogue: Mapping[str, Source], metres, is_told):
    centres = pd.read_csv(Path(places.__file__).with_name("borough_centres.csv"), comment="#")
    half = np.sqrt(centres["hectares"]) * 50
    x, y = centres["easting"] + metres, centres["northing"]
    shapes = shapely.box(x - half, y - half, x + half, y + half)
    rows = pa.table({"borough_code": centres["borough_code"], "geometry_wkb": shapely.to_wkb(shapes)})
    boroughs = measure_boroughs(rows, catalogue["ons/borough_boundaries"])
    told = compare_maps([Evidence("map.shp", catalogue["ons/borough_boundaries"], boroughs=boroughs)])
    assert ["+100 m east" in one for one in told] == [True] * is_told
