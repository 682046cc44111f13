"""What a step's code is: a fingerprint of its module and of everything of ours that it imports.

A step is done again when its code changed, and only then: so the fingerprint follows the imports instead of taking
the whole package. Versions of libraries are part of it, for a new one may draw or fit otherwise.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import importlib.metadata
import platform
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = "crime_dagster"
PACKAGE_DIR = Path(__file__).resolve().parents[1]
PROJECT = "crime-dagster"
# They write nothing of a step's results: a change of theirs is no reason to draw a map again.
MACHINERY = tuple(f"{PACKAGE}.{name}" for name in ("core.code_version", "core.records", "defs.runtime.unchanged"))
NAME = re.compile(r"[A-Za-z0-9._-]+")


def find_code_version(module: str) -> str:
    """A fingerprint of the code that a module runs, SHA-256 in hexadecimal.

    Args:
        module: Its dotted name, inside this package.

    Returns:
        The same text for the same sources, data files of the rooms that they come from, Python and libraries.
    """
    digest = hashlib.sha256(list_library_versions().encode())
    names = sorted(list_imported(module))
    folders = {_find_file(name).parent for name in names}
    data = sorted(path for folder in folders for path in _list_data(folder))
    for path in [*(_find_file(name) for name in names), *data]:
        digest.update(path.relative_to(PACKAGE_DIR.parent).as_posix().encode())
        digest.update(_hash_content(path))
    return digest.hexdigest()


@functools.cache
def list_library_versions() -> str:
    """Python and the installed versions of the libraries that the project asks for, a line each."""
    wanted = [one for one in importlib.metadata.requires(PROJECT) or [] if "extra ==" not in one]
    names = sorted(match.group() for match in map(NAME.match, wanted) if match)
    lines = [f"{name} {importlib.metadata.version(name)}" for name in names]
    return "\n".join([f"python {platform.python_version()}", *lines])


def list_imported(module: str) -> set[str]:
    """A module and all modules of this package that it runs: those it imports, directly or through others.

    Imports for types alone do not count, nor do the modules that decide whether a step is done.
    """
    found, waiting = set[str](), [module]
    while waiting:
        name = waiting.pop()
        if name not in found and name not in MACHINERY:
            found.add(name)
            waiting.extend(_list_imports(name))
    return found


@functools.cache
def _list_imports(module: str) -> frozenset[str]:
    tree = ast.parse(_find_file(module).read_bytes())
    return frozenset(name for node in _walk(tree) for name in _name_imports(node))


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        is_for_types = isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"
        if not is_for_types:
            yield child
            yield from _walk(child)


def _name_imports(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Import):
        candidates = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        # `from package import name`: the name may be a module or something inside one.
        candidates = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    else:
        return
    yield from (name for name in candidates if name.startswith(f"{PACKAGE}.") and _is_module(name))


def _is_module(name: str) -> bool:
    base = PACKAGE_DIR.parent.joinpath(*name.split("."))
    return base.with_suffix(".py").is_file() or (base / "__init__.py").is_file()


def _find_file(name: str) -> Path:
    base = PACKAGE_DIR.parent.joinpath(*name.split("."))
    path = base.with_suffix(".py")
    return path if path.is_file() else base / "__init__.py"


@functools.cache
def _list_data(folder: Path) -> tuple[Path, ...]:
    """Templates, scripts, catalogues and seeds beside the modules; folders that are packages speak for themselves."""
    own = [path for path in folder.iterdir() if path.is_file() and path.suffix not in (".py", ".pyc")]
    plain = [one for one in folder.iterdir() if one.is_dir() and one.name != "__pycache__"]
    below = [path for one in plain if not (one / "__init__.py").is_file() for path in one.rglob("*")]
    return tuple(sorted([*own, *(path for path in below if path.is_file())]))


@functools.cache
def _hash_content(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()
