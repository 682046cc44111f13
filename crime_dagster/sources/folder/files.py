"""The files of a source, and hashes that show whether they changed."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from crime_dagster.core import files as core_files
from crime_dagster.core.errors import InputError
from crime_dagster.sources.catalogue.catalogue import strip_copy_mark
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.folder.archives import open_files
from crime_dagster.sources.folder.inventory import find_files, list_left_out
from crime_dagster.sources.folder.leftovers import describe_all
from crime_dagster.sources.folder.recognition import find_last_label
from crime_dagster.sources.readers.formats.delimited import read_bytes
from crime_dagster.sources.readers.formats.limits import guard
from crime_dagster.sources.readers.formats.map_files import list_sidecars
from crime_dagster.sources.readers.formats.reading import SourceFile


def name_files(source: Source, data_dir: Path) -> list[SourceFile]:
    """Return the files of a source, at least one, by name; differing files are refused where one is expected."""
    files = find_files(source, data_dir)
    if not files:
        # An unfinished file explains more than none.
        found = "; ".join([f"no file for {source.key}", *describe_all(list_left_out(source, data_dir))])
        expected = f"a file with its columns, named like {source.named_like}, in this folder or below it"
        remedy = f"download {source.title} from {source.landing_page}"
        raise InputError(file=data_dir, found=found, expected=expected, remedy=remedy)
    with open_files(_list_rivals(source, files)) as rivals:
        require_one(source, rivals, data_dir)
    return files


def require_one(source: Source, files: Sequence[SourceFile], where: Path) -> None:
    """Refuse opened files of a source that differ if only one of them may count."""
    groups: dict[tuple[str, str], list[SourceFile]] = {}
    for file in _list_rivals(source, files):
        name = strip_copy_mark(file.name) if source.many_files else ""
        # Releases of months may share a name: the latest counts, and only equally late ones are rivals.
        last = find_last_label(file, source) if source.many_files and source.spread_name == "month" else ""
        groups.setdefault((name, last), []).append(file)
    for members in groups.values():
        if len({hash_content(file) for file in members}) > 1:
            found = f"{len(members)} different files for {source.key}: {', '.join(file.name for file in members)}"
            copies = "where names differ only by the mark of a copy"
            expected = f"one file {copies if source.many_files else f'named like {source.named_like}'}"
            remedy = "keep the right one in the data folder and move the others out of it"
            raise InputError(file=where, found=found, expected=expected, remedy=remedy)


def _list_rivals(source: Source, files: Sequence[SourceFile]) -> list[SourceFile]:
    """Return the files of which only one may count: all of a single-file source, else a file and its named copies."""
    if len(files) < 2:
        return []
    if not source.many_files:
        return list(files)
    times = Counter(strip_copy_mark(file.name) for file in files)
    return [file for file in files if times[strip_copy_mark(file.name)] > 1]


def fingerprint(file: SourceFile) -> str:
    """Return the SHA-256 of a file and its companion files, or of its archive."""
    held = (file.archive or file).path
    return "\0".join(f"{path.name}\0{hash_file(path)}" for path in (held, *list_sidecars(held)))


def hash_file(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal; read once until the file changes."""
    problem: OSError | str = "no such file"
    try:
        if found := core_files.hash_file(path):
            return found
    except OSError as error:
        problem = error
    remedy = "correct its permissions, or the link if it is one"
    raise InputError(file=path, found=f"it cannot be opened ({problem})", expected="a readable file", remedy=remedy)


@guard
def hash_content(file: SourceFile) -> str:
    """Return the SHA-256 of a file's content: `x.csv` and `x.csv.gz` with the same content are equal."""
    if file.is_packed:
        return hashlib.sha256(read_bytes(file)).hexdigest()
    return hash_file(file.path)
