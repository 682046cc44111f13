"""Rules between the columns of a file, from the catalogue: a column that is shifted or multiplied breaks them."""

import operator
import re
from functools import reduce

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.errors import list_some
from crime_dagster.sources.catalogue.entry import CODE_PATTERNS, SIGNS, Source
from crime_dagster.sources.readers.formats.reading import Doubt, SourceFile

# The census disturbs small counts, so that sums differ by up to 5 from totals, and per cents are rounded.
SLACK, SLACK_SHARE = 2, 0.005
# A row that is off by more than three times the slack is wrong; by less, several have to be.
FARTHEST, MOST_OFF = 3, 1 / 500
# Of a column that belongs to another row, the ranks correlate by 0.6 at most, as neighbours resemble each other.
LOWEST_CORRELATION = 0.8
# A rank is made of its score, which is rounded. Scores of related domains correlate by up to 0.97.
LOWEST_OF_RANKS = 0.99
# Fewer areas are a selection, whose middle and order may be anything.
FEWEST_ROWS = 30
SHOWN = 3
COMPARE = "compare with the publisher's file"
REMEDY = f"a column may be shifted, multiplied or under another's header: {COMPARE}"


def describe_rules(table: pa.Table, source: Source, file: SourceFile) -> list[str]:
    """Return warnings about rules of a source that landed rows break."""
    if not source.rules:
        return []
    names = [column.name for column in source.columns if column.is_number]
    frame = pd.DataFrame({name: pc.cast(table[name], pa.float64()).to_pandas() for name in names})
    frame.index = pd.Index(table["row_number"].to_numpy())
    area = next((column.name for column in source.columns if column.kind in CODE_PATTERNS), "row_number")
    found = [_judge(frame, rule, table[area].to_numpy()) for rule in source.rules]
    return [Doubt(f"{file.name}: {words}; {REMEDY} ({source.landing_page})") for words in found if words]


def _judge(frame: pd.DataFrame, rule: str, areas: np.ndarray) -> str:
    left, sign, right = re.split(SIGNS, rule)
    if sign == "is":
        return _judge_middle(_evaluate(frame, left.removeprefix("the middle "), areas), left, right)
    one, other = (_evaluate(frame, side, areas) for side in (left, right))
    both = one.notna() & other.notna()
    one, other = one[both], other[both]
    if sign.endswith("with"):
        turn = 1 if sign == "rises with" else -1
        has_order = len(one) >= FEWEST_ROWS and one.nunique() > 1 and other.nunique() > 1
        correlation = one.corr(other, method="spearman") * turn if has_order else 1
        lowest = LOWEST_OF_RANKS if left.endswith("_rank") else LOWEST_CORRELATION
        return f"{left} hardly {rule.removeprefix(f'{left} ')}" if correlation < lowest else ""
    over = (one - other if sign == "=" else other - one) / (SLACK + SLACK_SHARE * other.abs())
    off = over.abs() if sign == "=" else over
    wrong = np.flatnonzero(off > 1)
    if not wrong.size or (off.max() <= FARTHEST and wrong.size <= MOST_OFF * len(off)):
        return ""
    shown = [f"row {one.index[at]}: {one.iloc[at]:,.12g} and {other.iloc[at]:,.12g}" for at in wrong[:SHOWN]]
    return f"not so in {wrong.size:,} of {len(off):,} rows: {rule} ({list_some(shown)})"


def _judge_middle(values: pd.Series, left: str, right: str) -> str:
    ranges = [[float(edge) for edge in part.split(" to ")] for part in right.split(" or ")]
    middle = values.median()
    if values.count() >= FEWEST_ROWS and not any(edges[0] <= middle <= edges[-1] for edges in ranges):
        return f"{left} is {middle:,.6g}, and usually {right}"
    zeros = values.index[values == 0].unique()
    listed = list_some([f"row {row}" for row in zeros[:SHOWN]])
    name = left.removeprefix("the middle ")
    return f'{name} is 0 in {len(zeros):,} rows, where it may mean "no value" ({listed})' if len(zeros) else ""


def _evaluate(frame: pd.DataFrame, expression: str, areas: np.ndarray) -> pd.Series:
    """Return a sum of products and quotients of columns, where `sum(x)` is the sum of x over the rows of an area."""

    def read(word: str) -> pd.Series:
        if word.startswith("sum("):
            return frame[word[4:-1]].groupby(areas).transform("sum", min_count=1)
        return frame[word] if word in frame else pd.Series(float(word), index=frame.index)

    terms = []
    for term in expression.split(" + "):
        first, *others = term.split()
        value = read(first)
        for sign, word in zip(others[::2], others[1::2], strict=True):
            value = value * read(word) if sign == "*" else value / read(word)
        terms.append(value)
    return reduce(operator.add, terms)
