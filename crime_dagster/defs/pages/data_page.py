"""The page about the data: sources, months by force, excluded rows, and how small areas add up to boroughs."""

import dagster as dg
import pandas as pd

from crime_dagster.core.dictionary import list_tables
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.pictures import build_stamp
from crime_dagster.defs.runtime.reported_place import PLACES, read_notes, read_street_boroughs
from crime_dagster.defs.runtime.steps import step
from crime_dagster.drawing.kit.finish import save_page
from crime_dagster.drawing.kit.words import month_words, year_to
from crime_dagster.drawing.pages.data_page import draw_data_page, draw_glossary

MARTS = (
    *("data_sets", "sources", "source_files", "excluded_reasons", "left_out_files", "file_doubts"),
    *("forces", "coverage", "recording_breaks", "provisional_months"),
    *("reconciliation_sums", "headline_totals", "borough_own_years"),
)


@step(
    "gallery/data",
    "html",
    marts=(*MARTS, "boroughs", PLACES),
    description="Every source with its licence, months by force, and rows excluded with the reason.",
)
def data(_context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    marts = {name: read_mart(settings.database, name) for name in MARTS}
    period, note = describe_period(settings, marts["data_sets"].iloc[0])
    stamp = build_stamp(settings, period, is_model=True, note=note)
    page = draw_data_page(marts, list_tables(settings.manifest), stamp, read_street_boroughs(settings))
    path = save_page(page, settings.build_dir / "data.html")
    save_page(draw_glossary(stamp), settings.build_dir / "glossary.html")
    return dg.MaterializeResult(metadata={"bytes": path.stat().st_size, "files": len(marts["source_files"])})


def describe_period(settings: Settings, data_set: pd.Series) -> tuple[str, str]:
    """Return the months that the page covers, and which are provisional; without months the newest year."""
    if pd.isna(data_set["first_month"]):  # figures by year only
        year_ending = read_mart(settings.database, "lsoa_features", columns=["year_ending"])["year_ending"].max()
        return year_to(pd.Timestamp(year_ending).date()), ""
    first, last = (pd.Timestamp(data_set[name]).date() for name in ("first_month", "last_month"))
    return f"{month_words(first)} to {month_words(last)}", read_notes(settings).say_provisional(first, last)
