"""Total rows: found by their sums, with less evidence needed if a word says so."""

from collections.abc import Iterator, Sequence
from functools import reduce

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.errors import list_some
from crime_dagster.sources.readers.formats.reading import to_mask
from crime_dagster.sources.readers.tables.rows import Rows

# `All other theft` is a category, so `all` counts only alone or with a word for everything.
WORD = (
    r"(?i)^(sub-?|grand )?totals?\b|\btotals?$|^(all|overall|sum( of( all)?)?)( (crimes?|offences|categories|types|"
    r"ages|sexes|persons|people|households|residents|industries|tenures))?$"
)
# Without such a word, a row must be the sum of several others wherever both occur, in this many groups.
FEWEST_SUMS = 10
# Published totals are rounded separately from their parts.
ROUNDING = 0.01
MATCHING = 0.9


def check_totals(rows: Rows) -> None:
    """Exclude rows whose category is the sum of the others: `total_row`. Numbers must be checked first."""
    if rows.source.reader == "points" or not rows.is_kept.any():
        return
    table = _Table(rows)
    if not table.categories or not table.figures:
        return
    _drop_named(table, rows)
    for kept, place in table.list_levels():
        _drop_sums(table, rows, kept, place)


class _Table:
    """The categories, keys and figures of rows, as numbers. Categories are the text columns of the key."""

    def __init__(self, rows: Rows) -> None:
        used = [(place, item) for place, item in enumerate(rows.fields) if item.column.name in rows.source.unique]
        # A column that is not in the file was added by us.
        named = [place for place, item in used if item.column.kind == "text" and item.position >= 0]
        self.categories = named
        self.items = dict(used)
        self.texts = {place: pc.dictionary_encode(rows.values[place]) for place in named}
        self.codes = {place: pd.factorize(rows.values[place].to_pandas())[0] + 1 for place, _ in used} if named else {}
        self.size = len(rows.records)
        self.figures = self._pick_additive(rows) if named else []
        self.sums = np.sum(self.figures, axis=0) if self.figures else np.empty(0)

    def _pick_additive(self, rows: Rows) -> list[np.ndarray]:
        """Return additive figures: not those that are the same in all rows of an area, such as a base of shares."""
        counted = [place for place, item in enumerate(rows.fields) if item.column.kind in ("count", "number")]
        figures = [np.nan_to_num(rows.figures[place]) for place in counted]
        area = self.group([place for place in self.codes if place not in self.categories])
        first = np.zeros(area.max() + 1, dtype=np.int64)
        first[area[::-1]] = np.arange(self.size)[::-1]
        return [numbers for numbers in figures if (numbers != numbers[first][area]).any()] or figures

    def list_levels(self) -> Iterator[tuple[list[int], int]]:
        """Yield the columns that name a group, and the column whose values are added up in it, finest level first."""
        for number in range(len(self.categories) - 1, -1, -1):
            own = self.categories[number]
            deeper = self.categories[number:]
            yield [place for place in self.codes if place not in deeper], own
            if len(deeper) > 1:
                yield [place for place in self.codes if place != own], own

    def group(self, places: Sequence[int]) -> np.ndarray:
        """Return a group id per row for the values of some columns."""
        return reduce(self.split, places, np.zeros(self.size, dtype=np.int64))

    def split(self, group: np.ndarray, place: int) -> np.ndarray:
        """Split groups by the values of one more column."""
        return np.asarray(pd.factorize(group * (self.codes[place].max() + 1) + self.codes[place])[0])

    def name(self, place: int, rows: np.ndarray) -> str:
        """Return the values of a column in some rows, given as a mask or positions."""
        values = pc.unique(self.texts[place].take(pa.array(np.flatnonzero(rows) if rows.dtype == bool else rows)))
        return list_some([repr(value or "") for value in values.dictionary_decode().to_pylist()])


def _drop_named(table: _Table, rows: Rows) -> None:
    words = {
        place: to_mask(pc.match_substring_regex(text.dictionary, WORD))[pc.fill_null(text.indices, 0).to_numpy()]
        & to_mask(pc.is_valid(text))
        for place, text in table.texts.items()
        if len(text.dictionary)
    }
    is_named = reduce(np.logical_or, words.values(), np.zeros(table.size, dtype=bool)) & rows.is_kept
    if not is_named.any():
        return
    # A total over two columns may have nothing in the second, or a name of its own.
    signs = np.array(
        [
            mask | ~np.isin(table.codes[place], table.codes[place][rows.is_kept & ~is_named])
            for place, mask in words.items()
        ]
    )
    parts = rows.is_kept & ~is_named
    for sign in np.unique(signs[:, is_named], axis=1).T:
        mask = is_named & (signs == sign[:, None]).all(axis=0)
        _judge_named(table, rows, mask, parts, [place for place, is_open in zip(words, sign, strict=True) if is_open])


