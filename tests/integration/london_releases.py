"""London's published files of recorded crime, read with pandas alone."""

from pathlib import Path

import geopandas as gpd
import pandas as pd

NEWEST = "MPS LSOA Level Crime (most recent 24 months) to 2026-02.csv"
YEAR = [f"{month:%Y%m}" for month in pd.period_range("2025-03", "2026-02", freq="M")]
BEFORE = [f"{month:%Y%m}" for month in pd.period_range("2024-03", "2025-02", freq="M")]
BURGLARY = "BURGLARY"


def read_release(folder: Path) -> pd.DataFrame:
    """The newest file of small areas: a row per area and category, a column per month."""
    return pd.read_csv(folder / "mps" / NEWEST)


def read_borough_files(folder: Path) -> pd.DataFrame:
    """Crimes of the borough files, long: the newest file of each month."""
    parts = {
        "2010-04 2024-02": pd.read_csv(folder / "mps" / "mps_borough_historical.csv"),
        "2024-03 2024-03": pd.read_parquet(folder / "mps" / "recorded-crime-borough.parquet"),
        "2024-04 2026-03": pd.read_csv(folder / "mps" / "mps_borough_recent.csv"),
    }
    rows = []
    for span, part in parts.items():
        months = [f"{month:%Y%m}" for month in pd.period_range(span[:7], span[-7:], freq="M")]
        keys = part[list(part.columns[:3])].set_axis(["major", "minor", "borough"], axis=1)
        rows.append(pd.concat([keys, part[months]], axis=1).melt(list(keys), var_name="month", value_name="crimes"))
    return pd.concat(rows).assign(month=lambda all_: pd.to_datetime(all_["month"], format="%Y%m"))


def read_searches(folder: Path) -> pd.DataFrame:
    """Stops and searches with the borough in which they are, where a place is stated and in one."""
    paths = (folder / "police_uk" / "stop_and_search").glob("*.csv")
    searches = pd.concat([pd.read_csv(path) for path in paths], ignore_index=True)
    searches = searches.fillna({"Object of search": "Not stated"})
    boundaries = gpd.read_file(folder / "ons" / "boundaries" / "london-2021-lsoa-gen20.shp")
    placed = searches.dropna(subset=["Longitude"])
    points = gpd.GeoSeries.from_xy(placed["Longitude"], placed["Latitude"], crs=4326).to_crs(27700).to_frame("geometry")
    joined = points.sjoin(boundaries[["LAD22NM", "geometry"]], how="left")
    return searches.assign(borough=joined.loc[~joined.index.duplicated(), "LAD22NM"])


def drop_outside(searches: pd.DataFrame) -> pd.DataFrame:
    """Drop those that state a place in none of the boroughs."""
    return searches[searches["Longitude"].isna() | searches["borough"].notna()]
