"""Tables of other publishers: title blocks, units, editions, workbooks, names of boroughs, suppressed cells."""

from dataclasses import replace
from decimal import Decimal

import openpyxl

from crime_dagster.sources.catalogue.entry import SourceColumn
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.table import read_table
from crime_dagster.sources.vocabulary.areas import find_borough


def test_a19_codes_lose_the_blanks_at_their_ends(write, read):
    header = "Area Type,Borough_SNT,Area Code,Crime Type,Count\n"
    text = header + "Ward,A,E05000001 ,Robbery,3\nWard,A,E05000001\u00a0,Robbery,4\n,N/K,N/K,Robbery,2\n"
    rows = read("mps/crime_dashboard", write("dash.csv", text)).rows
    assert rows["area_code"].to_pylist() == ["E05000001", "E05000001", "N/K"]


def test_b01_a_title_block_and_code_with_name_in_one_cell(write, read, check_one):
    text = (
        '\ufeff"TS066 - Economic activity status"\n"Crown copyright"\n\n"Units      :","Persons"\n\n'
        '"2021 super output area - lower layer","Total: All usual residents aged 16 years and over",'
        '"Economically active (excluding full-time students):In employment"\n'
        '"E01000010 : Somewhere 001A","1,402",960\n"E01000011 : Somewhere 001B",-,12\n\n'
        '"Figures are altered slightly, so totals may not agree."\n'
    )
    path = write("nomis.csv", text)
    account = check_one(path)
    assert account.source == "nomis/economic_activity"
    assert account.totals == {"residents_16_plus": 1402, "in_employment": 972}
    assert account.rows_set_aside == {"blank_line": 1, "footnote": 1}
    rows = read("nomis/economic_activity", path).rows
    assert rows["lsoa_code"].to_pylist() == ["E01000010", "E01000011"]
    assert rows["lsoa_name"].to_pylist() == ["Somewhere 001A", "Somewhere 001B"]


def test_b01_a_download_with_a_column_of_codes_of_its_own(write, read):
    text = (
        "2021 super output area - lower layer,mnemonic,Total: All usual residents aged 16 years and over,"
        "Economically active (excluding full-time students):In employment\nSomewhere 001A,E01000010,5,4\n"
    )
    rows = read("nomis/economic_activity", write("nomis.csv", text)).rows
    assert (rows["lsoa_code"].to_pylist(), rows["lsoa_name"].to_pylist()) == (["E01000010"], ["Somewhere 001A"])


def test_b03_the_source_says_the_unit_never_the_size_of_the_value(write, read, check_one):
    rate = write("rate.csv", "LSOA code (2011),Income Score (rate)\nE01000010,0.182\nE01000011,0.0\n")
    assert [Decimal(cell) for cell in read("mhclg/deprivation_2019", rate).rows["income_score"].to_pylist()] == [
        Decimal("0.182"),
        0,
    ]
    per_cent = write("percent.csv", "GEOGRAPHY_CODE,Unemployed %\nE01000010,11.0\nE01000011,0.7\n")
    assert read("nomis/unemployment", per_cent).rows["unemployment"].to_pylist() == ["0.11", "0.007"]
    signs = write(
        "signs.csv", "LSOA,unemployment_rate\nE01000010,11%\nE01000011,0.7 %\nE01000012,n/a\nE01000013,170%\n"
    )
    assert read("nomis/unemployment", signs).rows["unemployment"].to_pylist() == ["0.11", "0.007", None]
    assert check_one(signs).rows_set_aside == {"bad_number": 1}


def test_b04_editions_of_deprivation_are_told_apart(write, check_one):
    index = "Index of Multiple Deprivation (IMD)"
    figures = f"{index} Score,{index} Rank (where 1 is most deprived),{index} Decile"
    names = "LSOA name ({0}),Local Authority District code ({1}),Local Authority District name ({1})"
    old = write(
        "a.csv", f'LSOA code (2011),{names.format(2011, 2019)},{figures}\nE01000010,A,E09000002,B,12.1,"19,250",6\n'
    )
    new = write(
        "b.csv", f"LSOA code (2021),{names.format(2021, 2024)},{figures}\nE01000010,A,E09000002,B,11.5,20100,6\n"
    )
    assert [(one.source, one.lsoa_vintage, one.totals["imd_rank"]) for one in map(check_one, (old, new))] == [
        ("mhclg/deprivation_2019", "2011", 19250),
        ("mhclg/deprivation", "2021", 20100),
    ]


