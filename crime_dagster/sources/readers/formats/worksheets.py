"""What the workbook library does not report about a sheet: its size, per cent formats, formulas without values."""

import posixpath
import re
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import reduce
from xml.etree import ElementTree
from xml.parsers import expat

from xlsxwriter.utility import xl_col_to_name

from crime_dagster.core.errors import list_some
from crime_dagster.sources.readers.formats.limits import (
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    bound_unpacked,
    refuse_size,
)
from crime_dagster.sources.readers.formats.reading import SourceFile

STYLES = "xl/styles.xml"
# Lists of names and styles; a bigger one is a zip bomb.
MOST_BYTES_OF_PART = 20_000_000
CHUNK = 1 << 20
# Built-in formats `0%` and `0.00%`.
PER_CENT = ("9", "10")
QUOTED = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
PLACE = re.compile(r"([A-Z]{1,4})(\d+)")
# A cell as nearly every program writes it, a cell in any form, and signs of formulas, errors and two-byte text.
CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"')
CELLS = (b"<c ", b"<c>", b"<c/", b"<c\t", b"<c\n", b"<c\r")
PREFIXED = re.compile(rb"<\w+:[cf]\b")
SIGNS = (b"<f", b't="e"', b"\x00")


@dataclass
class Notes:
    """What was found in one sheet."""

    per_cent: set[tuple[int, int]] = field(default_factory=set)  # cells displayed as per cent, as row and column from 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)  # cells with an error such as `#DIV/0!`
    empty: list[str] = field(default_factory=list)  # names of cells with a formula that no program has calculated
    # Per column, number of formulas whose value is zero, and of others.
    zeros: tuple[Counter[str], Counter[str]] = field(default_factory=lambda: (Counter(), Counter()))

    def describe_formulas(self, *, is_new: bool) -> str:
        """Return which formulas have no value, for messages.

        A new workbook, which asks to be calculated when opened, has never been calculated; some have zeros as values.
        """
        zeros, others = self.zeros
        columns = [f"column {name}" for name in sorted(zeros) if is_new and name not in others]
        cells = list_some([f"cell {name}" for name in self.empty], separator=", ")
        return ", ".join([*columns, *([cells] if cells else [])])


class OpenXml:
    """The parts of an Open XML workbook."""

    def __init__(self, packed: zipfile.ZipFile, file: SourceFile) -> None:
        self._packed, self._file = packed, file
        # Some Windows programs write the part names with backslashes or in capitals.
        self._members = {_tidy(member.filename): member for member in packed.infolist()}
        size = sum(member.file_size for member in packed.infolist())
        bound = 4 * bound_unpacked(sum(member.compress_size for member in packed.infolist()))
        if size > bound:
            raise refuse_size(file, f"{size} bytes once unpacked", f"at most {bound}")
        book, links = self._parse("xl/workbook.xml"), self._parse("xl/_rels/workbook.xml.rels")
        self.is_new = any(part.get("fullCalcOnLoad") in ("1", "true") for part in _find_all(book, "calcPr"))
        self._targets = link_sheets(_find_all(book, "sheet"), _find_all(links, "Relationship"))
        self._per_cent = set(self._list_per_cent())

    def scan(self, sheet: str) -> Notes:
        """Scan a sheet without keeping its cells."""
        member = self._members[_tidy(posixpath.join("xl", self._targets[sheet]))]
        if self._is_plain(member):
            return Notes()
        reader = _SheetReader(self._per_cent, self._file, sheet)
        with self._packed.open(member) as stream:
            while chunk := stream.read(CHUNK):
                reader.parser.Parse(chunk)
        reader.parser.Parse(b"", True)
        return reader.notes

    def _is_plain(self, member: zipfile.ZipInfo) -> bool:
        """Whether a sheet has nothing to note, and is small even if every cell that it names were filled.

        Most sheets are plain, and a pass over bytes takes a tenth of the time of parsing them.
        """
        signs = (*SIGNS, *(b' s="%s"' % look.encode() for look in self._per_cent))
        last = widest = 0
        rest = b""
        with self._packed.open(member) as stream:
            while chunk := stream.read(CHUNK):
                text = rest + chunk
                # A tag may continue in the next chunk.
                whole, rest = text[: text.rfind(b"<")], text[text.rfind(b"<") :]
                cells = CELL.findall(whole)
                is_odd = len(cells) != sum(map(whole.count, CELLS)) or PREFIXED.search(whole)
                widest = max([widest, *(_number_column(one.decode()) + 1 for one in {one[0] for one in cells})])
                last = max([last, *map(int, {one[1] for one in cells})])
                if is_odd or any(sign in whole for sign in signs) or last * widest > MOST_CELLS:
                    return False
        return True

    def _parse(self, name: str) -> ElementTree.Element:
        member = self._members[name]
        if member.file_size > MOST_BYTES_OF_PART:
            raise refuse_size(self._file, f"{name} of {member.file_size} bytes", f"at most {MOST_BYTES_OF_PART}")
        return ElementTree.fromstring(self._packed.read(member))  # noqa: S314 expat bounds entities itself since 2.4.1

    def _list_per_cent(self) -> Iterator[str]:
        if STYLES not in self._members:
            return
        styles = self._parse(STYLES)
        formats = {part.get("numFmtId"): part.get("formatCode", "") for part in _find_all(styles, "numFmt")}
        formats |= dict.fromkeys(PER_CENT, "0%")
        looks = next(_find_all(styles, "cellXfs"), ElementTree.Element("none"))
        for number, look in enumerate(looks):
            if "%" in QUOTED.sub("", formats.get(look.get("numFmtId"), "")):
                yield str(number)


