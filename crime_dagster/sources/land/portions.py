"""What is landed together: all files of a source, or those of one month if file names give the month."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from crime_dagster.core.code_version import find_code_version
from crime_dagster.core.files import hash_text
from crime_dagster.sources.catalogue.entry import WHOLE, Source
from crime_dagster.sources.folder.archives import open_files
from crime_dagster.sources.folder.files import fingerprint, name_files
from crime_dagster.sources.land.categories import load_categories
from crime_dagster.sources.land.cuts import Cut
from crime_dagster.sources.land.overlaps import find_archive_dates
from crime_dagster.sources.readers import READERS
from crime_dagster.sources.readers.formats.reading import SourceFile

OTHER = "other"
# The code that reads and counts files: if it changes, every file is landed again.
READING = "crime_dagster.sources.land.land"


@dataclass(frozen=True)
class Portion:
    """Files of a source that are landed together."""

    name: str  # month (`YYYY-MM`), `other` for files without one in their names, or `WHOLE`
    files: list[SourceFile]  # sorted by name
    # Date (`YYYY-MM`) of each file's archive, if the source has archives.
    dates: Mapping[str, str] = field(default_factory=dict)
    version: str = ""  # hash of what would be landed
    cut: Cut | None = None  # the chosen place; None for all that the files hold


def plan_portions(source: Source, data_dir: Path, cut: Cut | None = None) -> list[Portion]:
    """Divide the files of a source into portions, at least one, sorted by name.

    The source's option `partition` is a pattern with the group `month`; `archive: true` means that its files come in
    archives that repeat months.
    """
    files = name_files(source, data_dir)
    dates = _date_files(source, files) if source.options.get("archive") else {}
    parts: dict[str, list[SourceFile]] = {}
    for file in files:
        name = (source.month_in_name(file.name) or OTHER) if "partition" in source.options else WHOLE
        parts.setdefault(name, []).append(file)
    authorities = () if cut is None else sorted(cut.authorities)
    portions = []
    for name, members in sorted(parts.items()):
        known = {file.name: dates[file.name] for file in members if file.name in dates}
        portions.append(Portion(name, members, known, _compute_version(source, members, known, authorities), cut))
    return portions


def combine_versions(portions: Iterable[Portion]) -> str:
    """Return a fingerprint of a whole source: SHA-256 in hexadecimal."""
    return hash_text(*(text for part in portions for text in (part.name, part.version)))


def _date_files(source: Source, files: list[SourceFile]) -> dict[str, str]:
    months = {file.name: source.month_in_name(file.name) or "" for file in files}
    with open_files([file for file in files if not months[file.name]]) as opened:
        for file in opened:
            # Without a month in the name, the rows have it. Only these few files are read twice.
            months[file.name] = max(READERS[source.reader](file, source).months, default="")
    return find_archive_dates(months)


def _compute_version(
    source: Source, files: list[SourceFile], dates: Mapping[str, str], authorities: Sequence[str]
) -> str:
    # The date of a folder without one in its name grows with each new month. The other months are landed again only if
    # this could change the order of archives that hold the same month.
    compared = dates if len(set(dates.values())) > 1 else {}
    categories = load_categories()[source.publisher] if "category" in source.options else ()
    entry = json.dumps([asdict(source), sorted(categories), authorities], sort_keys=True, default=str)
    contents = (text for file in files for text in (file.name, fingerprint(file), str(compared.get(file.name))))
    return hash_text(find_code_version(READING), entry, *contents)
