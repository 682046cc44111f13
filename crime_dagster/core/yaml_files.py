"""YAML that people write: one reader, whose every failure is a message."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from crime_dagster.core.errors import InputError
from crime_dagster.core.safe_text import is_steering

# The longest file of the project itself, the catalogue, has 200 kB.
MOST_BYTES = 1_000_000


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader without aliases, a few lines of which can stand for billions of values.

    Nor does it take text that steers how it is shown: names of places and scenarios are in every page.
    """

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.MarkedYAMLError(problem=f"an alias (*{event.anchor})", problem_mark=event.start_mark)
        if self.check_event(yaml.ScalarEvent):
            event = self.peek_event()
            if is_steering(event.value):
                problem = f"characters that steer how text is shown ({event.value[:60]!a})"
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=event.start_mark)
        return super().compose_node(parent, index)


def parse_yaml(text: str, file: Path | str, expected: str, remedy: str) -> Any:
    """The content of a YAML text.

    Args:
        text: The YAML.
        file: Where it is from, for the message.
        expected: What should be there, for the message.
        remedy: What to do, for the message.

    Raises:
        InputError: It is not YAML, is nested too deeply, has aliases, values that do not exist such as 2024-13-45, or
            over 1 MB.
    """
    try:
        if len(text) > MOST_BYTES:
            raise ValueError(f"{len(text):,} characters, more than {MOST_BYTES:,}")
        return _Loader(text).get_single_data()
    except RecursionError as error:
        raise InputError(file=file, found="lists nested too deeply", expected=expected, remedy=remedy) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        found = " ".join(str(error).split())[:300]
        raise InputError(file=file, found=found, expected=expected, remedy=remedy) from error


def read_yaml(path: Path, expected: str, remedy: str) -> Any:
    """The content of a YAML file.

    Raises:
        InputError: It cannot be read, or see `parse_yaml`.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(file=path, found=str(error), expected=expected, remedy=remedy) from error
    return parse_yaml(text, path, expected, remedy)