class _SheetReader:
    def __init__(self, per_cent: set[str], file: SourceFile, sheet: str) -> None:
        self.notes, self._per_cent, self._file, self._sheet = Notes(), per_cent, file, sheet
        self._row = self._column = self._widest = 0
        self._kind = self._look = self._text = ""
        self._has_formula = self._is_value = False
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._add

    def _start(self, name: str, given: dict[str, str]) -> None:
        name = name.rpartition(" ")[2]
        if name == "c":
            found = PLACE.fullmatch(given.get("r", ""))
            self._column = _number_column(found[1]) if found else self._column + 1
            self._row = int(found[2]) - 1 if found else self._row
            self._kind, self._look, self._text = given.get("t", "n"), given.get("s", ""), ""
            self._has_formula = False
        elif name == "row":
            self._row = int(given["r"]) - 1 if "r" in given else self._row + 1
            self._column = -1
        elif name == "f":
            self._has_formula = True
        self._is_value = name in ("v", "t")

    def _add(self, text: str) -> None:
        if self._is_value:
            self._text += text[:64]

    def _end(self, name: str) -> None:
        self._is_value = False
        if name.rpartition(" ")[2] != "c":
            return
        if self._has_formula:
            self._note_formula()
        if not self._text:
            return
        self._require_size()
        if self._look in self._per_cent and self._kind == "n":
            self.notes.per_cent.add((self._row, self._column))
        elif self._kind == "e":
            self.notes.errors[self._row, self._column] = self._text

    def _note_formula(self) -> None:
        letters = xl_col_to_name(self._column)
        if not self._text and self._kind != "str":
            self.notes.empty.append(f"{letters}{self._row + 1}")
        elif self._text:
            self.notes.zeros[self._text != "0"][letters] += 1

    def _require_size(self) -> None:
        self._widest = max(self._widest, self._column)
        where = f"sheet {self._sheet}: a cell in row {self._row + 1:,} and column {self._column + 1:,}"
        if self._row >= MOST_ROWS or self._column >= MOST_COLUMNS:
            raise refuse_size(self._file, where, f"at most {MOST_ROWS:,} rows and {MOST_COLUMNS:,} columns")
        if (self._row + 1) * (self._widest + 1) > MOST_CELLS:
            raise refuse_size(self._file, where, f"at most {MOST_CELLS:,} cells in a sheet, blank ones counted")


def link_sheets(
    sheets: Iterable[ElementTree.Element], relations: Iterable[ElementTree.Element]
) -> dict[str | None, str]:
    """Return the part that holds each sheet, by name, as the workbook's relations give it."""
    targets = {part.get("Id"): part.get("Target", "") for part in relations}
    links = ((sheet, next((value for key, value in sheet.items() if key.endswith("}id")), None)) for sheet in sheets)
    return {sheet.get("name"): targets.get(link, "") for sheet, link in links}


def _find_all(root: ElementTree.Element, name: str) -> Iterator[ElementTree.Element]:
    return (part for part in root.iter() if part.tag.rpartition("}")[2] == name)


def _number_column(letters: str) -> int:
    return reduce(lambda number, letter: 26 * number + ord(letter) - ord("A") + 1, letters, 0) - 1


def _tidy(name: str) -> str:
    return posixpath.normpath(name.replace("\\", "/")).lstrip("/").casefold()
