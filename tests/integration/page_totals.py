"""The figures of published pages: each is compared with the cell of the mart that it names."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

import duckdb

from crime_dagster.drawing.kit.words import three_figures, whole_number

VOID = {"area", "br", "circle", "col", "hr", "img", "input", "link", "meta", "path", "rect", "source", "wbr"}
NUMBER = re.compile(r"[−-]?\d[\d,]*(?:\.\d+)?")
UNKNOWN = ("not reported", "not known", "no prediction")


@dataclass
class Figure:
    """One element that names its column; its row is named by itself or by what it is in."""

    row: str
    column: str
    text: str = ""

    @property
    def printed(self) -> str:
        """Its first number, or empty where it says that there is none."""
        found = NUMBER.search(self.text)
        return "" if any(word in self.text for word in UNKNOWN) or not found else found[0]


@dataclass
class _Reader(HTMLParser):
    figures: list[Figure] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._open: list[tuple[str, str, Figure | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Keep the element's row, and begin a figure where it names a column."""
        if tag in VOID:
            return
        named = dict(attrs)
        row = named.get("data-row") or (self._open[-1][1] if self._open else "")
        figure = Figure(row or "", named["data-column"] or "") if "data-column" in named else None
        if figure:
            self.figures.append(figure)
        self._open.append((tag, row or "", figure))

    def handle_endtag(self, tag: str) -> None:
        """Close the element and what it left open."""
        while self._open and tag not in VOID:
            if self._open.pop()[0] == tag:
                return

    def handle_data(self, data: str) -> None:
        """Text belongs to every figure that is open."""
        for _, _, figure in self._open:
            if figure:
                figure.text += data


def read_figures(page: Path) -> list[Figure]:
    """Every figure of a page that names its cell."""
    reader = _Reader()
    reader.feed(page.read_text(encoding="utf-8"))
    return reader.figures


@contextmanager
def open_marts(published: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published tables."""
    with duckdb.connect(str(published / "crime.duckdb"), read_only=True) as connection:
        yield connection


def check_figures(published: Path) -> int:
    """Compare every figure of every page with its cell; how many there are."""
    seen = 0
    with open_marts(published) as marts:
        for page in sorted(published.rglob("*.html")):
            for figure in read_figures(page):
                table, *keys = figure.row.split(";")
                names, values = zip(*(key.split("=", 1) for key in keys), strict=True)
                where = " and ".join(f"cast({name} as varchar) = ?" for name in names)
                sql = f"select {figure.column} from marts.{table} where {where}"  # noqa: S608 our own pages
                cells = marts.execute(sql, values).fetchall()
                said = f"{page.relative_to(published)}: {figure}"
                assert len(cells) <= 1, f"{said}: {len(cells)} rows"
                cell = cells[0][0] if cells else None
                wanted = {""} if cell is None else {whole_number(cell), three_figures(cell)}
                assert figure.printed in wanted, f"{said}: the mart has {cell}"
                seen += 1
    return seen


def sum_figures(page: Path, column: str, table: str, without: str = "no such key") -> int:
    """What a page's figures of one column add up to, of rows of one mart."""
    chosen = [one for one in read_figures(page) if one.column == column and one.row.startswith(f"{table};")]
    numbers = [one.printed for one in chosen if not re.search(without, one.row)]
    return sum(int(number.replace(",", "").replace("−", "-")) for number in numbers if number)
