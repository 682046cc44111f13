"""Tables of the statistics office and its like: population, census, lookups, places on the open map."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from crime_dagster.sources.synthetic.features import POPULATION_YEARS, Areas
from crime_dagster.sources.synthetic.geography import Geography
from crime_dagster.sources.synthetic.names import CITY
from crime_dagster.sources.synthetic.tables import BOM, save_csv, save_text

OCCUPATION_TITLES = {
    "higher_managers": "Higher managerial admin and professional",
    "lower_managers": "Lower managerial admin and professional",
    "intermediate": "Intermediate",
    "small_employers": "Small employers, own account workers",
    "lower_supervisory": "Lower supervisory and technical",
    "semi_routine": "Semi routine",
    "routine": "Routine",
    "never_worked": "Never worked and long term unemployed",
    "students": "Full time students",
}
PLACE_TITLES = {
    "education_places": "Education locations",
    "emergency_places": "Emergency locations",
    "entertainment_places": "Entertainment locations",
    "food_places": "Food locations",
    "leisure_places": "Leisure locations",
    "parking_places": "Parking locations",
    "shopping_places": "Shopping locations",
    "public_transport_places": "Public transport locations",
}
FOOTNOTE = (
    "In order to protect against disclosure of personal information, as a real table would, records",
    "have been swapped between areas, and counts changed by small amounts. Nothing is swapped here,",
    "as nobody lives here, and all numbers are made up",
)


def save_population(folder: Path, geography: Geography, areas: Areas) -> Path:
    """Write mid-year population and density, wide by year."""
    lsoas = geography.lsoas
    area = areas.features["area_km2"]
    columns: dict[str, object] = {
        "LSOA 2021 Code": lsoas["lsoa_code"],
        "LSOA 2021 Name": lsoas["lsoa_name"],
        "Area Sq Km": area,
    }
    for year in POPULATION_YEARS:
        columns[f"Mid-{year}: Population"] = areas.population[year]
        columns[f"Mid-{year}: People per Sq Km"] = (areas.population[year] / area).round(1)
    path = folder / "ons" / "population" / "mid-year-population-density-lsoa21.csv"
    save_csv(pd.DataFrame(columns), path)
    return path


def save_ns_sec(folder: Path, geography: Geography, areas: Areas) -> Path:
    """Write socio-economic classes as Nomis hands them out: title block, everything quoted, footnote."""
    title = (
        "TS062 - NS-SEC",
        f"Made up for the invented city of {CITY}, in the layout of a Nomis download",
    )
    facts = (
        ("Population :", "All usual residents aged 16 years and over"),
        ("Units      :", "Persons"),
        ("Date       :", "2021"),
    )
    header = ["2021 super output area - lower layer", "mnemonic", "All usual residents aged 16+"]
    header += [OCCUPATION_TITLES[str(column)] for column in areas.occupations]
    lines = ["", *map(_quote, title), *(",".join(map(_quote, fact)) for fact in facts), ""]
    lines += [",".join(map(_quote, header)), ""]
    totals = areas.occupations.sum(axis=1)
    cells = pd.concat([totals, areas.occupations], axis=1)
    for code, name, row in zip(
        geography.lsoas["lsoa_code"], geography.lsoas["lsoa_name"], cells.itertuples(index=False), strict=True
    ):
        lines.append(",".join([_quote(name), _quote(code), *(_quote(f"{n:,}") if n > 999 else str(n) for n in row)]))
    lines += ["", *(f'"",{_quote(line)}' for line in FOOTNOTE), "", ""]
    path = folder / "ons" / "census2021" / "TS062-ns-sec.csv"
    save_text("\n".join(lines), path)
    return path


def save_tenure(folder: Path, geography: Geography, areas: Areas) -> Path:
    """Write households by tenure, long."""
    wide = areas.tenures.assign(lsoa21_code=geography.lsoas["lsoa_code"])
    long = wide.melt("lsoa21_code", var_name="tenure", value_name="n")
    long = long.sort_values(["lsoa21_code", "tenure"], ignore_index=True)
    long.insert(1, "total_households", long.groupby("lsoa21_code")["n"].transform("sum"))
    long["prop"] = (long["n"] / long["total_households"]).round(4)
    path = folder / "ons" / "census2021" / f"household_tenure21_lsoa21_{CITY.lower()}.csv"
    save_csv(long, path)
    return path


def save_lookup(folder: Path, geography: Geography) -> Path:
    """Write the exact-fit lookup from LSOA 2011 to LSOA 2021, with a byte order mark."""
    lsoas = geography.lsoas[["lsoa_code", "lsoa_name", "borough_code", "borough_name"]]
    links = geography.lookup.merge(lsoas, left_on="lsoa21_code", right_on="lsoa_code")
    links = links.sort_values(["lsoa11_code", "lsoa21_code"], ignore_index=True)
    table = pd.DataFrame(
        {
            "LSOA11CD": links["lsoa11_code"],
            "LSOA11NM": links["lsoa11_name"],
            "LSOA21CD": links["lsoa21_code"],
            "LSOA21NM": links["lsoa_name"],
            "CHGIND": links["change_indicator"],
            "LAD22CD": links["borough_code"],
            "LAD22NM": links["borough_name"],
            "LAD22NMW": "",
            "ObjectId": range(1, len(links) + 1),
        }
    )
    name = "LSOA_(2011)_to_LSOA_(2021)_to_Local_Authority_District_(2022)_Exact_Fit_Lookup_for_EW_(V3).csv"
    path = folder / "ons" / "lookups" / name
    save_csv(table, path, bom=True)
    return path


def save_area_names(folder: Path, geography: Geography) -> Path:
    """Write the names that people use for MSOAs, compressed, with a byte order mark and CRLF."""
    msoas = geography.msoas
    table = pd.DataFrame(
        {
            "msoa11cd": msoas["msoa_code"],
            "msoa11nm": msoas["msoa_name"],
            "msoa11nmw": msoas["msoa_name"],
            "msoa11hclnm": msoas["area_name"],
            "msoa11hclnmw": "",
            "Laname": msoas["borough_name"],
        }
    )
    path = folder / "house_of_commons_library" / "MSOA-Names-1.8.csv.gz"
    save_text(BOM + table.to_csv(index=False, lineterminator="\r\n"), path)
    return path


def save_places(folder: Path, geography: Geography, areas: Areas) -> Path:
    """Write places per area; counts are written as 3.0, as published."""
    counts = areas.features[list(PLACE_TITLES)].astype(float).rename(columns=PLACE_TITLES)
    counts.insert(0, "LSOA code (2021)", geography.lsoas["lsoa_code"])
    path = folder / "osm" / "place_counts_lsoa21.csv"
    save_csv(counts, path)
    return path


def _quote(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'
