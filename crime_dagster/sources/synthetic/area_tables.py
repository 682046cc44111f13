"""Tables of areas: population, census and lookups, and estimates that do not drive crime."""

import csv
import io
from pathlib import Path

import numpy as np
import pandas as pd

from crime_dagster.sources.synthetic.city import City
from crime_dagster.sources.synthetic.features import POPULATION_YEARS, SHARES
from crime_dagster.sources.synthetic.geography import Geography
from crime_dagster.sources.synthetic.kit import Array, open_stream, save_csv, save_text
from crime_dagster.sources.synthetic.names import CITY

TENURE_GROUPS = ("Owned", "Shared ownership", "Social rented", "Private rented")
CENSUS_YEAR = 2021
# Workers per resident.
WORKERS_IN_CITY, WORKERS_ELSEWHERE = 30, 0.5
MOST_WORKERS_IN_CITY = 600_000
POSTCODES_PER_AREA, TERMINATED_SHARE = 6, 0.05
POSTCODE_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"  # letters of an inward code
FOOTNOTE = (
    "In order to protect against disclosure of personal information, as a real table would, records",
    "have been swapped between areas, and counts changed by small amounts. Nothing is swapped here,",
    "as nobody lives here, and all numbers are made up",
)


def save_population(folder: Path, city: City) -> None:
    """Write mid-year population and density, wide by year."""
    lsoas = city.geography.lsoas
    area = city.areas.features["area_km2"]
    columns = {"LSOA 2021 Code": lsoas["lsoa_code"], "LSOA 2021 Name": lsoas["lsoa_name"], "Area Sq Km": area}
    for year in POPULATION_YEARS:
        columns[f"Mid-{year}: Population"] = city.areas.population[year]
        columns[f"Mid-{year}: People per Sq Km"] = (city.areas.population[year] / area).round(1)
    save_csv(pd.DataFrame(columns), folder / "ons" / "population" / "mid-year-population-density-lsoa21.csv")


def save_ns_sec(folder: Path, city: City) -> None:
    """Write socio-economic classes like Nomis: title block, everything quoted, footnote."""
    title = (
        ["TS062 - NS-SEC"],
        [f"Made up for the invented city of {CITY}, in the layout of a Nomis download"],
        ["Population :", "All usual residents aged 16 years and over"],
        ["Units      :", "Persons"],
        ["Date       :", "2021"],
    )
    header = ["2021 super output area - lower layer", "mnemonic", "All usual residents aged 16+"]
    header += SHARES.loc[SHARES["table"] == "occupations", "title"].to_list()
    cells = pd.concat([city.areas.occupations.sum(axis=1), city.areas.occupations], axis=1)
    # Numbers with a separator of thousands are text.
    written = cells.map(lambda count: f"{count:,}" if count > 999 else count)
    table = pd.concat([city.geography.lsoas[["lsoa_name", "lsoa_code"]], written], axis=1).to_numpy().tolist()
    footnote = [["", line] for line in FOOTNOTE]
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerows([[], *title, [], header, [], *table, [], *footnote, []])
    save_text(text.getvalue(), folder / "ons" / "census2021" / "TS062-ns-sec.csv")


def save_tenure(folder: Path, city: City) -> None:
    """Write households by tenure like Nomis: a column per tenure, after the group it belongs to."""
    title = "Tenure of household: "
    columns: dict[str, object] = {
        "date": 2021,
        "geography": city.geography.lsoas["lsoa_name"],
        "geography code": city.geography.lsoas["lsoa_code"],
        f"{title}Total: All households": city.areas.tenures.sum(axis=1),
    }
    for group in TENURE_GROUPS:
        parts = [str(tenure) for tenure in city.areas.tenures if str(tenure).startswith(group)]
        columns[title + group] = city.areas.tenures[parts].sum(axis=1)
        columns.update({title + part: city.areas.tenures[part] for part in parts})
    columns[f"{title}Lives rent free"] = city.areas.tenures["Lives rent free"]
    save_csv(pd.DataFrame(columns), folder / "ons" / "census2021" / "census2021-ts054-lsoa.csv")


def save_lookup(folder: Path, city: City) -> None:
    """Write the exact-fit lookup from LSOA 2011 to LSOA 2021, with a byte order mark."""
    lsoas = city.geography.lsoas[["lsoa_code", "lsoa_name", "borough_code", "borough_name"]]
    links = city.geography.lookup.merge(lsoas, left_on="lsoa21_code", right_on="lsoa_code")
    links = links.sort_values(["lsoa11_code", "lsoa21_code"], ignore_index=True)
    old = ["lsoa11_code", "lsoa11_name", "lsoa21_code", "lsoa_name", "change_indicator", "borough_code", "borough_name"]
    new = ["LSOA11CD", "LSOA11NM", "LSOA21CD", "LSOA21NM", "CHGIND", "LAD22CD", "LAD22NM"]
    table = links[old].set_axis(new, axis=1).assign(LAD22NMW="", ObjectId=range(1, len(links) + 1))
    name = "LSOA_(2011)_to_LSOA_(2021)_to_Local_Authority_District_(2022)_Exact_Fit_Lookup_for_EW_(V3).csv"
    save_csv(table, folder / "ons" / "lookups" / name, bom=True)


def save_area_names(folder: Path, city: City) -> None:
    """Write MSOA names, compressed, with a byte order mark and CRLF."""
    msoas = city.geography.msoas
    table = pd.DataFrame(
        {
            "msoa21cd": msoas["msoa_code"],
            "msoa21nm": msoas["msoa_name"],
            "msoa21nmw": msoas["msoa_name"],
            "msoa21hclnm": msoas["area_name"],
            "msoa21hclnmw": "",
            "localauthorityname": msoas["borough_name"],
            "type": "Present in 2011",
        }
    )
    save_csv(table, folder / "house_of_commons_library" / "MSOA-Names-2.2.csv.gz", bom=True, line_end="\r\n")


