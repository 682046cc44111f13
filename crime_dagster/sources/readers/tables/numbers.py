"""Numeric cells: normalised, and checked against the range of their column."""

import math
import re
from collections import Counter
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.errors import list_some
from crime_dagster.sources.catalogue.entry import SourceColumn
from crime_dagster.sources.readers.formats.reading import to_mask
from crime_dagster.sources.readers.tables.header import Field
from crime_dagster.sources.readers.tables.marks import POINT, Cells, settle_marks, write_with_points
from crime_dagster.sources.readers.tables.rows import NOTHING, Rows
from crime_dagster.sources.readers.tables.rules import COMPARE

NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
COUNT = r"^\d{1,18}$"  # fits a 64-bit integer
FRACTION = r"^(0(\.\d+)?|1(\.0+)?)$"
PATTERNS = {"count": COUNT, "number": NUMBER, "share": FRACTION}
PER_CENT = re.compile(r"^([+-]?\d+(?:\.\d+)?)\s*(%?)$")
THOUSANDS = r"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?\s*%?$"
# Non-breaking blanks, which typographers and spreadsheets of many countries put between thousands.
TYPESET_BLANK = r"[\x{00a0}\x{2009}\x{202f}]"
TYPESET = rf"^[+-]?\d{{1,3}}({TYPESET_BLANK}\d{{3}})+([.,]\d+)?\s*%?$"
WHOLE_DECIMAL = r"^(\d+)\.0+$"
# How spreadsheets shorten large numbers in text: all but three digits are lost.
SHORTENED = r"^[+-]?\d\.\d\dE\+\d\d$"
# Some files write nines for "no value". They are suspicious if frequent, and more frequent than other figures.
NINES = re.compile(r"^9{3,}(\.0+)?$")
NINES_OF_MEASURES = re.compile(r"^9{2,}(\.9+|\.0+)?$")
FEWEST_NINES = 5
# Fewer figures above zero may all be below one per cent.
FEWEST_PER_CENT = 20
# Fewer figures may be alike by chance.
FEWEST_FILLED = 20
# Of so many small counts some are 1 or 2, and of so many counts not all are multiples of one number.
FEWEST_COUNTS, SMALL, OFTEN = 50, 10, 0.1


def check_numbers(rows: Rows) -> None:
    """Normalise numbers; exclude rows with an invalid number or one out of range: `bad_number`.

    Thousands separators are removed, and `18.0` counts as whole. A blank cell stays empty, with a warning.
    """
    places = [place for place, item in enumerate(rows.fields) if item.column.is_number]
    is_kept = rows.is_kept
    columns = [_take_cells(rows, place, is_kept) for place in places]
    marks = settle_marks(columns, rows.delimiter, rows.file)
    failed = np.zeros(len(rows.records), dtype=bool)
    bad, beyond, blank, nines, short = (list[str]() for _ in range(5))
    cells_wrong = 0
    for place, cells, mark in zip(places, columns, marks, strict=True):
        item = rows.fields[place]
        plain = _write_plainly(write_with_points(cells, mark, is_typed=rows.delimiter is None), item.column)
        good = to_mask(pc.match_substring_regex(plain, PATTERNS[item.column.kind]))
        is_blank = to_mask(pc.is_null(plain))
        rows.values[place] = plain
        rows.figures[place] = read_figures(plain, good)
        low, high = item.column.range or (-math.inf, math.inf)
        outside = ((rows.figures[place] < low) | (rows.figures[place] > high)) & is_kept
        wrong = ~good & ~is_blank & is_kept
        failed |= wrong | outside
        bad += _name_cells(rows, wrong, cells.values, item)
        beyond += _name_outside(outside, plain, item)
        nines += _name_nines(plain.filter(pa.array(is_kept & ~wrong & ~outside)), item)
        cells_wrong += int(np.count_nonzero(wrong))
        if shortened := cells.values.filter(to_mask(pc.match_substring_regex(cells.values, SHORTENED))).to_pylist():
            short.append(f"'{item.header}' ({len(shortened)}, such as {shortened[0]})")
        if blanks := int(np.count_nonzero(is_blank & is_kept)):
            blank.append(f"'{item.header}' ({blanks})")
    rows.drop(failed, "bad_number")
    _describe_fractions(rows)
    _describe_filled(rows)
    for found, before, after in (
        (bad, f"{cells_wrong} cells are not valid numbers: ", "; their rows are excluded"),
        (beyond, "values outside the plausible range: ", "; their rows are excluded"),
        (nines, 'figures that may mean "no value": ', "; their rows are kept: compare them with the publisher's"),
        (short, "numbers that a spreadsheet has shortened to three digits in ", ": use the publisher's file"),
    ):
        if found:
            rows.doubt(f"{before}{list_some(found)}{after}")
    if blank:
        rows.warn(f"blank cells stay empty (not 0) in {list_some(blank)}")


