"""Records of what each step read and wrote, so that the next run repeats only what changed.

A reader that is `noted` adds itself, its arguments and a hash of its result to the inputs of the step that calls it.
Calling it again shows whether the input changed. So a step depends only on the rows, labels and settings that it
read, whatever else is in the same table or file, and no list of inputs can be incomplete.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import inspect
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, ParamSpec, TypeVar

import pandas as pd

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import find_damage, hash_file, hash_text, read_json, write_json

if TYPE_CHECKING:
    from crime_dagster.core.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")
ABSENT = "none"
# The settings as an argument in a record; and the folders that paths in a record are relative to.
SETTINGS, FOLDERS = "<settings>", ("warehouse_dir", "data_dir", "project_dir")
PLACES = tuple(f"<{name}>" for name in (*FOLDERS, "path"))


@dataclass
class Watched:
    """What one step did: the files that it wrote, and a hash of each of its inputs."""

    settings: Settings
    written: set[Path] = field(default_factory=set)
    read: dict[str, str] = field(default_factory=dict)


# Per process, not per thread: steps run one after another, but may read in threads.
_watched: list[Watched] = []


@contextmanager
def watch(settings: Settings) -> Iterator[Watched]:
    """Collect what this process reads and writes in this block."""
    found = Watched(settings)
    _watched.append(found)
    try:
        yield found
    finally:
        _watched.remove(found)


def note_written(path: Path) -> None:
    for watched in _watched:
        watched.written.add(path)


def take_over(other: Watched) -> None:
    """Add what another process read and wrote."""
    for watched in _watched:
        watched.written |= other.written
        watched.read = {**other.read, **watched.read}


def note_read(reader: str, args: Iterable[Any], digest: str) -> None:
    """Record what `reader` (`module:function`) returned for arguments that JSON can hold, paths or the settings."""
    for watched in _watched:
        watched.read.setdefault(_write_key(reader, args, watched.settings), digest)


def noted(digest: Callable[..., str] | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Record a function's result as an input of the step that calls it.

    `digest` computes the hash from the same arguments, where that is cheaper than reading the result again.
    """

    def decorate(reader: Callable[P, R]) -> Callable[P, R]:
        name, signature = f"{reader.__module__}:{reader.__qualname__}", inspect.signature(reader)

        @functools.wraps(reader)
        def read(*args: P.args, **kwargs: P.kwargs) -> R:
            if not _watched:
                return reader(*args, **kwargs)
            bound = signature.bind(*args, **kwargs)
            bound.apply_defaults()
            given = list(bound.arguments.values())
            # What the reader itself reads is part of its result.
            outer, _watched[:] = [*_watched], []
            try:
                value = reader(*args, **kwargs)
                found = digest(*given) if digest else hash_value(value)
            finally:
                _watched[:] = outer
            note_read(name, given, found)
            return value

        plain: Callable[..., R] = reader
        vars(read)["digest"] = digest or (lambda *args: hash_value(plain(*args)))
        return read

    return decorate


class NotedFields:
    """A dataclass whose fields are recorded as separate inputs; `find_reader` says how to read a field again."""

    NOTED: ClassVar[tuple[str, ...]] = ()

    def find_reader(self, name: str) -> tuple[str, tuple[Any, ...]] | None:
        """Return the reader of a field and its arguments; None if the row was not read from a file."""
        raise NotImplementedError

    def __getattribute__(self, name: str) -> Any:
        """Return a field; record it if a step reads it."""
        value = object.__getattribute__(self, name)
        if _watched and name in type(self).NOTED and (reader := self.find_reader(name)):
            note_read(*reader, hash_value(value))
        return value

    def __getstate__(self) -> dict[str, Any]:
        """Record every field of what is pickled: another process may read it."""
        return {name: getattr(self, name) for name in vars(self)}


@noted(digest=lambda path: hash_file(path) or ABSENT)
def note_file(path: Path) -> None:
    """Record the content of a file as an input."""


