"""Small lines in a table: one scale for all rows, so that they can be compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crime_dagster.drawing.kit import words
from crime_dagster.drawing.kit.page_content import Break

WIDTH, HEIGHT, _MARGIN = 130, 30, 4
_LEAST_SPREAD = 0.5


@dataclass(frozen=True)
class Sparkline:
    """A line ready to draw in an SVG of `WIDTH` x `HEIGHT`.

    Args:
        paths: Points of each unbroken piece, as SVG's `points` wants them.
        end: Where the last known value lies.
        middle: Height of the row's own average.
        breaks: How far right recording changed.
        alt: The line in words.
    """

    paths: tuple[str, ...]
    end: tuple[float, float]
    middle: float
    alt: str
    breaks: tuple[float, ...] = ()


def find_spread(rows: Sequence[Sequence[float | None]]) -> float:
    """Largest distance of any value from its row's average, as a share; at least a half: calm rows look calm."""
    spread = _LEAST_SPREAD
    for row in rows:
        average = _average(row)
        if average:
            spread = max(spread, *(abs(value / average - 1) for value in row if value is not None))
    return spread


def draw_sparkline(
    values: Sequence[float | None], spread: float, *, label: str, breaks: Sequence[Break] = ()
) -> Sparkline | None:
    """Lay out one line.

    Args:
        values: Oldest first; None = not reported, a gap in the line.
        spread: Distance from the average at the upper and lower edge, as a share, as from `find_spread`; what lies
            beyond it is drawn at the edge.
        label: What is drawn, for the words.
        breaks: Days on which recording changed.

    Returns:
        None where fewer than two values are known, or all are zero.
    """
    average = _average(values)
    known = [value for value in values if value is not None]
    if not average or len(known) < 2:
        return None
    step = (WIDTH - 2 * _MARGIN) / (len(values) - 1)
    half = HEIGHT / 2 - _MARGIN
    pieces: list[list[tuple[float, float]]] = [[]]
    for number, value in enumerate(values):
        if value is None:
            pieces.append([])
        else:
            height = HEIGHT / 2 - half * min(1.0, (value / average - 1) / spread)
            pieces[-1].append((round(_MARGIN + number * step, 1), round(height, 1)))
    drawn = [piece for piece in pieces if piece]
    extremes = f"lowest month {words.three_figures(min(known))}, highest {words.three_figures(max(known))}"
    return Sparkline(
        paths=tuple(" ".join(f"{x},{y}" for x, y in piece) for piece in drawn),
        end=drawn[-1][-1],
        middle=HEIGHT / 2,
        alt=f"{label}, a day: {extremes}, last {words.three_figures(known[-1])}"
        + "".join(f"; {one.title.lower()}, {words.date_words(one.day)}" for one in breaks),
        breaks=tuple(round(_MARGIN + one.position * step, 1) for one in breaks),
    )


def _average(values: Sequence[float | None]) -> float:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else 0.0
