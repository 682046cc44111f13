"""The page about the data: sources, months by force, rows excluded, and how small areas add up to boroughs."""

import dagster as dg
import pandas as pd

from crime_dagster.core.records import noted
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import count_rows, has_mart, read_mart
from crime_dagster.defs.runtime.partitions import OWNER
from crime_dagster.defs.runtime.pictures import build_stamp
from crime_dagster.defs.runtime.reported_place import PLACES, read_place
from crime_dagster.defs.runtime.unchanged import recorded
from crime_dagster.drawing.kit.cautions import provisional_words
from crime_dagster.drawing.kit.finish import save_page
from crime_dagster.drawing.kit.words import month_words, year_to
from crime_dagster.drawing.pages.data_content import DataTables
from crime_dagster.drawing.pages.data_page import draw_data_page
from crime_dagster.sources.catalogue.catalogue import load_catalogue

PAGE_MARTS = (
    *("source_files", "set_aside_rows", "left_out_files", "coverage", "lsoas"),
    *("recording_breaks", "provisional_months", PLACES),
)
# Made where the data set has files by borough; the page says so where it has none.
RECONCILIATIONS = "borough_reconciliations"


def build_data_page_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """One asset: `data.html`."""
    has_model = (settings.dbt_dir / "models" / "marts" / f"{RECONCILIATIONS}.sql").is_file()
    marts = (*PAGE_MARTS, RECONCILIATIONS) if has_model else PAGE_MARTS

    @dg.asset(
        key=["gallery", "data"],
        group_name="gallery",
        owners=[OWNER],
        kinds={"python", "html"},
        deps=[dg.AssetKey(["marts", name]) for name in marts],
        description="Every source with its licence, months by force, and rows excluded with the reason.",
    )
    @recorded(settings)
    def data(_context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        tables = read_tables(settings)
        period, note = describe_period(settings, tables.coverage)
        stamp = build_stamp(settings, period, is_model=True, note=note)
        path = save_page(draw_data_page(tables, stamp), settings.build_dir / "data.html")
        return dg.MaterializeResult(metadata={"bytes": path.stat().st_size, "files": len(tables.source_files)})

    return [data]


def describe_period(settings: Settings, coverage: pd.DataFrame) -> tuple[str, str]:
    """The months that the page speaks of, and which of them are provisional; the newest year where there are no months.

    Args:
        settings: The data set.
        coverage: `marts.coverage`; empty where figures come by year only.
    """
    if coverage.empty:
        year_ending = read_mart(settings.database, "lsoa_features", columns=["year_ending"])["year_ending"].max()
        return year_to(pd.Timestamp(year_ending).date()), ""
    months = pd.to_datetime(coverage["month"]).dt.date
    first, last = months.min(), months.max()
    note = provisional_words(coverage, read_place(settings).force, first, last)
    return f"{month_words(first)} to {month_words(last)}", note


def read_tables(settings: Settings) -> DataTables:
    """Read what the page is made from."""
    database = settings.database
    return DataTables(
        catalogue=read_catalogue(),
        source_files=read_mart(database, "source_files"),
        set_aside=count_rows(database, "set_aside_rows", ("publisher", "thing", "reason")),
        coverage=read_mart(database, "coverage"),
        recording_breaks=read_mart(database, "recording_breaks"),
        provisional_months=read_mart(database, "provisional_months"),
        areas=len(read_mart(database, "lsoas")),
        left_out_files=read_mart(database, "left_out_files"),
        reconciliations=read_mart(database, RECONCILIATIONS) if has_mart(database, RECONCILIATIONS) else None,
    )


@noted()
def read_catalogue() -> pd.DataFrame:
    """What the page says of every source."""
    return pd.DataFrame(
        [
            {
                "publisher": source.publisher,
                "thing": source.thing,
                "title": source.title,
                "credit": source.credit,
                "attribution": source.attribution,
                "licence": source.licence,
                "vintage": source.vintage,
                "cadence": source.cadence,
                "landing_page": source.landing_page,
                "is_context": source.context,
            }
            for source in load_catalogue().values()
        ]
    )
