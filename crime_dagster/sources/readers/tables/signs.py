"""Signs that a person or a program has changed a table: warnings about rows that are kept."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.errors import list_some
from crime_dagster.sources.catalogue.entry import CODE_PATTERNS, SourceColumn
from crime_dagster.sources.readers.formats.reading import Doubt, to_mask
from crime_dagster.sources.readers.tables.header import Field
from crime_dagster.sources.readers.tables.repeats import describe_repeats
from crime_dagster.sources.readers.tables.rows import Rows, tidy_text
from crime_dagster.sources.readers.tables.rules import COMPARE
from crime_dagster.sources.vocabulary.areas import find_borough, list_other_codes, load_homes
from crime_dagster.sources.vocabulary.calendar_months import NAMES

SHOWN = 5
# The census of 2021 moved a few areas in ten thousand to another local authority.
MOST_MOVED = 1 / 1000
# Camden 001A is in Camden.
AREA_NAME = r" \d{3}[A-Z]$"
AREA_CODE = re.compile(r"^(lsoa(11|21)?)_code$")
LARGER_CODE = re.compile(r"^([lm]soa(11|21)?|borough|ward)_code$")
# What spreadsheets make of codes and bands such as 1/2 and 10-17.
DATE = rf"(?i)^(\d{{1,2}}-({'|'.join(NAMES)})|({'|'.join(NAMES)})-\d\d|\d{{4}}-\d\d-\d\d)$"
DATED = "dates, which a spreadsheet makes of codes such as 1/2 and bands such as 10-17"
NEVER = "$^."
YEAR = r"^(19|20)\d\d$"
# What is left of letters beyond ASCII whose UTF-8 was read as another encoding and saved so.
GARBLED = r"Ã[\x{80}-\x{bf}\x{152}-\x{2122}]|Â[\x{a0}-\x{bf}]|â€"
GARBLED_WORDS = "letters read in a wrong encoding before"
# Columns of which the first has one value of the second.
PAIRS = [(f"{stem}_code", f"{stem}_name") for stem in ("ward", "msoa", "msoa11", "borough")]
PAIRS += [("ward_code", "borough_code"), ("msoa_code", "borough_code")]
# Of published records at shared points, up to 5% are in another area, and a third once codes are moved.
FEWEST_AT_POINTS, MOST_ELSEWHERE = 100, 0.1
# Fewer rows may be in any order.
FEWEST_SORTED = 20


def describe_signs(rows: Rows) -> None:
    """Warn about texts, codes and figures that no publisher has so; their rows are kept."""
    for item, values in rows.columns:
        if item.column.kind == "text":
            _describe_spoilt(rows, values, item)
        if item.column.kind == "lsoa_code":
            _describe_other_year(rows, values, item)
    _describe_homes(rows)
    _describe_points(rows)
    _describe_names(rows)
    _describe_links(rows)
    _describe_sorted(rows)
    _describe_blanks(rows)
    if rows.source.options.get("watched_repeats"):
        describe_repeats(rows)


def _is_filled(column: SourceColumn) -> bool:
    return column.kind == "text" and (column.required or bool(LARGER_CODE.search(column.name)))


def _describe_spoilt(rows: Rows, values: pa.Array, item: Field) -> None:
    """Warn about texts that a spreadsheet or an editor has changed, or that the source's option `values` lacks."""
    # A column that is also read as a month has dates.
    is_dated = any(item.position == other.position and other.column.kind == "month" for other in rows.fields)
    signs = [
        (to_mask(pc.match_substring_regex(values, NEVER if is_dated else DATE)), DATED),
        (to_mask(pc.match_substring_regex(values, GARBLED)), GARBLED_WORDS),
    ]
    if known := rows.source.options.get("values", {}).get(item.column.name):
        words = f"values that the project does not know and may not count (known: {', '.join(known)})"
        is_known = pc.is_in(values, value_set=pa.array([*known, None], type=pa.string()))
        signs.append((~to_mask(is_known), words))
    if item.column.name == "year":
        is_year = to_mask(pc.fill_null(pc.match_substring_regex(values, YEAR), True))
        is_future = to_mask(pc.greater(values, f"{datetime.now(UTC):%Y}"))
        signs += [(~is_year, "no years"), (is_year & is_future, "years still to come")]
    for mask, words in signs:
        found = np.flatnonzero(mask & rows.is_kept)
        if found.size:
            named = list_some([f"row {rows.numbers[index]} {values[index].as_py()!r}" for index in found[:SHOWN]])
            # Letters change no figure.
            kind = str if words == GARBLED_WORDS else Doubt
            rows.warn(f"{found.size} cells are {words}, and kept: {named}; {COMPARE}", item, kind)


