"""Models and pictures on the published files of London: minutes, so `make test-real` and not `make test`."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from PIL import Image

from crime_dagster.core.crime_types import read_crime_types
from tests.conftest import PROJECT, Run, run_command

pytestmark = [pytest.mark.real, pytest.mark.slow]

# Anti-social behaviour is reported by the City's force alone, in too few areas to be modelled and drawn.
TYPES = [row.crime_type for row in read_crime_types(PROJECT / "dbt_project") if row.crime_type != "antisocial"]


@pytest.fixture(scope="module")
def built(real_data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    done = run_command("run", real_data_dir, tmp_path_factory.mktemp("london_models") / "warehouse", timeout=1800)
    assert done.status == 0, done.output[-4000:] + done.errors[-3000:]
    return done


@pytest.fixture(scope="module")
def published(built: Run) -> Path:
    return built.warehouse / "published"


@pytest.fixture(scope="module")
def marts(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(published / "crime.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def d2(marts: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], tuple[float, float]]:
    """Crime type and baseline to the model's D² and the baseline's."""
    sql = """
        select crime_type, baseline, value, baseline_value from marts.model_scores
        where model = 'explain' and split = 'borough_folds' and metric = 'd2'
    """
    return {(name, baseline): (ours, theirs) for name, baseline, ours, theirs in marts.execute(sql).fetchall()}


def test_the_model_of_all_crime_holds_for_boroughs_it_has_not_seen(d2: dict):
    assert d2["total", "linear"][0] >= 0.60


@pytest.mark.parametrize("crime_type", TYPES)
def test_each_model_beats_the_mean_and_the_linear_model(d2: dict, crime_type: str):
    for baseline in ("mean", "linear"):
        ours, theirs = d2[crime_type, baseline]
        assert ours > theirs


def test_every_area_is_predicted_once_per_crime_type(marts: duckdb.DuckDBPyConnection):
    sql = """
        select crime_type, count(*) as areas, count(distinct lsoa_code) as codes, count(actual) as reported,
            bool_and(isfinite(predicted) and lower_90 <= predicted and predicted <= upper_90) as is_sound
        from marts.lsoa_predictions where model = 'explain' group by 1
    """
    found = marts.execute(sql).df()
    assert sorted(found["crime_type"]) == sorted(TYPES)
    assert (found["areas"] == 4_994).all()
    assert (found["codes"] == 4_994).all()
    assert (found["reported"] == 4_988).all()
    assert found["is_sound"].all()


# D² on the newest year and on the six newest months, all known only up to the day before.
FORECAST_BARS = {
    "forecast_year": {
        "total": 0.956,
        "violent": 0.887,
        "drug": 0.575,
        "burglary": 0.60,
        "robbery": 0.80,
        "theft": 0.943,
        "vehicle": 0.608,
    },
    "forecast_month": {"total": 0.879, "violent": 0.585, "drug": 0.33, "burglary": 0.18, "robbery": 0.45},
}


@pytest.mark.parametrize("model", FORECAST_BARS)
def test_forecasts_reach_what_is_known_to_be_possible_and_beat_their_baselines(
    marts: duckdb.DuckDBPyConnection, model: str
):
    found = marts.execute(
        "select crime_type, value, baseline_value from marts.model_scores where model = ? and metric = 'd2'", [model]
    ).df()
    assert (found["value"] > found["baseline_value"]).all()
    d2 = found.groupby("crime_type")["value"].first()
    assert {name: d2[name] for name, bar in FORECAST_BARS[model].items() if d2[name] < bar} == {}


def test_intervals_of_the_year_hold_what_came(marts: duckdb.DuckDBPyConnection):
    found = marts.execute(
        "select metric, min(value) as least, max(value) as most from marts.model_scores "
        "where model = 'forecast_year' and borough_code is null "
        "and metric in ('coverage_90', 'coverage_90_top_decile') group by 1"
    ).df()
    least, most = (found.set_index("metric")[column] for column in ("least", "most"))
    assert least["coverage_90"] >= 0.88
    assert most["coverage_90"] <= 0.97
    assert least["coverage_90_top_decile"] >= 0.85


def test_what_ifs_of_london_have_intervals_and_officers_are_answered_by_evidence_alone(
    marts: duckdb.DuckDBPyConnection,
):
    found = marts.table("marts.impact_summary").df()
    assert set(found["crime_type"]) == set(TYPES)
    assert (found["lower_90"] < found["sum_change_pct"]).all()
    assert (found["sum_change_pct"] < found["upper_90"]).all()
    officers = marts.table("marts.impact_officers").df()
    assert sorted(officers["crime_type"]) == sorted(TYPES)
    assert set(officers["model"]) == {"evidence"}


@pytest.mark.parametrize("crime_type", TYPES)
def test_pictures_are_small_and_whole(published: Path, crime_type: str):
    assert (published / "maps" / f"{crime_type}.html").stat().st_size < 2_500_000
    with Image.open(published / "gifs" / f"{crime_type}_actual_and_predicted.gif") as gif:
        assert gif.size == (960, 900)
    with Image.open(published / "charts" / f"{crime_type}_map.png") as picture:
        assert picture.size[0] == 1600


def test_nothing_of_london_is_called_synthetic(published: Path):
    pages = [published / "index.html", *(published / "maps").glob("*.html"), *published.rglob("*.txt")]
    assert [page.name for page in pages if "SYNTHETIC: a made-up city" in page.read_text(encoding="utf-8")] == []