def test_b05_a_workbook_with_a_hidden_sheet_and_merged_cells(tmp_path, read, check_one):
    book = openpyxl.Workbook()
    book.active.title = "Contents"
    for year, state in ((2020, "hidden"), (2021, "visible")):
        page = book.create_sheet(f"Mid-{year}")
        page.sheet_state = state
        page.append([f"Mid-{year}"])
        page.append(["LAD 2021 Code", "LSOA 2021 Code", f"Mid-{year} population"])
        page.append(["E09000001", "E01000001", year])
        page.append([None, "E01000002", 10])
        page.append(["Source: made up. Totals may not sum."])
        page.merge_cells("A1:C1")
        page.merge_cells("A3:A4")
    path = tmp_path / "people.xlsx"
    book.save(path)
    account = check_one(path)
    assert (account.totals, account.rows_set_aside) == ({"population 2021": 2031}, {"footnote": 1})
    assert read("ons/population", path).rows["borough_code"].to_pylist() == ["E09000001", "E09000001"]


def test_b08_names_of_boroughs_are_one_however_they_are_written(write, check_one):
    same = {
        "E09000033": ["City of Westminster", "westminster "],
        "E09000027": ["Richmond-upon-Thames", "London Borough of Richmond upon Thames"],
        "E09000020": ["Kensington & Chelsea", "Royal Borough of Kensington and Chelsea"],
        "E09000001": ["City of London", "E09000001"],
        "E09000030": ["00BG", "Tower  Hamlets"],
    }
    assert {code: [find_borough(name) for name in names] for code, names in same.items()} == {
        code: [code] * len(names) for code, names in same.items()
    }
    assert [find_borough(name) for name in ("Inner London", "Kingston upon Hull", "Heathrow")] == [None] * 3
    account = check_one(write("x.csv", "Area name,value\nCity of Westminster,1\nInner London,5\n"))
    assert (account.totals, account.rows_set_aside) == ({"value": 1}, {"outside": 1})


def test_b09_windows_letters_and_a_suppressed_cell(write, read, check_one):
    text = "Area code,Area name,Pubs and bars 2024,Note\nE09000007,Camden,212,café – £\nE09000002,Barking,-,’\n"
    path = write("pubs.csv", text, encoding="cp1252")
    assert check_one(path).totals == {"pubs": 212}
    rows = read("ons/borough_pubs", path).rows
    assert (rows["pubs"].to_pylist(), rows["note"].to_pylist()) == (["212", None], ["café – £", "’"])


def test_b11_no_population_stays_nothing(write, read, check_one):
    path = write("people.csv", "LSOA,year,population\nE01000010,2024,0\nE01000011,2024,\nE01000012,2020,5\n")
    assert read("ons/population_by_year", path).rows["population"].to_pylist() == ["0", None, "5"]
    assert any("not 0" in warning for warning in check_one(path).warnings)


def test_c07_areas_are_never_matched_by_name(write, check, tmp_path):
    write("data/old.csv", "LSOA11CD,LSOA11NM,crimes\nE01003296,Lewisham 012E,21\n")
    write("data/new.csv", "LSOA21CD,LSOA21NM\nE01034395,Lewisham 012E\n")
    everything = check(tmp_path / "data").all
    assert everything.months == {}
    assert any("old.csv" in warning for warning in everything.warnings)


def test_d03_codes_that_look_like_numbers_stay_text(write, catalogue):
    path = write("codes.csv", "team,lad,officers\n001,1E05,3\n020,TRUE,4\nNA,00BK,5\n")
    columns = (
        SourceColumn("team", ("team",)),
        SourceColumn("lad", ("lad",)),
        SourceColumn("n", ("officers",), "count"),
    )
    source = replace(catalogue["mps/officers"], columns=columns, unique=())
    rows = read_table(SourceFile(path=path, name=path.name), source).rows
    assert rows["team"].to_pylist() == ["001", "020", "NA"]
    assert rows["lad"].to_pylist() == ["1E05", "TRUE", "00BK"]
