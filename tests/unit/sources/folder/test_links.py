"""Entries of a data folder that are not regular files, and links that leave it."""

import os
import socket
from pathlib import Path

import pytest

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.check.check import check_path
from crime_dagster.sources.folder.folder import list_folder
from crime_dagster.sources.folder.inventory import take_inventory
from tests.unit.sources.landing import land

ROW = "LSOA code,People\nE01000001,5\n"


@pytest.fixture
def folder(tmp_path) -> Path:
    path = tmp_path / "data"
    path.mkdir()
    (path / "table.csv").write_text(ROW)
    return path


def make_entry(path: Path, kind: str) -> None:
    outside = path.parent.parent / "elsewhere"
    outside.mkdir(exist_ok=True)
    (outside / "table_2.csv").write_text(ROW)
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        # Its address may have at most 107 characters.
        with socket.socket(socket.AF_UNIX) as one:
            here = Path.cwd()
            os.chdir(path.parent)
            try:
                one.bind(path.name)
            finally:
                os.chdir(here)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        targets = {"file": outside / "table_2.csv", "folder": outside, "loop": path, "lost": Path("/nowhere")}
        path.symlink_to(targets[kind])


OBSTACLES = {
    "pipe": "a named pipe",
    "socket": "a socket",
    "device": "a device",
    "file": "a link out of the data folder",
    "folder": "a link out of the data folder",
    "loop": "round in a circle",
    "lost": "leads nowhere",
}


@pytest.mark.parametrize("kind", sorted(OBSTACLES))
def test_what_is_no_file_of_the_folder_is_named_and_not_read(folder, table, kind):
    make_entry(folder / "table_2.csv", kind)

    landed = land(table, folder)

    assert landed.rows.num_rows == 1
    said = take_inventory(folder).describe()
    assert [line for line in said if OBSTACLES[kind] in line and "table_2.csv" in line]
    assert [file.name for file in list_folder(folder).files] == ["table.csv"]
    notes = check_path(folder, load_catalogue()).all
    assert OBSTACLES[kind] in str(notes.warnings)


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_links_lead_out_where_the_folder_says_so(folder, kind):
    (folder / "data_set.yml").write_text("place: London\nsynthetic: false\nfollow_links: true\n")
    make_entry(folder / "more.csv", kind)

    assert len(list_folder(folder).files) == 3
    assert list_folder(folder).left_out == ()


def test_links_within_the_folder_and_to_it_are_followed(folder, tmp_path):
    (folder / "real").mkdir()
    (folder / "real" / "one.csv").write_text(ROW)
    (folder / "two.csv").symlink_to(folder / "real" / "one.csv")
    (folder / "again").symlink_to(folder)
    link = tmp_path / "link"
    link.symlink_to(folder)

    assert [file.name for file in list_folder(link).files] == ["real/one.csv", "table.csv", "two.csv"]


def test_a_name_that_is_not_in_utf_8_is_reported_and_not_read(tmp_path):
    (tmp_path / "table.csv").write_text("LSOA code,People\nE01000001,1\n")
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.csv")).write_text("LSOA code,People\nE01000001,2\n")
    listing = list_folder(tmp_path)
    assert [file.name for file in listing.files] == ["table.csv"]
    assert listing.left_out[0].describe().startswith("caf\\xe9.csv: not used, a name that is not in UTF-8")


def test_a_pipe_is_refused_at_once(tmp_path):
    os.mkfifo(tmp_path / "2024-01-metropolitan-street.csv")

    checked = check_path(tmp_path / "2024-01-metropolitan-street.csv", load_catalogue())

    assert "a named pipe" in str(checked.all.error)


def test_a_pipe_beside_a_shapefile_holds_nothing(tmp_path, boundaries):
    (tmp_path / "areas.shp").write_bytes(bytes(100))
    for suffix in (".dbf", ".shx"):
        (tmp_path / f"areas{suffix}").write_bytes(bytes(100))
    os.mkfifo(tmp_path / "areas.prj")

    with pytest.raises(InputError, match=r"areas\.prj is not a regular file"):
        land(boundaries, tmp_path)
