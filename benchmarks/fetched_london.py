"""Build a data folder as `make london` leaves it, from a folder of tidied copies of the same files.

Usage: python benchmarks/fetched_london.py <folder of copies> <new folder>

Each file that a publisher's address gives gets its published name, layout and headers; the figures are those of the
copy. A table whose copy has per cents alone is written as counts, rounded. What has no copy is left out, as is all that
is fetched by hand; both are listed. `benchmarks/explain_scores.py` then says how well the models do on that folder.
"""

import json
import shutil
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyarrow as pa

from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.folder.inventory import find_files
from crime_dagster.sources.land.land import land_portion
from crime_dagster.sources.land.portions import plan_portions

CATALOGUE = load_catalogue()
# Census tables: source, what stands before each header, where the file goes, and the total that per cents are of.
CENSUS_2021 = {
    "ons/ns_sec": ("National Statistics Socio-economic Classification (NS-SEC): ", "ts062"),
    "ons/tenure": ("Tenure of household: ", "ts054"),
    "ons/household_deprivation": ("Household deprivation: ", "ts011"),
    "ons/qualifications": ("Highest level of qualification: ", "ts067"),
    "ons/hours_worked": ("Hours worked: ", "ts059"),
    "ons/travel_to_work": ("Method of travel to workplace: ", "ts061"),
    "ons/ethnic_group": ("Ethnic group: ", "ts021"),
}
CENSUS_2011 = {
    "ons/tenure_2011": ("Tenure: ", "ks402ew"),
    "ons/cars_2011": ("Cars: ", "ks404ew"),
    "ons/age_2011": ("Age: ", "ks102ew"),
    "ons/qualifications_2011": ("Qualifications: ", "ks501ew"),
    "ons/economic_activity_2011": ("Economic Activity: ", "qs601ew"),
}
TOTALS = {
    "ons/qualifications": ("ons/ns_sec", "residents_16_plus"),
    "ons/hours_worked": ("ons/travel_to_work", "workers"),
}
# Files that the copies have byte for byte, or nearly so: pattern, new name.
AS_THEY_ARE = {
    "mps/MPS LSOA Level Crime (most recent 24 months) to 2025-07.csv": "mps/2025-08/{name}",
    "mps/MPS LSOA Level Crime (most recent 24 months) to 2026-02.csv": "mps/2026-03/{name}",
    "police_uk/city_of_london/*-street.csv": "police_uk/{name}",
    "mhclg/File_7*.csv": "mhclg/{name}",
    "gla/Pubs.csv": "gla/{name}",
    "gla/CIM *.csv": "gla/{name}",
    "fsa/FHRS*en-GB.json": "fsa/{name}",
    "gla/earnings-residence-borough.xlsx": "gla/{name}",
    "gla/london-borough-profiles.csv": "gla/{name}",
    "tfl/tfl-ptal-accessibility.csv": "tfl/lsoa_ptal_2015.csv",
    "mopac/police-counters.csv": "mopac/{name}",
    "mopac/lsoa-police-counter-timings.csv": "mopac/{name}",
    "ons/lookups/LSOA_(2011)_to_LSOA_(2021)*.csv": "ons/LSOA_2011_to_LSOA_2021_Exact_Fit_EW_v3.csv",
    "ons/lookups/LSOA_(2021)_to_Electoral_Ward_(2024)*.csv": "ons/LSOA_2021_to_Ward_2024_Best_Fit_EW.csv",
    "gla/boundaries/London_Borough_Excluding_MHW.*": "gla/{name}",
}


def main(copies: Path, folder: Path) -> None:
    """Write the folder and list what is in it and what is not."""
    for pattern, name in AS_THEY_ARE.items():
        for path in sorted(copies.glob(pattern)):
            target = folder / name.format(name=path.name)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    for key, (prefix, table) in CENSUS_2021.items():
        write_census(copies, key, prefix, folder / "ons" / f"census2021-{table}-lsoa.csv")
    for key, (prefix, table) in CENSUS_2011.items():
        write_census(copies, key, prefix, folder / "ons" / f"{table}_2011_london.csv", "; measures: Value")
    write_boundaries(copies, folder)
    write_workbooks(copies, folder)
    write_stations(copies, folder)
    describe(folder)


def write_census(copies: Path, key: str, prefix: str, path: Path, ending: str = "") -> None:
    """Write a table of the census as Nomis has it: the name of the table before each header."""
    rows = read(copies, key)
    code = next(name for name in map(str, rows) if name.startswith("lsoa"))
    spread = CATALOGUE[key].spread_name
    if spread is not None:
        rows = rows.pivot(index=[code, "total_households"], columns=spread, values="households").reset_index()
    columns = {column.name: column.headers for column in CATALOGUE[key].columns}
    table = pd.DataFrame({"date": 2021, "geography": rows[code], "geography code": rows[code]})
    total = None
    if key in TOTALS:
        source, name = TOTALS[key]
        total = read(copies, source).set_index("lsoa_code")[name].astype(float).reindex(rows[code]).to_numpy()
    for name in map(str, rows.columns.drop([code])):
        titles = [header for header in columns.get(name, (prefix + name,)) if header.startswith(prefix)]
        if titles and rows[name].notna().any():
            table[titles[0] + ending] = (
                rows[name] if total is None else (rows[name].astype(float) * total / 100).round()
            )
        elif titles and total is not None:
            table[titles[0] + ending] = total
    path.parent.mkdir(parents=True, exist_ok=True)
    table = table.dropna()
    for name in table.columns[3:]:
        table[name] = table[name].astype(float).astype(int)
    table.to_csv(path, index=False)


