"""What is kept of the landed rows of a file to judge it, alone and beside others: the same for a check and a run."""

from collections.abc import Iterable

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.errors import list_some
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.check.account import Evidence, sum_months
from crime_dagster.sources.check.agreement import measure_areas
from crime_dagster.sources.check.lost import (
    describe_lost,
    describe_lost_boroughs,
    describe_thinned,
    describe_unlinked,
)
from crime_dagster.sources.check.months import describe_shares, describe_unusual
from crime_dagster.sources.check.places import find_reference, measure_boroughs
from crime_dagster.sources.check.scaled import describe_multiples, describe_year_order
from crime_dagster.sources.land.cuts import Cut
from crime_dagster.sources.land.judgement import find_strays
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.readers.tables.rules import REMEDY
from crime_dagster.sources.readers.tables.wide import find_moved
from crime_dagster.sources.vocabulary.areas import KnownAreas, gather_areas
from crime_dagster.sources.vocabulary.calendar_months import tidy_month


def gather_evidence(rows: pa.Table, source: Source, file: SourceFile, areas: KnownAreas, cut: Cut | None) -> Evidence:
    """Return what is kept of a file, given its landed rows; records without an area of the place are ignored."""
    nowhere, elsewhere = find_strays(rows, source, areas)
    if (nowhere | elsewhere).any():
        rows = rows.filter(pa.array(~(nowhere | elsewhere)))
    kept = Evidence(file.name, source, source.lsoa_vintage)
    if cut is None or cut.is_default:
        kept.doubts += describe_lost_boroughs(rows, source, file)
    kept.doubts += [*describe_unlinked(rows, source, file, areas), *describe_thinned(rows, source, file)]
    codes = find_codes(rows, source)
    kept.measures = measure_areas(rows, codes, source)
    if "ward_code" in source.unique:
        kept.wards = measure_areas(rows, rows["ward_code"], source)
    elif "ward_code" in source.landed_names and codes is not None:
        kept.links = pd.Series(rows["ward_code"].to_pandas().array, index=codes.to_pandas())
    if codes is not None:
        known = codes.to_pandas()
        kept.vintage = source.lsoa_vintage or areas.find_vintage(known.dropna().unique())
        reference = find_reference(areas, known, kept.vintage)
        kept.doubts += describe_lost(known, source, file, reference, kept.vintage)
    if source.reader == "table" and "record_id" not in source.options and (months := sum_months(rows, source)):
        sums = pd.Series(months, name="figure").rename_axis("month").reset_index().assign(force=file.name)
        kept.doubts += describe_unusual(sums, "")
    kept.doubts += [*_describe_moved(rows, source, file), *describe_multiples(rows, source, file)]
    kept.doubts += describe_year_order(rows, source, file)
    kept.boroughs = measure_boroughs(rows, source)
    _keep_sums(kept, rows)
    if kept.kinds is not None and (cut is None or cut.is_default):
        kept.doubts += describe_shares(kept.kinds, source, file.name)
    return kept


def find_codes(rows: pa.Table, source: Source) -> pa.ChunkedArray | None:
    named = [source.options["judged_area"]] if "judged_area" in source.options else []
    named += [column.name for column in source.columns if column.kind == "lsoa_code"]
    return rows[named[0]] if named else None


def lists_areas(source: Source, others: Iterable[Source]) -> bool:
    """Whether the areas of a place are those of a source: a list of them is better than shapes, if there are both."""
    lists = {
        one.lsoa_vintage
        for one in others
        if one.reader != "boundaries" and len(one.options.get("areas_of_place", ())) == 1
    }
    return "areas_of_place" in source.options and not (source.reader == "boundaries" and source.lsoa_vintage in lists)


def find_areas(tables: Iterable[tuple[Source, pa.Table]], shipped: KnownAreas) -> KnownAreas:
    """Return the areas in the rows of boundaries and lookups, else the built-in ones of the default place."""
    listed: dict[str, set[str]] = {}
    links: list[tuple[str, str]] = []
    for source, rows in tables:
        columns = [rows[name].to_pylist() for name in source.options["areas_of_place"]]
        if len(columns) == 2:
            links += zip(*columns, strict=True)
        else:
            listed.setdefault(source.lsoa_vintage or "2021", set()).update(columns[0])
    return gather_areas(listed, links, "the boundaries and lookups beside it", shipped)


def _describe_moved(rows: pa.Table, source: Source, file: SourceFile) -> list[str]:
    """Return a warning about months of a long table by borough whose figures are in other boroughs than usual."""
    areas = [name for name in ("borough_code", "department") if name in source.unique and not rows[name].null_count]
    figures = [column.name for column in source.columns if column.is_number]
    if source.reader != "table" or "month" not in source.unique or not areas or not figures:
        return []
    frame = rows.select([areas[0], "month", figures[0]]).to_pandas()
    frame[figures[0]] = pd.to_numeric(frame[figures[0]])
    sums = frame.groupby([areas[0], "month"])[figures[0]].sum().unstack()
    moved = find_moved({str(month): sums[month].to_numpy(float) for month in sums})
    words = f"the {figures[0]} of {list_some(moved)} are in other boroughs than in the other months"
    return [f"{file.name}: {words}: {REMEDY}"] if moved else []


def _keep_sums(kept: Evidence, rows: pa.Table) -> None:
    """Keep the sums that decide which of several files counts."""
    source = kept.source
    if source.options.get("record_id"):
        names = [source.options["force"], "month", source.options["judged_area"], source.options["category"]]
        frame = rows.select(names).to_pandas()
        frame.columns = pd.Index(["force", "month", "area", "category"])
        kept.parts, kept.kinds = (
            frame.groupby(["force", "month", last], dropna=False).size().rename("figure").reset_index()
            for last in ("area", "category")
        )
    elif source.spread_name == "month" and source.many_files and rows.num_rows:
        figures = rows.select(["month"]).append_column("figure", pc.cast(rows[source.columns[-1].name], pa.int64()))
        codes = find_codes(rows, source)
        kept.figures = _sum_by(figures, "area", codes if codes is not None else pa.nulls(rows.num_rows, pa.string()))
        if name := next((name for name in source.unique if name == "major_category"), None):
            kept.kinds = _sum_by(figures, "category", rows[name]).assign(force=kept.file)


def _sum_by(figures: pa.Table, name: str, values: pa.ChunkedArray | pa.Array) -> pd.DataFrame:
    sums = figures.append_column(name, values).group_by([name, "month"]).aggregate([("figure", "sum")]).to_pandas()
    months = {month: tidy_month(month) for month in sums["month"].unique()}
    return sums.rename(columns={"figure_sum": "figure"}).assign(month=sums["month"].map(months))
