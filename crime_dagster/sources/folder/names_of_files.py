"""How well the name of a file, or its path, fits a source."""

from __future__ import annotations

from collections.abc import Sequence

from crime_dagster.sources.catalogue.catalogue import is_named_like, list_possible, rank_name, weigh_name
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.readers.formats.reading import SourceFile


def is_named(source: Source, file: SourceFile) -> bool:
    """Whether a file's name, or its path, fits a source."""
    # A file given alone has its folder in its path only.
    return is_named_like(source, file.name) or is_named_like(source, file.path.as_posix())


def keep_best_named(named: Sequence[Source], file: SourceFile) -> list[Source]:
    """Of sources whose names a file fits, those that spell out most of it: one may be another with a word more."""
    weights = [max(weigh_name(source, file.name), weigh_name(source, file.path.as_posix())) for source in named]
    return [source for source, weight in zip(named, weights, strict=True) if weight == max(weights)]


def is_named_exactly(source: Source, file: SourceFile) -> bool:
    """Whether a file has a name of a source, in the container that the catalogue knows of it."""
    return is_named(source, file) and rank_file(source, file) < len(source.patterns)


def list_named_exactly(sources: Sequence[Source], file: SourceFile) -> list[Source]:
    """The sources of which `is_named_exactly` holds."""
    return [source for source in list_possible(sources, file.name) if is_named_exactly(source, file)]


def rank_file(source: Source, file: SourceFile) -> int:
    """How well a file's name, or its path, fits a source: 0 for the best of its patterns."""
    ranks = (rank_name(source, file.name), rank_name(source, file.path.as_posix()))
    return min((rank for rank in ranks if rank is not None), default=len(source.patterns))
