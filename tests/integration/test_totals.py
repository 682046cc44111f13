"""Every total that a page prints is a cell of a mart and adds up; what is printed side by side is of the same areas."""

import re
from pathlib import Path

import pytest

from crime_dagster.drawing.kit.words import three_figures, whole_number
from tests.conftest import Run
from tests.integration.page_totals import check_figures, open_marts, read_figures, sum_figures

ROWS = re.compile("borough_(changes|own_years);")


@pytest.fixture
def published(built_sample: Run) -> Path:
    return built_sample.warehouse / "published"


def test_every_figure_that_names_its_cell_is_what_the_mart_has(published: Path):
    assert check_figures(published) > 100


@pytest.mark.parametrize("name", ["index.html", "boroughs/*.html"])
def test_types_add_up_to_all_crime(published: Path, name: str):
    """Anti-social behaviour is no crime."""
    checked = 0
    for page in published.glob(name):
        rows = [one for one in read_figures(page) if one.column == "crimes" and ROWS.match(one.row)]
        if name == "index.html":
            rows = [one for one in rows if "place_code=city" in one.row]
        # Similar boroughs come later on the page.
        types = {one.row.partition("crime_type=")[2].partition(";")[0]: one.printed for one in reversed(rows)}
        if len(types) < 3 or not types["total"]:
            continue
        counts = {crime_type: int(number.replace(",", "")) for crime_type, number in types.items() if number}
        others = sum(count for crime_type, count in counts.items() if crime_type not in ("total", "antisocial"))
        assert others == counts["total"], page.name
        checked += 1
    assert checked


def test_boroughs_add_up_to_the_city_and_one_in_its_own_year_is_not_among_them(published: Path):
    boroughs = sum_figures(published / "boroughs" / "index.html", "crimes", "borough_changes")
    assert boroughs == sum_figures(published / "index.html", "crimes", "headline_totals")
    assert sum_figures(published / "boroughs" / "index.html", "crimes", "borough_own_years") > 0


def test_recorded_and_predicted_are_printed_of_the_same_areas(published: Path):
    html = (published / "index.html").read_text("utf-8")
    pairs = re.findall(r"([^.\"]*), ([^.]*)\. Recorded: ([\d,]+) [^.]*\. Predicted: ([\d,.]+)\. The model", html)
    sql = """
        select sum(actual), sum(predicted) from marts.lsoa_predictions
        inner join marts.crime_types using (crime_type)
        where model = 'explain' and is_current and actual is not null and lower(label) = lower(?)
    """
    with open_marts(published) as marts:
        for _, label, recorded, predicted in pairs:
            sums = marts.execute(sql, [label]).fetchone()
            assert sums is not None
            assert (recorded, predicted) == (whole_number(sums[0]), three_figures(sums[1])), label
    assert pairs


def test_the_forecast_is_one_figure_on_every_page_and_of_the_areas_that_were_counted(published: Path):
    sql = """
        select sum(forecast), sum(crimes), count(*) from marts.area_findings
        where crime_type = 'total' and crimes is not null
    """
    with open_marts(published) as marts:
        sums = marts.execute(sql).fetchone()
        assert sums is not None
    forecast, recorded, areas = sums
    front = re.sub(r"<[^>]+>", " ", (published / "index.html").read_text("utf-8"))
    assert f": {three_figures(forecast)} crimes" in front
    assert f"The same {areas:,} areas recorded {whole_number(recorded)} in the latest year." in front
    assert f"Forecast: {three_figures(forecast)} crimes" in (published / "maps" / "total.html").read_text("utf-8")
