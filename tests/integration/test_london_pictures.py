"""Speed, size and memory of London's pictures, drawn from the landed files."""

import datetime as dt
import gzip
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.pictures import build_stamp, read_areas
from crime_dagster.drawing.gifs.month_frames import draw_months
from crime_dagster.drawing.gifs.month_line import MonthLine
from crime_dagster.drawing.kit import classes
from crime_dagster.drawing.kit.finish import save_gif, save_page
from crime_dagster.drawing.kit.geometry import Areas
from crime_dagster.drawing.maps import choropleth
from tests.browser.conftest import chromium  # noqa: F401 a fixture
from tests.conftest import Run
from tests.unit.drawing.findings import make_year

pytestmark = [pytest.mark.real, pytest.mark.slow]
MB = 1_000_000
FRAMES = 60


@pytest.fixture(scope="module")
def settings(real_data_dir: Path, built_london: Run) -> Iterator[Settings]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRIME_DATA_DIR", str(real_data_dir))
        patch.setenv("CRIME_WAREHOUSE_DIR", str(built_london.warehouse))
        yield Settings.from_environment()


@pytest.fixture(scope="module")
def areas(settings: Settings) -> Areas:
    return read_areas(settings)


def make_months(areas: Areas, number: int) -> pd.DataFrame:
    """Return skewed counts that change in every area each month, as hard to compress as recorded ones."""
    draw = np.random.default_rng(6)
    base = draw.lognormal(2.2, 0.8, (len(areas.codes), 1))
    counts = draw.poisson(base, (len(areas.codes), number)).astype(float)
    return pd.DataFrame(counts, areas.codes, pd.date_range("2020-01-01", periods=number, freq="MS"))


def draw_frames(areas: Areas, settings: Settings, number: int):
    months = make_months(areas, number)
    stamp = build_stamp(settings, "January 2020 to December 2024")
    line = MonthLine(months.sum() / 30.0, ((dt.date(2021, 6, 1), "recording changed"),))
    breaks = classes.class_breaks(months)
    words: dict[str, Any] = {"crime_label": "All crime", "place": "London"}
    frames = draw_months(areas, months, breaks, **words, line=line, totals=months.sum(), stamp=stamp)
    return frames, stamp


def test_sixty_frames_are_drawn_and_written_in_ten_seconds(areas: Areas, settings: Settings, tmp_path: Path):
    # Processor time, so that other programs on the machine do not count.
    started = time.process_time()
    frames, stamp = draw_frames(areas, settings, FRAMES)
    path, *_ = save_gif(frames, tmp_path / "months.gif", 0.5, stamp, "Sixty maps.")
    assert time.process_time() - started < 10
    assert len(frames) == FRAMES
    assert path.stat().st_size <= 4 * MB


def test_two_hundred_frames_leave_no_memory_behind(areas: Areas, settings: Settings):
    draw_frames(areas, settings, 2)  # fonts and caches are filled once
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(20):
        draw_frames(areas, settings, 10)
    assert (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024 < 200


@pytest.fixture(scope="module")
def map_page(areas: Areas, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    recorded = make_months(areas, 12).sum(axis=1)
    values = pd.DataFrame({"lsoa_code": areas.codes, "recorded": recorded.to_numpy()})
    values = values.assign(recorded_before=values["recorded"] * 0.97, residents=1700.0, area_km2=0.3)
    values = values.assign(predicted=values["recorded"] * 1.1, forecast=values["recorded"] * 1.02)
    for name, share in (("lower_90", 0.6), ("upper_90", 1.6), ("forecast_lower_90", 0.8), ("forecast_upper_90", 1.3)):
        values[name] = values["predicted"] * share
    year = make_year(values, areas.areas.set_index("lsoa_code")["borough_code"])
    stamp = build_stamp(settings, "12 months to February 2026", is_model=True)
    html = choropleth.draw_map(areas, year, breaks=year.breaks, stamp=stamp)
    return save_page(html, tmp_path_factory.mktemp("page") / "total.html")


def test_a_map_is_small(map_page: Path):
    content = map_page.read_bytes()
    assert len(content) <= 2.5 * MB
    assert len(gzip.compress(content, 6)) <= 0.7 * MB


@pytest.mark.browser
def test_a_map_is_drawn_in_four_seconds_and_a_layer_in_one(map_page: Path, chromium):  # noqa: F811 the fixture
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    started = time.perf_counter()
    page.goto(map_page.as_uri())
    page.wait_for_selector(".folium-map canvas")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert time.perf_counter() - started < 4
    for layer in ("predicted", "difference", "per_km2", "recorded"):
        started = time.perf_counter()
        page.locator(f'input[type="radio"][value="{layer}"]').check(force=True)
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert time.perf_counter() - started < 1, layer
    page.close()
