"""Pictures of realistic data: missing, equal or invalid values, frames that differ by a pixel."""

import json
import math
import re
from pathlib import Path

import geopandas as gpd
import imageio.v3 as iio
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from PIL.GifImagePlugin import GifImageFile
from PIL.ImageColor import getrgb
from shapely.geometry import box

from crime_dagster.drawing.charts.map_chart import count_areas, draw_band_map
from crime_dagster.drawing.gifs.month_frames import draw_months
from crime_dagster.drawing.gifs.month_line import MonthLine
from crime_dagster.drawing.kit import theme
from crime_dagster.drawing.kit.classes import band_labels, class_breaks
from crime_dagster.drawing.kit.finish import save_figure, save_gif
from crime_dagster.drawing.kit.geometry import Areas, prepare_areas
from crime_dagster.drawing.kit.layout import WIDTH, Head
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.maps.choropleth import draw_map
from tests.unit.drawing.findings import make_year

STAMP = Stamp("London", False, "January 2024", ("Metropolitan Police Service",), "OGL v3.0", "LSOA 2021 boundaries")
NOT_REPORTED = "not reported"


def make_areas(codes: list[str]) -> Areas:
    """Squares in a row, one borough."""
    frame = gpd.GeoDataFrame(
        {
            "lsoa_code": codes,
            "lsoa_name": [f"Place {number:03d}A" for number in range(len(codes))],
            "area_name": [f"Somewhere {number}" for number in range(len(codes))],
            "msoa_code": "E02000001",
            "borough_code": "E09000002",
            "borough_name": "Barking and Dagenham",
        },
        geometry=[box(545_000 + 500 * at, 184_000, 545_500 + 500 * at, 184_500) for at in range(len(codes))],
        crs="EPSG:27700",
    )
    return prepare_areas(frame)


