"""A workbook on a server: its sheets, and the first rows of each, without the rest of it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from html import unescape

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.doctor.answer import ShapeError
from crime_dagster.sources.doctor.heads import HEAD, read_head
from crime_dagster.sources.doctor.shapes import describe_columns, require
from crime_dagster.sources.doctor.zips import RemoteZip, Zips
from crime_dagster.sources.download.web import Web
from crime_dagster.sources.readers.tables.header import SEARCHED_RECORDS, find_header

WORKBOOK = ".xlsx"
BOOK, RELATIONS, TEXTS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"
MOST_SHEETS = 12
SHEET = re.compile(r'<sheet [^>]*?name="([^"]*)"[^>]*?r:id="([^"]*)"')
RELATION = re.compile(r"<Relationship [^>]*>")
TEXT = re.compile(r"<si>(.*?)</si>", re.DOTALL)
PIECE = re.compile(r"<t(?: [^>]*)?>(.*?)</t>", re.DOTALL)
ROW = re.compile(r"<row[^>]*>(.*?)</row>", re.DOTALL)
CELL = re.compile(r'<c r="([A-Z]+)\d+"([^>]*?)(?:/>|>(.*?)</c>)', re.DOTALL)
VALUE = re.compile(r"<v>(.*?)</v>", re.DOTALL)
# Figures of sheets that are put side by side, or below each other, are in no one header.
SEVERAL = ("joined_sheets", "blocks")


def describe_workbook(web: Web, zips: Zips, source: Source, name: str, url: str) -> str:
    """Say that a workbook has the sheet and the columns that its source needs.

    Raises:
        InputError: The address does not answer.
        ShapeError: It is no workbook, or lacks the sheet or columns.
    """
    archive = zips.open(url)
    if archive is None:
        return describe_columns(source, name, read_head(web, url).content)
    if BOOK not in archive.opened.namelist():
        raise ShapeError(f"a zip of {', '.join(archive.opened.namelist()[:8])}", f"{name}, a workbook")
    sheets = _choose_sheets(source, name, _list_sheets(archive))
    texts, is_cut = _read_texts(archive)
    if any(option in source.options for option in SEVERAL):
        return f"{name} has the sheets {', '.join(sheets)}; its columns were not read"
    grids = [list(_read_rows(_read(archive, path), texts)) for path in sheets.values()]
    headers = [header for grid in grids if (header := find_header(grid, source.columns, source.header_rows))]
    best = min(headers, key=lambda header: len(header.missing), default=None)
    if is_cut and (best is None or best.missing):
        # Its words lie too far behind to be read in part.
        return f"{name} has the sheets {', '.join(sheets)}; its columns were not read"
    return require(source, name, best)


def _choose_sheets(source: Source, name: str, found: dict[str, str]) -> dict[str, str]:
    wanted = source.options.get("sheet")
    if wanted is None:
        return dict(list(found.items())[:MOST_SHEETS])
    same = {title: path for title, path in found.items() if title.casefold() == wanted.strip().casefold()}
    if not same:
        raise ShapeError(f"{name} has the sheets {', '.join(found)}", f"a sheet {wanted}")
    return same


def _list_sheets(archive: RemoteZip) -> dict[str, str]:
    """Path in the zip of each sheet, by its name."""
    targets = {}
    for relation in RELATION.findall(_read(archive, RELATIONS)):
        said = dict(re.findall(r'(\w+)="([^"]*)"', relation))
        path = said.get("Target", "")
        targets[said.get("Id")] = path.lstrip("/") if path.startswith("/") else f"xl/{path}"
    sheets = {unescape(name).strip(): targets.get(key, "") for name, key in SHEET.findall(_read(archive, BOOK))}
    names = set(archive.opened.namelist())
    return {name: path for name, path in sheets.items() if path in names}


def _read_texts(archive: RemoteZip) -> tuple[list[str], bool]:
    """The first texts of the cells, and whether there are others."""
    if TEXTS not in archive.opened.namelist():
        return [], False
    found = [unescape("".join(PIECE.findall(item))) for item in TEXT.findall(_read(archive, TEXTS))]
    return found, archive.opened.getinfo(TEXTS).file_size > HEAD // 2


def _read_rows(sheet: str, texts: list[str]) -> Iterator[list[str]]:
    for row in ROW.findall(sheet)[:SEARCHED_RECORDS]:
        cells: list[str] = []
        for letters, kind, inside in CELL.findall(row):
            place = _count_letters(letters)
            cells += [""] * (place - len(cells))
            cells.append(_read_cell(kind, inside, texts))
        yield cells


def _read_cell(kind: str, inside: str, texts: list[str]) -> str:
    value = "".join(VALUE.findall(inside) or PIECE.findall(inside))
    if 't="s"' in kind:
        return texts[int(value)] if value.isdecimal() and int(value) < len(texts) else ""
    return unescape(value)


def _count_letters(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - ord("A") + 1
    return place - 1


def _read(archive: RemoteZip, name: str) -> str:
    member: zipfile.ZipInfo = archive.opened.getinfo(name)
    return archive.read_head(member).decode("utf-8", "ignore")
