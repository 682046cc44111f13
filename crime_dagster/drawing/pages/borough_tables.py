"""The data of the borough pages."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from crime_dagster.core.facts import Row, list_rows
from crime_dagster.drawing.kit.year import Year

MOST_MONTHS = 12


@dataclass(frozen=True)
class HarmTables:
    """Rows of `marts.harm` of the city and boroughs, and the publisher's page of weights."""

    rows: pd.DataFrame
    weights_page: str


@dataclass(frozen=True)
class BoroughTables:
    """Figures of all boroughs; tables that a data set lacks have no rows."""

    # By name: borough_code, borough_name, slug, group (the force that lists have it under; may be empty), group_slug.
    boroughs: pd.DataFrame
    types: tuple[Year, ...]  # all crime first
    months: pd.DataFrame  # `marts.borough_months`
    breaks: pd.DataFrame  # `marts.recording_breaks`
    force: str  # the force that covers most boroughs
    # Borough code to its row of `marts.borough_years` for the first crime type in the year before.
    before: Mapping[str, Row]
    # Borough code to its rows of `marts.headline_totals` for the first crime type.
    totals: Mapping[str, Sequence[Row]]
    # Code of a late borough to its types in its own latest year.
    late: Mapping[str, tuple[Year, ...]]
    from_street: Collection[str]  # codes of boroughs that are counted from street-level files
    hotspots: pd.DataFrame
    what_ifs: pd.DataFrame  # with `detail`: the change, in words
    similar: pd.DataFrame
    traits: pd.DataFrame  # `marts.place_traits`
    categories: pd.DataFrame
    forecasts: pd.DataFrame
    harm: HarmTables | None
    force_months: pd.DataFrame  # `marts.force_months`

    @property
    def first(self) -> Year:
        """Main crime type of the pages: all crime if the data set has it."""
        return self.types[0]

    def list_months(self, code: str) -> pd.DataFrame:
        return self.months[self.months["borough_code"] == code].sort_values("month")

    def find_force(self, months: pd.DataFrame) -> str:
        """Return the force that a borough's figures are from, by its months; the data set's own if there are none."""
        return self.force if months.empty else str(months["force"].iloc[-1])

    def find_breaks(self, months: pd.DataFrame) -> pd.DataFrame:
        """Return breaks in the recording of the force that a borough's figures are from."""
        return self.breaks[self.breaks["force"] == self.find_force(months)]


def describe_harm(tables: HarmTables | None, place_code: str) -> Row | None:
    """Return a place's years and latest months, newest first, both empty where the data set has no weights.

    None if there are weights and no figures of this place.
    """
    if tables is None:
        return None
    years, months = (
        list_rows(tables.rows, "-period", place_code=place_code, period_kind=kind)[:MOST_MONTHS]
        for kind in ("year", "month")
    )
    found = {"years": years, "months": months, "weights_page": tables.weights_page}
    return found if years or tables.rows.empty else None
