"""Names, folders and archives; the command itself."""

import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from crime_dagster.__main__ import main

NAME = "O'Neil & co/données [2024-05] d’été (1)-metropolitan-street.csv"
ROWS = [("a", "E01000010", "Drugs", "")]


def test_d14_any_name_will_do(write_street, check_one, check, tmp_path):
    path = write_street(NAME, ROWS, "2024-05")
    assert check_one(path).months == {"2024-05": 1}
    assert check(tmp_path).all.months == {"2024-05": 1}


def test_an_archive_is_read_as_it_is_and_never_left(write_street, check, tmp_path):
    member = write_street("x-street.csv", ROWS, "2024-05")
    archive = tmp_path / "2024-07.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.write(member, "2024-05/2024-05-metropolitan-street.csv")
        packed.writestr("../outside-street.csv", "x")
    checked = check(archive)
    assert [account.file for account in checked.files] == ["2024-07.zip/2024-05/2024-05-metropolitan-street.csv"]
    assert checked.all.months == {"2024-05": 1}
    assert any("../outside-street.csv" in warning for warning in checked.all.warnings)
    assert not (tmp_path.parent / "outside-street.csv").exists()


def test_a_damaged_archive_is_refused(write, check):
    checked = check(write("broken.zip", "PK but no archive"))
    assert not checked.is_usable
    assert "cannot be unpacked" in str(checked.all.error)


def test_machines_get_the_promised_keys(write_street, tmp_path, capsys):
    assert main(["check", "--json", str(write_street("x-street.csv", ROWS, "2024-05"))]) == 0
    said = json.loads(capsys.readouterr().out)
    keys = {"lsoa_vintage", "rows_in", "rows_kept", "rows_set_aside", "months", "totals", "warnings", "error"}
    assert set(said) == {"files", "all"}
    assert set(said["all"]) == keys
    assert {"source", *keys} <= set(said["files"][0])


@pytest.mark.parametrize("text", ["", "<!doctype html><p>Not found", "a,b\n1,2\n"])
def test_what_is_no_published_file_is_refused_with_a_remedy(write, text, capsys):
    assert main(["check", str(write("x.csv", text))]) == 1
    said = capsys.readouterr().out
    assert "to do:" in said
    assert said.rstrip().endswith("Refused.")


def test_people_are_told_what_a_file_is_and_why(write_street, capsys):
    assert main(["check", str(write_street("x.csv", ROWS, "2024-05"))]) == 0
    said = capsys.readouterr().out
    for words in (
        "police_uk/street_crime",
        "because:",
        "LSOA codes:    2011",
        "rows in:       1",
        "2024-05",
        "would be used",
    ):
        assert words in said


def test_make_hands_over_any_name(tmp_path):
    project = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        ["make", "-n", "-o", ".venv/.ready", "check", "FILE=it's $HOME [x].csv"],
        cwd=project,
        capture_output=True,
        text=True,
        check=True,
    )
    assert '-- "$FILE"' in done.stdout
