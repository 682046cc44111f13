"""Decimal marks: comma or point, inferred from the cells of a column and of the whole file."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import SourceColumn
from crime_dagster.sources.readers.formats.reading import SourceFile, refuse

POINT, COMMA = ".", ","
OTHER = {POINT: COMMA, COMMA: POINT}
WORDS = {POINT: "point", COMMA: "comma"}
# Patterns with `m` for the mark and `o` for the other one. A sign, an exponent and a per cent sign are allowed.
END = r"([eE][+-]?\d+)?\s*%?$"
# Three digits after a mark may be decimals or thousands; any other number of digits is clear.
DECIMALS = rf"^[+-]?(0*m\d+|\d{{4,}}m\d+|\d+m(\d{{1,2}}|\d{{4,}})|\d+m\d+[eE][+-]?\d+){END}"
BOTH = rf"^[+-]?\d{{1,3}}(o\d{{3}})+m\d+{END}"
THOUSANDS = r"^[+-]?[1-9]\d{0,2}(m\d{3}){2,}\s*%?$"
EITHER = r"^[+-]?[1-9]\d{0,2}m\d{3}\s*%?$"
# Evidence for a mark that is as rare as this is a typing error.
RARE = 0.05
FITTING = 0.95


@dataclass(frozen=True)
class Cells:
    """The cells of a column that should be numbers."""

    column: SourceColumn
    header: str  # as in the file
    values: pa.Array  # text; null for a blank cell, a mark of "no value" and an excluded row

    @cached_property
    def has(self) -> dict[str, bool]:
        """Whether any cell contains each mark."""
        return {mark: bool(pc.any(pc.match_substring(self.values, mark)).as_py()) for mark in OTHER}

    def pick(self, pattern: str, mark: str) -> pa.Array:
        """Return cells that match one of this module's patterns."""
        if not self.has[mark]:
            return self.values[:0]
        return self.values.filter(pc.match_substring_regex(self.values, _spell(pattern, mark)))

    @cached_property
    def either(self) -> dict[str, pa.Array]:
        """Ambiguous cells, by the mark in them."""
        return {mark: self.pick(EITHER, mark) for mark in OTHER}

    def fits(self, decimal: str) -> bool:
        """Whether the ambiguous cells are plausible with a decimal mark."""
        numbers = np.concatenate([_read(cells, mark, decimal) for mark, cells in self.either.items()])
        if self.column.is_per_cent:
            numbers = numbers / 100
        low, high = self.column.range or (-np.inf, np.inf)
        good = (numbers >= low) & (numbers <= high)
        if self.column.kind == "count":
            good &= numbers % 1 == 0
        return bool(np.mean(good) >= FITTING)


def settle_marks(columns: Sequence[Cells], delimiter: str | None, file: SourceFile) -> list[str]:
    """Find the decimal mark of each column of a file: `.` or `,`.

    Evidence in this order: the column's own cells, the file's other columns, the column's range, and the delimiter (a
    file separated by commas has no decimal commas). Without a delimiter the file has typed cells, and only its text
    cells are in doubt. A column that remains ambiguous is refused.
    """
    votes = [_count_votes(cells, is_typed=delimiter is None) for cells in columns]
    whole = _choose({mark: sum(vote[mark] for vote in votes) for mark in OTHER}, RARE)
    return [
        _choose(vote, 0.5) or _settle(cells, whole, delimiter, file) for cells, vote in zip(columns, votes, strict=True)
    ]


def write_with_points(cells: Cells, decimal: str, *, is_typed: bool) -> pa.Array:
    """Return cells with a decimal point and commas between thousands.

    If the file has typed cells, its numbers have a point, whatever its text cells have.
    """
    if decimal == POINT or not any(cells.has.values()):
        return cells.values
    swapped = pc.replace_substring(cells.values, COMMA, "\0")
    swapped = pc.replace_substring(pc.replace_substring(swapped, POINT, COMMA), "\0", POINT)
    if not is_typed:
        return swapped
    return pc.if_else(pc.match_substring_regex(cells.values, _spell(DECIMALS, POINT)), cells.values, swapped)


def _spell(pattern: str, mark: str) -> str:
    return pattern.replace("o", rf"\{OTHER[mark]}").replace("m", rf"\{mark}")


def _read(cells: pa.Array, mark: str, decimal: str) -> np.ndarray:
    plain = pc.replace_substring_regex(cells, r"[\s%+]", "")
    plain = pc.replace_substring(plain, mark, POINT if mark == decimal else "")
    return np.asarray(pc.cast(plain, pa.float64()).to_numpy(zero_copy_only=False))


def _count_votes(cells: Cells, *, is_typed: bool) -> dict[str, int]:
    """Count the cells that show each mark to be decimal."""
    votes = dict.fromkeys(OTHER, 0)
    for mark, other in OTHER.items():
        # The point of a typed number says nothing about the text cells beside it.
        if not (is_typed and mark == POINT and cells.has[COMMA]):
            votes[mark] += len(cells.pick(DECIMALS, mark))
        if cells.has[other]:
            votes[mark] += len(cells.pick(BOTH, mark)) + len(cells.pick(THOUSANDS, other))
    if cells.column.kind == "count" and not any(votes.values()):
        for mark, other in OTHER.items():
            # A count of 1.204 has its point between thousands. A typed number has no trailing zeros.
            broken = cells.pick(r"[1-9]\d{0,2}m(\d\d[1-9]|\d[1-9]0|[1-9]00)$", mark)
            if len(broken) and not (is_typed and mark == POINT and not _has_text(cells.either[mark])):
                votes[other] += len(broken)
    return votes


def _has_text(cells: pa.Array) -> bool:
    return bool(pc.any(pc.ends_with(cells, "0")).as_py())


def _choose(votes: dict[str, int], rare: float) -> str | None:
    """Return the mark with most votes, if the other has few."""
    total = sum(votes.values())
    mark = max(votes, key=lambda one: votes[one])
    return mark if total and votes[OTHER[mark]] <= rare * total else None


def _settle(cells: Cells, whole: str | None, delimiter: str | None, file: SourceFile) -> str:
    """Return the mark of a column whose own cells do not show it."""
    if not any(len(found) for found in cells.either.values()):
        return whole or POINT
    if delimiter is None and not len(cells.either[COMMA]) and not _has_text(cells.either[POINT]):
        # Typed numbers.
        return POINT
    fitting = [mark for mark in OTHER if cells.fits(mark)]
    if whole is not None and (whole in fitting or not fitting):
        return whole
    if len(fitting) == 1 and whole is None:
        return fitting[0]
    has_no_commas = delimiter == COMMA and whole is None
    if not fitting or (has_no_commas and (cells.column.kind != "count" or not len(cells.either[POINT]))):
        return POINT
    raise _refuse(cells, file)


def _refuse(cells: Cells, file: SourceFile) -> InputError:
    mark = max(OTHER, key=lambda one: len(cells.either[one]))
    first, count = cells.either[mark][0].as_py(), len(cells.either[mark])
    more = f" and {count - 1:,} more cells like it" if count > 1 else ""
    as_decimals, as_thousands = first.replace(mark, POINT), first.replace(mark, "")
    return refuse(
        file,
        f"{first!r}{more}: {as_decimals} if the {WORDS[mark]} separates decimals, {as_thousands} if it separates "
        "thousands, and nothing in the file says which",
        "numbers that can be read in one way",
        "save the file with a decimal point and no thousands separators",
        column=cells.header,
    )
