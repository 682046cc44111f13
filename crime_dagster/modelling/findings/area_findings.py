"""Findings about an area's recorded crime in a year: hot spot, significant change, rank."""

from dataclasses import dataclass

import pandas as pd

from crime_dagster.modelling.findings.hotspots import FEWEST_HALF_YEARS, HALF_YEAR, find_hotspots
from crime_dagster.modelling.findings.ranks import rank_areas_with_intervals
from crime_dagster.modelling.kit.change import find_changes, measure_dispersion


@dataclass(frozen=True)
class AreaFindings:
    """The findings of one crime type."""

    # One row per area, sorted by code: `lsoa_code, gi_star, p_value, is_hot, hotspot_class, crimes_before, crimes,
    # change_pct, change_p_value, is_clear_change, change_direction, rank, rank_lower_90, rank_upper_90`.
    areas: pd.DataFrame
    dispersion: float  # variance over mean of an area's months, used in the tests
    notes: list[str]  # missing findings, and why


def find_area_findings(
    crimes: pd.Series,
    crimes_before: pd.Series,
    months: pd.DataFrame,
    residents: pd.Series,
    coordinates: pd.DataFrame,
    seed: int = 0,
) -> AreaFindings:
    """Find hot spots, changes and ranks of one crime type; where data is insufficient they are missing, with a note.

    All are indexed by `lsoa_code`, NaN where not known. `months` has a column per month in order up to the year's last,
    or none; `coordinates` are `easting` and `northing` of each area's centre in metres.
    """
    index = crimes.index.sort_values()
    crimes, crimes_before = crimes.reindex(index).astype(float), crimes_before.reindex(index).astype(float)
    months = months.reindex(index)
    dispersion = measure_dispersion(months)
    areas = pd.concat(
        [
            find_hotspots(crimes, months, residents.reindex(index), coordinates, seed),
            find_changes(crimes_before, crimes, dispersion),
            rank_areas_with_intervals(crimes, dispersion, seed),
        ],
        axis=1,
    )
    notes = _note_gaps(areas, months)
    return AreaFindings(areas.rename_axis("lsoa_code").reset_index(), dispersion, notes)


def _note_gaps(areas: pd.DataFrame, months: pd.DataFrame) -> list[str]:
    reported, least = areas["crimes"].notna(), FEWEST_HALF_YEARS * HALF_YEAR
    unclassed = int((areas["is_hot"].notna() & areas["hotspot_class"].isna()).sum())
    too_short = months.shape[1] < least
    notes = {
        f"{int((~reported).sum())} of {len(areas)} areas are not reported in this year": not reported.all(),
        "too few areas to compare a neighbourhood with": bool(reported.any() and areas["is_hot"].isna().all()),
        "no crime in this year": bool(reported.any() and not areas["crimes"].sum() > 0),
        "the year before is not known, so no change": areas["crimes_before"].isna().all(),
        f"{months.shape[1]} months, and a class over time needs {least}": too_short,
        f"{unclassed} areas lack months that a class over time needs": bool(unclassed and not too_short),
        "fewer than twelve months: chance is judged as if counts were Poisson": months.shape[1] < 12,
    }
    return [note for note, applies in notes.items() if applies]