def _describe_fractions(rows: Rows) -> None:
    """Warn if all per cents of a file are at most 1, as fractions are: no publisher rounds them so."""
    found = [
        rows.figures[place][rows.is_kept] * (100 if item.column.kind == "share" else 1)
        for place, item in enumerate(rows.fields)
        if place in rows.figures and "per cent" in (item.column.unit or "")
    ]
    above = np.concatenate([values[values > 0] for values in found]) if found else np.empty(0)
    if above.size >= FEWEST_PER_CENT and above.max() <= 1:
        rows.doubt(
            f"all {above.size:,} per cents are at most 1: if they are fractions, they are read 100 times too small"
        )


def _describe_filled(rows: Rows) -> None:
    """Warn about columns as a spreadsheet or a rule fills them: equal, rising, rounded or suppressed figures."""
    same, rising, ranked, rounded, least = (list[str]() for _ in range(5))
    for place, item in enumerate(rows.fields):
        figures = rows.figures[place][rows.is_kept] if place in rows.figures else np.empty(0)
        if item.column.name.endswith("_rank") and len(figures) >= FEWEST_FILLED and item.column.range:
            # Of all England the ranks are as many as its areas.
            is_own = np.array_equal(np.sort(figures), np.arange(1, len(figures) + 1))
            ranked += [f"'{item.header}'"] if is_own and len(figures) < item.column.range[1] else []
        # The total of per cents is 100 everywhere, and a table may be sorted by rank.
        if len(figures) < FEWEST_FILLED or item.column.name.endswith("_rank") or figures[0] == 100:
            continue
        counts = figures[figures > 0].astype(np.int64) if item.column.kind == "count" else np.empty(0, dtype=np.int64)
        is_unlike = len(counts) >= FEWEST_COUNTS and counts.min() < counts.max()
        is_unlike &= not rows.source.options.get("rounded")
        if is_unlike and (step := np.gcd.reduce(counts)) > 1:
            rounded.append(f"'{item.header}' ({step})")
        elif is_unlike and counts.min() > 2 and np.mean(counts <= SMALL) >= OFTEN:
            least.append(f"'{item.header}' ({counts.min()})")
        steps = np.diff(figures)
        if (steps == steps[0]).all():
            (rising if steps[0] else same).append(f"'{item.header}' ({figures[0]:,.12g})")
    for found, words in (
        (same, "the same figure in every row"),
        (rising, "figures that rise by the same step"),
        (rounded, "all figures are multiples of one number, as rounded or doubled ones are"),
        (least, "no figure is 1 or 2: small ones may have been suppressed, and the least is given"),
        (ranked, "ranks among the rows of the file alone, not among all areas of England"),
    ):
        if found:
            rows.doubt(f"{words}, in {list_some(found)}: {COMPARE}")


def read_figures(plain: pa.Array, good: np.ndarray) -> np.ndarray:
    """Return texts as floats; NaN where a mask marks them invalid."""
    texts = plain if good.all() else pc.if_else(pa.array(good), plain, NOTHING)
    return np.asarray(pc.cast(texts, pa.float64()).to_numpy(zero_copy_only=False))


