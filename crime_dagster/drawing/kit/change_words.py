"""Sentences about the change on the previous year."""

from dataclasses import dataclass

from crime_dagster.drawing.kit.words import capitalise, change_words, whole_number

NO_CLEAR_CHANGE = "no clear change"
NOT_KNOWN = "not known"
# For types that are counted but not modelled.
NOT_TESTED = "not tested"


@dataclass(frozen=True)
class Change:
    """How a count changed, in words."""

    words: str  # "up 8.2%", "no clear change"
    tone: str = ""  # "up", "down" or empty


def describe_change(before: float | None, after: float | None, *, is_clear: bool | None = None) -> Change:
    """Say how a count changed; without a number if the change is not significant, as it would be taken for one.

    `is_clear` is None if no test was made: then the number has no colour.
    """
    if before is None or after is None:
        return Change(NOT_KNOWN)
    if is_clear is False:
        return Change(NO_CLEAR_CHANGE)
    text = change_words(before, after)
    if is_clear is None or text == "no change":
        return Change(text)
    return Change(text, "up" if after > before else "down")


def describe_city_change(
    before: float,
    after: float,
    *,
    areas: int,
    areas_up: int,
    areas_down: int,
    noun_phrase: str,
    count_noun: str,
    is_clear: bool | None = None,
) -> str:
    """Say how the total changed, and how many of the areas known in both years changed significantly.

    "Recorded violence: up 8.2% on the year before, from 223,766 to 242,023 violent offences. 4 of 4,988 areas rose and
    none fell significantly; other changes could be chance."
    """
    if areas == 0:
        return f"Recorded {noun_phrase}: the year before is not known."
    change, figures = (
        describe_change(before, after, is_clear=is_clear).words,
        f"from {whole_number(before)} to {whole_number(after)} {count_noun}",
    )
    said = f"{figures} on the year before" if change.startswith("from") else f"{change} on the year before, {figures}"
    if not areas_up and not areas_down:
        clear = f"None of {whole_number(areas)} areas changed significantly"
    else:
        clear = (
            f"{capitalise(_count(areas_up))} of {whole_number(areas)} areas rose and {_count(areas_down)} fell "
            "significantly; other changes could be chance"
        )
    return f"Recorded {noun_phrase}: {said}. {clear}."


def _count(areas: int) -> str:
    return whole_number(areas) if areas else "none"
