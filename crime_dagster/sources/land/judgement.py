"""Exclude records by what they repeat and where they are: duplicate, unlocated, outside.

Landing and `make check` exclude repeats with the same function. Only `make check` judges places: landing does not know
the areas and keeps such records, and the tables count them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.errors import list_some
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.readers.formats.reading import Reading, SetAside, SourceFile, describe_record, to_mask
from crime_dagster.sources.vocabulary.areas import KnownAreas

SHOWN_AREAS = 8


def judge(reading: Reading, source: Source, file: SourceFile, areas: KnownAreas) -> Reading:
    """Exclude the records of a file that repeat others, have no area or are elsewhere.

    Repeats come first, as in landing.
    """
    return judge_places(judge_repeats(reading, source, file), source, file, areas)


def judge_repeats(reading: Reading, source: Source, file: SourceFile) -> Reading:
    """Exclude the records of a file that repeat an identifier: `duplicate`.

    The source's option `record_id` names the column of identifiers. A record with an area (`judged_area`) counts before
    one without, then the one whose `best` column says most: a final outcome before an open one (`open_outcomes`), that
    before a blank, and the first of equals.
    """
    name = source.options.get("record_id")
    if name is None:
        return reading
    outcome = reading.rows[source.options["best"]].to_pandas()
    is_open = outcome.str.casefold().isin([words.casefold() for words in source.options.get("open_outcomes", ())])
    said = np.where(outcome.isna(), 0, np.where(is_open, 1, 2))
    area = source.options.get("judged_area")
    located = True if area is None else reading.rows[area].is_valid().to_pandas()
    frame = pd.DataFrame({"id": reading.rows[name].to_pandas(), "located": located, "said": said})
    ranked = frame[frame["id"].notna()].sort_values(["located", "said"], ascending=False, kind="stable")
    repeats = np.zeros(len(frame), dtype=bool)
    repeats[ranked.index[ranked.duplicated("id")].to_numpy()] = True
    words = "and are excluded; the record with an area counts, then the one with an outcome, else the first"
    note = f"{file.name}: {np.count_nonzero(repeats)} records repeat a {name} {words}"
    return _set_aside(reading, source, repeats, "duplicate", note)


def judge_places(reading: Reading, source: Source, file: SourceFile, areas: KnownAreas) -> Reading:
    """Exclude the records of a file without an area, `unlocated`, or in an area of another place, `outside`.

    The source's option `judged_area` names the column of area codes. With `judged_by: folder`, records are judged only
    by areas from files beside it: its publisher has no other areas, and the shipped list may lack a code.
    """
    name = source.options.get("judged_area")
    if name is None or (source.options.get("judged_by") == "folder" and areas.is_shipped):
        return reading
    nowhere = to_mask(pc.is_null(reading.rows[name]))
    share = 100 * (1 - nowhere.mean()) if len(nowhere) else 100
    count = len(pc.unique(reading.rows["row_number"].filter(pa.array(nowhere))))
    note = f"{file.name}: {count} records have no area, excluded as unlocated; {share:.1f} % are located"
    reading = _set_aside(reading, source, nowhere, "unlocated", note)
    elsewhere = ~to_mask(pc.is_in(reading.rows[name], value_set=pa.array(sorted(areas.every_code), type=pa.string())))
    lost = reading.rows.filter(pa.array(elsewhere)).select([name, "row_number"]).to_pandas()
    counts = Counter(lost.drop_duplicates("row_number")[name])
    listed = list_some([f"{code} {count}" for code, count in counts.most_common()], SHOWN_AREAS, ", ")
    words = f"records are in areas that are not in {areas.origin}, excluded as outside"
    return _set_aside(reading, source, elsewhere, "outside", f"{file.name}: {counts.total()} {words}: {listed}")


def describe_unknown_codes(codes: pd.Series, areas: KnownAreas, file: SourceFile) -> list[str]:
    """A warning about unknown areas in a file whose records are kept all the same."""
    unknown = sorted(set(codes.dropna().unique()) - areas.every_code)
    listed = list_some(unknown, SHOWN_AREAS, ", ")
    return [f"{file.name}: {len(unknown)} area codes are not in {areas.origin}: {listed}"] if unknown else []


def describe_missing(codes: pd.Series, areas: KnownAreas, vintage: str | None, file: SourceFile) -> list[str]:
    """A warning about areas of the place without a shape in a file of boundaries."""
    wanted = areas.codes.get(vintage or "2021", frozenset())
    lacking = sorted(wanted - set(codes))
    listed = list_some(lacking, SHOWN_AREAS, ", ")
    words = f"of the {len(wanted)} areas of {areas.origin} are missing"
    return [f"{file.name}: {len(lacking)} {words}: {listed}"] if lacking else []


def _set_aside(reading: Reading, source: Source, mask: np.ndarray, reason: str, note: str) -> Reading:
    """Exclude the rows of a mask, each record once."""
    if not mask.any():
        return reading
    names = [column.name for column in source.columns if column.spread is None]
    dropped = reading.rows.filter(pa.array(mask))
    records = dropped.filter(pa.array(~dropped["row_number"].to_pandas().duplicated().to_numpy()))
    cells = zip(*(records[name].to_pylist() for name in names), strict=True)
    new = [
        SetAside(number, reason, describe_record([cell or "" for cell in record]))
        for number, record in zip(records["row_number"].to_pylist(), cells, strict=True)
    ]
    return replace(
        reading,
        rows=reading.rows.filter(pa.array(~mask)),
        set_aside=sorted([*reading.set_aside, *new]),
        warnings=[*reading.warnings, note],
    )
