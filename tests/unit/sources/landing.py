"""A whole source, landed as a run does it portion by portion."""

from pathlib import Path

import pyarrow as pa

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.folder.inventory import list_left_out
from crime_dagster.sources.folder.leftovers import describe_all
from crime_dagster.sources.land.cuts import Cut
from crime_dagster.sources.land.land import Landed, land_portion, require_rows
from crime_dagster.sources.land.portions import plan_portions


def land(source: Source, data_dir: Path, cut: Cut | None = None) -> Landed:
    portions = plan_portions(source, data_dir, cut)
    parts = [part for portion in portions for part in land_portion(source, portion)]
    files = pa.concat_tables([part.files for part in parts])
    require_rows(source, files)
    left_out = describe_all(list_left_out(source, data_dir))
    return Landed(
        rows=pa.concat_tables([part.rows for part in parts]),
        set_aside=pa.concat_tables([part.set_aside for part in parts]),
        files=files,
        warnings=[*left_out, *(warning for part in parts for warning in part.warnings)],
    )