def save_workplaces(folder: Path, city: City) -> None:
    """Write the people who work in each MSOA, like Nomis: half as many as live there, many more in the City."""
    lsoas = city.geography.lsoas.assign(residents=city.areas.population[CENSUS_YEAR].to_numpy())
    residents = lsoas.groupby("msoa_code")["residents"].sum()
    is_city = lsoas.groupby("msoa_code")["is_city"].any()
    per_resident = min(WORKERS_IN_CITY, MOST_WORKERS_IN_CITY / residents[is_city].sum())
    workers = (residents * is_city.map({True: per_resident, False: WORKERS_ELSEWHERE})).round().astype(int)
    names = city.geography.msoas.set_index("msoa_code")["msoa_name"].reindex(workers.index)
    title = "Workplace population: Total"
    table = pd.DataFrame({"date": CENSUS_YEAR, "geography": names, "geography code": workers.index, title: workers})
    save_csv(table, folder / "ons" / "census2021" / "census2021-wp001-msoa.csv")


# Upper ends of the levels of public transport accessibility, from 1a to 6a; 6b has none.
PTAL_ENDS = (2.5, 5.0, 10.0, 15.0, 20.0, 25.0, 40.0)
PTAL_LEVELS = ("1a", "1b", "2", "3", "4", "5", "6a", "6b")


def save_household_income(folder: Path, city: City) -> None:
    """Write mean household income by 2011 area, every text quoted; it falls with income deprivation."""
    random = open_stream(city.plan.seed, "household income")
    needs = city.areas.features["income_deprivation_pct"].to_numpy()
    table = _take_to_2011(city.geography, np.exp(11.1 - 0.013 * needs + 0.08 * random.normal(size=len(needs))))
    table["value"] = table["value"].round(1)
    named = table.set_axis(["LSOA11CD", "LSOA11NM", "mean.hh.income"], axis=1)
    save_csv(named, folder / "gla" / "gla-hh-income-lsoa-estimate.csv", quote_all=True)


def save_transport_access(folder: Path, city: City) -> None:
    """Write public transport accessibility by 2011 area: an index that falls towards the edge, and its level."""
    random = open_stream(city.plan.seed, "transport access")
    away = city.geography.distance_to_centre
    table = _take_to_2011(city.geography, np.exp(3.9 - 1.7 * away + 0.35 * random.normal(size=len(away))))
    index = table["value"].round(4)
    path = folder / "tfl" / "tfl-ptal-accessibility.csv"
    written = pd.DataFrame(
        {
            "LSOA2011": table["lsoa11_code"],
            "AvPTAI2015": index,
            "PTAL": [PTAL_LEVELS[level] for level in np.searchsorted(PTAL_ENDS, index)],
            "PTAIHigh": (1.4 * index).round(4),
            "PTAILow": (0.6 * index).round(4),
        }
    )
    save_csv(written, path)


def save_air(folder: Path, city: City) -> None:
    """Write nitrogen dioxide by area, in micrograms per cubic metre; it rises towards the centre."""
    random = open_stream(city.plan.seed, "air")
    away = city.geography.distance_to_centre
    mean = 20 + 16 * np.exp(-1.2 * away) + random.normal(size=len(away))
    written = pd.DataFrame(
        {
            "LSOA21CD": city.geography.lsoas["lsoa_code"],
            "NO2-2019-min": mean - 2,
            "NO2-2019-max": mean * 1.8,
            "NO2-2019-mean": mean,
            "NO2-2019-std": mean / 9,
            "NO2-2019-median": mean - 0.8,
        }
    )
    save_csv(written.round(3), folder / "gla" / "lsoa21-2019-NO2.csv")


def save_postcodes(folder: Path, city: City) -> None:
    """Write postcodes by area like the ONS; a few are no longer live. No real postcode begins with DM."""
    random = open_stream(city.plan.seed, "postcodes")
    # An outward code has 4,000 possible postcodes: thirty neighbourhoods share one.
    districts = pd.factorize(city.geography.lsoas["msoa_code"], sort=True)[0] // 30
    rows = []
    for district, codes in city.geography.lsoas["lsoa_code"].groupby(districts):
        end = "" if district < 99 else chr(65 + district % 26)
        outward = f"DM{district + 1 if district < 99 else district // 26}{end}"
        for number, code in enumerate(np.repeat(codes, POSTCODES_PER_AREA)):
            place = number * 7 % 4_000
            letters = POSTCODE_LETTERS[place // 10 % 20] + POSTCODE_LETTERS[place // 200]
            ended = "202406" if random.random() < TERMINATED_SHARE else ""
            rows.append((f"{outward} {place % 10}{letters}", "198001", ended, code))
    table = pd.DataFrame(rows, columns=["pcds", "dointr", "doterm", "lsoa21cd"]).sort_values("pcds")
    save_csv(table, folder / "ons" / "postcodes" / "ONSPD_FEB_2026_DM.csv.gz")


def _take_to_2011(geography: Geography, values: Array) -> pd.DataFrame:
    """Convert values of 2021 areas to 2011: a split area gets the mean of its parts, a merged one its whole's."""
    by_code = pd.Series(values, index=geography.lsoas["lsoa_code"])
    links = geography.lookup.assign(value=geography.lookup["lsoa21_code"].map(by_code))
    means: pd.DataFrame = links.groupby(["lsoa11_code", "lsoa11_name"])[["value"]].mean()
    return means.reset_index()