def _take_cells(rows: Rows, place: int, is_kept: np.ndarray) -> Cells:
    """Return a column's cells without marks of "no value", blanks between thousands and excluded rows."""
    values = rows.values[place]
    if rows.source.missing:
        marks = pa.array([mark.casefold() for mark in rows.source.missing], type=pa.string())
        values = pc.if_else(pc.is_in(pc.utf8_lower(values), value_set=marks), NOTHING, values)
    if not is_kept.all():
        values = pc.if_else(pa.array(is_kept), values, NOTHING)
    is_typeset = pc.match_substring_regex(values, TYPESET)
    if pc.any(is_typeset).as_py():
        values = pc.if_else(is_typeset, pc.replace_substring_regex(values, TYPESET_BLANK, ""), values)
    return Cells(column=rows.fields[place].column, header=rows.fields[place].header, values=values)


def _write_plainly(values: pa.Array, column: SourceColumn) -> pa.Array:
    grouped = pc.match_substring_regex(values, THOUSANDS)
    if pc.any(grouped).as_py():
        values = pc.if_else(grouped, pc.replace_substring(values, ",", ""), values)
    if column.kind == "count" and pc.any(pc.match_substring(values, POINT)).as_py():
        values = pc.replace_substring_regex(values, WHOLE_DECIMAL, r"\1")
    if column.kind == "share" or pc.any(pc.ends_with(values, "%")).as_py():
        values = _settle_per_cent(values, column)
    return values


def _settle_per_cent(values: pa.Array, column: SourceColumn) -> pa.Array:
    """Return shares as fractions of 1, other numbers in the unit of their column.

    A `%` in a cell means per cent. Otherwise the source gives the unit of a share.
    """
    is_landed_in_per_cent = column.kind != "share" and "per cent" in (column.unit or "")

    def settle(cell: str | None) -> str | None:
        match = PER_CENT.match(cell) if cell is not None and column.kind != "count" else None
        if match is None:
            return cell
        is_hundredth = not is_landed_in_per_cent and (column.is_per_cent or match[2])
        return f"{Decimal(match[1]).scaleb(-2 if is_hundredth else 0).normalize():f}"

    return pa.array(map(settle, values.to_pylist()), type=pa.string())


def _name_cells(rows: Rows, mask: np.ndarray, values: pa.Array, item: Field) -> list[str]:
    """Return which cells are not numbers, and where; equal ones are counted."""
    places: dict[str, list[int]] = {}
    for index in np.flatnonzero(mask):
        places.setdefault(values[index].as_py(), []).append(int(rows.numbers[index]))
    return [
        f"row {numbers[0]}, column '{item.header}', value {value!r}"
        + (f" (in {len(numbers)} rows)" if len(numbers) > 1 else "")
        for value, numbers in sorted(places.items(), key=lambda pair: -len(pair[1]))
    ]


def _name_outside(mask: np.ndarray, plain: pa.Array, item: Field) -> list[str]:
    if item.column.range is None or not mask.any():
        return []
    low, high = item.column.range
    return [
        f"column '{item.header}': {value} in {count} row{'s' if count > 1 else ''} "
        f"(expected {low:,.12g} to {high:,.12g})"
        for value, count in Counter(plain.filter(pa.array(mask)).to_pylist()).most_common()
    ]


def _name_nines(plain: pa.Array, item: Field) -> list[str]:
    """Return figures of nines that are more frequent than any other of their size; they may be true figures."""
    nines = NINES if item.column.kind == "count" else NINES_OF_MEASURES
    if not pc.any(pc.match_substring_regex(plain, nines.pattern)).as_py():
        return []
    counts = Counter(plain.drop_null().to_pylist())
    marks = {value: count for value, count in counts.items() if nines.match(value) and count >= FEWEST_NINES}
    others = [(float(value), count) for value, count in counts.items() if not nines.match(value)]
    named = []
    for value, count in marks.items():
        # 99 is an ordinary figure, so it is compared with all others; more nines with those nearly as large.
        least = -math.inf if float(value) == 99 else float(value) / 10
        if count > max((other for figure, other in others if figure >= least), default=0):
            named.append(f"column '{item.header}': {value} in {count} rows")
    return named
