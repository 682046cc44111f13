"""YAML written by people: one reader, which reports every fault as an `InputError`."""

from pathlib import Path
from typing import Any

import yaml

from crime_dagster.core.errors import InputError
from crime_dagster.core.safe_text import is_steering

# The longest file of the project, the catalogue, has 200 kB.
MOST_BYTES = 1_000_000
DEEPEST = 100


class _Loader(yaml.CSafeLoader):
    """Refuses a key that is there twice, of which YAML would keep the last without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if len(set(keys)) < len(keys):
            twice = next(key for key in keys if keys.count(key) > 1)
            raise yaml.MarkedYAMLError(None, None, f"the key {twice} twice", node.start_mark)
        return super().construct_mapping(node, deep)


def _refuse_dangers(text: str) -> None:
    """Refuse aliases, a few lines of which can stand for billions of values, and nesting too deep to compose.

    It also refuses control characters: names of places and scenarios appear on every page.
    """
    depth = 0
    event: Any
    for event in yaml.parse(text, yaml.CSafeLoader):
        problem = ""
        if isinstance(event, yaml.AliasEvent):
            problem = f"an alias (*{event.anchor})"
        elif isinstance(event, yaml.ScalarEvent):
            if is_steering(event.value):
                problem = f"characters that steer how text is shown ({event.value[:60]!a})"
        else:
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            problem = "lists nested too deeply" if depth > DEEPEST else ""
        if problem:
            raise yaml.MarkedYAMLError(None, None, problem, event.start_mark)


def parse_yaml(text: str, file: Path | str, expected: str, remedy: str) -> Any:
    """Parse YAML; the other arguments are for error messages.

    Refuses deep nesting, aliases, impossible values such as 2024-13-45, and more than 1 MB.
    """
    try:
        if len(text) > MOST_BYTES:
            raise ValueError(f"{len(text):,} characters, more than {MOST_BYTES:,}")
        _refuse_dangers(text)
        # libyaml parses the catalogue in a tenth of the time of PyYAML's own parser.
        return yaml.load(text, _Loader)  # noqa: S506 a loader that is safe
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        found = " ".join(str(error).split())[:300]
        raise InputError(file=file, found=found, expected=expected, remedy=remedy) from error


def read_yaml(path: Path, expected: str, remedy: str) -> Any:
    """Return the content of a YAML file, see `parse_yaml`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(file=path, found=str(error), expected=expected, remedy=remedy) from error
    return parse_yaml(text, path, expected, remedy)
