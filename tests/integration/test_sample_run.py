"""The whole run on the sample: what a newcomer gets from `make run`."""

import html
import json
import re
from pathlib import Path

import duckdb
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pyogrio
import pytest
import yaml
from frictionless import Package
from PIL import Image
from PIL.GifImagePlugin import GifImageFile

from crime_dagster.core.crime_types import FIRST_LOOK, read_crime_types
from crime_dagster.core.settings import Settings
from crime_dagster.core.table_words import NEVER, NOT_HERE, NULL_WORDS, UNKNOWN
from crime_dagster.core.warehouse import count_values
from crime_dagster.defs.release.documents import draft_questions
from crime_dagster.drawing.downloads.questions import FAILED, read_questions
from tests.conftest import PROJECT, SAMPLE, Run
from tests.integration.reached import find_reached

# Only the City's force reports anti-social behaviour, in too few areas to be modelled and drawn.
TYPES = [row.crime_type for row in read_crime_types(PROJECT / "dbt_project") if row.crime_type != "antisocial"]
MARTS = [
    "coverage",
    "impact_areas",
    "impact_officers",
    "impact_summary",
    "lsoa_crimes",
    "lsoa_features",
    "lsoa_hotspots",
    "lsoa_predictions",
    "lsoas",
    "model_scores",
    "provisional_months",
    "reported_places",
    "set_aside_rows",
    "source_files",
]


@pytest.fixture
def published(built_sample: Run) -> Path:
    return built_sample.warehouse / "published"


@pytest.fixture
def marts(published: Path):
    with duckdb.connect(str(published / "crime.duckdb"), read_only=True) as connection:
        yield connection


def test_the_last_line_names_the_gallery(built_sample: Run):
    last = built_sample.output.strip().splitlines()[-1]
    assert last == f"Gallery: {built_sample.warehouse / 'published' / 'index.html'}"
    assert (built_sample.warehouse / "published" / "index.html").is_file()


def test_the_published_database_holds_the_marts_and_nothing_else(marts: duckdb.DuckDBPyConnection):
    found = marts.execute("select table_schema, table_name from information_schema.tables").fetchall()
    assert {schema for schema, _ in found} == {"marts"}
    assert set(MARTS) <= {name for _, name in found}
    for name in MARTS:
        assert len(marts.table(f"marts.{name}").df()) > 0, name


def test_every_crime_type_has_predictions_scores_and_an_impact(marts: duckdb.DuckDBPyConnection):
    results = ("impact_summary", "impact_areas", "impact_officers", "lsoa_hotspots")
    for table in ("lsoa_predictions", "model_scores", *results):
        found = set(marts.table(f"marts.{table}").df()["crime_type"])
        assert found == set(TYPES), table


def test_every_scenario_of_the_file_is_answered_with_an_interval(marts: duckdb.DuckDBPyConnection):
    found = marts.table("marts.impact_summary").df()
    wanted = yaml.safe_load((PROJECT / "crime_dagster" / "defs" / "scenarios.yml").read_text(encoding="utf-8"))
    assert set(found["scenario"]) == {one["name"] for one in wanted["scenarios"]}
    assert (found["interval_from"] == "ensemble").all()
    assert (found["bootstraps"] > 1).all()
    assert found["sum_change_pct"].between(found["lower_90"], found["upper_90"]).all()
    assert found["max_change_area_name"].notna().all()


def test_officers_are_answered_by_evidence_and_a_model_only_beside_it(marts: duckdb.DuckDBPyConnection):
    found = marts.table("marts.impact_officers").df()
    for _, answers in found.groupby("crime_type"):
        assert sorted(answers["model"]) == ["evidence", "model (not causal)"]
    assert found.loc[found["model"] != "evidence", "note"].str.startswith("Not causal").all()
    assert (found.loc[found["model"] == "evidence", "sum_change_pct"] < 0).all()


