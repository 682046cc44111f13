"""Numbers, dates and titles in words, in British style."""

import datetime as dt
import math
import re
from typing import TypeGuard

MINUS = "\u2212"
NOT_REPORTED = "not reported"
# Below this many crimes a percentage is noise: give both counts instead.
FEWEST_FOR_PERCENT = 20
_BYTES = ("bytes", "kB", "MB", "GB")
_SMALL = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth")
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
_FRACTIONS = (
    (1 / 100, "a hundredth"),
    (1 / 20, "a twentieth"),
    (1 / 10, "a tenth"),
    (1 / 5, "a fifth"),
    (1 / 4, "a quarter"),
    (1 / 3, "a third"),
    (1 / 2, "half"),
    (2 / 3, "two thirds"),
    (3 / 4, "three quarters"),
)


def is_number(value: float | None) -> TypeGuard[float]:
    """Whether there is a figure: not None, NaN or infinite."""
    return value is not None and math.isfinite(value)


def _sign(value: float, text: str, *, signed: bool = False) -> str:
    """Put a true minus (or, if requested, a plus) before the digits; a rounded zero has neither."""
    if not any(digit in text for digit in "123456789"):
        return text
    if value < 0:
        return f"{MINUS}{text}"
    return f"+{text}" if signed else text


def whole_number(value: float | None) -> str:
    """Format a count: 864,457. A missing one is "not reported", never 0."""
    if not is_number(value):
        return NOT_REPORTED
    return _sign(value, f"{abs(round(value)):,}")


def plain_number(value: float) -> str:
    """Format a limit or an axis value: an integer if whole, else with its decimals (0.6, not .6)."""
    if float(value).is_integer():
        return whole_number(value)
    return _sign(value, f"{abs(value):,.6g}" if abs(value) < 1000 else f"{abs(value):,.1f}")


def three_figures(value: float | None, *, keep_zeros: bool = False) -> str:
    """Format a prediction to three significant figures: 18,800; 1,240; 12.3; 0.6.

    With zeros kept, 13 is 13.0 and 0.6 is 0.600, so that figures below each other line up.
    """
    if not is_number(value):
        return "no prediction"
    if value == 0:
        return "0"
    rounded = float(f"{abs(value):.3g}")
    decimals = max(0, 2 - math.floor(math.log10(rounded)))
    text = f"{rounded:,.{decimals}f}"
    return _sign(value, text.rstrip("0").rstrip(".") if "." in text and not keep_zeros else text)


def rate_words(value: float | None) -> str:
    """Format a rate: whole from 10 up, one decimal below."""
    if not is_number(value):
        return "not known"
    return whole_number(value) if abs(value) >= 10 else plain_number(round(value, 1))


def percent(value: float | None, *, decimals: int = 1, signed: bool = False) -> str:
    """Format a percentage, given in per cent: 8.2%, −2.8% with a true minus; signed, a rise has a plus."""
    return f"{_sign(value, f'{abs(value):,.{decimals}f}', signed=signed)}%" if is_number(value) else "not known"


def decimals(value: float | None, places: int, *, signed: bool = False) -> str:
    """Format a number with some decimals and a true minus: −0.13; a rounded zero has no sign."""
    return _sign(value, f"{abs(value):,.{places}f}", signed=signed) if is_number(value) else "not known"


def change_words(before: float | None, after: float | None) -> str:
    """Say how a count changed: "up 8.2%", "down 7.4%", "no change"; below 20 crimes "from 4 to 9"."""
    if not is_number(before) or not is_number(after):
        return NOT_REPORTED
    if min(before, after) < FEWEST_FOR_PERCENT:
        return f"from {whole_number(before)} to {whole_number(after)}"
    change = 100 * (after - before) / before
    if f"{abs(change):.1f}" == "0.0":
        return "no change"
    return f"{'up' if change > 0 else 'down'} {percent(abs(change))}"


def fraction_words(share: float) -> str | None:
    """Return a share as a fraction if it is a simple one: 0.1 is "a tenth", 0.2 "a fifth"; else None."""
    return next((text for size, text in _FRACTIONS if math.isclose(share, size, rel_tol=0.005)), None)


def month_words(month: dt.date) -> str:
    """Format a month: February 2026."""
    return f"{month:%B} {month.year}"


def date_words(day: dt.date) -> str:
    """Format a date: 27 February 2024."""
    return f"{day.day} {month_words(day)}"


def year_to(last_month: dt.date) -> str:
    """Name a year by its last month: 12 months to February 2026."""
    return f"12 months to {month_words(last_month)}"


def capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]


def lower_first(text: str) -> str:
    """Make the first letter lower case, unless the word is an abbreviation (NO2, PTAL)."""
    return text if text[1:2].isupper() or text[1:2].isdigit() else text[:1].lower() + text[1:]


def short_area_name(area_name: str, lsoa_name: str) -> str:
    """Drop the code's suffix: "Brixton North 011B" is "Brixton North"; a name that is the LSOA's own stays."""
    return area_name if area_name == lsoa_name else re.sub(r"\s+\d{3}[A-Z]{1,2}$", "", area_name)