def hash_value(value: Any) -> str:
    """Hash plain values, dataclasses and frames."""
    return hash_text(json.dumps(value, default=_plain, sort_keys=True))


def _plain(value: Any) -> Any:
    if isinstance(value, pd.DataFrame):
        return value.to_json(orient="split", date_format="iso")
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {one.name: getattr(value, one.name) for one in dataclasses.fields(value)}
    return sorted(value) if isinstance(value, set | frozenset) else str(value)


def _write_key(reader: str, args: Iterable[Any], settings: Settings) -> str:
    def write(value: Any) -> Any:
        if type(value) is type(settings):
            return SETTINGS
        if isinstance(value, Path):
            folder = next((name for name in FOLDERS if value.is_relative_to(getattr(settings, name))), "path")
            return [f"<{folder}>", value.relative_to(getattr(settings, folder, "/")).as_posix()]
        return value

    return json.dumps([reader, *map(write, args)])


def _is_path(argument: Any) -> bool:
    return isinstance(argument, list) and bool(argument) and argument[0] in PLACES


def find_digest(key: str, settings: Settings) -> str:
    """Return the current hash of an input; if it cannot be read any more, a word that is no hash."""

    def read(value: Any) -> Any:
        if _is_path(value):
            return Path(getattr(settings, value[0][1:-1], "/"), value[1])
        return settings if value == SETTINGS else value

    name, *args = json.loads(key)
    module, _, function = name.partition(":")
    try:
        return str(getattr(importlib.import_module(module), function).digest(*map(read, args)))
    except (InputError, ImportError, AttributeError, LookupError, TypeError, OSError):
        return ABSENT


def name_input(key: str) -> str:
    """Return a readable name of an input: `marts/lsoas`, `crime types total label`, `index.html`."""
    reader, *args = json.loads(key)
    words = [one[1] if _is_path(one) else one for one in args]
    name = reader.rpartition(":")[2]
    if name == "read_mart":
        return f"marts/{words[1]}" + "".join(f" ({value})" for value in (words[2] or {}).values())
    shown = (str(one) for one in words if one not in (SETTINGS, None, [], {}, ""))
    return " ".join([name.removeprefix("read_").removeprefix("note_").replace("_", " "), *shown])


@dataclass(frozen=True)
class StepRecord:
    """The state of a step, or of one of its partitions, when it last ran."""

    code: str  # from `find_code_version`; empty while it is running
    config: str  # hash of its Config
    inputs: dict[str, str]  # hash of each input, by `note_read`'s key
    outputs: dict[str, str]  # sha256 of each file written, by path below the warehouse folder
    run_id: str  # of the Dagster run

    def find_changes(self, code: str, config: str, digest: Callable[[str], str]) -> list[str]:
        """Return what changed, in words; empty if nothing did."""
        changes = ["its code changed"] if code != self.code else []
        changes += ["its config changed"] if config != self.config else []
        return [*changes, *self.find_changed_inputs(digest)]

    def find_changed_inputs(self, digest: Callable[[str], str]) -> list[str]:
        """Return the inputs that changed, in words."""
        return [f"{name_input(key)} changed" for key, before in self.inputs.items() if digest(key) != before]

    def find_damage(self, folder: Path) -> list[str]:
        """Return the output files that are missing or altered, and how."""
        return find_damage(self.outputs, folder, "written")


def hash_outputs(paths: Iterable[Path], folder: Path) -> dict[str, str]:
    """Return the sha256 of files by relative path; deleted files are left out."""
    return {path.relative_to(folder).as_posix(): digest for path in sorted(paths) if (digest := hash_file(path))}


def read_record(path: Path) -> StepRecord | None:
    """Return a record; None if it is missing or unreadable, and the step is then repeated."""
    try:
        return StepRecord(**read_json(path))
    except TypeError:
        return None


def write_record(record: StepRecord, path: Path) -> None:
    """Write a record atomically but unsynced: losing one only repeats a step."""
    write_json(asdict(record), path, durable=False)