def write_boundaries(copies: Path, folder: Path) -> None:
    """Boundaries as a feature service gives them, and parks in the layer that the publisher has them in."""
    for name, new in (
        ("london-2021-lsoa-gen20", "london_lsoa_2021_bgc"),
        ("london-2021-lad22-gen20", "london_lad_2022_bgc"),
    ):
        frame = gpd.read_file(copies / "ons" / "boundaries" / f"{name}.shp")
        frame.to_crs(4326).to_file(folder / "ons" / f"{new}.geojson", driver="GeoJSON")
    parks = gpd.read_file(copies / "other" / "Greenspace.gpkg").rename(columns={"distName1": "distinctive_name_1"})
    path = folder / "os" / "Data" / "opgrsp_gb.gpkg"
    path.parent.mkdir(parents=True, exist_ok=True)
    points = parks[["id", "geometry"]].assign(geometry=parks.geometry.representative_point())
    points.to_file(path, layer="access_point", driver="GPKG")
    parks[["id", "function", "distinctive_name_1", "geometry"]].to_file(path, layer="greenspace_site", driver="GPKG")


def write_workbooks(copies: Path, folder: Path) -> None:
    """Workbooks of which the copies have the tables: population, indicators of deprivation, the atlas, area names."""
    population = pd.read_csv(copies / "ons" / "population" / "mid-year-population-density-lsoa21.csv")
    newest = population[[*population.columns[:3], *population.filter(like="Mid-2022").columns]]
    for name, sheet, table in (
        ("20112022", "Mid-2011 to mid-2022 LSOA 2021", population),
        ("20222024", "Mid-2022 to mid-2024 LSOA", newest),
    ):
        save_sheets(folder / "ons" / f"sapelsoapopulationdensity{name}.xlsx", {sheet: table}, above=3)
    indicators = read(copies, "mhclg/deprivation_indicators")
    titles = {column.name: column.headers[0] for column in CATALOGUE["mhclg/deprivation_indicators"].columns}
    sheets = {"Education": ["higher_education_entry"], "Health": ["acute_morbidity", "illness_and_disability_ratio"]}
    sheets["Health"] += ["mental_health", "years_of_life_lost"]
    placed = {"lsoa_code", "noise", "nitrogen_dioxide"}.union(*sheets.values())
    sheets["Barriers"] = [str(name) for name in indicators if name not in placed]
    numbers = indicators.set_index("lsoa_code").apply(pd.to_numeric, errors="coerce").reset_index()
    save_sheets(
        folder / "mhclg" / "File_8_IoD2025_Underlying_Indicators.xlsx",
        {
            f"IoD25 {sheet} Domain": numbers[["lsoa_code", *names]].rename(columns=titles)
            for sheet, names in sheets.items()
        },
    )
    atlas = pd.read_parquet(copies / "gla" / "lsoa_atlas_lsoa_data.parquet")
    atlas.columns = ["Lower Super Output Area", "Names", *(name.replace("|", ";") for name in atlas.columns[2:])]
    atlas.to_csv(folder / "gla" / "lsoa-atlas.csv", index=False)
    names = pd.read_csv(copies / "house_of_commons_library" / "MSOA-Names-1.8.csv.gz", encoding="utf-8-sig")
    names.columns = names.columns.str.replace("msoa11", "msoa21")
    path = folder / "house_of_commons_library" / "MSOA-Names-2.2.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    names.to_csv(path, index=False)


def write_stations(copies: Path, folder: Path) -> None:
    """Stations as Transport for London's interface gives them, and their passengers as in the newest workbook."""
    stations = pd.read_csv(copies / "tfl" / "stations.csv")
    points: list[dict[str, object]] = [
        {
            "naptanId": f"940GZZLU{number}",
            "stopType": "NaptanMetroStation",
            "commonName": f"{row.name_} Underground Station",
            "lat": row.lat,
            "lon": row.lon,
        }
        for number, row in enumerate(stations.rename(columns={"name": "name_"}).itertuples())
    ]
    (folder / "tfl" / "tfl_stations.json").write_text(json.dumps({"stopPoints": points}), encoding="utf-8")
    counts = read(copies, "tfl/station_counts")
    usage = pd.DataFrame({"Mode": "LU", "Station": counts["station"]})
    usage["Annualised"] = (counts["passengers_million"].astype(float) * 1e6).round()
    save_sheets(folder / "tfl" / "AC2024_AnnualisedEntryExit_Public.xlsx", {"AC24": usage}, above=5)


def save_sheets(path: Path, sheets: dict[str, pd.DataFrame], above: int = 0) -> None:
    """Write a workbook, with some blank rows above each table."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with pd.ExcelWriter(path) as writer:
        for name, table in sheets.items():
            table.to_excel(writer, sheet_name=name, index=False, startrow=above)


def read(copies: Path, key: str) -> pd.DataFrame:
    """The landed rows of a copy."""
    source = CATALOGUE[key]
    parts = [part.rows for portion in plan_portions(source, copies) for part in land_portion(source, portion)]
    return pa.concat_tables(parts).to_pandas().drop(columns=["source_file", "row_number"])


def describe(folder: Path) -> None:
    """List every source: what is there, what has no copy, what is fetched by hand."""
    for key, source in CATALOGUE.items():
        files = find_files(source, folder)
        if files:
            print(f"{key}: {', '.join(file.name for file in files[:2])}{' ...' if len(files) > 2 else ''}")
        else:
            print(f"{key}: {'by hand' if source.download.kind == 'manual' else 'no copy of it'}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
