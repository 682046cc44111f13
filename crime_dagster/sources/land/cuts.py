"""The rows of a chosen place: all others are counted, and neither landed nor listed."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from crime_dagster.core.data_set import DataSet
from crime_dagster.core.errors import InputError, list_some
from crime_dagster.core.places import find_place, fold, list_forces, load_authorities, shorten_force
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.folder.archives import open_files
from crime_dagster.sources.folder.folder import stamp_folder
from crime_dagster.sources.folder.inventory import find_files
from crime_dagster.sources.readers import READERS
from crime_dagster.sources.readers.formats.reading import Reading, SourceFile, to_mask
from crime_dagster.sources.vocabulary.areas import VINTAGES, KnownAreas, load_areas

AREA_NAMES = re.compile(r"^lsoa(11|21)?_code$")
AUTHORITY_NAMES = ("borough_code", "department")
OUTSIDE = "outside"
FORCE_NAME = "reported_by"
FORCE_IN_NAME = "force"  # the landed column of files whose name gives the force
SHOWN = 5


@dataclass(frozen=True)
class Cut:
    """What of the published files is in a chosen place."""

    name: str
    authorities: frozenset[str]
    forces: frozenset[str]
    areas: KnownAreas = field(compare=False)
    is_real: bool = True  # whether its codes are those of England and Wales
    is_default: bool = False  # whether nobody chose it: boundaries alone are cut then, if some are of the place

    def describe_absence(self, source: Source) -> str:
        """Return why a source is not used for the place; empty if it may be.

        Points elsewhere would leave areas of the place with zero of them, so points have to cover the whole place.
        """
        if not self.is_real or self.is_default or not source.covers:
            return ""
        covered = find_place(source.covers, load_authorities())
        shared = self.authorities & covered.authorities if covered else frozenset()
        if shared == self.authorities or (shared and not source.options.get("placed")):
            return ""
        return f"it covers {source.covers} alone, {'of which' if shared else 'not'} {self.name}"


def find_cut(data_set: DataSet, data_dir: Path) -> Cut | None:
    """Return the cut of a data set; None if all that its files hold counts.

    The small areas of a made-up country are in no built-in list: its boundaries and lookups have them.
    """
    place = data_set.chosen
    if place is None:
        return None
    if not data_set.synthetic:
        areas = load_areas(place.authorities, place.name)
        forces = list_forces(place)
    else:
        found = _list_areas(data_dir, stamp_folder(data_dir))
        codes = {
            year: frozenset(area for of, area, authority in found if of == year and authority in place.authorities)
            for year in VINTAGES
        }
        areas = KnownAreas(codes, f"the files about {place.name}")
        forces = frozenset(force for force, named in data_set.forces.items() if place.authorities.intersection(named))
    is_real, is_default = not data_set.synthetic, not data_set.is_cut
    return Cut(place.name, place.authorities, forces, areas, is_real=is_real, is_default=is_default)


@lru_cache(maxsize=2)
def _list_areas(data_dir: Path, _stamp: object) -> frozenset[tuple[str, str, str]]:
    """Return year, code and local authority of small areas, from boundaries and lookups of a folder."""
    found: set[tuple[str, str, str]] = set()
    for source in load_catalogue().values():
        names = source.options.get("areas_of_place", ()) if "borough_code" in source.landed_names else ()
        with open_files(find_files(source, data_dir) if names else []) as files:
            for rows in (READERS[source.reader](file, source).rows for file in files):
                authorities = rows["borough_code"].to_pylist()
                for name in names:
                    year = "2011" if name.startswith("lsoa11") else source.lsoa_vintage or VINTAGES[0]
                    found.update((year, *pair) for pair in zip(rows[name].to_pylist(), authorities, strict=True))
    return frozenset(found)


def cut_reading(reading: Reading, source: Source, file: SourceFile, cut: Cut | None) -> Reading:
    """Leave out the rows of other places; a source without codes of areas or local authorities is left as it is.

    A row that links codes stays if one of them is in the place. A row without a code stays if the place's police
    recorded it, or if no force is given and the file has rows of the place.
    """
    names = [name for name in source.landed_names if AREA_NAMES.match(name)]
    known: frozenset[str] = frozenset() if cut is None else cut.areas.every_code
    # Points are laid over the areas later: those beyond the border of the place are near some of them.
    if not names and cut is not None and not source.options.get("placed"):
        names, known = [name for name in source.landed_names if name in AUTHORITY_NAMES], cut.authorities
    is_asked = cut is not None and (not cut.is_default or source.needed_for == "areas")
    if cut is None or not is_asked or not reading.rows.num_rows:
        return reading
    if FORCE_IN_NAME in source.landed_names:
        return _cut_searches(reading, source, file, cut)
    if not names:
        return reading
    inside, blank = np.zeros(reading.rows.num_rows, dtype=bool), np.ones(reading.rows.num_rows, dtype=bool)
    for name in names:
        inside |= to_mask(pc.is_in(reading.rows[name], value_set=pa.array(sorted(known), type=pa.string())))
        blank &= to_mask(pc.is_null(reading.rows[name]))
    if FORCE_NAME in source.landed_names:
        own = pc.is_in(reading.rows[FORCE_NAME], value_set=pa.array(sorted(cut.forces), type=pa.string()))
        keep = inside | (blank & to_mask(own))
    else:
        keep = inside | (blank & inside.any())
    if keep.all() or (cut.is_default and not keep.any()):
        return reading
    held = describe_places(reading.rows.filter(pa.array(~keep))[names[-1]])
    return _keep_rows(reading, keep, f"outside the place {cut.name}, not landed{held}", file)


def _cut_searches(reading: Reading, source: Source, file: SourceFile, cut: Cut) -> Reading:
    """Leave out what another force's officers did where nobody knows; where a place is stated, a run looks it up."""
    force = source.values_in_name(file.name)[FORCE_IN_NAME] or ""
    if fold(force) in {fold(shorten_force(name)) for name in cut.forces}:
        return reading
    keep = to_mask(pc.is_valid(reading.rows["longitude"])) & to_mask(pc.is_valid(reading.rows["latitude"]))
    if keep.all():
        return reading
    return _keep_rows(reading, keep, f"of another force than those of {cut.name} state no place, not landed", file)


