"""Files of a source that have the same rows, such as two editions of one list: only one of them may count."""

from collections.abc import Mapping

import pandas as pd
import pyarrow as pa

from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.readers.formats.reading import Doubt, SourceFile

# With fewer shared rows, the files are not editions of one list.
MOST_SHARED = 0.5


def pick_keys(rows: pa.Table, source: Source, file: SourceFile) -> pd.DataFrame | None:
    """Return what names the rows of a file among all of its source; None if months decide which file counts."""
    if not source.many_files or not source.unique or "month" in source.landed_names:
        return None
    names = [*source.unique, *([source.spread_name] if source.spread_name else [])]
    return rows.select(names).to_pandas().assign(**source.values_in_name(file.name))


def judge_twins(source: Source, keys: Mapping[str, pd.DataFrame]) -> list[str]:
    """Return warnings about rows that are in two files of a source, given what `pick_keys` returned by file name.

    Raises:
        InputError: At least half of a file's rows are in another one.
    """
    frames = [frame.drop_duplicates().assign(file=name) for name, frame in sorted(keys.items()) if len(frame)]
    if len(frames) < 2:
        return []
    every = pd.concat(frames, ignore_index=True)
    names = [name for name in every.columns if name != "file"]
    every["other"] = every.groupby(names, dropna=False, sort=False)["file"].transform("first")
    shared = every[every["file"] != every["other"]].groupby(["file", "other"]).size().reset_index(name="rows")
    sizes = every["file"].value_counts().to_dict()
    warnings: list[str] = []
    for name, other, count in shared.itertuples(index=False, name=None):
        if count >= MOST_SHARED * sizes[name]:
            raise InputError(
                file=name,
                found=f"{count:,} of {sizes[name]:,} rows are in {other} too",
                expected=f"each row of {source.key} in one file",
                remedy="keep the newer of the two files and move the other one out of the data folder",
            )
        warnings.append(Doubt(f"{name}: {count:,} rows are in {other} too, and count twice"))
    return warnings
