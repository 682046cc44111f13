"""Context files: how they are recognised, and that they never count as crimes."""

import pyarrow as pa
import pyarrow.parquet as pq

OUTCOME = "Crime ID,Month,Reported by,Falls within,Longitude,Latitude,Location,LSOA code,LSOA name,Outcome type\n"
SEARCH = (
    "Type,Date,Part of a policing operation,Policing operation,Latitude,Longitude,Gender,Age range,"
    "Self-defined ethnicity,Officer-defined ethnicity,Legislation,Object of search,Outcome\n"
)


def test_an_outcome_that_was_delivered_twice_counts_once(write, check_one):
    row = "a1,2024-03,Met,Met,-0.1,51.5,On or near A,E01000010,Somewhere 001A,"
    text = (
        OUTCOME + f"{row}Under investigation\n{row}Under investigation\n{row}Charged\nb2,2024-03,Met,Met,,,,,,Charged\n"
    )
    account = check_one(write("2024-03-metropolitan-outcomes.csv", text))
    assert account.source == "police_uk/outcomes"
    assert (account.rows_kept, account.rows_set_aside) == (3, {"duplicate": 1})
    assert any("blank cells in 'LSOA code' (1)" in warning for warning in account.warnings)


def test_searches_that_look_alike_may_be_two_and_months_of_context_are_no_crimes(write, check, tmp_path):
    row = "Person search,2024-01-01T00:01:00+00:00,False,,,,Male,18-24,,,,,Arrest\n"
    write("data/2024-01-metropolitan-stop-and-search.csv", SEARCH + row + row)
    years = "LSOA11CD,LSOA11NM,2019,2020\nE01000010,Brent 001A,7,9\n"
    write("data/lsoa-major-theft.csv", years)

    checked = check(tmp_path / "data")

    assert {account.source: account.months for account in checked.files} == {
        "police_uk/stop_and_search": {"2024-01": 2},
        "mps/lsoa_crime_years": {},
    }
    assert checked.all.rows_set_aside == {}
    assert any("1 records are identical to another one" in warning for warning in checked.all.warnings)


def test_a_ward_release_is_known_by_its_name_alone(write, check_one):
    text = "Group,SubGroup,WardName,WardCode,LookUp_BoroughName,202401\nTHEFT,OTHER,Abbey,E05014053,Camden,40\n"
    assert check_one(write("MPS Ward Level Crime.csv", text)).source == "mps/ward_crime"
    refused = check_one(write("abbey.csv", text))
    assert refused.source is None
    assert "'LSOA Code'" in str(refused.error)


def test_editions_of_a_borough_file_lie_side_by_side(write, check, tmp_path):
    write("data/mps_borough_old.csv", "MajorText,MinorText,LookUp_BoroughName,202401\nTheft,Other,Unknown,5\n")
    table = pa.table({"majortext": ["THEFT"], "minortext": ["OTHER"], "boroughname": ["Camden"], "202402": [6]})
    pq.write_table(table, tmp_path / "data" / "recorded-crime-borough.parquet")
    accounts = check(tmp_path / "data").files
    assert [(account.source, account.months) for account in accounts] == [
        ("mps/borough_crime", {"2024-01": 5}),
        ("mps/borough_crime", {"2024-02": 6}),
    ]
    assert any("'Unknown' (1)" in warning for warning in accounts[0].warnings)
