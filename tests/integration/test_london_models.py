"""Models and pictures on London's published files: minutes, so `make test-real` and not `make test`."""

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from PIL import Image
from scipy import stats

from crime_dagster.core.crime_types import read_crime_types
from crime_dagster.drawing.downloads.questions import read_questions
from tests.conftest import PROJECT, Run, run_command
from tests.integration.london_releases import BEFORE, YEAR, read_release
from tests.integration.page_totals import check_figures

pytestmark = [pytest.mark.real, pytest.mark.slow]

# Only the City's force reports anti-social behaviour, in too few areas to be modelled and drawn.
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


def test_every_figure_on_a_page_is_what_the_mart_has(published: Path):
    assert check_figures(published) > 600


# D² on the newest year and on the six newest months, each forecast only from earlier data.
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


@pytest.fixture(scope="module")
def answer(published: Path, marts: duckdb.DuckDBPyConnection) -> Callable[[int], pd.DataFrame]:
    """The answer to a question of docs/questions.md by its number."""
    text = (published / "docs" / "questions.md").read_text(encoding="utf-8")
    queries = {question.number: question.sql for question in read_questions(text)}
    return lambda number: marts.execute(queries[number]).df()


@pytest.fixture(scope="module")
def areas(real_data_dir: Path) -> pd.DataFrame:
    """Per small area, from the police's file: its borough, thefts of two years, violent offences of one."""
    release = read_release(real_data_dir)
    columns = {}
    for name, category, months in (
        ("theft", "THEFT", YEAR),
        ("theft_before", "THEFT", BEFORE),
        ("violent", "VIOLENCE AGAINST THE PERSON", YEAR),
    ):
        crimes = release[months].sum(axis=1).where(release["Major Category"] == category, 0)
        columns[name] = crimes.groupby(release["LSOA Code"]).sum()
    names = release.drop_duplicates("LSOA Code").set_index("LSOA Code")
    # "Brent 013F" is in the neighbourhood "Brent 013".
    return pd.DataFrame(columns).assign(borough=names["Borough"], msoa=names["LSOA Name"].str.rstrip("ABCDEFGHIJKLMN"))


def test_a_change_and_whether_it_is_chance(answer: Callable[[int], pd.DataFrame], marts, areas: pd.DataFrame):
    p_values, changes = {}, {}
    for code, rows in areas.groupby("borough"):
        parts = rows.groupby("msoa")[["theft_before", "theft"]].sum()
        parts = parts[parts.sum(axis=1) > 0]
        old, new = parts.sum()
        share, totals = new / (old + new), parts.sum(axis=1)
        spread = ((parts["theft"] - share * totals) ** 2 / (share * (1 - share) * totals)).sum() / (len(parts) - 1)
        statistic = abs(new - old) / np.sqrt(max(1, spread) * (old + new))
        p_values[code] = 2 * stats.t.sf(statistic, len(parts) - 1)
        changes[code] = 100 * (new / old - 1)
    q_values = dict(zip(p_values, stats.false_discovery_control(list(p_values.values())), strict=True))
    names = dict(marts.execute("select distinct borough_name, borough_code from marts.lsoas").fetchall())
    found = answer(4).set_index("place_name").drop(index="London").rename(index=names)
    expected = pd.Series(changes).nlargest(9)
    assert found.index.tolist() == expected.index.tolist()
    assert found["change_pct"].tolist() == pytest.approx(expected.tolist(), abs=0.051)
    assert found["q_value"].to_dict() == pytest.approx({code: q_values[code] for code in found.index}, abs=0.02)
    assert found["is_clear_change"].tolist() == [q_values[code] <= 0.05 for code in found.index]


def test_a_rank_and_its_range(answer: Callable[[int], pd.DataFrame], areas: pd.DataFrame):
    found = answer(6)
    assert found["crimes"].tolist() == areas["violent"].nlargest(5).tolist()
    ranks = areas["violent"].rank(method="min", ascending=False).sort_values().head(5)
    assert found["rank"].tolist() == ranks.tolist()
    # Poisson draws around the recorded counts, ranked again.
    draws = np.random.default_rng(1).poisson(areas["violent"].to_numpy(), (400, len(areas)))
    order = (-draws).argsort(axis=1).argsort(axis=1) + 1
    lowest, highest = np.quantile(order[:, areas.index.get_indexer(ranks.index)], [0.05, 0.95], axis=0)
    assert found["rank_lower_90"].to_numpy() == pytest.approx(lowest, abs=3)
    assert found["rank_upper_90"].to_numpy() == pytest.approx(highest, abs=3)


def test_next_year_and_its_interval(answer: Callable[[int], pd.DataFrame], marts, areas: pd.DataFrame):
    found = answer(10).set_index("label")
    theft = found.loc["Theft"]
    assert theft["lower_90"] < theft["expected"] < theft["upper_90"]
    assert theft["expected"] == pytest.approx(areas["theft"].sum(), rel=0.15), "what comes is near what was"
    tested = marts.execute("""
        select actual, lower_90 <= actual and actual <= upper_90 from marts.city_forecasts
        where crime_type = 'theft' and model = 'forecast_year' and not is_future
    """).fetchall()
    assert tested == [(areas["theft"].sum(), True)]