def test_fitted_models_are_kept_with_what_they_were_made_from(built_sample: Run):
    folder = built_sample.warehouse / "models"
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        f"{name}.{ending}" for name in TYPES for ending in ("json", "skops")
    )
    facts = json.loads((folder / "total.json").read_text(encoding="utf-8"))
    assert facts["scores"]["d2"] > 0
    assert not [name for name in facts["features"] if "officer" in name]


def test_what_goes_in_is_kept_or_set_aside(marts: duckdb.DuckDBPyConnection):
    files = marts.table("marts.source_files").df()
    assert (files["rows_in"] == files["rows_kept"] + files["rows_set_aside"]).all()
    assert files["sha256"].str.fullmatch("[0-9a-f]{64}").all()


def test_areas_of_another_force_are_not_reported_rather_than_zero(marts: duckdb.DuckDBPyConnection):
    crimes = marts.table("marts.lsoa_crimes").filter("crime_type = 'total'").df()
    missing = crimes.loc[crimes["crimes"].isna(), "lsoa_code"].unique()
    city = marts.execute("select lsoa_code from marts.lsoas where borough_name like 'City of %' order by 1").df()[
        "lsoa_code"
    ]
    assert sorted(missing) == city.tolist()
    assert len(city) > 0


def test_scores_stand_beside_a_baseline(marts: duckdb.DuckDBPyConnection):
    scores = marts.execute("select * from marts.model_scores where model = 'explain' and split = 'borough_folds'").df()
    d2 = scores[scores["metric"] == "d2"]
    assert {"mean", "linear"} <= set(d2["baseline"])
    assert d2["baseline_value"].notna().all()


def test_every_file_is_reached_from_the_front_page_in_three_clicks(published: Path):
    files = {path.relative_to(published).as_posix() for path in published.rglob("*") if path.is_file()}
    # What dbt writes of itself has addresses of its own server.
    reached = find_reached(published, 3, frozenset({"docs/tables.html"}))
    assert files - reached.keys() == set()
    assert reached.keys() - files == set(), "links to files that are not there"
    # Pages and pictures are reached from where they belong, and not from the list of all files alone.
    belong = {name for name in files if name.split("/")[0] in ("boroughs", "charts", "gifs", "maps", "types")}
    assert belong - find_reached(published, 3, frozenset({"files.html"})).keys() == set()


@pytest.mark.parametrize("crime_type", TYPES)
def test_each_crime_type_has_its_map_gif_and_charts(published: Path, crime_type: str):
    page = (published / "maps" / f"{crime_type}.html").read_text(encoding="utf-8")
    assert "SYNTHETIC" in page
    assert re.findall(r'(?:src|href)="https?://[^"]+\.(?:js|css)', page) == []
    with Image.open(published / "gifs" / f"{crime_type}_actual_and_predicted.gif") as gif:
        assert isinstance(gif, GifImageFile)
        assert gif.n_frames == 2
        assert gif.info["loop"] == 0
        assert gif.info["duration"] == 2000
    what_ifs = (f"{crime_type}_impact", f"{crime_type}_impact_fewer-pubs")
    for name in (*(what_ifs if crime_type in FIRST_LOOK else ()), f"{crime_type}_map"):
        assert (published / "charts" / f"{name}.png").stat().st_size > 10_000
        assert (published / "charts" / f"{name}.txt").read_text(encoding="utf-8").strip()


def test_the_pictures_that_take_longest_are_of_the_headline_types(published: Path):
    months = {path.name.removesuffix("_by_month.gif") for path in (published / "gifs").glob("*_by_month.gif")}
    what_ifs = {path.name.removesuffix("_impact.png") for path in (published / "charts").glob("*_impact.png")}
    assert months == what_ifs == set(FIRST_LOOK)


