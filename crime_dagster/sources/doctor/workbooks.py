"""A workbook on a server: its sheets, and the first rows of each, without the rest of it."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.doctor.answer import AnswerError
from crime_dagster.sources.doctor.shapes import require
from crime_dagster.sources.doctor.zips import HEAD, read_member
from crime_dagster.sources.download.archives import Archive
from crime_dagster.sources.readers.tables.header import SEARCHED_RECORDS, find_header

BOOK, RELATIONS, TEXTS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"
MOST_SHEETS = 12
# Figures of sheets that are put side by side, or below each other, have no header in common.
SEVERAL = ("joined_sheets", "blocks")


def describe_workbook(source: Source, name: str, archive: Archive) -> str:
    """Say that a workbook has the sheet and the columns that its source needs."""
    members = archive.opened.namelist()
    if BOOK not in members:
        raise AnswerError(f"a zip of {', '.join(members[:8])}", f"{name}, a workbook")
    sheets = _choose_sheets(source, name, _list_sheets(archive))
    texts = ["".join(_read_texts(item)) for item in _parse(archive, TEXTS, "si")] if TEXTS in members else []
    # Texts far from the beginning cannot be read without the rest.
    is_cut = TEXTS in members and archive.opened.getinfo(TEXTS).file_size > HEAD // 2
    is_joined = any(option in source.options for option in SEVERAL)
    grids = [] if is_joined else [list(_read_rows(archive, path, texts)) for path in sheets.values()]
    headers = [header for grid in grids if (header := find_header(grid, source.columns, source.header_rows))]
    best = min(headers, key=lambda header: len(header.missing), default=None)
    if is_joined or (is_cut and (best is None or best.missing)):
        return f"{name} has the sheets {', '.join(sheets)}; its columns were not read"
    return require(source, name, best)


def _choose_sheets(source: Source, name: str, found: dict[str, str]) -> dict[str, str]:
    wanted = source.options.get("sheet")
    if wanted is None:
        return dict(list(found.items())[:MOST_SHEETS])
    same = {title: path for title, path in found.items() if title.casefold() == wanted.strip().casefold()}
    if not same:
        raise AnswerError(f"{name} has the sheets {', '.join(found)}", f"a sheet {wanted}")
    return same


def _list_sheets(archive: Archive) -> dict[str, str]:
    """Path in the zip of each sheet, by its name."""
    links = {each.get("Id"): each.get("Target", "") for each in _parse(archive, RELATIONS, "Relationship")}
    members = set(archive.opened.namelist())
    sheets = {}
    for sheet in _parse(archive, BOOK, "sheet"):
        link = next((value for key, value in sheet.items() if key.endswith("}id")), None)
        target = links.get(link, "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if path in members:
            sheets[sheet.get("name", "").strip()] = path
    return sheets


def _read_rows(archive: Archive, path: str, texts: list[str]) -> Iterator[list[str]]:
    for row in _parse(archive, path, "row")[:SEARCHED_RECORDS]:
        cells: list[str] = []
        for cell in row.iterfind("{*}c"):
            place = _find_column(cell.get("r", ""))
            cells += [""] * (place - len(cells))
            value = cell.findtext("{*}v")
            if cell.get("t") == "s" and value is not None:
                value = texts[int(value)] if value.isdecimal() and int(value) < len(texts) else ""
            cells.append("".join(_read_texts(cell)) if value is None else value)
        yield cells


def _find_column(cell: str) -> int:
    """The number of a cell's column, from 0: `B4` is in column 1."""
    number = 0
    for letter in cell.rstrip("0123456789"):
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _read_texts(element: Element) -> Iterator[str]:
    return (piece.text or "" for piece in element.iterfind(".//{*}t"))


def _parse(archive: Archive, name: str, tag: str) -> list[Element]:
    """The elements of some tag that end in the first bytes of a part."""
    parser = ElementTree.XMLPullParser(("end",))
    try:
        parser.feed(read_member(archive, archive.opened.getinfo(name)))
        ended = [event[-1] for event in parser.read_events()]
        return [item for item in ended if isinstance(item, Element) and item.tag.endswith(f"}}{tag}")]
    except ElementTree.ParseError as error:
        raise AnswerError(f"{name} cannot be read ({error})", "a complete workbook") from error
