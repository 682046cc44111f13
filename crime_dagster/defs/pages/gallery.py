"""The front page of everything that was drawn."""

import dagster as dg

from crime_dagster.core.settings import Settings
from crime_dagster.defs.pages.front_page import PAGE_MARTS, read_index
from crime_dagster.defs.runtime.partitions import OWNER
from crime_dagster.defs.runtime.pictures import YEAR_MARTS
from crime_dagster.defs.runtime.unchanged import recorded
from crime_dagster.drawing.kit.finish import save_page
from crime_dagster.drawing.pages.page import draw_index

PARTS = (
    ("maps", "crimes_by_area"),
    ("gifs", "actual_and_predicted"),
    ("gifs", "by_month"),
    ("charts", "map"),
    ("charts", "impact"),
    ("charts", "trend"),
    ("charts", "cumulative"),
    ("charts", "funnel"),
    ("charts", "ranked"),
    ("charts", "models"),
    ("charts", "multiples"),
    ("gallery", "boroughs"),
    ("gallery", "explorer"),
    ("gallery", "data"),
    ("gallery", "models"),
    ("gallery", "downloads"),
)


def build_gallery_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """One asset: `index.html`."""

    @dg.asset(
        key=["gallery", "index"],
        group_name="gallery",
        owners=[OWNER],
        kinds={"python", "html"},
        deps=[
            *[dg.AssetKey(list(key)) for key in PARTS],
            *[dg.AssetKey(["marts", name]) for name in (*YEAR_MARTS, *PAGE_MARTS)],
        ],
        description="The front page of everything that was drawn.",
    )
    @recorded(settings)
    def index(_context: dg.AssetExecutionContext) -> dg.MaterializeResult:
        content = read_index(settings)
        path = save_page(draw_index(content), settings.build_dir / "index.html")
        return dg.MaterializeResult(metadata={"title": content.title, "bytes": path.stat().st_size})

    return [index]
