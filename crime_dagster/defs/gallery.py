"""The front page: headline figures, the pictures that were drawn, and how good the models are."""

import calendar
from pathlib import Path

import dagster as dg
import pandas as pd
from PIL import Image

from crime_dagster.core.crime_types import read_crime_types
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import read_mart
from crime_dagster.defs.partitions import OWNER
from crime_dagster.defs.pictures import YEAR_MARTS, Year, build_stamp, read_years
from crime_dagster.drawing import cautions, page, words
from crime_dagster.drawing.finish import save_page
from crime_dagster.drawing.frames import hit_share
from crime_dagster.drawing.page_content import (
    BoroughRow,
    Break,
    Download,
    Headline,
    Index,
    Note,
    Picture,
    ScoreRow,
    TypeRow,
)

BOROUGHS_SHOWN = 8
PAGE_MARTS = ("model_scores", "borough_years", "city_months")
HEADLINE_TYPES = ("violent", "theft")
BASELINE = "linear"
LIMITS = (
    "They say what areas with such features usually have. That is an association, not a cause, and no reason to look "
    "for crime where a model expects it.",
    "They know the busiest places badly: a town centre draws people from elsewhere, and no file counts them.",
    "They learn from what was reported and recorded, with whatever that leaves out.",
)
DOWNLOADS = (
    ("data/lsoa_features.csv", "Analysis table, CSV", "one row per area: crimes of the year and every feature"),
    ("data/lsoa_crimes.parquet", "Crimes by month, Parquet", "area, month, crime type"),
    ("data/lsoa_predictions.parquet", "Predictions, Parquet", "with their 90% ranges"),
    ("crime.duckdb", "All tables, DuckDB", "the schema marts, read-only"),
)


def build_gallery_assets(settings: Settings) -> list[dg.AssetsDefinition]:
    """One asset: `index.html`."""

    @dg.asset(
        key=["gallery", "index"],
        group_name="gallery",
        owners=[OWNER],
        kinds={"python", "html"},
        deps=[
            *[
                dg.AssetKey(key)
                for key in (
                    ["maps", "crimes_by_area"],
                    ["gifs", "actual_and_predicted"],
                    ["gallery", "data"],
                    ["gallery", "models"],
                    ["gallery", "downloads"],
                )
            ],
            *[dg.AssetKey(["charts", name]) for name in ("map", "impact")],
            *[dg.AssetKey(["marts", name]) for name in (*YEAR_MARTS, *PAGE_MARTS)],
        ],
        description="The front page of everything that was drawn.",
    )
    def index() -> dg.MaterializeResult:
        content = read_index(settings)
        path = save_page(page.draw_index(content), settings.build_dir / "index.html")
        return dg.MaterializeResult(metadata={"title": content.title, "bytes": path.stat().st_size})

    return [index]


