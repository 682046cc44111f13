"""Files with a column per month: overlaps, absent pairs, header variants, totals and footnotes."""

import pytest

HEADER = "LSOA Code,LSOA Name,Borough,Major Category,Minor Category"
AREA = "E01000010,Barking and Dagenham 001A,E09000002,THEFT,OTHER THEFT"
OTHER = "E01000011,Barking and Dagenham 001B,E09000002,THEFT,OTHER THEFT"


def test_a09_a_beginning_at_the_edge_does_not_replace_a_whole_month(write, check, tmp_path):
    write("data/old LSOA Level Crime.csv", f"{HEADER},202401,202402,202403\n{AREA},50,60,70\n")
    write("data/new LSOA Level Crime.csv", f"{HEADER},202402,202403,202404\n{AREA},2,71,80\n")
    everything = check(tmp_path / "data").all
    assert everything.months == {"2024-01": 50, "2024-02": 60, "2024-03": 71, "2024-04": 80}
    assert any(
        w.startswith("2024-02") and "60" in w and "has only 2 in its first or last month" in w
        for w in everything.warnings
    )
    assert any(w.startswith("2024-03") and "71" in w and "70" in w for w in everything.warnings)
    assert everything.rows_set_aside == {}


def test_a11_pairs_of_either_file_count(write, check, tmp_path):
    write("data/a LSOA Level Crime.csv", f"{HEADER},202312\n{AREA},3\n")
    write("data/b LSOA Level Crime.csv", f"{HEADER},202401\n{OTHER},4\n")
    assert check(tmp_path / "data").all.months == {"2023-12": 3, "2024-01": 4}


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("LSOA Code,Borough,Major Category,Minor Category,202401", "E01000010,Camden,THEFT,OTHER THEFT,7"),
        (
            "lsoa_code,LSOA Name,Borough,Major Category,Minor Category,202401",
            "E01000010,A,E09000007,THEFT,OTHER THEFT,7",
        ),
        ("MajorText,MinorText,LSOA Name,LSOA Code,LookUp_BoroughName,202401", "Theft,Other theft,A,E01000010,Camden,7"),
    ],
)
def test_a13_headers_differ_and_the_table_is_the_same(write, check_one, header, row):
    account = check_one(write("whatever.csv", f"{header}\n{row}\n"))
    assert (account.source, account.months) == ("mps/lsoa_crime", {"2024-01": 7})


def test_a13_a_ward_file_is_refused_by_the_column_it_lacks(write, check):
    text = "Group,SubGroup,WardName,WardCode,LookUp_BoroughName,202401\nTHEFT,OTHER THEFT,Abbey,E05014053,Camden,7\n"
    checked = check(write("wards.csv", text))
    assert not checked.is_usable
    assert "'LSOA Code'" in str(checked.files[0].error)
    assert "wards.csv" in str(checked.files[0].error)
    assert checked.all.rows_in == 0


def test_a15_thousands_totals_footnotes_and_empty_columns(write, check_one):
    text = (
        f"{HEADER},202401,202402,,\n"
        '"E01000010","A","E09000002","THEFT","OTHER THEFT","1,204"," 7 ",,\n\n'
        "E01000011,B,E09000002,THEFT,OTHER THEFT,8,,,\n"
        'Total,,,,,"1,212",7,,\n'
        '"Refreshed on 1 May, and provisional.",,,,,,,,\n'
    )
    account = check_one(write("MPS LSOA Level Crime.csv", text))
    assert account.months == {"2024-01": 1212, "2024-02": 7}
    assert account.rows_set_aside == {"blank_line": 1, "footnote": 1, "total_row": 1}
    assert any("blank cells stay empty" in warning for warning in account.warnings)


def test_a16_a_borough_file_is_another_source_and_stays_out_of_the_months(write, check, tmp_path):
    write(
        "data/borough.csv",
        "MajorText,MinorText,BoroughName,202401\nSEXUAL OFFENCES,RAPE,Camden,7\nTHEFT,OTHER,Camden,5\n",
    )
    write("data/lsoa.csv", f"{HEADER},202401\n{AREA},5\n")
    checked = check(tmp_path / "data")
    assert {account.source: account.months for account in checked.files} == {
        "mps/borough_crime": {"2024-01": 12},
        "mps/lsoa_crime": {"2024-01": 5},
    }
    assert checked.all.months == {"2024-01": 5}


def test_d02_months_in_the_header_are_never_a_record(write, check_one):
    account = check_one(write("MPS LSOA Level Crime.csv", f"{HEADER},202401,202402\n{AREA},1,2\n{OTHER},3,4\n"))
    assert (account.rows_in, account.months) == (2, {"2024-01": 4, "2024-02": 6})


def test_d04_files_with_other_months_are_joined_by_name(write, check, tmp_path):
    write("data/z LSOA Level Crime 2024H1.csv", f"{HEADER},202401,202402\n{AREA},3,4\n")
    write("data/a LSOA Level Crime 2024.csv", f"{HEADER},202401,202402,202403\n{OTHER},1,2,5\n")
    everything = check(tmp_path / "data").all
    assert everything.months == {"2024-01": 4, "2024-02": 6, "2024-03": 5}


def test_d07_a_first_quoted_cell_far_down_parts_no_record(write, check_one):
    rows = [f"E01{n:06d},A {n},E09000003,THEFT,OTHER THEFT,1" for n in range(21_000)]
    rows[20_900] = 'E01020900,"Kensington, Chelsea 001A",E09000020,THEFT,OTHER THEFT,1'
    account = check_one(write("late LSOA Level Crime.csv", f"{HEADER},202401\n" + "\n".join(rows)))
    assert (account.rows_kept, account.months) == (21_000, {"2024-01": 21_000})
