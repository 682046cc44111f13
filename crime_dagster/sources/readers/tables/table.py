"""Tables with one row per record, tables of places with coordinates, and boundaries on the National Grid."""

import re
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from crime_dagster.sources.catalogue.entry import CODE_PATTERNS, Source
from crime_dagster.sources.readers.formats.editions import choose_part
from crime_dagster.sources.readers.formats.limits import refuse_size
from crime_dagster.sources.readers.formats.maps import DEGREES, GRID, REGION, list_layers, move_to_grid, read_layer
from crime_dagster.sources.readers.formats.reading import Doubt, Reading, SourceFile, refuse, to_mask
from crime_dagster.sources.readers.tables.checks import check_codes, check_rows, check_texts
from crime_dagster.sources.readers.tables.grid import Grid, read_grid
from crime_dagster.sources.readers.tables.header import match_header, require_columns
from crime_dagster.sources.readers.tables.numbers import NUMBER, check_numbers, read_figures
from crime_dagster.sources.readers.tables.repeats import check_repeats
from crime_dagster.sources.readers.tables.rows import Rows, sort_records
from crime_dagster.sources.readers.tables.rules import COMPARE, describe_rules
from crime_dagster.sources.readers.tables.signs import describe_signs

# Around Great Britain, in degrees (EPSG:4326).
BOX = shapely.box(-9.0, 49.0, 2.5, 61.5)
# Coordinate columns, and the region in which a place can be.
PLACES = {("easting", "northing"): REGION, ("longitude", "latitude"): BOX}
# Of published areas 61% are nearest to one of the same neighbourhood, and 22% once codes are moved by a row.
LEAST_BESIDE = 0.4
FEWEST_SHAPES = 100
# Metres to which nobody publishes the place of a venue: several would be in the next area.
COARSE = 100
# Metres between the two ways in which a file gives a place.
FARTHEST = 500
# A genuine outline visits a point once, or twice where two of its parts touch.
FEWEST_POINTS = 1_000
MOST_VISITS = 3
# Shapely's type ids of Polygon and MultiPolygon.
AREAL = (3, 6)


def read_table(file: SourceFile, source: Source) -> Reading:
    """Read a table: one row per record that passed the checks."""
    return finish_table(_read_rows(file, source))


def read_points(file: SourceFile, source: Source) -> Reading:
    """Read a table of places in England and Wales (EPSG:27700, metres) or, in degrees (EPSG:4326), in Great Britain."""
    rows = _read_rows(file, source)
    before = int(np.count_nonzero(rows.is_kept))
    _check_places(rows)
    if before and not rows.is_kept.any():
        expected = "easting and northing in metres (EPSG:27700) or longitude and latitude in degrees (EPSG:4326)"
        remedy = "check whether the columns are swapped or in another system, or use the publisher's file"
        raise refuse(file, f"{before} rows, none with coordinates in Great Britain", expected, remedy)
    return finish_table(rows)


def finish_table(rows: Rows) -> Reading:
    """Make the landed table of checked rows; optional columns that the file lacks are empty."""
    mask = pa.array(rows.is_kept)
    found = {item.column.name: values.filter(mask) for item, values in rows.columns}
    found |= {name: labels.filter(mask) for name, labels in rows.labels.items()}
    numbers = pa.array(rows.numbers, type=pa.int64()).filter(mask)
    nothing = pa.nulls(len(numbers), type=pa.string())
    columns = {column.name: found.get(column.name, nothing) for column in rows.source.columns}
    table = pa.table({**columns, "row_number": numbers})
    warnings = [*rows.warnings, *describe_rules(table, rows.source, rows.file)]
    return Reading(table, rows.all_set_aside(), rows.rows_in, warnings)


def _read_rows(file: SourceFile, source: Source) -> Rows:
    grid = read_grid(file, source)
    # In a file of single crimes, a further column may be one of counts.
    if source.reader == "table" and "record_id" in source.options and grid.header.unused:
        unused = ", ".join(grid.header.unused)
        words = f"columns that are not landed: {unused}; each row counts as one crime"
        grid.warnings.append(Doubt(f"{file.name}: {words}"))
    rows = sort_records(grid, source, file)
    check_rows(rows)
    if source.reader == "table":
        _describe_strays(rows)
    return rows