def read_index(settings: Settings) -> Index:
    """Fill the front page from the marts and from the pictures in the build folder."""
    years = [year for year in read_years(settings, read_crime_types(settings.dbt_dir)) if year.is_reported]
    if not years:
        raise dg.Failure(
            description="No crime type has a whole year of reported months, so there is no page to make. Add a release "
            "of the LSOA crime file that closes the gap.",
            allow_retries=False,
        )
    total, build = years[0], settings.build_dir
    scores = read_mart(settings.database, "model_scores", {"model": "explain", "split": "borough_folds"})
    months = read_mart(settings.database, "city_months")
    breaks = read_mart(settings.database, "recording_breaks", {"force": settings.data_set.force})
    names = read_mart(settings.database, "lsoas").set_index("lsoa_code")["area_name"]
    last_day = calendar.monthrange(total.last_month.year, total.last_month.month)[1]
    return Index(
        title=page.write_title(settings.data_set.place, total.recorded.sum(), total.last_month, total.crime.count_noun),
        lead=_write_lead(settings, total),
        stamp=build_stamp(settings, total.period_label, is_model=True, note=total.provisional),
        data_to=words.date_words(total.last_month.replace(day=last_day)),
        headlines=_list_headlines(years),
        map_picture=_read_picture(
            build,
            f"charts/{total.crime.crime_type}_map.png",
            f"Where {total.crime.noun_phrase} {'were' if words.is_plural(total.crime.noun_phrase) else 'was'} recorded",
        ),
        map_href=_link(build, f"maps/{total.crime.crime_type}.html"),
        search_hint=f"e.g. {names[str(total.recorded.idxmax())]}",
        boroughs=_list_boroughs(settings, total),
        types=tuple(_type_row(build, year, months, scores, breaks) for year in years),
        months_label=_label_months(months),
        notes=_list_notes(breaks, months, [year.crime.crime_type for year in years]),
        pairs=_list_pictures(build, years, "gifs/{}_actual_and_predicted.gif"),
        impacts=_list_pictures(build, years, "charts/{}_impact.png"),
        scores=tuple(_score_row(year, scores) for year in years),
        baseline_name="a linear model of the same features",
        limits=LIMITS,
        downloads=tuple(Download(label, href, note) for href, label, note in DOWNLOADS),
        data_href=_link(build, "data.html"),
        models_href=_link(build, "models.html"),
    )


def _label_months(months: pd.DataFrame) -> str:
    if months.empty:  # figures by year only
        return "Each month"
    return f"Each month since {words.month_words(pd.to_datetime(months['month']).min().date())}"


def _write_lead(settings: Settings, total: Year) -> tuple[str, ...]:
    recorded = total.recorded
    sentences = []
    if total.crimes_before is not None:
        sentences.append(f"In the 12 months before there were {words.whole_number(total.crimes_before)}.")
    share = words.share_of_highest(recorded)
    if share is not None:
        sentences.append(
            f"A tenth of {words.possessive(settings.data_set.place)} {words.whole_number(recorded.count())} small "
            f"areas have {words.percent(100 * share, decimals=0)} of it."
        )
    return (*sentences, words.half_of_areas(recorded, total.crime.count_noun) or "")


def _list_headlines(years: list[Year]) -> tuple[Headline, ...]:
    total = years[0]
    chosen = [total, *[year for year in years[1:] if year.crime.crime_type in HEADLINE_TYPES]]
    numbers = [
        Headline(
            words.whole_number(year.recorded.sum()),
            f"{year.crime.count_noun} in 12 months",
            page.describe_change(year.crimes_before, year.recorded.sum()).words,
        )
        for year in chosen
    ]
    reported = total.values[total.values["recorded"].notna()]
    rate = 1000 * reported["recorded"].sum() / reported["residents"].sum()
    label = f"{total.crime.count_noun} per 1,000 residents"
    return (*numbers, Headline(words.whole_number(rate), label, "where crime is reported"))


def _list_boroughs(settings: Settings, total: Year) -> tuple[BoroughRow, ...]:
    rows = read_mart(settings.database, "borough_years", {"crime_type": total.crime.crime_type})
    rows = rows.assign(year_ending=pd.to_datetime(rows["year_ending"]).dt.date)
    newest = rows[rows["year_ending"] == total.last_month].dropna(subset="crimes")
    before = rows[rows["year_ending"] < total.last_month].set_index("borough_code")["crimes"]
    highest = newest.sort_values(["crimes", "borough_code"], ascending=[False, True]).head(BOROUGHS_SHOWN)
    return tuple(
        BoroughRow(name=name, crimes=crimes, crimes_before=_number(before.get(code)))
        for code, name, crimes in highest[["borough_code", "borough_name", "crimes"]].to_numpy()
    )