def _describe_other_year(rows: Rows, values: pa.Array, item: Field) -> None:
    """Warn about areas that only the other census has: their figures would be joined to nothing."""
    year = next((f"20{digits}" for digits in ("11", "21") if digits in item.column.name), rows.source.lsoa_vintage)
    found = sorted(list_other_codes(year).intersection(pc.unique(values).to_pylist())) if year else []
    if found:
        words = f"{len(found)} codes are not among those of {year} but of another census: {list_some(found)}"
        rows.doubt(f"{words}; the areas of {year} in their place have no figures", item)


def _describe_homes(rows: Rows) -> None:
    """Warn about areas in another local authority than theirs: codes were moved against the other columns."""
    newer, older = load_homes("2021"), load_homes("2011")
    known = set(newer.values())
    told: list[pa.Array] = []
    for codes, named in _pair_codes(rows):
        if any(codes is one for one in told):
            continue
        said = pc.replace_substring_regex(named, AREA_NAME, "")
        columns = pa.table({"code": codes, "said": said, "row": rows.numbers}).filter(pa.array(rows.is_kept))
        pairs = columns.group_by(["code", "said"]).aggregate([("row", "min")]).sort_by("row_min")
        texts = pc.unique(pairs["said"]).to_pylist()
        homes = {name: name if name in known else find_borough(name or "") for name in texts}
        wrong = [
            f"row {row} {code} in {name!r}"
            for code, name, row in zip(*(pairs[key].to_pylist() for key in ("code", "said", "row_min")), strict=True)
            if homes[name]
            and (home := code if code in known else newer.get(code) or older.get(code))
            and home != homes[name]
        ]
        if len(wrong) > MOST_MOVED * len(pairs):
            told.append(codes)
            words = f"{len(wrong):,} of {len(pairs):,} areas are not in the local authority that their row names"
            rows.doubt(f"{words}: {list_some(wrong)}; the codes may be moved against the other columns: {COMPARE}")


def _describe_points(rows: Rows) -> None:
    """Warn about points in several areas: codes were moved against coordinates. A few points are on an edge."""
    values = {item.column.name: values for item, values in rows.columns}
    names = ("longitude", "latitude", "lsoa_code")
    if not {*names} <= {*values}:
        return
    records = pa.table({name: values[name] for name in names}).filter(pa.array(rows.is_kept)).drop_null()
    pairs = records.group_by([*names]).aggregate([([], "count_all")])
    points = pairs.group_by(["longitude", "latitude"]).aggregate([("count_all", "sum"), ("count_all", "max")])
    shared = points.filter(pc.greater(points["count_all_sum"], 1))
    count = pc.sum(shared["count_all_sum"]).as_py() or 0
    elsewhere = count - (pc.sum(shared["count_all_max"]).as_py() or 0)
    if count >= FEWEST_AT_POINTS and elsewhere > MOST_ELSEWHERE * count:
        words = f"{elsewhere:,} of {count:,} records are in another area than others at the same coordinates"
        rows.doubt(f"{words}: codes may be moved against the coordinates; {COMPARE}")


