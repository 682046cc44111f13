"""What every picture is drawn from: areas, one year's figures per crime type, and the words that sign it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from crime_dagster.core.crime_types import CrimeType, list_analysed
from crime_dagster.core.records import note_file, noted
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.runtime.landed import is_landed
from crime_dagster.defs.runtime.reported_place import PLACES, read_place
from crime_dagster.drawing.kit import cautions
from crime_dagster.drawing.kit.classes import class_breaks
from crime_dagster.drawing.kit.finish import Stamp
from crime_dagster.drawing.kit.geometry import Areas, prepare_areas
from crime_dagster.drawing.kit.words import year_to
from crime_dagster.sources.catalogue.catalogue import Source, load_catalogue

# Names of places stand on every picture, so who gave them is named too.
NAMES_SOURCE = "house_of_commons_library/msoa_names"
YEAR_MARTS = (
    *("lsoas", "lsoa_features", "lsoa_years", "lsoa_predictions", "coverage", "recording_breaks"),
    PLACES,
)


@dataclass(frozen=True)
class Year:
    """One crime type in the newest year.

    Args:
        crime: The crime type.
        last_month: First day of the last of the twelve months.
        values: A row per LSOA: lsoa_code, recorded, recorded_before, residents, area_km2, predicted, lower_90,
            upper_90; NaN where it is not known.
        is_reported: Whether enough areas have a figure for a picture.
        provisional: Which of its months are still revised, a sentence; may be empty.
        changes: What changed in the recording of this year and the one before, a sentence or two; may be empty.
        place: What its figures speak of, for titles.
    """

    crime: CrimeType
    last_month: dt.date
    values: pd.DataFrame
    is_reported: bool
    provisional: str = ""
    changes: str = ""
    place: str = ""

    @property
    def period_label(self) -> str:
        """As in "12 months to February 2026"."""
        return year_to(self.last_month)

    @property
    def recorded(self) -> pd.Series:
        """Recorded crimes, indexed by LSOA code."""
        return self.values.set_index("lsoa_code")["recorded"]

    @property
    def crimes_before(self) -> float | None:
        """Crimes of the year before in the very areas that report this year; None where one of these has no figure."""
        before = self.values.loc[self.values["recorded"].notna(), "recorded_before"]
        return float(before.sum()) if len(before) and before.notna().all() else None

    @property
    def predicted(self) -> pd.Series | None:
        """Predicted crimes, indexed by LSOA code; None where there is no prediction."""
        series = self.values.set_index("lsoa_code")["predicted"]
        return series if series.notna().any() else None

    @property
    def breaks(self) -> list[float]:
        """Limits of the bands that recorded and predicted share."""
        return class_breaks(self.values["recorded"], self.values["predicted"])


def read_areas(settings: Settings) -> Areas:
    """The areas of the data set, ready to be drawn."""
    lsoas = read_mart(settings.database, "lsoas")
    shapes = gpd.GeoSeries.from_wkb(lsoas["geometry_wkb"].map(bytes), crs="EPSG:27700")
    note_file(settings.dbt_dir / "seeds" / "borough_labels.csv")
    labels = pd.read_csv(settings.dbt_dir / "seeds" / "borough_labels.csv")
    return prepare_areas(gpd.GeoDataFrame(lsoas.drop(columns="geometry_wkb"), geometry=shapes), labels=labels)


def read_years(settings: Settings, crimes: list[CrimeType]) -> list[Year]:
    """The newest year of each crime type, with predictions where a model made them."""
    features = read_mart(settings.database, "lsoa_features")
    force = read_place(settings).force
    breaks = read_mart(settings.database, "recording_breaks", {"force": force})
    last_month = pd.Timestamp(features["year_ending"].max()).date()
    analysed = list_analysed(features, crimes)
    first_month = _months_before(last_month, 11)
    provisional = cautions.provisional_words(read_mart(settings.database, "coverage"), force, first_month, last_month)
    return [
        Year(
            crime,
            last_month,
            _join_year(settings, features, crime.crime_type, last_month),
            crime in analysed,
            provisional,
            " ".join(
                cautions.find_breaks(breaks, crime.crime_type, _months_before(last_month, 23), last_month)["words"]
            ),
            read_place(settings, crime.crime_type).name,
        )
        for crime in crimes
    ]


def _months_before(month: dt.date, months: int) -> dt.date:
    return (pd.Timestamp(month) - pd.DateOffset(months=months)).date()


def _join_year(settings: Settings, features: pd.DataFrame, crime_type: str, last_month: dt.date) -> pd.DataFrame:
    years = read_mart(settings.database, "lsoa_years", {"crime_type": crime_type})
    predictions = read_mart(settings.database, "lsoa_predictions", {"model": "explain", "crime_type": crime_type})
    newest = features[["lsoa_code", "residents", "area_km2", f"crimes_{crime_type}"]].rename(
        columns={f"crimes_{crime_type}": "recorded"}
    )
    before = years[pd.to_datetime(years["year_ending"]).dt.date < last_month]
    # Predictions of another year than the one that is shown belong to models that have not run since.
    is_ours = pd.to_datetime(predictions["period_end"]).dt.to_period("M") == pd.Period(last_month, "M")
    ours = predictions[is_ours]
    return newest.merge(
        before[["lsoa_code", "crimes"]].rename(columns={"crimes": "recorded_before"}), on="lsoa_code", how="left"
    ).merge(ours[["lsoa_code", "predicted", "lower_90", "upper_90"]], on="lsoa_code", how="left")


def read_hotspots(settings: Settings, year: Year) -> pd.DataFrame:
    """What was found in a year, a row per LSOA; findings of another year are of a run before and are none."""
    found = read_mart(settings.database, "lsoa_hotspots", {"crime_type": year.crime.crime_type})
    return found[pd.to_datetime(found["period_end"]).dt.to_period("M") == pd.Period(year.last_month, "M")]


def discard_pictures(settings: Settings, folder: str, pattern: str) -> None:
    """Remove what an earlier run drew of something that has no data any more, so that it is not published again."""
    for path in (settings.build_dir / folder).glob(pattern):
        path.unlink()


def build_stamp(
    settings: Settings, period_label: str, *, is_model: bool = False, note: str = "", crime_type: str = ""
) -> Stamp:
    """How a picture of this data set is signed.

    Args:
        settings: The data set.
        period_label: "12 months to February 2026".
        is_model: Whether predictions are shown; then every publisher whose data the model learned from is named.
        note: One sentence that the reader needs; may be empty. What differs in the source of the figures follows it.
        crime_type: Whose figures are shown; empty for several.
    """
    place = read_place(settings, crime_type)
    note = place.join_note(note)
    if settings.data_set.synthetic:
        return Stamp(
            place=place.name,
            is_synthetic=True,
            period_label=period_label,
            sources=("made-up figures in the formats of published files",),
            licence="",
            vintage="Made-up areas",
            note=note,
        )
    vintage = read_vintage(settings)
    credits, licence = read_credits(settings, vintage, is_model)
    return Stamp(
        place=place.name,
        is_synthetic=False,
        period_label=period_label,
        sources=(*credits, "Contains OS data © Crown copyright"),
        licence=licence,
        vintage=f"LSOA {vintage} boundaries",
        note=note,
    )


@noted()
def read_credits(settings: Settings, vintage: str, is_model: bool) -> tuple[list[str], str]:
    """Whom a picture names, and under which licences, of the sources that are landed."""
    sources = [source for source in load_catalogue().values() if is_model or _is_recorded(source, vintage)]
    landed = [source for source in sources if is_landed(source, settings.landing_dir) and not source.context]
    return _distinct([source.credit for source in landed]), _join_licences(landed)


def read_vintage(settings: Settings) -> str:
    """The year of the areas that the data set is shown on: `2021` or `2011`."""
    return str(read_mart(settings.database, "lsoas", columns=["lsoa_vintage"])["lsoa_vintage"].max())


def _is_recorded(source: Source, vintage: str) -> bool:
    """Whether a source reaches a picture of recorded crime: crimes, areas of the year that is shown, names."""
    if source.needed_for == "areas":
        return source.lsoa_vintage == vintage
    return source.needed_for == "crime" or source.key == NAMES_SOURCE


def _distinct(words: list[str]) -> list[str]:
    return list(dict.fromkeys(words))


def _join_licences(sources: list[Source]) -> str:
    """Each licence once, its versions together: "Open Government Licence v2.0 and v3.0"."""
    versions: dict[str, list[str]] = {}
    for licence in _distinct([source.licence for source in sources]):
        name, _, version = licence.partition(" v")
        versions.setdefault(name, []).append(f"v{version}")
    return "; ".join(f"{name} {' and '.join(sorted(found))}" for name, found in versions.items())
