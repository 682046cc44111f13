"""Lines that a step tells its user: in its log, where they are few, and all of them in its metadata."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import count

import dagster as dg

# A source of a hundred files may have a warning for each.
SHOWN_WARNINGS = 20


def log_warnings(log: dg.DagsterLogManager, warnings: Sequence[str]) -> None:
    for warning in show_each_kind(warnings)[:SHOWN_WARNINGS]:
        log.warning(warning)
    if len(warnings) > SHOWN_WARNINGS:
        log.warning(f"and {len(warnings) - SHOWN_WARNINGS} more warnings, listed with the asset")


def show_each_kind(warnings: Sequence[str]) -> list[str]:
    """Return warnings, the first of each kind before the second of any: one kind may be that of a thousand files."""
    seen: defaultdict[str, Iterator[int]] = defaultdict(count)
    numbered = [(next(seen[re.sub(r"[^ ]*[/\d][^ ]*", "", warning)]), warning) for warning in warnings]
    return [warning for _, warning in sorted(numbered, key=lambda one: one[0])]


def list_lines(lines: Iterable[str], nothing: str = "none") -> dg.MarkdownMetadataValue:
    return dg.MetadataValue.md("\n".join(f"- {line}" for line in lines) or nothing)