def _describe_strays(rows: Rows) -> None:
    """Warn about coordinates outside Great Britain of records that count by the code of their area."""
    texts = {item.column.name: values for item, values in rows.columns if item.column.kind == "text"}
    if not {"longitude", "latitude"} <= {*texts}:
        return
    x, y = (_read_coordinates(texts[name]) for name in ("longitude", "latitude"))
    has_both = ~np.isnan(x) & ~np.isnan(y) & rows.is_kept
    words = "{} records have coordinates outside Great Britain; they count by their area alone (rows {}...)"
    rows.warn_of(np.flatnonzero(has_both & ~shapely.intersects_xy(BOX, x, y)), words, Doubt)


def _read_coordinates(values: pa.Array) -> np.ndarray:
    return read_figures(values, to_mask(pc.match_substring_regex(values, NUMBER)))


def _check_places(rows: Rows) -> None:
    numbers: dict[str, np.ndarray] = {
        item.column.name: _read_coordinates(values)
        for item, values in rows.columns
        if any(item.column.name in pair for pair in PLACES)
    }
    has_place, is_outside = np.zeros((2, len(rows.records)), dtype=bool)
    for (x, y), region in PLACES.items():
        if x in numbers and y in numbers:
            has_pair = ~(np.isnan(numbers[x]) | np.isnan(numbers[y]))
            has_place |= has_pair
            is_outside |= has_pair & ~shapely.intersects_xy(region, numbers[x], numbers[y])
    for mask, reason in ((~has_place, "unlocated"), (is_outside, "outside")):
        rows.warn_of(rows.drop(mask, reason), f"{{}} rows excluded as {reason} (rows {{}}...)")
    metres = np.concatenate(
        [numbers[name][rows.is_kept] for name in ("easting", "northing") if name in numbers] or [[]]
    )
    if metres.size >= FEWEST_SHAPES and (metres[~np.isnan(metres)] % COARSE == 0).all():
        rows.doubt(f"all eastings and northings are multiples of {COARSE} m: rounded, they may be in other areas")
    if len(numbers) == 2 * len(PLACES):
        shown = gpd.points_from_xy(numbers["longitude"], numbers["latitude"], crs=DEGREES).to_crs(GRID)
        is_apart = np.hypot(shown.x - numbers["easting"], shown.y - numbers["northing"]) > FARTHEST
        words = f"{{}} places are over {FARTHEST:,} m apart in metres and in degrees; the metres count (rows {{}}...)"
        rows.warn_of(np.flatnonzero(is_apart & rows.is_kept), words, Doubt)


def read_boundaries(file: SourceFile, source: Source) -> Reading:
    """Read areas from a map: attributes as text, `geometry_wkb` (polygons in EPSG:27700, metres, two dimensions)."""
    frame, warnings = _read_map(file, source)
    rows = sort_records(_as_grid(frame, source, file, warnings), source, file)
    check_codes(rows)
    check_texts(rows)
    check_numbers(rows)
    describe_signs(rows)
    moved = move_to_grid(frame.geometry, file)
    rows.warnings.extend(moved.warnings)
    shapes = moved.shapes[rows.numbers - 1]
    strays = rows.drop(moved.is_outside[rows.numbers - 1], "outside")
    rows.warn_of(strays, "{} shapes are outside England and Wales, excluded (rows {})")
    rows.drop(shapely.is_missing(shapes) | shapely.is_empty(shapes), "no_geometry")
    shapes = _join_parts(shapes, rows)
    check_repeats(rows)
    shapes, repaired = _repair(shapes, file)
    rows.drop(shapely.is_empty(shapes), "no_geometry")
    rows.warn_of(np.flatnonzero(rows.reasons == "no_geometry"), "{} areas without a shape, excluded")
    rows.warn_of(np.flatnonzero(repaired & rows.is_kept), "{} invalid shapes repaired (rows {})")
    if any(item.column.kind in CODE_PATTERNS for item in rows.fields):
        # Areas are side by side: one that has the centre of another is the wrong shape.
        centres = shapely.point_on_surface(shapes[rows.is_kept])
        inside, around = shapely.STRtree(shapes[rows.is_kept]).query(centres, predicate="within")
        places = np.flatnonzero(rows.is_kept)[np.unique(inside[inside != around])]
        rows.warn_of(places, "{} areas are inside the shape of another one; both are kept (rows {})", Doubt)
        _describe_moved(rows, centres)
    reading = finish_table(rows)
    binary = pa.array(shapely.to_wkb(shapes[rows.is_kept]), type=pa.binary())
    place = reading.rows.column_names.index("row_number")
    return replace(reading, rows=reading.rows.add_column(place, "geometry_wkb", binary))


