"""Areas and boroughs that a file should have and lacks, such as the half that a filter or a broken copy has taken."""

import re
from collections.abc import Sequence

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.data_set import DataSet
from crime_dagster.core.errors import list_some
from crime_dagster.core.places import BOROUGH_CODES, load_authorities
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.check.account import Evidence
from crime_dagster.sources.check.places import find_reference
from crime_dagster.sources.land.judgement import describe_missing
from crime_dagster.sources.readers.formats.reading import SourceFile
from crime_dagster.sources.vocabulary.areas import MIXED, VINTAGES, KnownAreas

NUMBER = re.compile(r"\d+")
# The City of London has a police force of its own: six areas in 4,994 that the Metropolitan Police's files lack.
MOST_UNREPORTED = 0.01
MANY_PLACES, SOME_PLACES = 1_000, 100
LEAST_WIDE, FEWEST_WIDE = 0.95, 12
FEWEST_AREAS = {"lsoa_code": 100, "ward_code": 100, "borough": 20}
# Files by command unit name few boroughs.
MOST_UNPLACED = 0.1


def describe_lost(
    codes: pd.Series, source: Source, file: SourceFile, areas: KnownAreas, vintage: str | None
) -> list[str]:
    """Return warnings about areas of the place that a filter or a cut may have taken.

    Records of single crimes need not be in every area.
    """
    kinds = [column.kind for column in source.columns if column.name in source.unique]
    if kinds.count("lsoa_code") != 1 or vintage in (None, MIXED):
        return []
    lacking = describe_missing(codes, areas, vintage, file, MOST_UNREPORTED if source.recorded_crime else 0)
    repeats = codes.value_counts() if len(source.unique) == 2 else pd.Series(dtype=int)
    is_short = repeats < repeats.max()
    if is_short.any():
        words = f"{is_short.sum():,} areas have fewer rows than the {repeats.max()} of the others"
        lacking.append(f"{file.name}: {words}: {list_some(sorted(repeats.index[is_short]))}")
    return lacking


def describe_unlinked(rows: pa.Table, source: Source, file: SourceFile, areas: KnownAreas) -> list[str]:
    """Return warnings about areas of the place, of either year, that a lookup between years lacks."""
    words: list[str] = []
    for year in VINTAGES:
        name = f"lsoa{year[2:]}_code"
        if {name, "lsoa21_code"} <= set(source.unique):
            codes = rows[name].to_pandas()
            words += describe_missing(codes, find_reference(areas, codes, year), year, file)
    return words


def describe_lost_boroughs(rows: pa.Table, source: Source, file: SourceFile) -> list[str]:
    """Return warnings about boroughs that a table of all lacks, and about those without a month that others have.

    The City's six areas have a police force of their own, so one borough may be absent.
    """
    known = {one.code: one.name for one in load_authorities() if one.code.startswith(BOROUGH_CODES)}
    names = [name for name in ("borough_code", "department") if name in source.unique]
    # Of a thousand places every borough has some, and of a hundred most.
    names += ["borough_code"] if "placed" in source.options and rows.num_rows >= SOME_PLACES else []
    # Crimes at airports and without a place are in none.
    most = 0
    if {"borough", "borough_code"} <= {*source.landed_names}:
        names, most = ["borough_code"], MOST_UNPLACED * rows.num_rows
    named = [name for name in names if rows[name].null_count <= most]
    found = set(rows[named[0]].to_pylist()) if named else set()
    if not found.intersection(known):
        return []
    words = []
    lacking = [name for code, name in known.items() if code not in found]
    if len(lacking) > (len(known) / 2 if "placed" in source.options and rows.num_rows < MANY_PLACES else 1):
        words.append(
            f"{len(lacking)} of the {len(known)} boroughs of {DataSet.place} are missing: {list_some(lacking)}"
        )
    if "month" in source.unique:
        months = rows.select([named[0], "month"]).to_pandas().groupby(named[0])["month"].nunique()
        short = [str(known.get(code, code)) for code in months.index[months < months.max()]]
        words += [f"months that others have are missing of {list_some(short)}"] if short else []
    return [f"{file.name}: {one}" for one in words]


def describe_thinned(rows: pa.Table, source: Source, file: SourceFile) -> list[str]:
    """Return a warning if rows are lost everywhere, so that no area is missing.

    In a year of releases by area and category, one category is in every area.
    """
    area = source.unique[0] if source.unique else ""
    is_release = source.spread_name == "month" and area in FEWEST_AREAS
    if not is_release or pc.count_distinct(rows["month"]).as_py() < FEWEST_WIDE:
        return []
    kind, areas = source.unique[-1], pc.count_distinct(rows[area]).as_py()
    counts = rows.select([kind, area]).group_by(kind).aggregate([(area, "count_distinct")])
    share = pc.max(counts[f"{area}_count_distinct"]).as_py() / areas
    if areas < FEWEST_AREAS[area] or share >= LEAST_WIDE:
        return []
    return [
        f"{file.name}: no {kind} is in more than {share:.0%} of its areas, and usually one is in all: rows may be lost"
    ]


def describe_absent(claimed: Sequence[Evidence]) -> list[str]:
    """Return a warning per source of numbered files, one per authority, of which some are there and others are not."""
    words = []
    for source in {one.source: None for one in claimed if one.source.download.each is not None}:
        first, last = source.download.each or (0, 0)
        wanted = {str(number) for number in range(first, last + 1)}
        held = {number for one in claimed if one.source is source for number in NUMBER.findall(one.file)} & wanted
        if held and (lacking := sorted(wanted - held)):
            words.append(
                f"{source.key}: {len(lacking)} of its {len(wanted)} files are missing, those of {list_some(lacking)}: "
                "their authorities have no places"
            )
    return words
