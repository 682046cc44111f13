"""Every kind of damage to a table, and what must be reported about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tests.mutations import damages as text
from tests.mutations import workbooks as books
from tests.mutations.tables import Table


@dataclass(frozen=True)
class Damage:
    """A kind of damage.

    Args:
        name: Name in the table of verdicts.
        put: Writes the damaged table; None if a table cannot have this damage.
        words: What a refusal or warning must contain to be about this problem and not another.
        is_harmless: Whether the figures stay the same if the file is read correctly.
        spoiled: Records that it spoils: a warning is true if the figures are those of the other records.
    """

    name: str
    put: Callable[[Table, Path], Path | None]
    words: str
    is_harmless: bool = False
    spoiled: Callable[[Table], Sequence[int]] | None = None


def _mark(mark: str) -> Damage:
    put = partial(text.sentinels, mark=mark)
    return Damage(f"{mark} for no value", put, rf"(?<!\d){mark}(?!\d)|as outside", spoiled=text.list_spoiled)


def _total(word: str) -> Damage:
    put = partial(text.total_rows, word=word)
    return Damage(f"rows {word}", put, "sums? of (the )?other", is_harmless=True)


DAMAGES = (
    Damage("decimal comma", text.decimal_comma, "comma", is_harmless=True),
    Damage("points for thousands", text.thousands_points, "point", is_harmless=True),
    Damage("per-cent cells", books.per_cent_cells, "%|per cent", is_harmless=True),
    Damage("formulas without values", books.formulas_without_values, "formulas without values"),
    Damage("second header", text.second_header, "second header", is_harmless=True),
    Damage("second table", text.second_table, "second header"),
    _total("Total"),
    _total("All"),
    Damage("Total in the place of an area", text.area_total, "total_row", is_harmless=True),
    *(_mark(mark) for mark in ("-999", "-1", "9999")),
    Damage("two sheets", books.two_sheets, "sheets that fit", is_harmless=True),
    Damage("header alone", text.header_alone, "no rows below the header|blocks of 0 areas"),
    Damage("cut short", text.cut_short, "the file ends after"),
    Damage("second download", text.second_download, "different files", is_harmless=True),
    Damage("half a download", text.half_download, "part of a download"),
    Damage("the same file twice", text.same_twice, "a copy of", is_harmless=True),
    Damage("every row twice", text.rows_twice, "repeat|identical to another|expected: +6 blocks", is_harmless=True),
    Damage("UTF-16", text.utf_16, "UTF-16", is_harmless=True),
)
