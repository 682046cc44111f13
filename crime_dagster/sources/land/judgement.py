"""Which records of a file count: repeats and places."""

from collections import Counter
from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.errors import list_some
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.readers.formats.reading import (
    Doubt,
    Reading,
    SetAside,
    SourceFile,
    describe_record,
    refuse,
    to_mask,
)
from crime_dagster.sources.readers.tables.rules import COMPARE
from crime_dagster.sources.vocabulary.areas import KnownAreas

SHOWN_AREAS = 8
# Of the crimes of a published month one in a hundred is printed twice; of a few rows most may be.
MOST_REPEATED = 0.5
FEWEST_IDENTIFIED = 100


def judge_repeats(reading: Reading, source: Source, file: SourceFile) -> Reading:
    """Exclude the records of a file that repeat an identifier: `duplicate`.

    The source's option `record_id` names the identifier column. A record with an area (`judged_area`) counts before one
    without, then the one with the most informative `best` column: a final outcome before an open one (`open_outcomes`),
    then a blank, and the first of equals.
    """
    name = source.options.get("record_id")
    if name is None:
        return reading
    identifiers = reading.rows[name].to_pandas().dropna()
    repeated = len(identifiers) - identifiers.nunique()
    if len(identifiers) >= FEWEST_IDENTIFIED and repeated > MOST_REPEATED * len(identifiers):
        shown = identifiers.value_counts().index[0]
        found = f"{repeated:,} of {len(identifiers):,} identifiers are those of another row, such as {shown!r}"
        remedy = "if a spreadsheet has rounded or cut them, download the file again and do not save it there"
        raise refuse(file, found, "an identifier of its own in nearly every row", remedy, column=name)
    if len(identifiers) >= FEWEST_IDENTIFIED and reading.rows.num_rows - len(identifiers) == 1:
        words = f"one record alone has no {name}: a program that took blank ones for repeats may have removed others"
        reading = replace(reading, warnings=[*reading.warnings, Doubt(f"{file.name}: {words}; {COMPARE}")])
    outcome = reading.rows[source.options["best"]].to_pandas()
    is_open = outcome.str.casefold().isin([words.casefold() for words in source.options.get("open_outcomes", ())])
    said = np.where(outcome.isna(), 0, np.where(is_open, 1, 2))
    area = source.options.get("judged_area")
    located = True if area is None else reading.rows[area].is_valid().to_pandas()
    frame = pd.DataFrame({"id": reading.rows[name].to_pandas(), "located": located, "said": said})
    ranked = frame[frame["id"].notna()].sort_values(["located", "said"], ascending=False, kind="stable")
    repeats = ranked.duplicated("id").reindex(frame.index, fill_value=False).to_numpy()
    words = "and are excluded; the record with an area counts, then the one with an outcome, else the first"
    note = f"{file.name}: {np.count_nonzero(repeats)} records repeat a {name} {words}"
    return exclude_rows(reading, source, repeats, "duplicate", note)


def find_strays(rows: pa.Table, source: Source, areas: KnownAreas) -> tuple[np.ndarray, np.ndarray]:
    """Return masks of the rows without an area, and of those in another place.

    The source's option `judged_area` names the column of area codes. With `judged_by: folder`, only areas from files in
    the folder are used: the publisher covers no others, and the built-in list may lack a code.
    """
    name = source.options.get("judged_area")
    if name is None or (source.options.get("judged_by") == "folder" and areas.is_shipped):
        return np.zeros(rows.num_rows, dtype=bool), np.zeros(rows.num_rows, dtype=bool)
    nowhere = to_mask(pc.is_null(rows[name]))
    known = pa.array(sorted(areas.every_code), type=pa.string())
    return nowhere, ~nowhere & ~to_mask(pc.is_in(rows[name], value_set=known))


def judge_places(reading: Reading, source: Source, file: SourceFile, areas: KnownAreas) -> Reading:
    """Exclude the records of a file without an area, `unlocated`, or in another place, `outside`."""
    nowhere, elsewhere = find_strays(reading.rows, source, areas)
    elsewhere = elsewhere[~nowhere]
    share = 100 * (1 - nowhere.mean()) if len(nowhere) else 100
    count = len(pc.unique(reading.rows["row_number"].filter(pa.array(nowhere))))
    note = f"{file.name}: {count} records have no area, excluded as unlocated; {share:.1f} % are located"
    reading = exclude_rows(reading, source, nowhere, "unlocated", note)
    if not elsewhere.any():
        return reading
    name = source.options["judged_area"]
    lost = reading.rows.filter(pa.array(elsewhere)).select([name, "row_number"]).to_pandas()
    counts = Counter(lost.drop_duplicates("row_number")[name])
    listed = list_some([f"{code} {count}" for code, count in counts.most_common()], SHOWN_AREAS, ", ")
    words = f"records are in areas that are not in {areas.origin}, excluded as outside"
    return exclude_rows(reading, source, elsewhere, "outside", f"{file.name}: {counts.total()} {words}: {listed}")


def describe_unknown_codes(codes: pd.Series, areas: KnownAreas, file: SourceFile) -> list[str]:
    """Return a warning about unknown areas in a file whose records are kept all the same."""
    unknown = sorted(set(codes.dropna().unique()) - areas.every_code)
    listed = list_some(unknown, SHOWN_AREAS, ", ")
    return [f"{file.name}: {len(unknown)} area codes are not in {areas.origin}: {listed}"] if unknown else []


def describe_missing(
    codes: pd.Series, areas: KnownAreas, vintage: str | None, file: SourceFile, most: float = 0
) -> list[str]:
    """Return a warning about areas of the place without a shape or a row, if they are more than a share of all."""
    wanted = areas.codes.get(vintage or "2021", frozenset())
    lacking = sorted(wanted - set(codes.unique()))
    listed = list_some(lacking, SHOWN_AREAS, ", ")
    words = f"of the {len(wanted)} areas of {areas.origin} are missing"
    return [f"{file.name}: {len(lacking)} {words}: {listed}"] if len(lacking) > most * len(wanted) else []


def exclude_rows(reading: Reading, source: Source, mask: np.ndarray, reason: str, note: str) -> Reading:
    """Exclude the rows of a mask, each record once; `note` becomes a warning."""
    if not mask.any():
        return reading
    names = ["row_number", *(column.name for column in source.columns if column.spread is None)]
    dropped = reading.rows.filter(pa.array(mask)).select(names)
    is_first = ~dropped["row_number"].to_pandas().duplicated().to_numpy()
    records = dropped.filter(pa.array(is_first)).to_pandas().fillna("").itertuples(index=False, name=None)
    new = [SetAside(number, reason, describe_record(cells)) for number, *cells in records]
    return replace(
        reading,
        rows=reading.rows.filter(pa.array(~mask)),
        set_aside=sorted([*reading.set_aside, *new]),
        warnings=[*reading.warnings, note],
    )
