"""Files that workers exchange through the store, as none has another's folder.

Tables are in the lake. What steps hand on as files (landed tables, models, pictures, records) is fetched before a step
and sent after it. A file is known by its size and its time of change, there and here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pyarrow import fs

from crime_dagster.core.files import read_json, write_json, write_whole
from crime_dagster.core.lake.place import Lake
from crime_dagster.core.settings import Settings

SHARED = ("landing", "models", "build", "records", "failures", "releases", "crime.lake", "crime.half.lake")
# The file that stands for the link `published` in the store, which has no links.
LINK = "releases/.published"
# By name: size and time there, size and time here.
States = dict[str, list[int]]


@dataclass(frozen=True)
class Folder:
    """A folder here and its place in the store; `known` has what both had in common when it was last used."""

    store: fs.FileSystem
    root: str
    path: Path
    known: Path
    parts: tuple[str, ...] = (".",)

    def fetch(self) -> None:
        """Make the files here those of the store."""
        known: States = read_json(self.known)
        there = self._list_there()
        for name in known.keys() - there.keys():
            (self.path / name).unlink(missing_ok=True)
            del known[name]
        for name, state in there.items():
            if known.get(name, [])[:2] != state:
                with write_whole(self.path / name, durable=False) as partial:
                    partial.write_bytes(self.store.open_input_stream(self.root + name).read())
                known[name] = [*state, *_look(self.path / name)]
        write_json(known, self.known, durable=False)

    def send(self) -> None:
        """Send what was changed here since, and remove from the store what was deleted here."""
        known: States = read_json(self.known)
        here = {name: _look(self.path / name) for name in self._list_here()}
        changed = [name for name, state in here.items() if known.get(name, [])[2:] != state]
        for name in changed:
            with self.store.open_output_stream(self.root + name) as sent:
                sent.write((self.path / name).read_bytes())
        for name in known.keys() - here.keys():
            self.store.delete_file(self.root + name)
            del known[name]
        there = self._list_there() if changed else {}
        known |= {name: [*there[name], *here[name]] for name in changed if name in there}
        write_json(known, self.known, durable=False)

    def _list_there(self) -> States:
        found = self.store.get_file_info(fs.FileSelector(self.root, recursive=True, allow_not_found=True))
        files = (one for one in found if one.type == fs.FileType.File)
        return {one.path.removeprefix(self.root): [one.size, one.mtime_ns] for one in files}

    def _list_here(self) -> Iterator[str]:
        for part in self.parts:
            top = self.path / part
            for path in [top] if top.is_file() else top.rglob("*"):
                if path.is_file() and ".partial" not in path.name:
                    yield path.relative_to(self.path).as_posix()


@contextmanager
def exchanged(settings: Settings, lake: Lake) -> Iterator[None]:
    """Fetch published files and what other workers made, and send what this block makes, even if it fails."""
    built = open_built(settings, lake)
    open_published(settings, lake).fetch()
    built.fetch()
    link, said = settings.published_dir, settings.warehouse_dir / LINK
    if said.is_file():
        link.unlink(missing_ok=True)
        link.symlink_to(said.read_text(encoding="utf-8"), target_is_directory=True)
    try:
        yield
    finally:
        if link.is_symlink():
            name = str(link.readlink())
            if not said.is_file() or said.read_text(encoding="utf-8") != name:
                said.write_text(name, encoding="utf-8")
        built.send()


def open_built(settings: Settings, lake: Lake) -> Folder:
    """The files that steps hand on."""
    known = settings.warehouse_dir / "exchanged.json"
    return Folder(_open(lake), f"{_find_root(lake)}/built/", settings.warehouse_dir, known, SHARED)


def open_published(settings: Settings, lake: Lake) -> Folder:
    """The published files: whoever starts a run sends them."""
    known = settings.warehouse_dir / "exchanged_files.json"
    return Folder(_open(lake), f"{_find_root(lake)}/published_files/", settings.data_dir, known)


def _find_root(lake: Lake) -> str:
    return f"{lake.data.removeprefix('s3://').rstrip('/')}_files"


def _open(lake: Lake) -> fs.FileSystem:
    return fs.S3FileSystem(
        access_key=lake.store["key_id"],
        secret_key=lake.store["secret"],
        region=lake.store["region"],
        endpoint_override=lake.store["endpoint"],
        scheme="https" if lake.store["use_ssl"] == "true" else "http",
    )


def _look(path: Path) -> list[int]:
    found = path.stat()
    return [found.st_size, found.st_mtime_ns]