def _describe_names(rows: Rows) -> None:
    """Warn about larger areas that have several names, or are in several boroughs: a column was moved."""
    values = {item.column.name: values for item, values in rows.columns}
    for name, other in PAIRS:
        if not {name, other} <= {*values}:
            continue
        columns = pa.table({"code": values[name], "other": pc.utf8_lower(values[other])})
        counts = columns.filter(pa.array(rows.is_kept)).group_by("code").aggregate([("other", "count_distinct")])
        several = counts.filter(pc.greater(counts["other_count_distinct"], 1))["code"].drop_null().to_pylist()
        if several:
            words = f"{len(several):,} values of {name} have several of {other}: {list_some(sorted(several))}"
            rows.doubt(f"{words}; a column may be moved: {COMPARE}")


def _pair_codes(rows: Rows) -> Iterator[tuple[pa.Array, pa.Array]]:
    """Yield columns of codes with what else in their rows says where they are, a column that is not landed too."""
    values = {item.column.name: values for item, values in rows.columns}
    for name, codes in values.items():
        if match := AREA_CODE.match(name):
            places = [one for one in (f"{match[1]}_name", "borough_code", "borough") if one in values]
            yield from ((codes, values[place]) for place in places[:1] + places[1:2])
            first = rows.records[0] if rows.records else []
            place = next((at for at, cell in enumerate(first) if re.search(AREA_NAME, cell.strip())), None)
            if place is not None and not places:
                yield codes, tidy_text([record[place] for record in rows.records])
    if {"borough_code", "borough_name"} <= {*values}:
        yield values["borough_code"], values["borough_name"]


def _describe_links(rows: Rows) -> None:
    """Warn about areas that a lookup calls unchanged and gives another code, or the reverse: a column was moved."""
    values = {item.column.name: values for item, values in rows.columns}
    codes = [values[name] for name in values if re.match(r"[lm]soa(11|21)_code$", name)]
    if len(codes) != 2 or "change_indicator" not in values:
        return
    is_same, is_unchanged = pc.equal(*codes), pc.equal(values["change_indicator"], "U")
    wrong = np.flatnonzero(to_mask(pc.xor(is_same, pc.fill_null(is_unchanged, False))) & rows.is_kept)
    words = "{} areas are called unchanged and have another code, or the reverse (rows {}...); "
    rows.warn_of(wrong, words + COMPARE, Doubt)


def _describe_sorted(rows: Rows) -> None:
    """Warn about figures in the order of their size beside codes in the order of theirs: one was sorted alone."""
    codes = next((values for item, values in rows.columns if item.column.kind in CODE_PATTERNS), None)
    listed = [] if codes is None else codes.filter(pa.array(rows.is_kept)).to_pylist()
    # Of one area, years may only rise.
    if len(set(listed)) < FEWEST_SORTED or listed != sorted(listed):
        return
    found = []
    for place, figures in rows.figures.items():
        steps = np.diff(figures[rows.is_kept])
        is_sorted = (steps >= 0).all() or (steps <= 0).all()
        if is_sorted and np.count_nonzero(steps) >= FEWEST_SORTED / 2:
            found.append(f"'{rows.fields[place].header}'")
    if found:
        rows.doubt(f"figures and codes are both in order, in {list_some(found)}: one may be sorted alone; {COMPARE}")


def _describe_blanks(rows: Rows) -> None:
    """Warn about blank cells in columns that every row of a published file fills, or of option `watched_blanks`.

    Records of single crimes and searches lack much.
    """
    source = rows.source
    watched = source.options.get("watched_blanks", () if "record_id" in source.options else None)
    found = [
        f"'{item.header}' ({blanks})"
        for item, values in rows.columns
        if (item.column.name in watched if watched is not None else _is_filled(item.column))
        and (blanks := int(np.count_nonzero(to_mask(pc.is_null(values)) & rows.is_kept)))
    ]
    if found:
        # A figure without its area or category is in no sum of them. Some publishers leave watched cells blank.
        kind = Doubt if watched is None and rows.figures else str
        rows.warn(f"blank cells in {list_some(found)}; their rows are kept", kind=kind)