def test_the_front_page_shows_them_all_and_says_synthetic(published: Path):
    page = (published / "index.html").read_text(encoding="utf-8")
    assert "SYNTHETIC" in page
    html = re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL)
    linked = set(re.findall(r'(?:src|href)="([^"#:]+)"', html))
    assert [name for name in sorted(linked) if not (published / name).exists()] == []
    for crime_type in TYPES:
        assert f"maps/{crime_type}.html" in linked
        assert f"gifs/{crime_type}_actual_and_predicted.gif" in linked


def test_the_page_about_the_data_counts_every_file_and_says_synthetic(
    published: Path, marts: duckdb.DuckDBPyConnection
):
    page = (published / "data.html").read_text(encoding="utf-8")
    assert "SYNTHETIC" in page
    rows = marts.execute("select sum(rows_in), sum(rows_set_aside) from marts.source_files").fetchone()
    assert rows is not None
    assert f"{rows[0]:,} rows" in page
    assert f"{rows[1]:,}" in page
    for (file,) in marts.execute("select file from marts.source_files").fetchall():
        assert html.escape(file) in page
    assert 'href="data.html"' in (published / "index.html").read_text(encoding="utf-8")


def test_the_manifest_says_what_was_built_from_what(published: Path):
    manifest = json.loads((published / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["is_synthetic"] is True
    assert len(manifest["months"]) >= 36
    assert all(source["sha256"] for source in manifest["sources"])
    assert manifest["checks"]
    assert all(check["passed"] or check["severity"] == "WARN" for check in manifest["checks"])


def test_the_data_folder_can_be_read_without_a_database(published: Path):
    features = pd.read_csv(published / "data" / "lsoa_features.csv")
    assert features["lsoa_code"].is_unique
    assert len(pd.read_parquet(published / "data" / "lsoas.parquet")) == len(features)


def test_the_downloads_open_in_the_programs_they_are_made_for(published: Path, marts: duckdb.DuckDBPyConnection):
    data = published / "data"
    areas = pyogrio.read_dataframe(data / "doggermouth_crime.gpkg", layer="lsoas")
    expected = marts.table("marts.lsoa_features").aggregate("sum(crimes_total), count(*)").fetchone()
    assert (areas["crimes_total"].sum(), len(areas)) == expected
    assert areas.crs.to_epsg() == 27700
    assert areas.geometry.is_valid.all()
    book = openpyxl.load_workbook(data / "doggermouth_crime.xlsx", read_only=True)
    assert book.sheetnames == ["Read me", "Areas", "Boroughs", "Months", "Columns", "Sources"]
    notes = dict(book["Read me"].iter_rows(min_row=3, max_col=2, values_only=True))
    boroughs = pyogrio.read_dataframe(data / "doggermouth_crime.gpkg", layer="boroughs")
    assert boroughs["crimes_total"].sum() == expected[0]
    assert "made-up" in notes["Made up"]
    assert "Licence" in notes or "Source" in notes
    explained = [row[:2] for row in book["Columns"].iter_rows(min_row=2, values_only=True)]
    for sheet in ("Areas", "Boroughs", "Months", "Sources"):
        head = next(book[sheet].iter_rows(max_row=1, values_only=True))
        assert [(sheet, name) for name in head] == [row for row in explained if row[0] == sheet]
    dictionary = pd.read_csv(data / "dictionary.csv", keep_default_na=False)
    table = pd.read_csv(data / "lsoa_features.csv", nrows=1)
    known = dictionary[(dictionary["table"] == "lsoa_features") & dictionary["has_values"]]
    assert known["column"].tolist() == table.columns.tolist()
    left_out = json.loads((published / "manifest.json").read_text(encoding="utf-8"))["left_out"]["lsoa_features"]
    assert left_out
    assert not set(left_out) & set(table.columns)


def test_every_column_says_what_it_is_in_the_database_itself(published: Path, marts: duckdb.DuckDBPyConnection):
    query = "select table_name, column_name, comment from duckdb_columns() where schema_name = 'marts'"
    found = marts.execute(query).fetchall()
    said = re.compile(r"(?P<what>.+[.?]) Unit: (?P<unit>.+)\. NULL: (?P<null>.+)\.", re.DOTALL)
    words = {(table, name): said.fullmatch(comment or "") for table, name, comment in found}
    assert [place for place, one in words.items() if one is None] == []
    nulls = {place: one["null"] for place, one in words.items() if one}
    assert [place for place, null in nulls.items() if null == UNKNOWN] == [], f"explain it in {NULL_WORDS}"
    counts = count_values(published / "crime.duckdb")
    never = [place for place, null in nulls.items() if null in (NEVER, NOT_HERE)]
    assert [(table, name) for table, name in never if len(set(counts[table][name])) > 1] == []
    tables = marts.execute(
        "select table_name from duckdb_tables() where schema_name = 'marts' and coalesce(comment, '') = ''"
    ).fetchall()
    assert tables == []


def test_programs_accept_the_data_package(published: Path):
    said = json.loads((published / "datapackage.json").read_text(encoding="utf-8"))
    assert list(Package.metadata_validate(said)) == []
    files = {one["path"]: [field["name"] for field in one["schema"]["fields"]] for one in said["resources"]}
    assert set(files) == {f"data/{path.name}" for path in (published / "data").glob("*.[cp]*")}
    for path in (path for path in files if path.endswith(".parquet")):
        schema = pq.read_schema(published / path)
        assert schema.names == files[path]
        assert {b"title", b"licence", b"version", b"commit", b"columns"} <= schema.metadata.keys()
    said["resources"] = [one for one in said["resources"] if one["format"] == "csv"]
    report = Package.from_descriptor(said, basepath=str(published)).validate()
    assert report.valid, report.to_summary()


def test_the_answers_of_the_document_are_those_of_the_release(built_sample: Run):
    document = (PROJECT / "docs" / "questions.md").read_text(encoding="utf-8")
    questions = read_questions(document)
    assert [question.number for question in questions] == list(range(1, 31))
    assert [question.number for question in questions if question.sql.count("\n") > 9] == [], "at most ten lines"
    wanted = draft_questions(Settings(SAMPLE, built_sample.warehouse))
    assert FAILED not in wanted
    assert document == wanted, "docs/questions.md is stale; the remedy: make run, then make questions"


def test_the_page_about_the_models_has_scores_and_says_what_was_not_evaluated(published: Path):
    page = (published / "models.html").read_text(encoding="utf-8")
    assert "Every score" in page
    assert "Which features matter most" not in page, "a heading with nothing under it"
    assert (published / "charts" / "total_residual.png").is_file()
    assert 'href="models.html"' in (published / "index.html").read_text(encoding="utf-8")


def test_the_checks_of_the_models_stand_in_the_manifest(published: Path):
    checks = {row["check"]: row for row in json.loads((published / "manifest.json").read_text("utf-8"))["checks"]}
    for name in ("no_feature_from_crime", "predictions_are_finite"):
        assert (checks[name]["passed"], checks[name]["severity"]) == (True, "ERROR")
    for name in ("beats_the_mean", "beats_last_year", "coverage_holds", "residuals_are_not_clustered"):
        assert checks[name]["severity"] == "WARN"


def test_the_notebook_runs_on_what_is_published(published: Path, monkeypatch: pytest.MonkeyPatch, capsys):
    monkeypatch.setenv("CRIME_PUBLISHED_DIR", str(published))
    notebook = json.loads((PROJECT / "docs" / "notebooks" / "explain_a_borough.ipynb").read_text(encoding="utf-8"))
    names: dict[str, object] = {}
    for number, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] == "code":
            exec(compile("".join(cell["source"]), f"cell {number}", "exec"), names)  # noqa: S102 our own notebook
    said = capsys.readouterr().out
    assert "SYNTHETIC" in "".join(notebook["cells"][0]["source"])
    assert re.search(r"crimes recorded, [\d,]+ predicted by a model of the other boroughs", said)
    assert "of predicted crime" in said