def _keep_rows(reading: Reading, keep: np.ndarray, words: str, file: SourceFile) -> Reading:
    rows = reading.rows.filter(pa.array(keep))
    outside = pc.count_distinct(reading.rows["row_number"]).as_py() - pc.count_distinct(rows["row_number"]).as_py()
    note = f"{file.name}: {outside:,} records {words}"
    return replace(reading, rows=rows, rows_outside=outside, warnings=[*reading.warnings, note])


def describe_places(codes: pa.ChunkedArray) -> str:
    """Return which police areas some codes of areas or local authorities are in; empty if that is not known."""
    found = set(pc.unique(codes).to_pylist())
    names: Counter[str] = Counter()
    for force in dict.fromkeys(one.force for one in load_authorities()):
        own = frozenset(one.code for one in load_authorities() if one.force == force)
        names[force] = len(found & (own | load_areas(own, force).every_code))
    listed = [f"{force} ({count:,})" for force, count in names.most_common() if count]
    return f"; areas of {list_some(listed, SHOWN, ', ')}" if listed else ""


def refuse_elsewhere(source: Source, names: Iterable[str], cut: Cut | None, warnings: Iterable[str]) -> InputError:
    """Return the error for required files that hold nothing of the place."""
    place = cut.name if cut else "the place"
    return InputError(
        file=", ".join(names),
        found=f"no row of {place}: " + "; ".join(warnings),
        expected=f"rows of {source.key} for {place}",
        remedy=f"fetch the file that covers {place} ({source.landing_page}), or set CRIME_PLACE to what is there",
    )