def _describe_moved(rows: Rows, centres: np.ndarray) -> None:
    """Warn if the nearest of few areas has its name: Camden 001A is beside 001B, but not if names were sorted alone."""
    named = next((values for item, values in rows.columns if re.match(r"lsoa(11)?_name$", item.column.name)), None)
    if named is None or len(centres) < FEWEST_SHAPES:
        return
    names = pc.replace_substring_regex(named, r"\w$", "").to_numpy(zero_copy_only=False)[rows.is_kept]
    one, other = shapely.STRtree(centres).query_nearest(centres, exclusive=True, all_matches=False)
    share = np.mean(names[one] == names[other]) if one.size else 1
    if share < LEAST_BESIDE:
        words = f"only {share:.0%} of the areas are nearest to one of the same neighbourhood, and usually 60%"
        rows.doubt(f"{words}: codes and names may be moved against the shapes; {COMPARE}")


def _read_map(file: SourceFile, source: Source) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return areas and attributes from the layer that has the source's columns, and warnings."""
    layers = list_layers(file)
    wanted = source.options.get("layer")
    fitting = [name for name, names in layers.items() if not match_header(0, names, source.columns).missing]
    fitting = [wanted] if wanted in layers else fitting
    frames = {name: read_layer(file, name) for name in fitting or list(layers)[:1]}
    filled = [name for name, (frame, _) in frames.items() if len(frame)]
    if not filled:
        raise refuse(file, "no shapes", "one polygon per area")
    layer, warnings = choose_part(filled, "layers", file)
    frame, more = frames[layer]
    if layer == wanted:
        # A national file is cut to the city; an extract may have other layer names.
        left, bottom, right, top = source.options["box"]
        frame = frame.cx[left:right, bottom:top].reset_index(drop=True)
    if frame.geometry.isna().all():
        raise refuse(file, "no shapes", "one polygon per area")
    return frame, [*warnings, *more]


def _as_grid(frame: gpd.GeoDataFrame, source: Source, file: SourceFile, warnings: list[str]) -> Grid:
    names = [str(name) for name in frame.columns if name != frame.geometry.name]
    header = require_columns(match_header(0, names, source.columns), source, file.name)
    columns = [["" if cell is None or cell != cell else str(cell) for cell in frame[name]] for name in names]
    return Grid(header, [list(record) for record in zip(*columns, strict=True)], warnings)


def _join_parts(shapes: np.ndarray, rows: Rows) -> np.ndarray:
    """Return one shape per area: a repeated code with another shape is a further part of the area."""
    key = next((place for place, item in enumerate(rows.fields) if item.column.name in rows.source.unique), None)
    if key is None or len(rows.source.unique) != 1:
        return shapes
    joined = shapes.copy()
    first: dict[str, int] = {}
    is_part = np.zeros(len(shapes), dtype=bool)
    codes = rows.values[key].to_pylist()
    for index in np.flatnonzero(rows.is_kept).tolist():
        code = codes[index]
        original = first.setdefault(code, index)
        if original != index and not shapely.equals(shapes[original], shapes[index]):
            joined[original] = shapely.union_all(shapely.make_valid([joined[original], shapes[index]]))
            is_part[index] = True
    parts = rows.drop(is_part, "duplicate")
    rows.warn_of(parts, "{} shapes are further parts of areas above and joined to them (rows {})")
    return joined


def _repair(shapes: np.ndarray, file: SourceFile) -> tuple[np.ndarray, np.ndarray]:
    """Make shapes valid and keep only polygons; also return the mask of invalid ones."""
    invalid = ~shapely.is_valid(shapes) & ~shapely.is_missing(shapes)
    for shape in shapes[invalid]:
        # Repairing an outline that crosses itself very often takes memory by the square of its points.
        points = shapely.get_coordinates(shape)
        places = len(np.unique(points, axis=0))
        if len(points) > FEWEST_POINTS and len(points) > MOST_VISITS * places:
            found = f"an outline of {len(points):,} points that are {places:,} places"
            raise refuse_size(file, found, "outlines that visit each place once")
    fixed = shapes.copy()
    fixed[invalid] = shapely.make_valid(shapes[invalid])
    areal = np.isin(shapely.get_type_id(fixed), AREAL)
    for index in np.flatnonzero(~areal & ~shapely.is_missing(fixed)):
        parts = shapely.get_parts(fixed[index])
        polygons = parts[np.isin(shapely.get_type_id(parts), AREAL)]
        fixed[index] = shapely.union_all(polygons) if len(polygons) else shapely.Polygon()
    return fixed, invalid
