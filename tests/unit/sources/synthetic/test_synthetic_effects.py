"""The known effects are in the files: a Poisson regression on the published data finds them, roughly."""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import PoissonRegressor

from crime_dagster.sources.synthetic import effects
from crime_dagster.sources.synthetic.city import City, draw_city

SAMPLE = Path(__file__).parents[4] / "data_raw" / "sample"
CATEGORIES = {
    "VIOLENCE AGAINST THE PERSON": "violent",
    "THEFT": "theft",
    "VEHICLE OFFENCES": "vehicle",
    "PUBLIC ORDER OFFENCES": "public_order",
    "ARSON AND CRIMINAL DAMAGE": "damage",
    "DRUG OFFENCES": "drug",
    "BURGLARY": "burglary",
    "ROBBERY": "robbery",
}
KINDS = {
    "Restaurant/Cafe/Canteen": "food_places",
    "Retailers - other": "food_shops",
    "Hotel/bed & breakfast/guest house": "hotels",
}


@dataclass(frozen=True)
class Published:
    """The files of the sample, read without the program that made them."""

    features: pd.DataFrame
    crimes: pd.DataFrame
    boroughs: pd.Series


@pytest.fixture(scope="module")
def published() -> Published:
    lsoas = gpd.read_file(SAMPLE / "ons/boundaries/doggermouth-2021-lsoa-gen20.shp").set_index("LSOA21CD")
    features = pd.DataFrame(index=lsoas.index)
    deprivation = pd.read_csv(next((SAMPLE / "mhclg").iterdir()), index_col=0)
    features["income_deprivation_pct"] = 100 * deprivation["Income Score (rate)"]
    people = pd.read_csv(next((SAMPLE / "ons/population").iterdir()), index_col=0)
    features["people_per_km2"] = people["Mid-2022: People per Sq Km"]
    features["residents"] = people["Mid-2022: Population"]
    classes = pd.read_csv(SAMPLE / "ons/census2021/TS062-ns-sec.csv", skiprows=6, thousands=",", index_col=1)
    never = classes["Never worked and long term unemployed"] / classes["All usual residents aged 16+"]
    features["never_worked_pct"] = 100 * never
    tenure = pd.read_csv(SAMPLE / "ons/census2021/census2021-ts054-lsoa.csv", index_col=2)
    title = "Tenure of household: "
    features["private_rented_pct"] = 100 * tenure[f"{title}Private rented"] / tenure[f"{title}Total: All households"]
    pubs = pd.read_csv(SAMPLE / "gla/Pubs.csv")
    points = gpd.GeoDataFrame(geometry=gpd.points_from_xy(pubs["easting"], pubs["northing"]), crs=27700)
    features["pubs"] = points.sjoin(lsoas[["geometry"]]).groupby("LSOA21CD").size()
    features["pubs"] = features["pubs"].fillna(0)
    premises = read_premises().sjoin(lsoas[["geometry"]]).groupby(["LSOA21CD", "type"]).size().unstack(fill_value=0)
    features = features.join(premises.rename(columns=KINDS)[list(KINDS.values())]).fillna(0)
    crimes = count_crimes()
    return Published(features.loc[crimes.index], crimes, lsoas["LAD22CD"].loc[crimes.index])


def read_premises() -> gpd.GeoDataFrame:
    """Places that sell food, with their kind; one without coordinates is left out."""
    places = []
    for path in (SAMPLE / "fsa").iterdir():
        places += json.loads(gzip.decompress(path.read_bytes()))["FHRSEstablishment"]["EstablishmentCollection"]
    located = [place for place in places if "Geocode" in place]
    x, y = ([float(place["Geocode"][name]) for place in located] for name in ("Longitude", "Latitude"))
    types = [place["BusinessType"] for place in located]
    return gpd.GeoDataFrame({"type": types}, geometry=gpd.points_from_xy(x, y), crs=4326).to_crs(27700)


def count_crimes() -> pd.DataFrame:
    """Count crimes of all 36 months by area and type, with the older release for months before the newer one's."""
    newer, older = (
        pd.read_csv(SAMPLE / f"mps/MPS LSOA Level Crime (most recent 24 months) to {month}.csv")
        for month in ("2026-02", "2025-02")
    )
    parts = []
    for release, first, last in ((older, "202303", "202402"), (newer, "202403", "202602")):
        months = [column for column in map(str, release) if column.isdigit() and first <= column <= last]
        summed = release.assign(crimes=release[months].sum(axis=1))
        parts.append(summed.groupby(["LSOA Code", "Major Category"])["crimes"].sum())
    counts = parts[0].add(parts[1], fill_value=0).unstack(fill_value=0)
    return counts[list(CATEGORIES)].rename(columns=CATEGORIES)


