"""What the page about the data says, as plain values."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class DataTables:
    """What the page is made from.

    Args:
        catalogue: A row per source: publisher, thing, title, credit, attribution, licence, vintage,
            cadence, landing_page, is_context.
        source_files: A row per file that was landed: publisher, thing, file, sha256, rows_in, rows_kept,
            rows_set_aside, first_month, last_month (both `YYYY-MM`), lsoa_vintage, excluded_because (NULL where it was
            read).
        set_aside: A row per source and reason: publisher, thing, reason, rows.
        coverage: A row per force and month: force, month, is_reported, is_complete, is_provisional, counted_from,
            crimes, located_pct.
        recording_breaks: A row per break: starts_on, force, crime_type, title, words.
        provisional_months: A row per force: force, months, words.
        areas: Number of small areas that are shown.
        left_out_files: A row per file that adds nothing: file, publisher, thing, reason, detail; the middle two may be
            missing.
        reconciliations: A row per borough, month and category: borough_name, month, major_category,
            is_in_lsoa_files, borough_crimes, lsoa_crimes; None where nobody made it.
    """

    catalogue: pd.DataFrame
    source_files: pd.DataFrame
    set_aside: pd.DataFrame
    coverage: pd.DataFrame
    recording_breaks: pd.DataFrame
    provisional_months: pd.DataFrame
    areas: int
    left_out_files: pd.DataFrame
    reconciliations: pd.DataFrame | None = None


@dataclass(frozen=True)
class FileRow:
    """One published file; counts of rows."""

    file: str
    rows_in: int
    rows_kept: int
    rows_set_aside: int
    months: str
    vintage: str
    sha256: str


@dataclass(frozen=True)
class SourceRow:
    """One source with its files.

    Args:
        title: The publisher's title.
        landing_page: Where a person finds it; empty if it is no address of the web.
        licence: Name of the licence.
        cadence: How often it is published.
        period: First and last month, or the time the values speak of.
        vintage: Code year of its areas; empty where it has none.
        is_context: Whether it is shown beside the rest and never feeds a model.
        files: Its files.
    """

    title: str
    landing_page: str
    licence: str
    cadence: str
    period: str
    vintage: str
    is_context: bool
    files: tuple[FileRow, ...]

    @property
    def rows_in(self) -> int:
        """Records after the header, all files."""
        return sum(file.rows_in for file in self.files)

    @property
    def rows_kept(self) -> int:
        """Those that count."""
        return sum(file.rows_kept for file in self.files)

    @property
    def rows_set_aside(self) -> int:
        """Those that do not."""
        return sum(file.rows_set_aside for file in self.files)


@dataclass(frozen=True)
class Publisher:
    """A publisher, the words that its licences ask for, and its sources."""

    name: str
    attributions: tuple[str, ...]
    sources: tuple[SourceRow, ...]


@dataclass(frozen=True)
class ExcludedSource:
    """A source whose files could not be used: its title, its files and why."""

    title: str
    files: tuple[str, ...]
    reason: str


@dataclass(frozen=True)
class MonthCell:
    """One month of one force.

    Args:
        month: "February 2026".
        state: `reported`, `partial` or `missing`; `outside` where the data has no such month.
        crimes: Recorded crimes, in words.
        located: Share with a known area, in words.
        counted_from: Which files.
        is_provisional: Whether it is still revised.
        change: What changed in recording in that month; may be empty.
    """

    month: str
    state: str
    crimes: str = ""
    located: str = ""
    counted_from: str = ""
    is_provisional: bool = False
    change: str = ""


@dataclass(frozen=True)
class ForceMonths:
    """What one force delivered: a sentence, and a year of twelve cells after the other."""

    force: str
    sentence: str
    years: tuple[tuple[int, tuple[MonthCell, ...]], ...]


@dataclass(frozen=True)
class ReasonRow:
    """Rows of one source that were excluded for one reason."""

    source: str
    reason: str
    sentence: str
    rows: int


@dataclass(frozen=True)
class LeftOutRow:
    """A file that adds nothing: its reason, what was found, and the source that it is nearest to; may be empty."""

    file: str
    reason: str
    sentence: str
    source: str


@dataclass(frozen=True)
class SumRow:
    """A borough or a category: its total, and the three parts that it is made of."""

    name: str
    total: int
    in_areas: int
    not_published: int
    without_place: int


@dataclass(frozen=True)
class Reconciliation:
    """Small areas compared with borough totals.

    Args:
        period: "12 months to February 2026".
        whole: All boroughs and categories.
        categories: A row per category, largest first.
        boroughs: A row per borough, by name.
    """

    period: str
    whole: SumRow
    categories: tuple[SumRow, ...]
    boroughs: tuple[SumRow, ...]


@dataclass(frozen=True)
class Caution:
    """A break, or months that are still revised: two or three words, and a sentence or two."""

    title: str
    text: str
