"""A step's output as shown in Dagster's UI: files with hashes, a link, a preview."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import pandas as pd

from crime_dagster.core.parquet import count_landed_rows, read_head
from crime_dagster.drawing.kit.finish import preview_picture

# Dagster's name, which it plots over time.
ROW_COUNT = "dagster/row_count"
SHOWN_FILES = 40
SHOWN_ROWS = 5
SHOWN_COLUMNS = 12
PICTURES = (".png", ".gif", ".webp")
TABLE = ".parquet"
# All crime represents the other types, and a chart its wide version.
TOTAL, NARROW = "total", "-narrow"
# Preferred suffixes for the link; the first file of a kind represents the others.
FIRST = (".html", ".png", ".gif", ".svg", TABLE, ".gpkg", ".xlsx", ".csv", ".skops", ".json")


def describe_outputs(outputs: Mapping[str, str], folder: Path) -> dict[str, Any]:
    """Return metadata of the files that a step wrote, given the sha256 by path below the warehouse.

    They are `files` (a table with bytes and sha256), `open` (the path of the first), `preview` (a picture, or the first
    rows of a table) and `dagster/row_count` of tables; none if nothing was written.
    """
    names = sorted((name for name in outputs if (folder / name).is_file()), key=_rank)
    if not names:
        return {}
    rows = [{"file": name, "bytes": (folder / name).stat().st_size, "sha256": outputs[name]} for name in names]
    words = pd.DataFrame(rows[:SHOWN_FILES]).to_markdown(index=False)
    if len(rows) > SHOWN_FILES:
        words += f"\n\nand {len(rows) - SHOWN_FILES} more"
    found: dict[str, Any] = {
        "files": dg.MetadataValue.md(words),
        "open": dg.MetadataValue.path(folder / names[0]),
    }
    tables = [folder / name for name in names if name.endswith(TABLE)]
    pictures = [name for name in names if name.endswith(PICTURES)]
    if tables:
        found[ROW_COUNT] = count_landed_rows(tables)
    if pictures:
        found["preview"] = dg.MetadataValue.md(preview_picture(folder / pictures[0], pictures[0]))
    elif tables:
        found["preview"] = dg.MetadataValue.md(preview_table(tables[0]))
    return found


def _rank(name: str) -> tuple[int, bool, bool, str]:
    path = Path(name)
    order = FIRST.index(path.suffix) if path.suffix in FIRST else len(FIRST)
    return (order, path.stem.endswith(NARROW), not path.stem.startswith(TOTAL), name)


def preview_table(path: Path) -> str:
    """Return the first rows and columns of a landing file as a Markdown table."""
    head = read_head(path, SHOWN_ROWS)
    few = head.select(head.column_names[:SHOWN_COLUMNS]).to_pandas()
    return str(few.to_markdown(index=False)) or "no rows"