def _type_row(build: Path, year: Year, months: pd.DataFrame, scores: pd.DataFrame, breaks: pd.DataFrame) -> TypeRow:
    name = year.crime.crime_type
    series = months[months["crime_type"] == name].sort_values("month")
    first, last = pd.to_datetime(series["month"]).agg(["min", "max"]).dt.date
    crossed = cautions.find_breaks(breaks, name, first, last)
    d2, baseline = _read_score(scores, name, "d2")
    return TypeRow(
        label=year.crime.label,
        crimes=year.recorded.sum(),
        crimes_before=year.crimes_before,
        months=tuple(_number(value) for value in series["crimes_per_day"]),
        breaks=tuple(
            Break(cautions.place_day(day, first), day, title)
            for day, title in zip(crossed["starts_on"], crossed["title"], strict=True)
        ),
        map_href=_link(build, f"maps/{name}.html"),
        gif_href=_link(build, f"gifs/{name}_actual_and_predicted.gif"),
        impact_href=_link(build, f"charts/{name}_impact.png"),
        d2=d2,
        baseline_d2=baseline,
    )


def _score_row(year: Year, scores: pd.DataFrame) -> ScoreRow:
    d2, baseline = _read_score(scores, year.crime.crime_type, "d2")
    covered, _ = _read_score(scores, year.crime.crime_type, "coverage_90")
    found = None if year.predicted is None else hit_share(year.recorded, year.predicted)
    return ScoreRow(
        label=year.crime.label,
        d2=d2,
        baseline_d2=baseline,
        found_pct=None if found is None else 100 * found,
        covered_pct=None if covered is None else 100 * covered,
    )


def _read_score(scores: pd.DataFrame, crime_type: str, metric: str) -> tuple[float | None, float | None]:
    rows = scores[(scores["crime_type"] == crime_type) & (scores["metric"] == metric)]
    beside = rows[rows["baseline"] == BASELINE]
    chosen = beside if len(beside) else rows
    if chosen.empty:
        return None, None
    return _number(chosen["value"].iloc[0]), _number(chosen["baseline_value"].iloc[0])


def _list_notes(breaks: pd.DataFrame, months: pd.DataFrame, shown: list[str]) -> tuple[Note, ...]:
    if months.empty:  # figures by year only
        return ()
    first, last = pd.to_datetime(months["month"]).agg(["min", "max"]).dt.date
    types = [cautions.ALL_TYPES, *shown]
    crossed = pd.concat([cautions.find_breaks(breaks, name, first, last) for name in types]).drop_duplicates()
    return tuple(Note(title, text) for title, text in crossed.sort_values("starts_on")[["title", "words"]].to_numpy())


def _list_pictures(build: Path, years: list[Year], pattern: str) -> tuple[Picture, ...]:
    pictures = [_read_picture(build, pattern.format(year.crime.crime_type), year.crime.label) for year in years]
    return tuple(picture for picture in pictures if picture is not None)


def _read_picture(build: Path, name: str, title: str = "") -> Picture | None:
    path = build / name
    if not path.is_file():
        return None
    alt = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()[0]
    width, height = _read_size(path)
    still, narrow = path.with_name(f"{path.stem}-still.png"), path.with_name(f"{path.stem}-narrow.png")
    narrow_width, narrow_height = _read_size(narrow) if narrow.is_file() else (0, 0)
    return Picture(
        path=name,
        alt=alt,
        width=width,
        height=height,
        still_path=_link(build, str(still.relative_to(build))),
        narrow_path=_link(build, str(narrow.relative_to(build))),
        narrow_width=narrow_width,
        narrow_height=narrow_height,
        title=title or _read_title(alt),
    )


def _read_title(alt: str) -> str:
    return alt.removeprefix("SYNTHETIC: a made-up city. ").split(". ")[0].rstrip(".")


def _read_size(path: Path) -> tuple[int, int]:
    with Image.open(path) as image:
        return image.size


def _link(build: Path, name: str) -> str:
    return name if (build / name).is_file() else ""


def _number(value: float | None) -> float | None:
    return None if value is None or pd.isna(value) else float(value)
