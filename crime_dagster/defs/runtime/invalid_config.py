"""Refused input: a step's failure for good, and Pydantic's errors in the form of every other message."""

import difflib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from pydantic import ValidationError

from crime_dagster.core.errors import InputError, PassingError, explain


@contextmanager
def failing_for_good() -> Iterator[None]:
    """Fail a step without another try if its input is refused, the disk is full or a file is another user's.

    The same would happen again, unless the error may pass.
    """
    try:
        yield
    except PassingError:
        raise
    except (InputError, OSError) as error:
        raise dg.Failure(description=str(explain(error)), allow_retries=False) from error


def explain_invalid(error: ValidationError, file: Path | str, remedy: str, known: Iterable[str] = ()) -> InputError:
    """Return an error about the first refused value: where it is, what was found and what is allowed.

    `known` are the valid names, for an unknown one.
    """
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    expected = first["msg"].removeprefix("Value error, ").removeprefix("Input should be ")
    found = repr(first["input"])
    if first["type"] == "extra_forbidden":
        name, names = str(first["loc"][-1]), list(known)
        close = difflib.get_close_matches(name, names, n=3)
        found, expected = name, "one of " + ", ".join([*close, *(one for one in names if one not in close)])
    return InputError(file=file, column=place, found=found, expected=expected, remedy=remedy)


def find_line(text: str, *words: str) -> int | None:
    """Return the first line of a YAML text with all of these words, ignoring comments, if any."""
    lines = (line.split("#")[0] for line in text.splitlines())
    return next((row for row, line in enumerate(lines, start=1) if all(word in line for word in words)), None)


def name_line(error: InputError, file: Path, *choices: tuple[str, ...]) -> InputError:
    """Return an error with its file and the line that has all words of the first choice that any line has."""
    text = file.read_text(encoding="utf-8-sig") if file.is_file() else ""
    line = next(filter(None, (find_line(text, *words) for words in choices)), None)
    return error.at(f"{file}{f', line {line}' if line else ''}")
