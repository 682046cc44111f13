"""Exclude records by what they repeat, what they are of and where: duplicate, unknown_category, unlocated, outside.

Landing and `make check` exclude the first two with the same function. Only `make check` judges places: landing does
not know the areas and keeps such records, and the tables count them.
"""

from __future__ import annotations

import csv
import functools
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.settings import PROJECT_DIR
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.readers.formats.reading import (
    Reading,
    SetAside,
    SourceFile,
    describe_record,
    list_some,
    refuse,
    to_mask,
)
from crime_dagster.sources.vocabulary.areas import KnownAreas

SHOWN = 8
SEED = PROJECT_DIR / "dbt_project" / "seeds" / "crime_type_categories.csv"
UNKNOWN = "unknown_category"


def judge(reading: Reading, source: Source, file: SourceFile, areas: KnownAreas) -> Reading:
    """Exclude what landing excludes, then the records that have no area or are elsewhere."""
    return judge_places(judge_records(reading, source, file), source, file, areas)


def judge_records(reading: Reading, source: Source, file: SourceFile) -> Reading:
    """Exclude the records of a file that repeat others or are of an unknown category."""
    return judge_categories(judge_repeats(reading, source, file), source, file)


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
    return _exclude(reading, source, repeats, "duplicate", note)


@functools.cache
def load_categories() -> Mapping[str, frozenset[str]]:
    """Publisher to its categories that count in a crime type, in upper case."""
    known: dict[str, set[str]] = {}
    with SEED.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            known.setdefault(row["publisher"], set()).add(row["category"].upper())
    return {publisher: frozenset(categories) for publisher, categories in known.items()}


def judge_categories(reading: Reading, source: Source, file: SourceFile) -> Reading:
    """Exclude crimes of categories that count in no crime type: `unknown_category`.

    The source's option `category` names the column. A category without crimes does no harm and stays.

    Raises:
        InputError: In a month, a larger share of crimes than the option `most_unknown` is of such categories: as where
            the publisher renamed one, which would be missing from what is published.
    """
    column = source.options.get("category")
    if column is None:
        return reading
    known = load_categories()[source.publisher]
    unknown = [name or "" for name in pc.unique(reading.rows[column]).to_pylist() if _tidy(name) not in known]
    if not unknown:
        return reading
    figure = next((one.name for one in source.columns if one.spread is not None), None)
    cells = reading.rows.select(["row_number", "month", column]).to_pandas()
    cells[column] = cells[column].fillna("")
    cells["crimes"] = pd.to_numeric(reading.rows[figure].to_pandas()).fillna(0) if figure else 1
    cells["lost"] = cells["crimes"].where(cells[column].isin(unknown), 0)
    records = cells[cells["lost"] > 0].drop_duplicates("row_number").set_index("row_number")[column].map(_tidy)
    if records.empty:
        return reading
    counts = records.value_counts()
    listed = list_some([f"{name or 'blank'} ({count} records)" for name, count in counts.items()], SHOWN, ", ")
    lines = "; ".join(f"{source.publisher},{describe_record([name])},total" for name in counts.index if name)
    remedy = f"to count them, add to dbt_project/seeds/{SEED.name}: {lines}"
    sums = cells.groupby("month", dropna=False)[["lost", "crimes"]].sum()
    shares, most = sums["lost"] / sums["crimes"], source.options["most_unknown"]
    if shares.max() > most:
        raise refuse(
            file,
            f"{shares.max():.1%} of the crimes of {shares.idxmax()} are of an unknown category: {listed}",
            f"at most {most:.1%} (most_unknown of {source.key} in the catalogue)",
            f"{remedy}, and a line for the crime type that each belongs to",
            column=column,
        )
    note = f"{file.name}: records of categories that count in no crime type are excluded: {listed}; {remedy}"
    mask = cells["row_number"].isin(records.index).to_numpy()
    judged = _exclude(reading, source, mask, UNKNOWN, note)
    # The category first: marts find it there.
    named = records.map(lambda name: describe_record([name]))
    aside = [
        one if one.reason != UNKNOWN else one._replace(content=f"{named[one.row_number]}: {one.content}")
        for one in judged.set_aside
    ]
    return replace(judged, set_aside=aside)


def _tidy(name: str | None) -> str:
    return (name or "").strip().upper()


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
    reading = _exclude(reading, source, nowhere, "unlocated", note)
    elsewhere = ~to_mask(pc.is_in(reading.rows[name], value_set=pa.array(sorted(areas.every_code), type=pa.string())))
    lost = reading.rows.filter(pa.array(elsewhere)).select([name, "row_number"]).to_pandas()
    counts = Counter(lost.drop_duplicates("row_number")[name])
    listed = list_some([f"{code} {count}" for code, count in counts.most_common()], SHOWN, ", ")
    words = f"records are in areas that are not in {areas.origin}, excluded as outside"
    return _exclude(reading, source, elsewhere, "outside", f"{file.name}: {counts.total()} {words}: {listed}")


def describe_unknown_codes(codes: pd.Series, areas: KnownAreas, file: SourceFile) -> list[str]:
    """A warning about unknown areas in a file whose records are kept all the same."""
    unknown = sorted(set(codes.dropna().unique()) - areas.every_code)
    listed = list_some(unknown, SHOWN, ", ")
    return [f"{file.name}: {len(unknown)} area codes are not in {areas.origin}: {listed}"] if unknown else []


def describe_missing(codes: pd.Series, areas: KnownAreas, vintage: str | None, file: SourceFile) -> list[str]:
    """A warning about areas of the place without a shape in a file of boundaries."""
    wanted = areas.codes.get(vintage or "2021", frozenset())
    lacking = sorted(wanted - set(codes))
    listed = list_some(lacking, SHOWN, ", ")
    words = f"of the {len(wanted)} areas of {areas.origin} are missing"
    return [f"{file.name}: {len(lacking)} {words}: {listed}"] if lacking else []


def _exclude(reading: Reading, source: Source, mask: np.ndarray, reason: str, note: str) -> Reading:
    """Exclude the rows of a mask, each record once; `note` becomes a warning."""
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
