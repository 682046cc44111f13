"""Files of fitted models, each with its provenance beside it; a file is opened only where the two agree."""

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import read_json, write_whole
from crime_dagster.core.records import note_written

LIBRARIES = ("lightgbm", "numpy", "scikit-learn", "skops")
ZIP = b"PK\x03\x04"
REMEDY = "materialise models/explain, which writes it again"


def list_versions() -> dict[str, str]:
    """Return the installed versions of the libraries that a saved model depends on."""
    return {name: version(name) for name in LIBRARIES}


def describe_path(path: Path) -> Path:
    return path.with_suffix(".json")


def write_artefact(path: Path, content: bytes, facts: Mapping[str, Any]) -> None:
    """Write a model file (a zip, as skops writes it) and, beside it, its provenance and sha256.

    If a run is killed in between, the two files disagree and `read_artefact` refuses them.
    """
    described = {"sha256": hashlib.sha256(content).hexdigest(), **facts}
    text = json.dumps(described, indent=2, default=str) + "\n"
    for target, what in ((path, content), (describe_path(path), text.encode())):
        with write_whole(target) as partial:
            partial.write_bytes(what)
        note_written(target)


def read_artefact(path: Path, expected: Mapping[str, Any]) -> bytes:
    """Return the bytes of a model file if its hash matches and its facts are as expected.

    Nothing in the file is opened or run here: a pickle is refused by its first bytes. Mappings are compared key by key.
    """
    facts = read_json(describe_path(path))
    if not facts:
        raise _refuse(describe_path(path), "no such file, or no JSON object", "what the models were made from")
    if not path.is_file():
        raise _refuse(path, "no such file", "a file of models")
    content = path.read_bytes()
    if not content.startswith(ZIP):
        raise _refuse(path, "a pickle or another file that is no zip; it was not opened", "a model saved by skops")
    if hashlib.sha256(content).hexdigest() != facts.get("sha256"):
        raise _refuse(path, "a file with another sha256 than was written; it was not opened", "the file as written")
    for name, wanted in expected.items():
        found = facts.get(name)
        if isinstance(found, Mapping) and isinstance(wanted, Mapping):
            keys = [key for key in wanted if found.get(key) != wanted[key]]
            shown, needed = (
                ", ".join(f"{key} {each.get(key, 'not said')}" for key in keys) for each in (found, wanted)
            )
        else:
            shown, needed = str(found), str(wanted)
        if shown != needed:
            raise _refuse(path, f"{name}: {shown}", f"{name}: {needed}")
    return content


def _refuse(path: Path, found: str, expected: str) -> InputError:
    return InputError(file=path, found=found, expected=expected, remedy=REMEDY)
