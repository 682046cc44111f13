"""Rows of a table that are sums of other rows: known by their sums, and sooner where a word says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import reduce

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.rows import Rows, list_some, to_mask

# `All other theft` is a category: `all` alone or with a word for everything is none.
WORD = (
    r"(?i)^(sub-?|grand )?totals?\b|\btotals?$|^(all|overall|sum( of( all)?)?)( (crimes?|offences|categories|types|"
    r"ages|sexes|persons|people|households|residents|industries|tenures))?$"
)
# A row without such a word is a total when it is the sum of several others wherever both stand, at least so often.
FEWEST_SUMS = 10
# Published totals are rounded apart from their parts.
ROUNDING = 0.01
MATCHING = 0.9


def check_totals(rows: Rows, source: Source, file: SourceFile) -> None:
    """Exclude rows whose category is the sum of the others: `total_row`.

    Args:
        rows: The rows; changed in place. Their numbers are checked already.
        source: What they should be. Its `unique` columns of text hold categories.
        file: Whose rows they are, for warnings.
    """
    if source.reader == "points" or not rows.is_kept.any():
        return
    table = _Table(rows, source)
    if not table.categories or not table.figures:
        return
    _drop_named(table, rows, file)
    for kept, place in table.list_levels():
        _drop_sums(table, rows, kept, place, file)


class _Table:
    """The categories, keys and figures of rows, as numbers."""

    def __init__(self, rows: Rows, source: Source) -> None:
        used = [(place, item) for place, item in enumerate(rows.fields) if item.column.name in source.unique]
        # A column that we named ourselves has no place in the file.
        named = [place for place, item in used if item.column.kind == "text" and item.position >= 0]
        self.categories = named
        self.headers = {place: item.header for place, item in used}
        self.texts = {place: pc.dictionary_encode(rows.values[place]) for place in named}
        self.codes = {place: pd.factorize(rows.values[place].to_pandas())[0] + 1 for place, _ in used} if named else {}
        self.size = len(rows.records)
        self.figures = self._pick_additive(rows) if named else []
        self.sums = np.sum(self.figures, axis=0) if self.figures else np.empty(0)

    def _pick_additive(self, rows: Rows) -> list[np.ndarray]:
        """The numbers that can add up: what is the same in all rows of an area, as a base of shares is, does not."""
        counted = [place for place, item in enumerate(rows.fields) if item.column.kind in ("count", "number")]
        figures = [np.nan_to_num(rows.figures[place]) for place in counted]
        area = self.group([place for place in self.codes if place not in self.categories])
        first = np.zeros(area.max() + 1, dtype=np.int64)
        first[area[::-1]] = np.arange(self.size)[::-1]
        return [numbers for numbers in figures if (numbers != numbers[first][area]).any()] or figures

    def list_levels(self) -> Iterator[tuple[list[int], int]]:
        """The columns that name a group, and the column whose values are added up in it: the finest level first."""
        for number in range(len(self.categories) - 1, -1, -1):
            own = self.categories[number]
            deeper = self.categories[number:]
            yield [place for place in self.codes if place not in deeper], own
            if len(deeper) > 1:
                yield [place for place in self.codes if place != own], own

    def group(self, places: Sequence[int]) -> np.ndarray:
        """One number per row for the values of some columns."""
        found = np.zeros(self.size, dtype=np.int64)
        for place in places:
            found = self.part(found, place)
        return found

    def part(self, group: np.ndarray, place: int) -> np.ndarray:
        """Groups split by the values of one more column."""
        return np.asarray(pd.factorize(group * (self.codes[place].max() + 1) + self.codes[place])[0])

    def name(self, place: int, mask: np.ndarray) -> str:
        """The values of a column in some rows."""
        values = pc.unique(self.texts[place].filter(pa.array(mask)).dictionary_decode()).to_pylist()
        return list_some([repr(value or "") for value in values])


def _drop_named(table: _Table, rows: Rows, file: SourceFile) -> None:
    words = {
        place: to_mask(pc.match_substring_regex(text.dictionary, WORD))[pc.fill_null(text.indices, 0).to_numpy()]
        & to_mask(pc.is_valid(text))
        for place, text in table.texts.items()
        if len(text.dictionary)
    }
    is_named = reduce(np.logical_or, words.values(), np.zeros(len(rows.records), dtype=bool)) & rows.is_kept
    if not is_named.any():
        return
    # A total over two columns has nothing in the second.
    open_cells = {place: mask | (table.codes[place] == 0) for place, mask in words.items()}
    signs = np.array([open_cells[place] for place in words])
    parts = rows.is_kept & ~is_named
    for sign in np.unique(signs[:, is_named], axis=1).T:
        mask = is_named & (signs == sign[:, None]).all(axis=0)
        dropped = [place for place, is_open in zip(words, sign, strict=True) if is_open]
        _judge_named(table, rows, mask, parts, dropped, file)


def _judge_named(
    table: _Table, rows: Rows, mask: np.ndarray, parts: np.ndarray, dropped: list[int], file: SourceFile
) -> None:
    group = table.group([place for place in table.codes if place not in dropped])
    counts = np.bincount(group[parts], minlength=group.max() + 1)[group]
    has_parts = mask & (counts > 0)
    fits = np.ones(len(mask), dtype=bool)
    for figures in table.figures:
        added = np.bincount(group[parts], figures[parts], minlength=group.max() + 1)[group]
        fits &= np.abs(figures - added) <= np.maximum(counts / 2, ROUNDING * np.abs(added))
    called = f"{file.name}: column '{table.headers[dropped[0]]}': rows called {table.name(dropped[0], mask)}"
    if has_parts.any() and np.mean(fits[has_parts]) >= MATCHING:
        new = rows.drop(has_parts, "total_row")
        others = int(np.count_nonzero(has_parts & ~fits))
        differing = f", though {others} of them differ from the sum" if others else ""
        rows.warnings.append(
            f"{called}: {np.count_nonzero(new)} are the sums of other rows and are excluded{differing}"
        )
    elif has_parts.any():
        rows.warnings.append(f"{called} are not the sums of the other rows and kept: see whether they count twice")
    if (mask & ~has_parts).any():
        rows.warnings.append(
            f"{called}: {np.count_nonzero(mask & ~has_parts)} have no parts in the file and are kept as the only figure"
        )


def _drop_sums(table: _Table, rows: Rows, kept: list[int], place: int, file: SourceFile) -> None:
    is_kept = rows.is_kept
    group = table.group(kept)
    cell = table.part(group, place)
    parents = [other for other in kept if other in table.categories]
    label = table.group([*parents, place])
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
    is_total = possible & (evidence >= FEWEST_SUMS)
    mask = is_total[label] | _find_lone_totals(table, rows, group, place, is_total[label])
    new = rows.drop(mask, "total_row")
    if new.any():
        rows.warnings.append(
            f"{file.name}: column '{table.headers[place]}': {np.count_nonzero(new)} rows of {table.name(place, new)} "
            "are in every place the sum of the others and excluded as totals"
        )


def _find_lone_totals(table: _Table, rows: Rows, group: np.ndarray, place: int, is_total: np.ndarray) -> np.ndarray:
    """Rows called as totals are that are the sum of the one or two rows beside them: too few to show it alone."""
    is_called_so = np.isin(table.codes[place], np.unique(table.codes[place][is_total & rows.is_kept]))
    parts = rows.is_kept & ~is_called_so
    if not (rows.is_kept & is_called_so & ~is_total).any():
        return np.zeros(len(parts), dtype=bool)
    fits = np.bincount(group[parts], minlength=group.max() + 1)[group] > 0
    for figures in table.figures:
        added = np.bincount(group[parts], figures[parts], minlength=group.max() + 1)[group]
        fits &= np.isclose(figures, added, rtol=1e-9, atol=1e-9)
    return np.asarray(rows.is_kept & is_called_so & fits)


def _find_sums(
    figures: np.ndarray, cell: np.ndarray, group_of: np.ndarray, label_of: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Per label, whether it is everywhere the sum of the others, and in how many groups that says something."""
    own = np.bincount(cell, figures, minlength=len(group_of))
    whole = np.bincount(group_of, own)[group_of]
    filled = np.bincount(group_of, own != 0)[group_of] - (own != 0)
    is_sum = np.isclose(2 * own, whole, rtol=1e-9, atol=1e-9)
    labels = label_of.max() + 1
    wrong = np.bincount(label_of, ~is_sum, minlength=labels)
    telling = np.bincount(label_of, is_sum & (filled > 1), minlength=labels)
    return (wrong == 0) & (telling > 0), telling
