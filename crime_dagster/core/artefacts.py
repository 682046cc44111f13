"""Files of fitted models: written whole, with what they are made from beside them, opened only where both agree."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import write_whole
from crime_dagster.core.records import note_written

LIBRARIES = ("lightgbm", "numpy", "scikit-learn", "skops")
ZIP = b"PK\x03\x04"
REMEDY = "materialise models/explain, which writes it again"


def list_versions() -> dict[str, str]:
    """Installed versions of the libraries that a saved model depends on."""
    return {name: version(name) for name in LIBRARIES}


def describe_path(path: Path) -> Path:
    """Where the facts about a file of models stand."""
    return path.with_suffix(".json")


def write_artefact(path: Path, content: bytes, facts: Mapping[str, Any]) -> None:
    """Write a file of models and, beside it, what it is made from and its sha256.

    A run that is killed in between leaves two files that disagree, which `read_artefact` refuses.

    Args:
        path: Where to; missing folders are made.
        content: A zip, as skops writes it.
        facts: What JSON can hold.
    """
    described = {"sha256": hashlib.sha256(content).hexdigest(), **facts}
    text = json.dumps(described, indent=2, default=str) + "\n"
    for target, what in ((path, content), (describe_path(path), text.encode())):
        with write_whole(target) as partial:
            partial.write_bytes(what)
        note_written(target)


def read_artefact(path: Path, expected: Mapping[str, Any]) -> bytes:
    """The bytes of a file of models, where it is the very file that was written and its facts are as expected.

    Nothing in the file is opened or run here: a pickle is refused by its first bytes.

    Args:
        path: The file.
        expected: Facts that must hold; a fact that is a mapping is compared key by key.

    Raises:
        InputError: A file is missing or none of ours, the sha256 is another, or a fact is.
    """
    facts = _read_facts(describe_path(path))
    if not path.is_file():
        raise _refuse(path, "no such file", "a file of models")
    content = path.read_bytes()
    if not content.startswith(ZIP):
        raise _refuse(path, "a pickle or another file that is no zip; it was not opened", "a model saved by skops")
    if hashlib.sha256(content).hexdigest() != facts.get("sha256"):
        raise _refuse(path, "a file with another sha256 than was written; it was not opened", "the file as written")
    for name, wanted in expected.items():
        difference = _find_difference(facts.get(name), wanted)
        if difference:
            raise _refuse(path, f"{name}: {difference[0]}", f"{name}: {difference[1]}")
    return content


def _read_facts(path: Path) -> dict[str, Any]:
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise _refuse(path, "no such file", "what the models were made from") from error
    except (OSError, ValueError) as error:
        raise _refuse(path, f"{type(error).__name__}: {error}", "what the models were made from, as JSON") from error
    if not isinstance(facts, dict):
        raise _refuse(path, type(facts).__name__, "what the models were made from, as a JSON object")
    return facts


def _find_difference(found: Any, wanted: Any) -> tuple[str, str] | None:
    """What differs, in as few words as will do."""
    if found == wanted:
        return None
    if not isinstance(found, Mapping) or not isinstance(wanted, Mapping):
        return str(found), str(wanted)
    keys = [key for key in wanted if found.get(key) != wanted[key]]
    return (_name(found, keys), _name(wanted, keys)) if keys else None


def _name(facts: Mapping[str, Any], keys: list[str]) -> str:
    return ", ".join(f"{key} {facts.get(key, 'not said')}" for key in keys)


def _refuse(path: Path, found: str, expected: str) -> InputError:
    return InputError(file=path, found=found, expected=expected, remedy=REMEDY)
