"""The list of every file of a release, in groups, with sizes: plain HTML."""

import datetime as dt
from collections.abc import Mapping
from pathlib import PurePosixPath

from crime_dagster.drawing.kit.page_content import Download
from crime_dagster.drawing.kit.rendering import render_template
from crime_dagster.drawing.kit.stamp import Stamp
from crime_dagster.drawing.kit.words import date_words

FILES, FILES_TEMPLATE = "files.html", "files.html.j2"
# Folder of the release, or "" for the top level: the heading, in page order.
GROUPS = {
    "": "Pages and documents of the release",
    "docs": "Documents",
    "places": "Index of places",
    "places/postcodes": "Postcodes by outward code",
    "maps": "Maps",
    "types": "Pages of crime types",
    "boroughs": "Pages of boroughs",
    "data": "Tables and other data",
    "data/types": "Data by crime type",
    "data/boroughs": "Data by borough",
    "charts": "Charts",
    "gifs": "Animations",
}


def draw_files_page(files: Mapping[str, int | None], stamp: Stamp, published: dt.date) -> str:
    """Draw the page from relative paths and sizes in bytes; None for an unknown size."""
    return render_template(
        FILES_TEMPLATE,
        stamp=stamp,
        groups=group_files(files),
        count=len(files),
        published=date_words(published),
    )


def group_files(files: Mapping[str, int | None]) -> dict[str, list[Download]]:
    """Group files by heading; a folder without one is named by its path."""
    found: dict[str, list[Download]] = {heading: [] for heading in GROUPS.values()}
    for path, size in sorted(files.items()):
        folder = PurePosixPath(path).parent.as_posix().removeprefix(".")
        name = PurePosixPath(path).name
        found.setdefault(GROUPS.get(folder, folder), []).append(Download(name, path, size_bytes=size))
    return {heading: own for heading, own in found.items() if own}
