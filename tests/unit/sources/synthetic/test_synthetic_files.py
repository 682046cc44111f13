"""The made-up files have the layouts and oddities of the published ones."""

import gzip
from io import StringIO
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.folder.inventory import find_files
from tests.unit.sources.landing import land

SAMPLE = Path(__file__).parents[4] / "data_raw" / "sample"
DEPRIVATION = "mhclg/File_7_IoD2025_All_Ranks_Scores_Deciles_Population_Denominators.csv"
KEYS = ["LSOA Code", "LSOA Name", "Borough", "Major Category", "Minor Category"]


def read_release(month: str) -> pd.DataFrame:
    return pd.read_csv(SAMPLE / "mps" / f"MPS LSOA Level Crime (most recent 24 months) to {month}.csv")


@pytest.fixture(scope="module")
def newer() -> pd.DataFrame:
    return read_release("2026-02")


@pytest.fixture(scope="module")
def older() -> pd.DataFrame:
    return read_release("2025-02")


@pytest.fixture(scope="module")
def lsoas() -> gpd.GeoDataFrame:
    return gpd.read_file(SAMPLE / "ons/boundaries/doggermouth-2021-lsoa-gen20.shp").set_index("LSOA21CD")


@pytest.fixture(scope="module")
def street() -> pd.DataFrame:
    files = sorted((SAMPLE / "police_uk").rglob("*-street.csv"))
    return pd.concat([pd.read_csv(path).assign(file=path.name) for path in files], ignore_index=True)


def list_months(table: pd.DataFrame) -> list[str]:
    return [str(column) for column in table if str(column).isdigit()]


def test_every_source_of_the_sample_lands_whole() -> None:
    landed = {}
    for key, source in load_catalogue().items():
        if find_files(source, SAMPLE):
            result = land(source, SAMPLE)
            landed[key] = result.files.to_pandas()
            reasons = set(result.set_aside.column("reason").to_pylist())
            assert reasons <= {"blank_line", "footnote", "duplicate", "unlocated"}, key
    assert len(landed) >= 17
    for key, files in landed.items():
        assert (files["rows_in"] == files["rows_kept"] + files["rows_set_aside"]).all(), key


def test_every_data_file_belongs_to_a_source() -> None:
    known = {file.path.resolve() for source in load_catalogue().values() for file in find_files(source, SAMPLE)}
    beside = {".shx", ".dbf", ".prj", ".cpg"}
    files = {path.resolve() for path in SAMPLE.rglob("*") if path.is_file() and path.suffix not in beside}
    assert {path.name for path in files - known} == {"data_set.yml", "README.md"}


def test_releases_cover_36_months_together(newer: pd.DataFrame, older: pd.DataFrame) -> None:
    assert list(newer.columns[:5]) == list(older.columns[:5]) == KEYS
    assert len(list_months(older)) == 24
    assert len(list_months(newer)) == 25
    assert len(set(list_months(older)) | set(list_months(newer))) == 36
    assert list_months(older)[0] == "202303"


def test_first_month_of_the_newer_release_is_a_stub(newer: pd.DataFrame, older: pd.DataFrame) -> None:
    stub, full = newer["202402"].sum(), older["202402"].sum()
    assert 0 < stub < 0.01 * full
    assert newer["202403"].sum() > 0.9 * full


def test_releases_are_sparse(newer: pd.DataFrame, older: pd.DataFrame) -> None:
    for release in (newer, older):
        assert (release[list_months(release)].sum(axis=1) > 0).all()
        assert not release.duplicated(KEYS).any()
        pairs = release["LSOA Code"].nunique() * release["Minor Category"].nunique()
        assert len(release) < 0.95 * pairs


def test_releases_differ_a_little_where_they_overlap(newer: pd.DataFrame, older: pd.DataFrame) -> None:
    shared = sorted(set(list_months(newer)) & set(list_months(older)) - {"202402"})
    assert len(shared) == 12
    revised = (newer[shared].sum() / older[shared].sum() - 1).abs()
    assert revised.max() < 0.02
    assert (revised > 0).mean() > 0.7
    # The older release's last month was provisional: it grew.
    assert newer["202502"].sum() > older["202502"].sum()


