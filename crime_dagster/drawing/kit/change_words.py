"""The change against the year before, in sentences."""

from __future__ import annotations

from dataclasses import dataclass

from crime_dagster.drawing.kit.words import capitalise, change_words, whole_number

NO_CLEAR_CHANGE = "no clear change"


@dataclass(frozen=True)
class Change:
    """How a count changed, in words.

    Args:
        words: "up 8.2%", "no clear change".
        tone: "up", "down" or empty.
    """

    words: str
    tone: str = ""


def describe_change(before: float | None, after: float | None, *, is_clear: bool | None = None) -> Change:
    """Say how a count changed.

    Args:
        before: Crimes in the period before.
        after: Crimes in the period.
        is_clear: Whether the change is larger than chance and uneven recording explain; None where no test was made,
            then the number stands without colour.

    Returns:
        Words and tone. A change that is not clear has no number: a reader would take it for one.
    """
    if before is None or after is None:
        return Change("not known")
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
    """Say how the whole changed, and in how many areas chance could not have made the change.

    Args:
        before: Crimes of the year before, over the areas that are known in both years.
        after: Crimes of the newest year over the same areas.
        areas: How many areas those are.
        areas_up: How many rose significantly.
        areas_down: How many fell significantly.
        noun_phrase: What was recorded: "violence".
        count_noun: What is counted: "violent offences".
        is_clear: As for `describe_change`.

    Returns:
        "Recorded violence: up 8.2% on the year before, from 223,766 to 242,023 violent offences. 4 of 4,988 areas rose
        and none fell significantly; other changes could be chance."
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