def fit_effects(published: Published, crime_type: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return estimated and true log effects per standard deviation of a driver, residents last, and the fit."""
    drivers = [driver.count_steps(published.features[driver.feature]) for driver in effects.DRIVERS]
    drivers.append(np.log(published.features["residents"].to_numpy()))
    boroughs = pd.get_dummies(published.boroughs, drop_first=True, dtype=float).to_numpy()
    columns = np.column_stack([*drivers, boroughs])
    spread = columns.std(axis=0)
    model = PoissonRegressor(alpha=0, solver="newton-cholesky", tol=1e-8)
    model.fit((columns - columns.mean(axis=0)) / spread, published.crimes[crime_type])
    truth = [driver.find_log_effect(crime_type) for driver in effects.DRIVERS] + [effects.RESIDENTS_ELASTICITY]
    size = len(truth)
    return model.coef_[:size], np.array(truth) * spread[:size], model.predict((columns - columns.mean(axis=0)) / spread)


@pytest.mark.parametrize("crime_type", list(CATEGORIES.values()))
def test_poisson_regression_finds_the_effects(published: Published, crime_type: str) -> None:
    found, truth, _ = fit_effects(published, crime_type)
    # 0.13 is a change of 14 % per standard deviation; the strongest effects are 0.2 to 0.4.
    assert np.abs(found - truth).max() < 0.13
    strong = np.abs(truth) > 0.1
    assert strong.any()
    assert (np.sign(found[strong]) == np.sign(truth[strong])).all()


def test_effects_are_distinguished_from_no_effects(published: Published) -> None:
    pairs = [fit_effects(published, crime_type)[:2] for crime_type in CATEGORIES.values()]
    found, truth = (np.concatenate(side) for side in zip(*pairs, strict=True))
    assert np.corrcoef(found, truth)[0, 1] > 0.9
    assert np.abs(found[truth == 0]).mean() < 0.05
    assert np.sqrt(np.mean((found - truth) ** 2)) < 0.5 * truth.std()


@pytest.mark.parametrize("number", range(len(effects.DRIVERS)), ids=[driver.feature for driver in effects.DRIVERS])
def test_each_driver_is_found_in_the_crime_types_that_it_drives(published: Published, number: int) -> None:
    pairs = [fit_effects(published, crime_type)[:2] for crime_type in CATEGORIES.values()]
    found, truth = (np.array([values[number] for values in side]) for side in zip(*pairs, strict=True))
    assert np.corrcoef(found, truth)[0, 1] > 0.8
    assert np.abs(found[truth != 0]).min() > 0.8 * np.abs(found[truth == 0]).mean()


def test_nothing_is_found_when_areas_are_mixed_up(published: Published) -> None:
    mixed = np.random.default_rng(1).permutation(len(published.crimes))
    other = Published(published.features, published.crimes.iloc[mixed], published.boroughs)
    pairs = [fit_effects(other, crime_type)[:2] for crime_type in CATEGORIES.values()]
    found, truth = (np.concatenate(side) for side in zip(*pairs, strict=True))
    assert abs(np.corrcoef(found, truth)[0, 1]) < 0.5


def test_counts_are_over_dispersed(published: Published) -> None:
    for crime_type in CATEGORIES.values():
        found, _, predicted = fit_effects(published, crime_type)
        rest = (published.crimes[crime_type] - predicted) ** 2 / predicted
        assert rest.sum() / (len(rest) - len(found) - 5) > 1.5, crime_type


@pytest.fixture(scope="module")
def city() -> City:
    return draw_city()


def test_monthly_counts_vary_more_than_poisson(city: City) -> None:
    # Within an area and category, around its own mean, without features and the hidden driver.
    counts = city.crimes.published[:, city.crimes.minors["minor_category"].eq("OTHER THEFT"), :].sum(axis=1)
    busy = counts[counts.mean(axis=1) > 4]
    ratio = busy.var(axis=1, ddof=1) / busy.mean(axis=1)
    assert len(busy) > 10
    assert np.median(ratio) > 1.3


def test_what_the_files_leave_unexplained_lies_together_on_the_map(published: Published, city: City) -> None:
    _, _, predicted = fit_effects(published, "violent")
    rest = np.log((published.crimes["violent"] + 1) / (predicted + 1)).to_numpy()
    rest = rest - rest.mean()
    lsoas = city.geography.lsoas
    centres = city.geography.centroids[~lsoas["is_city"].to_numpy()]
    assert list(lsoas.loc[~lsoas["is_city"], "lsoa_code"]) == list(published.crimes.index)
    apart = np.hypot(*(centres[:, None] - centres[None]).transpose(2, 0, 1))
    near = (apart < 800) & (apart > 0)
    moran = (near * np.outer(rest, rest)).sum() / near.sum() / rest.var()
    assert moran > 0.15


def read_officers(city: City) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return log officers per resident and log crimes per resident, boroughs by months; officers from the file."""
    table = pd.read_csv(SAMPLE / "mps/MPS officers by borough.csv")
    officers = table.pivot_table(index="Borough Code", columns="Month", values="Officers (FTE)")
    codes = city.geography.lsoas["borough_code"]
    residents = city.areas.features["residents"].groupby(codes).sum()[officers.index]
    crimes = pd.DataFrame(city.crimes.published.sum(axis=1)).groupby(codes.to_numpy()).sum().loc[officers.index]
    crimes = crimes.set_axis(officers.columns, axis=1)
    return officers.div(residents, axis=0).map(np.log), crimes.div(residents, axis=0).map(np.log)


def test_officers_truly_reduce_crime(city: City) -> None:
    officers, crimes = read_officers(city)

    def remove_means(table: pd.DataFrame) -> np.ndarray:
        values = table.to_numpy()
        return values - values.mean(axis=0) - values.mean(axis=1, keepdims=True) + values.mean()

    moved, followed = remove_means(officers), remove_means(crimes)
    elasticity = (moved * followed).sum() / (moved**2).sum()
    assert elasticity == pytest.approx(effects.OFFICERS_ELASTICITY, abs=0.1)


def test_officers_follow_crime_so_that_boroughs_compared_mislead(city: City) -> None:
    officers, crimes = read_officers(city)
    slope = np.polyfit(officers.mean(axis=1), crimes.mean(axis=1), 1)[0]
    assert slope > 0.3


def test_crime_domain_is_built_from_crime(city: City) -> None:
    score = pd.read_csv(next((SAMPLE / "mhclg").iterdir()), index_col=0)["Crime Score"]
    rate = city.crimes.published.sum(axis=(1, 2)) / city.areas.features["residents"]
    assert np.corrcoef(score, np.log(rate))[0, 1] > 0.95
