"""The page of a user's what-if: its answers, charts and tables, never part of a release."""

from collections.abc import Mapping, Sequence
from typing import Any

from crime_dagster.drawing.kit.page_content import Download, Picture
from crime_dagster.drawing.kit.rendering import render_page
from crime_dagster.drawing.kit.stamp import Stamp


def draw_what_if_page(
    rows: Sequence[Mapping[Any, Any]],
    pictures: Sequence[Picture],
    downloads: Sequence[Download],
    stamp: Stamp,
    *,
    unanswered: Sequence[str],
    kept: str,
    up: str,
) -> str:
    """Draw the page.

    `rows` are of `impact_summary`, with the label of a crime type as `crime_type`; `unanswered` is what has no answer,
    each with the reason, `kept` the YAML with which a release answers the same.
    """
    return render_page(
        "what_if.html.j2",
        stamp,
        current="",
        styles=("index.css", "borough.css"),
        up=up,
        head_title=f"What if: {stamp.place}",
        title="What if",
        description="A trial of a what-if, which no release holds",
        rows=rows,
        pictures=pictures,
        downloads=downloads,
        unanswered=unanswered,
        kept=kept,
    )
