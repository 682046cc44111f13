"""Small feature files with the problems of published ones."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.sources.readers.tables.header import stack_cells
from tests.unit.sources.conftest import save_book
from tests.unit.sources.landing import land


def test_census_download_with_a_title_block_and_footnotes(put, take):
    put(
        "qs102ew.csv",
        '\n"QS102EW - Population density"\n"ONS Crown Copyright Reserved"\n"Population :","All usual residents"\n'
        '"Units      :","Persons"\n"Date       :","2011"\n"Rural Urban:","Total"\n\n'
        '"2011 super output area - lower layer","mnemonic","All usual residents","Area Hectares",'
        '"Density (number of persons per hectare)"\n\n'
        '"Bedford 001A","E01017540",1466,5099.27,0.3\n"Camden 001A","E01000907",1430,10.7,133.6\n\n'
        '"","In order to protect against disclosure of personal information, records"\n'
        '"","have been swapped between different geographic areas."\n\n',
    )
    landed = take("qs102ew.csv", "ons/density_2011")
    assert landed.rows["lsoa11_code"].to_pylist() == ["E01017540", "E01000907"]
    assert landed.rows["area_hectares"].to_pylist() == ["5099.27", "10.7"]
    assert landed.set_aside["reason"].to_pylist() == ["blank_line", "blank_line", "footnote", "footnote", "blank_line"]


BLOCKS = [["E02000001", "E02000002"]] * 6


def write_blocks(put, blocks: list[list[str]]) -> None:
    lines = ["MSOA_CODE,2016,2017"]
    for number, codes in enumerate(blocks):
        # The published file repeats the totals of the country and of London above each block but the first.
        totals = ['K02000001,"76,110","76,570"', 'E12000007,"9,610","9,830"'] if number else []
        lines += [*totals, *(f'{code},"{number + 1},{place}00",{number}' for place, code in enumerate(codes))]
    put("gla-night-time-economy-msoa.csv", "\n".join(lines) + "\n")


def test_blocks_without_a_label_are_named_by_their_order(put, take):
    write_blocks(put, BLOCKS)
    landed = take("gla-night-time-economy-msoa.csv", "gla/night_economy")
    found = {
        (row["kind"], row["msoa11_code"]): row["workplaces"] for row in landed.rows.to_pylist() if row["year"] == "2017"
    }
    kinds = ["night_1", "night_2", "night_3", "night_4", "night_all", "all"]
    assert found == {(kind, code): str(number) for number, kind in enumerate(kinds) for code in BLOCKS[0]}
    assert landed.set_aside["reason"].to_pylist() == ["total_row"] * 10


@pytest.mark.parametrize(
    "blocks",
    [
        BLOCKS[1:],
        [*BLOCKS, BLOCKS[0]],
        [["E02000001"], *BLOCKS[1:]],
        [["E02000001", "E02000001", "E02000002"], *BLOCKS],
    ],
    ids=["too_few", "too_many", "an_area_short", "an_area_twice"],
)
def test_blocks_that_cannot_be_told_apart_are_refused(put, catalogue, tmp_path, blocks):
    write_blocks(put, blocks)
    with pytest.raises(InputError, match="6 blocks of the same areas"):
        land(catalogue["gla/night_economy"], tmp_path)


def test_header_of_two_rows_with_merged_years_and_suppressed_figures(take, tmp_path):
    save_book(
        tmp_path / "earnings-residence-borough.xlsx",
        {
            "Metadata": [["Name", "Annual survey of hours and earnings"]],
            "Total, weekly": [["Code", "Area", 2023], [None, None, "Pay (£)"], ["00AG", "Camden", 1]],
            "Full-time, Weekly": [
                ["Code", "Area", 2023, None, 2024, None],
                [None, None, "Pay (£)", "conf %", "Pay (£)", "conf %"],
                [None],
                ["00AA", "City of London", "#", "#", "!", "-"],
                ["00AG", "Camden", 900.5, 4, "1,001", 4.5],
                [None],
                ["H", "London", 804.9, 0.8, 853.4, 0.7],
                [926, "United Kingdom", 687, 0.2, 728.3, 0.1],
            ],
        },
    )
    landed = take("earnings-residence-borough.xlsx", "gla/earnings")
    found = {(row["borough_code"], row["year"]): row["weekly_pay_gbp"] for row in landed.rows.to_pylist()}
    assert found == {
        ("E09000001", "2023"): None,
        ("E09000001", "2024"): None,
        ("E09000007", "2023"): "900.5",
        ("E09000007", "2024"): "1001",
    }
    assert sorted(landed.set_aside["reason"].to_pylist()) == ["blank_line", "blank_line", "outside", "outside"]


def test_a_total_of_stations_is_no_station(take, tmp_path):
    figures = [9531, 6716, 4744, 9382, 6617, 4785, 6.040516]
    save_book(
        tmp_path / "multi-year-station-entry-and-exit-figures.xlsx",
        {
            "2017 Entry & Exit": [
                ["COUNTS - 2017 - annual entries & exits"],
                [" ", None, None, None, *["Entry"] * 3, *["Exit"] * 3, "Entry + Exit"],
                ["nlc", "Station", "Borough", "Note", *["Weekday", "Saturday", "Sunday"] * 2, "million"],
                [500, "Acton Town           ", "Ealing", " ", *figures],
                [None, "Total", None, None, *figures],
            ],
            "2016 Entry & Exit": [],
        },
    )
    landed = take("multi-year-station-entry-and-exit-figures.xlsx", "tfl/station_counts")
    assert landed.rows["station"].to_pylist() == ["Acton Town"]
    assert landed.rows["saturday_exits"].to_pylist() == ["6617"]
    assert landed.set_aside["reason"].to_pylist() == ["total_row"]


def test_cells_of_a_header_are_named_from_above_to_below():
    above, below = ["Code", "2023", "", "2024", "", "Note"], ["", "Pay", "Error", "Pay", "Error"]
    assert stack_cells([above, below]) == ["Code", "2023|Pay", "2023|Error", "2024|Pay", "2024|Error", "Note"]


def test_parquet_with_three_levels_in_a_header_and_decimal_commas(catalogue, take, tmp_path):
    columns = catalogue["gla/lsoa_atlas"].columns
    values = {column.headers[0]: [7.0, 8.0, None] for column in columns}
    del values["|Level2_0|Codes"], values["|Level2_1|Names"]
    values["Population Density|Area (Hectares)|Level3_100"] = ["10,7", "1,250", None]
    values["House Prices|Median Price (£)|2014"] = ["568500", "n/a", None]
    names = {"\ufeff|Level2_0|Codes": ["E01000907", "E01000908", None], "\ufeff|Level2_1|Names": ["a", "b", None]}
    pq.write_table(pa.table({**names, **values}), tmp_path / "lsoa_atlas_lsoa_data.parquet")
    landed = take("lsoa_atlas_lsoa_data.parquet", "gla/lsoa_atlas")
    assert landed.rows["area_hectares"].to_pylist() == ["10.7", "1.250"]
    assert landed.rows["flats"].to_pylist() == ["7", "8"]
    assert landed.rows["median_house_price_2014"].to_pylist() == ["568500", None]
    assert landed.set_aside["reason"].to_pylist() == ["blank_line"]


def test_sheets_of_the_london_workbook_are_joined_by_area(take, tmp_path):
    names = ["LSOA code (2011)", "LSOA name (2011)"]
    save_book(
        tmp_path / "ID 2019 for London.xlsx",
        {
            "Notes": [],
            "IMD 2019": [
                [*names, "Income Score (rate)", "Crime Score"],
                ["E01000001", "City 001A", 0.5, -2],
                ["E01000002", "City 001B", 0.25, -1],
            ],
            "Sub domains": [
                [*names, "Indoors Sub-domain Score"],
                ["E01000002", "City 001B", 2],
                ["E01000003", "City 001C", 3],
            ],
            "IDACI and IDAOPI": [[*names, "Income Deprivation Affecting Children Index (IDACI) Score (rate)"]],
        },
    )
    rows = take("ID 2019 for London.xlsx", "mhclg/deprivation_2019").rows.to_pylist()
    found = {row["lsoa_code"]: (row["income_score"], row["indoors_score"]) for row in rows}
    assert found == {"E01000001": ("0.5", None), "E01000002": ("0.25", "2"), "E01000003": (None, "3")}


def test_one_sheet_with_the_columns_of_all_needs_no_joining(take, tmp_path):
    header = ["LSOA code (2011)", "Income Score (rate)", "Indoors Sub-domain Score"]
    save_book(tmp_path / "ID 2019 for London.xlsx", {"Sheet1": [header, ["E01000001", 0.5, 2]]})
    (row,) = take("ID 2019 for London.xlsx", "mhclg/deprivation_2019").rows.to_pylist()
    assert (row["income_score"], row["indoors_score"]) == ("0.5", "2")


def test_the_year_of_claimants_stands_in_the_name(put, catalogue, tmp_path):
    for year in (2019, 2023):
        text = f"area_code,area_name,pop,claimant_rate,claimant_count\nE01000001,City,1000,1.5,{year}\n"
        put(f"ADI_claimant_counts_{year}.csv", text)
    put("ADI_claimant_counts_new.csv", "area_code,area_name,pop,claimant_rate,claimant_count\nE01000001,City,9,9,9\n")
    landed = land(catalogue["nomis/claimants"], tmp_path)
    assert landed.rows.select(["year", "claimant_months"]).to_pylist() == [
        {"year": "2019", "claimant_months": "2019"},
        {"year": "2023", "claimant_months": "2023"},
    ]
    assert "ADI_claimant_counts_new.csv: not used" in landed.warnings[0]


def test_an_error_mark_of_600_minutes_is_no_time(put, take):
    put("lsoa-police-counter-timings.csv", "lsoa,post12,post24\nE01002839,10.5,600\nE01002838,60.0,28\n")
    rows = take("lsoa-police-counter-timings.csv", "mopac/police_counter_times").rows
    assert rows["night_minutes"].to_pylist() == [None, "28"]


def test_crime_counts_are_marked_wherever_they_stand(catalogue):
    """No feature may be derived from them; a new entry that counts offences must say so."""
    unmarked = [
        f"{key}.{column.name}"
        for key, source in catalogue.items()
        for column in source.columns
        if (column.unit == "offences" or column.name.startswith(("crime_", "imd_")))
        and not (source.recorded_crime or column.recorded_crime)
    ]
    assert unmarked == []


@pytest.mark.parametrize(
    ("name", "header", "edition"),
    [
        ("ONSPD_FEB_2025_UK_SE.csv", "pcd,pcd2,pcds,dointr,doterm,lsoa21,lat", "feb_2025"),
        ("ONSPD_AUG_2025_UK.csv", "pcd7,pcd8,pcds,dointr,doterm,lsoa21cd,lat", "aug_2025"),
        (
            "ONS_Postcode_Directory_(February_2026)_for_the_UK_(Hosted_Table).csv",
            "PCD7,PCD8,PCDS,DOINTR,DOTERM,LSOA21CD,LAT",
            "february_2026",
        ),
        ("NSPL21_NOV_2024_UK.csv", "pcd,pcd2,pcds,dointr,doterm,lsoa21,lat", "nov_2024"),
        ("postcodes.csv", "pcd,pcd2,pcds,dointr,doterm,lsoa21,lat", ""),
    ],
)
def test_postcodes_as_people_have_them(put, take, name, header, edition):
    rows = [
        "SE5 8AF,SE5  8AF,SE5 8AF,198001,,E01000907,51.47",
        "E1  6AN,E1   6AN,E1 6AN,198001,202001,E01000907,51.51",
        "SE5,SE5,SE5,198001,,E01000907,51.4",
    ]
    put(name, "\n".join([header, *rows]) + "\n")
    landed = take(name, "ons/postcodes")
    assert landed.rows.select(["postcode", "terminated", "edition"]).to_pylist() == [
        {"postcode": "SE5 8AF", "terminated": None, "edition": edition},
        {"postcode": "E1 6AN", "terminated": "202001", "edition": edition},
    ]
    assert landed.set_aside["reason"].to_pylist() == ["bad_code"]