def _judge_named(table: _Table, rows: Rows, mask: np.ndarray, parts: np.ndarray, summed: list[int]) -> None:
    group = table.group([place for place in table.codes if place not in summed])
    counts = np.bincount(group[parts], minlength=group.max() + 1)[group]
    has_parts = mask & (counts > 0)
    fits = np.ones(len(mask), dtype=bool)
    for figures in table.figures:
        added = _add(figures, parts, group)
        fits &= np.abs(figures - added) <= np.maximum(counts / 2, ROUNDING * np.abs(added))
    item, called = table.items[summed[0]], f"rows called {table.name(summed[0], mask)}"
    if has_parts.any() and np.mean(fits[has_parts]) >= MATCHING:
        new = rows.drop(has_parts, "total_row")
        others = int(np.count_nonzero(has_parts & ~fits))
        differing = f", though {others} of them differ from the sum" if others else ""
        rows.warn(f"{called}: {len(new)} are the sums of other rows and are excluded{differing}", item)
    elif has_parts.any():
        rows.doubt(f"{called} are not the sums of the other rows and are kept: check whether they count twice", item)
    if lone := int(np.count_nonzero(mask & ~has_parts)):
        rows.warn(f"{called}: {lone} have no parts in the file and are kept as the only figure", item)


def _drop_sums(table: _Table, rows: Rows, kept: list[int], place: int) -> None:
    is_kept = rows.is_kept
    group = table.group(kept)
    cell = table.split(group, place)
    label = table.group([*(other for other in kept if other in table.categories), place])
    size = cell.max() + 1
    group_of, label_of = np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64)
    group_of[cell], label_of[cell] = group, label
    possible = _find_sums(np.where(is_kept, table.sums, 0), cell, group_of, label_of)[0]
    if not possible.any():
        return
    evidence = np.zeros(len(possible))
    for figures in table.figures:
        same, seen = _find_sums(np.where(is_kept, figures, 0), cell, group_of, label_of)
        possible &= same | (seen == 0)
        evidence += seen
        if not possible.any():
            return
    is_total = (possible & (evidence >= FEWEST_SUMS))[label]
    new = rows.drop(is_total | _find_lone_totals(table, rows, group, place, is_total), "total_row")
    if new.size:
        called = f"{len(new)} rows of {table.name(place, new)}"
        rows.warn(f"{called} are everywhere the sum of the others and are excluded as totals", table.items[place])


def _find_lone_totals(table: _Table, rows: Rows, group: np.ndarray, place: int, is_total: np.ndarray) -> np.ndarray:
    """Find sums of one or two rows, too few to prove it alone, named as totals are: by one name, or as their group."""
    is_called_so = np.isin(table.codes[place], np.unique(table.codes[place][is_total & rows.is_kept]))
    above = table.categories[: table.categories.index(place)]
    is_group = to_mask(pc.equal(*(pc.utf8_upper(rows.values[at]) for at in (place, above[-1])))) if above else is_total
    if (is_total & rows.is_kept).any() and is_group[is_total & rows.is_kept].all():
        is_called_so |= is_group
    parts = rows.is_kept & ~is_called_so
    if not (rows.is_kept & is_called_so & ~is_total).any():
        return np.zeros(len(parts), dtype=bool)
    fits = np.bincount(group[parts], minlength=group.max() + 1)[group] > 0
    for figures in table.figures:
        fits &= np.isclose(figures, _add(figures, parts, group), rtol=1e-9, atol=1e-9)
    return np.asarray(rows.is_kept & is_called_so & fits)


def _add(figures: np.ndarray, parts: np.ndarray, group: np.ndarray) -> np.ndarray:
    return np.asarray(np.bincount(group[parts], figures[parts], minlength=group.max() + 1)[group])


def _find_sums(
    figures: np.ndarray, cell: np.ndarray, group_of: np.ndarray, label_of: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return, per label, whether it is always the sum of the others, and the number of groups with such evidence."""
    own = np.bincount(cell, figures, minlength=len(group_of))
    whole = np.bincount(group_of, own)[group_of]
    filled = np.bincount(group_of, own != 0)[group_of] - (own != 0)
    is_sum = np.isclose(2 * own, whole, rtol=1e-9, atol=1e-9)
    labels = label_of.max() + 1
    wrong = np.bincount(label_of, ~is_sum, minlength=labels)
    telling = np.bincount(label_of, is_sum & (filled > 1), minlength=labels)
    return (wrong == 0) & (telling > 0), telling
