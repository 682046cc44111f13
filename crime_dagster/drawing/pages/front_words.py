"""Sentences of the front page, each true by the figures that it is made from."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from crime_dagster.drawing.kit import cautions, words
from crime_dagster.drawing.kit.change_words import NO_CLEAR_CHANGE
from crime_dagster.drawing.kit.page_content import Forecast
from crime_dagster.drawing.pages.borough_content import BoroughType
from crime_dagster.drawing.pages.borough_words import describe_whole_change, read_clear
from crime_dagster.drawing.pages.models_scores import BASELINES


def write_lead(types: Sequence[BoroughType], place: str) -> tuple[str, ...]:
    """Lead into the front page: the change of the whole, which types changed clearly, how unevenly crime lies.

    Args:
        types: Crime types with the changes of the city, all crime first where the data set has it.
        place: The city.
    """
    first = types[0]
    recorded = first.values["recorded"]
    sentences = [_say_change(first), _say_types(types[1:])]
    share = words.share_of_highest(recorded)
    if share is not None:
        sentences.append(
            f"{words.percent(100 * share, decimals=0)} of recorded {first.crime.noun_phrase} "
            f"{'are' if words.is_plural(first.crime.noun_phrase) else 'is'} in a tenth of {words.possessive(place)} "
            f"{words.whole_number(recorded.count())} small areas."
        )
    return tuple(sentence for sentence in sentences if sentence)


def _say_change(figures: BoroughType) -> str:
    change = describe_whole_change(figures)
    if change.words == "not known":
        return ""
    if change.words.startswith("from"):
        return f"{words.capitalise(change.words)} within a year."
    before = words.whole_number(figures.city["crimes_before"])
    if change.words == NO_CLEAR_CHANGE:
        return f"Little changed from {before} the year before."
    return f"{words.capitalise(change.words)} from {before} the year before."


def _say_types(types: Sequence[BoroughType]) -> str:
    """Types whose change is clear: "Theft and burglary fell; violence and drug offences rose."."""
    parts = []
    for is_rise, verb in ((False, "fell"), (True, "rose")):
        names = [
            figures.crime.noun_phrase
            for figures in types
            if read_clear(figures.city["is_clear"])
            and (figures.city["crimes"] > figures.city["crimes_before"]) == is_rise
        ]
        if names:
            parts.append(f"{cautions.list_words(names)} {verb}")
    return f"Recorded {'; recorded '.join(parts)}." if parts else ""


def write_forecast(figures: BoroughType, predictions: pd.DataFrame, last_month: pd.Timestamp) -> Forecast | None:
    """Say what is forecast for the next year, where the forecast beats the baselines it was tried against.

    Args:
        figures: All crime.
        predictions: Rows of `marts.lsoa_predictions` of its yearly forecasts: lsoa_code, published_as, period_start,
            period_end, actual, predicted.
        last_month: First day of the newest year's last month.

    Returns:
        None where no year is forecast. Sums are over the areas that are reported in the newest year, so that they can
        be compared with its count.
    """
    starts = pd.to_datetime(predictions["period_start"])
    ahead = predictions[(starts > last_month) & predictions["predicted"].notna()]
    recorded = figures.values.set_index("lsoa_code")["recorded"].dropna()
    ahead = ahead[ahead["lsoa_code"].isin(recorded.index)]
    if ahead.empty:
        return None
    period = words.year_to(pd.Timestamp(ahead["period_end"].iloc[0]).date())
    noun, published = figures.crime.count_noun, str(ahead["published_as"].iloc[0])
    total = float(ahead["predicted"].sum())
    title = f"The forecast for the {period}: {words.three_figures(total)} {noun}"
    if published in BASELINES:
        name = BASELINES[published]
        return Forecast(
            f"{title}, the {name}",
            (f"Tested on the latest year, the model did not beat the {name}, so the {name} is published.",),
        )
    sentences = [
        f"The same areas recorded {words.whole_number(recorded.sum())} in the latest year. The model beats all "
        "baselines."
    ]
    tried = predictions[starts <= last_month].dropna(subset=["actual", "predicted"])
    if len(tried) and tried["actual"].sum() > 0:
        off = 100 * (float(tried["predicted"].sum()) / float(tried["actual"].sum()) - 1)
        size = words.percent(abs(off))
        way = "high" if off > 0 else "low"
        sentences.append(f"Tested on the latest year, the forecast was {size} too {way}.")
    return Forecast(title, tuple(sentences))
