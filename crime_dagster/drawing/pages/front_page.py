"""The front page of the gallery: plain HTML that works from a folder, without a network and without JavaScript."""

from __future__ import annotations

import math

from markupsafe import Markup

from crime_dagster.drawing.kit import finish, navigation, words
from crime_dagster.drawing.kit.change_words import describe_change
from crime_dagster.drawing.kit.page_content import Link
from crime_dagster.drawing.kit.rendering import hash_script, read_scripts, read_styles, render_template
from crime_dagster.drawing.pages.front_page_content import FrontPage, HighestBorough, ScoreRow, TypeRow
from crime_dagster.drawing.pages.sparkline import Sparkline, draw_sparkline, find_spread


def draw_front_page(content: FrontPage) -> str:
    """HTML with its styles and its one small script inside; sections without content are left out."""
    script = f"(function () {{\n{read_scripts('play.js')}\n}})();"
    spread = find_spread([row.months for row in content.types])
    lines = [draw_sparkline(row.months, spread, label=row.label, breaks=row.breaks) for row in content.types]
    return render_template(
        "front_page.html.j2",
        page=content,
        stamp=content.stamp,
        brand=content.brand or f"{content.stamp.place} crime map",
        links=navigation.list_links(navigation.OVERVIEW),
        synthetic_words=finish.SYNTHETIC_WORDS,
        types=[_type_cells(row, line) for row, line in zip(content.types, lines, strict=True)],
        has_lines=any(lines),
        has_breaks=any(line.breaks for line in lines if line),
        has_scores=any(row.d2 is not None for row in content.types),
        spread_pct=math.ceil(100 * spread - 1e-9),
        boroughs=[_borough_cells(row) for row in content.boroughs],
        has_found=any(row.found_pct is not None for row in content.scores),
        has_covered=any(row.covered_pct is not None for row in content.scores),
        scores=[_score_cells(row) for row in content.scores],
        script=Markup(script),  # noqa: S704 our own file
        script_hash=f"'{hash_script(script)}'",
        styles=read_styles("base.css", "index.css"),
    )


def _type_cells(row: TypeRow, line: Sparkline | None) -> dict[str, object]:
    pictures = [("map", row.map_href), ("GIF", row.gif_href), ("what if", row.impact_href)]
    return {
        "label": row.label,
        "href": row.map_href,
        "crimes": words.whole_number(row.crimes),
        "before": words.whole_number(row.crimes_before) if row.crimes_before is not None else "not known",
        "change": describe_change(row.crimes_before, row.crimes, is_clear=row.is_clear),
        "line": line,
        "score": _score_words(row.d2),
        "baseline": _score_words(row.baseline_d2),
        "pictures": [Link(label, href) for label, href in pictures if href],
    }


def _borough_cells(row: HighestBorough) -> dict[str, object]:
    return {
        "name": row.name,
        "href": row.href,
        "crimes": words.whole_number(row.crimes),
        "change": describe_change(row.crimes_before, row.crimes, is_clear=row.is_clear),
    }


def _score_cells(row: ScoreRow) -> dict[str, object]:
    return {
        "label": row.label,
        "d2": _score_words(row.d2),
        "baseline": _score_words(row.baseline_d2),
        "found": words.percent(row.found_pct, decimals=0),
        "found_baseline": words.percent(row.found_baseline_pct, decimals=0)
        if row.found_baseline_pct is not None
        else "",
        "covered": words.percent(row.covered_pct, decimals=0),
    }


def _score_words(score: float | None) -> str:
    """A score with two decimals; one below zero, worse than the mean, has a true minus."""
    if score is None or not math.isfinite(score):
        return "not known"
    text = f"{abs(score):.2f}"
    return f"{words.MINUS}{text}" if score < 0 and text != "0.00" else text