def test_categories_are_ten_and_two_were_renamed(newer: pd.DataFrame, older: pd.DataFrame) -> None:
    assert set(newer["Major Category"]) == set(older["Major Category"])
    assert newer["Major Category"].nunique() == 10
    assert set(older["Minor Category"]) - set(newer["Minor Category"]) == {"BURGLARY IN A DWELLING"}
    assert set(newer["Minor Category"]) - set(older["Minor Category"]) == {
        "RES BURGLARY OF A HOME",
        "STALKING AND HARASSMENT",
    }


def test_the_city_is_in_no_release_and_boroughs_are_codes(
    newer: pd.DataFrame, older: pd.DataFrame, lsoas: gpd.GeoDataFrame
) -> None:
    for release in (newer, older):
        expected = lsoas["LAD22CD"].loc[release["LSOA Code"]].to_numpy()
        assert (release["Borough"].to_numpy() == expected).all()
        assert set(release["Borough"]) == set(lsoas["LAD22CD"]) - {"E09900001"}
        assert set(release["LSOA Code"]) == set(lsoas.index[lsoas["LAD22CD"] != "E09900001"])


def test_counts_are_as_in_a_big_city(newer: pd.DataFrame) -> None:
    year = newer.groupby("LSOA Code")[list_months(newer)[-12:]].sum().sum(axis=1)
    assert 95 <= year.median() <= 130
    assert year.max() > 1_000
    assert (year > 700).sum() >= 3


def test_officers_are_full_time_equivalents_of_boroughs_but_the_city() -> None:
    officers = pd.read_csv(SAMPLE / "mps/MPS officers by borough.csv")
    assert list(officers) == ["Borough Code", "Borough", "Month", "Officers (FTE)"]
    assert officers["Borough Code"].nunique() == 5
    assert officers["Month"].nunique() == 36
    assert not officers.duplicated(["Borough Code", "Month"]).any()
    assert officers["Officers (FTE)"].between(100, 1_500).all()


def test_street_months_have_the_oddities_of_the_real_ones(street: pd.DataFrame) -> None:
    assert list(street.columns[:-1]) == [
        "Crime ID", "Month", "Reported by", "Falls within", "Longitude", "Latitude", "Location", "LSOA code",
        "LSOA name", "Crime type", "Last outcome category", "Context",
    ]  # fmt: skip
    antisocial = street["Crime type"] == "Anti-social behaviour"
    assert antisocial.any()
    assert (street["Crime ID"].isna() == antisocial).all()
    assert (street["Last outcome category"].isna() == antisocial).all()
    nowhere = street["LSOA code"].isna()
    assert 0.02 < nowhere.mean() < 0.2
    assert (nowhere == street["Longitude"].isna()).all()
    assert (street.loc[nowhere, "Location"] == "No Location").all()
    elsewhere = street["LSOA name"].notna() & ~street["LSOA name"].str.startswith("City of Doggermouth", na=False)
    assert 0.01 < elsewhere.mean() < 0.15
    assert street.duplicated().any()
    assert street["Context"].isna().all()


def test_street_months_lack_the_newest_two(street: pd.DataFrame) -> None:
    assert street["Month"].nunique() == 34
    assert street["Month"].max() == "2025-12"
    assert (street["file"].str[:7] == street["Month"]).all()


def test_street_points_lie_in_the_area_they_name(street: pd.DataFrame, lsoas: gpd.GeoDataFrame) -> None:
    placed = street.dropna(subset=["LSOA code"])
    points = gpd.GeoSeries(gpd.points_from_xy(placed["Longitude"], placed["Latitude"]), crs=4326).to_crs(27700)
    shapes = lsoas.geometry.loc[placed["LSOA code"]].reset_index(drop=True).buffer(10)
    assert points.within(shapes).all()


