"""Street records: repeated, unlocated, elsewhere, not delivered, in codes of two years."""

from crime_dagster.core.places import find_place, load_authorities
from crime_dagster.sources.land.categories import judge_records
from crime_dagster.sources.land.judgement import judge_places
from crime_dagster.sources.land.overlaps import find_archive_dates
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.vocabulary.areas import load_areas

HERE, THERE = "E01000010", "E01000011"

LONDON = find_place("London", load_authorities())


def test_a01_repeated_crimes_count_once_and_anti_social_behaviour_each_time(write_street, check_one):
    rows = [
        ("", HERE, "Anti-social behaviour", ""),
        ("", HERE, "Anti-social behaviour", ""),
        ("a", HERE, "Burglary", "Under investigation"),
        ("a", HERE, "Burglary", "Offender given a caution"),
        ("b", THERE, "Drugs", ""),
        ("b", THERE, "Drugs", "Under investigation"),
        ("b", THERE, "Drugs", "Under investigation"),
    ]
    account = check_one(write_street("2024-05-metropolitan-street.csv", rows, "2024-05"))
    assert account.rows_set_aside == {"duplicate": 3}
    assert account.months == {"2024-05": 4}


def test_a01_the_record_with_an_outcome_is_the_one_kept(write_street, catalogue, read):
    rows = [
        ("a", HERE, "Burglary", ""),
        ("a", HERE, "Burglary", "Under investigation"),
        ("a", HERE, "Burglary", "Court"),
    ]
    path = write_street("2024-05-metropolitan-street.csv", rows, "2024-05")
    file = SourceFile(path=path, name=path.name)
    key = "police_uk/street_crime"
    judged = judge_places(
        judge_records(read(key, path), catalogue[key], file),
        catalogue[key],
        file,
        load_areas(LONDON.authorities, LONDON.name),
    )
    assert judged.rows["last_outcome_category"].to_pylist() == ["Court"]


def test_a03_records_without_an_area_are_counted_as_unlocated(write_street, check_one):
    rows = [(str(n), HERE if n < 3 else "", "Drugs", "") for n in range(4)]
    account = check_one(write_street("x-street.csv", rows, "2024-03"))
    assert (account.rows_kept, account.rows_set_aside) == (3, {"unlocated": 1})
    assert any("75.0 % are located" in warning for warning in account.warnings)


def test_a04_areas_elsewhere_are_known_by_their_codes(write_street, check_one):
    places = [HERE, HERE, "E01012800", "W01001958"]
    account = check_one(
        write_street("x-street.csv", [(p + str(n), p, "Drugs", "") for n, p in enumerate(places)], "2024-04")
    )
    assert account.rows_set_aside == {"outside": 2}
    assert any("E01012800 1" in warning and "W01001958 1" in warning for warning in account.warnings)


def test_a07_a_force_without_a_file_is_named_and_not_zero(write_street, check, tmp_path):
    for month in ("2022-05", "2022-06", "2022-07"):
        write_street(f"data/{month}/{month}-metropolitan-street.csv", [("m" + month, HERE, "Drugs", "")], month)
    for month in ("2022-05", "2022-07"):
        name = f"data/{month}/{month}-city-of-london-street.csv"
        write_street(name, [("c" + month, "E01000001", "Drugs", "")], month, "City of London Police")
    checked = check(tmp_path / "data")
    assert checked.all.months == {"2022-05": 2, "2022-06": 1, "2022-07": 2}
    assert [w for w in checked.all.warnings if "not reported" in w] == [
        "City of London Police: no records for 2022-06; not reported, which is not 0"
    ]


def test_a08_areas_are_judged_by_the_lookup_beside_the_file(write, write_street, check, tmp_path):
    write(
        "data/lookup.csv",
        "LSOA11CD,LSOA11NM,LSOA21CD,LSOA21NM,CHGIND\nE01099001,A,E01099002,A,S\nE01099001,A,E01099003,B,S\n",
    )
    write_street("data/2023-12-x-street.csv", [("a", "E01099001", "Drugs", "")], "2023-12")
    write_street("data/2024-12-x-street.csv", [("b", "E01099003", "Drugs", ""), ("c", HERE, "Drugs", "")], "2024-12")
    checked = check(tmp_path / "data")
    assert [account.lsoa_vintage for account in checked.files if account.source == "police_uk/street_crime"] == [
        "2011",
        "2021",
    ]
    assert checked.all.lsoa_vintage == "mixed"
    assert checked.all.rows_set_aside == {"outside": 1}


