"""Sentences about the change on the previous year."""

from dataclasses import dataclass

from crime_dagster.core.facts import Row, read_flag, read_number
from crime_dagster.drawing.kit.words import change_words

# For a change that was tested and is not significant: it could be chance.
USUAL = "within usual variation"
NOT_KNOWN = "not known"


@dataclass(frozen=True)
class Change:
    """How a count changed, in words."""

    figure: str  # "up 8.2%", "from 4 to 9"
    tone: str = ""  # "up", "down", "usual" if it is not significant, or empty
    aside: str = ""  # "within usual variation"

    @property
    def words(self) -> str:
        """The full text: "up 6.5%, within usual variation"."""
        return f"{self.figure}, {self.aside}" if self.aside else self.figure


def describe_change(before: float | None, after: float | None, *, is_clear: bool | None = None) -> Change:
    """Say how a count changed, adding that it could be chance if the change is not significant.

    `is_clear` is None if no test was made: then the number has neither colour nor remark.
    """
    if before is None or after is None:
        return Change(NOT_KNOWN)
    text = change_words(before, after)
    if is_clear is None or text == "no change":
        return Change(text)
    if not is_clear:
        return Change(text, "usual", USUAL)
    return Change(text, "up" if after > before else "down")


def read_change(row: Row, before: str = "crimes_before", after: str = "crimes") -> Change:
    """Describe the change between two columns of a row of a mart, by its test."""
    return describe_change(
        read_number(row, before), read_number(row, after), is_clear=read_flag(row, "is_clear_change")
    )