def test_deprivation_ranks_are_national_and_follow_scores() -> None:
    table = pd.read_csv(SAMPLE / DEPRIVATION)
    header = [str(column) for column in table]
    scores = [column for column in header if " Score" in column]
    assert len(scores) == 14
    assert len(table.columns) == 46
    for score in scores:
        position = header.index(score)
        rank, decile = table[header[position + 1]], table[header[position + 2]]
        assert rank.is_unique
        assert rank.between(1, 33_755).all()
        assert rank.max() > 2 * len(table)
        by_rank = table[score].to_numpy()[np.argsort(rank)]
        assert (np.diff(by_rank) <= 0).all()
        assert (decile == np.ceil(rank / 3_375.5)).all()


def test_one_header_of_the_deprivation_file_is_cut_off() -> None:
    header = pd.read_csv(SAMPLE / DEPRIVATION, nrows=0).columns
    assert [name for name in header if name.endswith("10% of LSO")] == [
        "Children and Young People Sub-domain Decile (where 1 is most deprived 10% of LSO"
    ]


def test_ns_sec_is_a_download_with_title_and_footnote() -> None:
    lines = (SAMPLE / "ons/census2021/TS062-ns-sec.csv").read_text().split("\n")
    header = next(number for number, line in enumerate(lines) if "mnemonic" in line)
    assert header > 4
    assert lines[header + 1] == ""
    assert any(line.startswith('"",') and line.count(",") > 1 for line in lines[-6:])
    body = [line for line in lines[header + 2 :] if line.startswith(('"City', '"Anch'))]
    table = pd.read_csv(StringIO("\n".join([lines[header], *body])), thousands=",")
    assert '"1,' in "".join(body)
    assert (table.iloc[:, 3:].sum(axis=1) == table["All usual residents aged 16+"]).all()


def test_tenure_adds_up() -> None:
    tenure = pd.read_csv(SAMPLE / "ons/census2021/census2021-ts054-lsoa.csv", index_col=[0, 1, 2])
    tenure.columns = tenure.columns.str.removeprefix("Tenure of household: ")
    groups = ["Owned", "Shared ownership", "Social rented", "Private rented"]
    assert (tenure[[*groups, "Lives rent free"]].sum(axis=1) == tenure["Total: All households"]).all()
    for group in groups:
        assert (tenure.filter(like=f"{group}: ").sum(axis=1) == tenure[group]).all()


@pytest.mark.parametrize(
    ("name", "has_mark", "line_end"),
    [
        ("gla/Pubs.csv", False, b"\r\n"),
        ("gla/CIM 2024 Music_Nightclubs.csv", True, b"\n"),
        ("house_of_commons_library/MSOA-Names-2.2.csv.gz", True, b"\r\n"),
        (DEPRIVATION, False, b"\n"),
    ],
)
def test_marks_and_line_ends_are_as_published(name: str, has_mark: bool, line_end: bytes) -> None:
    content = (SAMPLE / name).read_bytes()
    content = gzip.decompress(content) if name.endswith(".gz") else content
    assert content.startswith(b"\xef\xbb\xbf") == has_mark
    assert content.count(line_end) == content.count(b"\n") > 1
    assert content.endswith(line_end)
    assert (b"\r" in content) == (line_end == b"\r\n")


def test_four_pubs_lie_in_no_area_and_no_street(lsoas: gpd.GeoDataFrame) -> None:
    pubs = pd.read_csv(SAMPLE / "gla/Pubs.csv")
    points = gpd.GeoDataFrame(pubs, geometry=gpd.points_from_xy(pubs["easting"], pubs["northing"]), crs=27700)
    inside = points.sjoin(lsoas[["LAD22CD", "geometry"]], predicate="within")
    assert len(inside) == len(pubs) - 4
    assert (inside["borough_code"] == inside["LAD22CD"]).all()
    degrees = points.to_crs(4326).geometry
    assert (degrees.x - pubs["longitude"]).abs().max() < 1e-4
    assert (degrees.y - pubs["latitude"]).abs().max() < 1e-4
    assert pubs[["website", "os_addressbase_uprn"]].isna().all().all()