def force_words(force: str) -> str:
    """Name a police force in a sentence: "the Metropolitan Police Service", but "Kent Police"."""
    return f"the {force}" if force.endswith(" Service") or force.startswith("City of ") else force


def possessive(name: str) -> str:
    """Return the possessive: London’s, Wells’."""
    return f"{name}’" if name.endswith("s") else f"{name}’s"


def is_plural(noun: str) -> bool:
    """Whether an English noun phrase in our dictionary is countable ("drug offences", "pubs") or not ("crime")."""
    heads = noun.split(" of ")[0].split(" and ")
    return any(head.rstrip().endswith("s") and not head.rstrip().endswith("ss") for head in heads)


def concentration_title(
    crimes: float, tenth_pct: float | None, *, noun_phrase: str, place: str, period_label: str
) -> str:
    """Title a map of counts: "38% of recorded crime is in a tenth of London’s small areas".

    Falls back to measure, place and period if fewer than 20 crimes are recorded, or the tenth has little more than its
    share.
    """
    if tenth_pct is None or crimes < FEWEST_FOR_PERCENT or not 11.5 <= tenth_pct <= 99.5:
        return f"Recorded {noun_phrase} in {place}, {period_label}"
    size = percent(tenth_pct, decimals=0)
    verb = "are" if is_plural(noun_phrase) else "is"
    return f"{size} of recorded {noun_phrase} {verb} in a tenth of {possessive(place)} small areas"


def impact_title(
    change: float,
    change_pct: float,
    lower: float,
    upper: float,
    *,
    feature_phrase: str,
    noun_phrase: str,
    is_share: bool = True,
    who: str = "the model predicts",
) -> str:
    """Title a what-if by its range: "A fifth less income deprivation: the model predicts 5% less to 3% more crime".

    `change` is a share of the feature or an amount; without a range the title has only the predicted change.
    """
    cause = _describe_cause(change, feature_phrase, is_share=is_share)
    if not is_number(change_pct):
        return f"{cause}: no prediction for {noun_phrase}"
    if not (is_number(lower) and is_number(upper)):
        lower = upper = change_pct
    decimals = 0 if min(abs(lower), abs(upper)) >= 0.95 else 1
    low, high = (percent(abs(limit), decimals=decimals) for limit in (lower, upper))
    less, more = more_or_less(-1, noun_phrase), more_or_less(1, noun_phrase)
    if lower < 0 < upper:
        effect = f"{low} {less} to {high} {more}"
    else:
        near, far = (low, high) if lower >= 0 else (high, low)
        effect = f"{near if near == far else f'{near} to {far}'} {more if lower >= 0 else less}"
    return f"{cause}: {who} {effect} {noun_phrase}"


def number_words(number: float) -> str:
    """Write integers up to nine as words: "two"; others in figures."""
    return _SMALL[int(number)] if number in range(len(_SMALL)) else plain_number(number)


def _describe_cause(change: float, feature_phrase: str, *, is_share: bool) -> str:
    if not is_share and is_plural(feature_phrase) and abs(change) in range(1, len(_SMALL)):
        size = capitalise(number_words(abs(change)))
        return f"{size} {more_or_less(change, feature_phrase)} {lower_first(feature_phrase)} per area"
    if not is_share:
        direction = "up" if change >= 0 else "down"
        return f"With {lower_first(feature_phrase)} {direction} by {plain_number(abs(change))}"
    # "A fifth more" is English, "half more" is not.
    fraction = fraction_words(abs(change)) if -1 < change < 0.4 else None
    size = fraction or percent(100 * abs(change), decimals=0)
    if size[0].isdigit():  # no sentence begins with a numeral
        return f"With {size} {more_or_less(change, feature_phrase)} {lower_first(feature_phrase)}"
    return f"{capitalise(size)} {more_or_less(change, feature_phrase)} {lower_first(feature_phrase)}"


def ordinal_words(number: float) -> str:
    """Format an ordinal: first, ninth, 11th, 21st, 32nd."""
    number = int(number)
    if 1 <= number <= len(_ORDINALS):
        return _ORDINALS[number - 1]
    return f"{number}{'th' if number % 100 in (11, 12, 13) else _ENDINGS.get(number % 10, 'th')}"


def more_or_less(change: float, noun: str) -> str:
    if change >= 0:
        return "more"
    return "fewer" if is_plural(noun) else "less"


def half_of_areas(median: float, noun: str = "crimes") -> str:
    """State the median: "Half of all areas have 113 crimes or fewer." Empty if it is not known."""
    return f"Half of all areas have {whole_number(math.floor(median))} {noun} or fewer." if is_number(median) else ""


def size_words(size: int | None) -> str:
    """Format a size: "1.8 MB", "41 MB"; empty if it is not known."""
    if size is None:
        return ""
    power = 0
    while power < len(_BYTES) - 1 and round(size / 1000**power) >= 1000:
        power += 1
    amount = size / 1000**power
    return f"{amount:.1f} {_BYTES[power]}" if power and amount < 10 else f"{amount:.0f} {_BYTES[power]}"