def test_two_vintages_inside_one_month_are_seen(write_street, check_one):
    codes = load_areas(LONDON.authorities, LONDON.name).codes
    only_2011, only_2021 = min(codes["2011"] - codes["2021"]), min(codes["2021"] - codes["2011"])
    rows = [("a", only_2011, "Drugs", ""), ("b", only_2021, "Drugs", "")]
    assert check_one(write_street("x-street.csv", rows, "2023-01")).lsoa_vintage == "mixed"
    assert check_one(write_street("y-street.csv", rows[:1], "2023-01")).lsoa_vintage == "2011"


def test_a_later_archive_replaces_the_month_and_equal_ones_are_named(write_street, check, tmp_path):
    old = [("a", HERE, "Drugs", ""), ("b", HERE, "Drugs", "")]
    write_street("data/2024-06/2024-05/2024-05-metropolitan-street.csv", old, "2024-05")
    write_street("data/2024-09/2024-05/2024-05-metropolitan-street.csv", old[:1], "2024-05")
    checked = check(tmp_path / "data")
    assert checked.all.rows_set_aside == {"superseded": 2}
    assert checked.all.months == {"2024-05": 1}
    assert any("an archive of 2024-09" in warning for warning in checked.all.warnings)
    write_street("same/first/2024-05-metropolitan-street.csv", old, "2024-05")
    write_street("same/second/2024-05-metropolitan-street.csv", old[:1], "2024-05")
    assert any("both of the same date" in warning for warning in check(tmp_path / "same").all.warnings)


def test_an_archive_that_goes_back_to_what_it_said_before_counts(write_street, check, tmp_path):
    old, revised = [("a", HERE, "Drugs", "")], [("a", HERE, "Drugs", ""), ("b", HERE, "Drugs", "")]
    for archive, rows in (("2024-06", old), ("2024-09", revised), ("2024-12", old)):
        write_street(f"data/{archive}/2024-05/2024-05-metropolitan-street.csv", rows, "2024-05")
    checked = check(tmp_path / "data")
    assert checked.all.months == {"2024-05": 1}
    assert checked.all.rows_set_aside == {"duplicate": 1, "superseded": 2}


def test_the_date_of_an_archive_is_in_its_name_else_its_newest_month():
    dates = find_archive_dates(
        {
            "z 2024-06.zip/2024-05/2024-05-x-street.csv": "2024-05",
            "2024-09/2024-05/2024-05-x-street.csv": "2024-05",
            "2024-07/2024-05-x-street.csv": "2024-05",
            "later/2024-05/2024-05-x-street.csv": "2024-05",
            "later/2024-08/2024-08-x-street.csv": "2024-08",
            "2024-05/2024-05-x-street.csv": "2024-05",
        }
    )
    assert list(dates.values()) == ["2024-06", "2024-09", "2024-07", "2024-08", "2024-08", "2024-05"]


def test_a_stray_in_the_file_of_another_month_takes_the_place_of_no_month(write_street, check, tmp_path):
    april = [(f"a{number}", "E01000001", "Burglary", "") for number in range(20)]
    write_street("street/2024-04-any-street.csv", april, "2024-04")
    path = write_street("street/2024-05-any-street.csv", [("b", "E01000001", "Burglary", "")], "2024-05")
    # A record of April and one of March, with nothing else of that month.
    text = path.read_text(encoding="utf-8")
    strays = [
        text.splitlines()[1].replace("2024-05", month).replace("b,", f"{month},") for month in ("2024-04", "2024-03")
    ]
    path.write_text(text + "\n".join(strays) + "\n", encoding="utf-8")
    found = check(tmp_path / "street").all
    assert found.months == {"2024-03": 1, "2024-04": 20, "2024-05": 1}
    assert found.rows_set_aside == {"superseded": 1}
    assert any("the other is named for another month" in warning for warning in found.warnings)


def test_a_force_of_another_place_is_no_trouble_and_a_force_that_lost_its_areas_is(write_street, check, tmp_path):
    name = "data/{0}/{0}-{1}-street.csv"
    for month in ("2024-05", "2024-06"):
        write_street(name.format(month, "metropolitan"), [("m" + month, HERE, "Drugs", "")], month)
    write_street(name.format("2024-05", "wales"), [("w", "W01001958", "Drugs", "")], "2024-05", "Gwent Police")
    write_street(name.format("2024-05", "ulster"), [("n", "", "Drugs", "")], "2024-05", "Northern Ireland")
    checked = check(tmp_path / "data").all
    assert (checked.error, checked.rows_kept, checked.rows_set_aside) == (None, 2, {"outside": 1, "unlocated": 1})
    write_street(name.format("2024-06", "metropolitan"), [("m", "", "Drugs", "")], "2024-06")
    assert "no usable row (1 unlocated)" in str(check(tmp_path / "data").all.error)