def draw(values: dict[str, float], codes: list[str]) -> tuple[str, dict, list[str]]:
    """The map page of some values, what its script reads, and the names of the bands."""
    recorded = pd.Series(values, dtype=float).reindex(codes)
    finite = recorded.where(np.isfinite(recorded))
    breaks = class_breaks(finite)
    areas = make_areas(codes)
    table = pd.DataFrame({"lsoa_code": codes, "recorded": recorded.to_numpy()})
    page = draw_map(
        areas, make_year(table, areas.areas.set_index("lsoa_code")["borough_code"]), breaks=breaks, stamp=STAMP
    )
    found = re.search(r'id="page-data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    data = json.loads(found.group(1), parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    return page, data, band_labels(breaks, finite)


def read_values(path: Path) -> dict[str, float]:
    table = pd.read_csv(path)
    return dict(zip(table.iloc[:, 0], table.iloc[:, 1].astype(float), strict=True))


def check_none_are_drawn(values: dict[str, float]) -> None:
    page, data, names = draw(values, sorted(values))
    known = [code for code in sorted(values) if math.isfinite(values[code])]
    bands = dict(zip(data["areas"]["code"], data["layers"][0]["bandOfArea"], strict=True))
    assert sorted(code for code, band in bands.items() if band != "-") == known
    assert data["values"]["recorded"] == [
        values[code] if math.isfinite(values[code]) else None for code in data["areas"]["code"]
    ]
    assert len(set(names)) == len(names), "no two limits alike"
    key = page.partition('data-layer="recorded"')[2].partition("</section>")[0]
    assert ("no data" in key and NOT_REPORTED in key) == (len(known) < len(values))


ODD = {"E01000001": 3.5, "E01000002": math.nan, "E01000003": math.inf, "E01000004": -math.inf, "E01000005": 12.0}


@pytest.mark.parametrize(
    "values",
    [
        ODD,
        dict.fromkeys(ODD, 7.0),
        dict.fromkeys(ODD, 0.0),
        dict.fromkeys(ODD, math.nan),
        dict.fromkeys(ODD, math.nan) | {"E01000002": 5.0},
        {"E01000001": 5.0},
    ],
    ids=["NaN and infinity", "constant", "all zero", "all missing", "one with a value", "one area"],
)
def test_odd_values_are_drawn_as_what_they_are(values: dict[str, float]):
    check_none_are_drawn(values)


@pytest.mark.parametrize(
    "name",
    ["E01-map-values", "E03a-constant-values", "E03b-all-zero-values", "E03c-single-area", "E03d-all-missing"],
)
def test_the_published_values(name: str, cases_dir: Path):
    values = read_values(cases_dir / f"{name}.csv")
    everybody = read_values(cases_dir / "E01-map-values.csv")
    check_none_are_drawn({code: values.get(code, math.nan) for code in everybody})


def check_frames(frames: list[np.ndarray], folder: Path, seconds: float) -> GifImageFile:
    path = save_gif(frames, folder / "made.gif", seconds, STAMP, "Frames.")[0]
    image = Image.open(path)
    assert isinstance(image, GifImageFile)
    total = 0
    for at in range(image.n_frames):
        image.seek(at)
        total += image.info["duration"]
    assert total == round(1000 * seconds) * len(frames), "no time is lost"
    return image


def test_frames_that_differ_by_a_pixel_are_padded_and_nothing_is_cut(tmp_path: Path):
    sizes = [(80, 120), (80, 121), (78, 120)]
    frames = [np.full((*size, 3), 60 * at, dtype=np.uint8) for at, size in enumerate(sizes, start=1)]
    image = check_frames(frames, tmp_path, 0.5)
    assert image.n_frames == 3
    assert image.width == 121


def test_equal_frames_keep_their_time(tmp_path: Path):
    frames = [np.full((60, 90, 3), grey, dtype=np.uint8) for grey in (90, 90, 90, 200)]
    check_frames(frames, tmp_path, 0.5)


@pytest.mark.parametrize("name", ["E07", "E09"])
def test_the_published_frames(name: str, cases_dir: Path, tmp_path: Path):
    paths = sorted(cases_dir.glob(f"{name}-actual-*.png"))
    before = [path.read_bytes() for path in paths]
    check_frames([iio.imread(path) for path in paths], tmp_path, 0.5)
    assert [path.read_bytes() for path in paths] == before


def check_scale(months: pd.DataFrame) -> None:
    """Check that equal numbers have equal colours in every month, and that the key stays the same."""
    breaks = class_breaks(months)
    frames = draw_months(
        make_areas(list(months.index)),
        months,
        breaks,
        crime_label="All crime",
        place="London",
        line=MonthLine(months.sum() / 30),
        totals=months.sum(),
        stamp=STAMP,
    )
    assert len(frames) == len(months.columns)
    steady = months.index[months.nunique(axis=1) == 1]
    assert len(steady)
    used = [{tuple(colour) for colour in frame.reshape(-1, 3)} for frame in frames]
    colours = [getrgb(colour) for colour in theme.choose_sequential(len(breaks) + 1)]
    for code in steady:
        band = sum(limit <= months.loc[code].iloc[0] for limit in breaks)
        assert all(colours[band] in found for found in used)
    assert plt.get_fignums() == []


def test_a_busy_month_does_not_change_the_colours_of_the_others():
    columns = pd.date_range("2024-01-01", periods=3, freq="MS")
    rows = {"E01000001": [0, 0, 0], "E01000002": [5, 5, 5], "E01000003": [10, 10, 10], "E01000004": [20, 200, 20]}
    check_scale(pd.DataFrame.from_dict(rows, orient="index", columns=columns, dtype=float))


def test_the_published_months(cases_dir: Path):
    table = pd.read_csv(cases_dir / "E10-monthly-values.csv")
    table["Month"] = pd.to_datetime(table["Month"])
    check_scale(table.pivot(index="LSOA code", columns="Month", values="crimes").astype(float))


def test_signs_of_money_and_accents_are_drawn(tmp_path: Path, recwarn: pytest.WarningsRecorder):
    codes = sorted(ODD)
    content = count_areas(make_areas(codes), pd.Series(range(5), index=codes, dtype=float), [1, 3])
    figure = draw_band_map(content, Head("Crime – £5 for a café", "Søndre é", WIDTH))
    save_figure(figure, tmp_path / "a.png", STAMP, "Alt – £ é")
    assert [str(one.message) for one in recwarn if "Glyph" in str(one.message)] == []
