"""The code version of a step: a hash of its module and of every module of this package that it imports.

Syntax trees without docstrings are hashed, not bytes, so that a comment or a line break does not refit a model. Data
files are not included: their readers record them (`core.records`). Library versions are, because a new version may
draw or fit differently.
"""

import ast
import functools
import importlib.metadata
import platform
import re
from collections.abc import Iterator
from pathlib import Path

from crime_dagster.core.files import hash_text

PACKAGE = "crime_dagster"
PACKAGE_DIR = Path(__file__).resolve().parents[1]
PROJECT = "crime-dagster"
# These modules do not affect a step's results, so changing them must not redraw a map.
MACHINERY = tuple(f"{PACKAGE}.{name}" for name in ("core.code_version", "core.records", "defs.runtime.unchanged"))
DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
NAME = re.compile(r"[A-Za-z0-9._-]+")


def find_code_version(*modules: str) -> str:
    """Return a hash of the code that modules of this package run, their libraries and Python."""
    names = sorted(set().union(*map(list_imported, modules)))
    return hash_text(list_library_versions(), *(text for name in names for text in (name, _read_module(name)[0])))


@functools.cache
def list_library_versions() -> str:
    """Return the versions of Python and of the project's dependencies, one per line."""
    wanted = [one for one in importlib.metadata.requires(PROJECT) or [] if "extra ==" not in one]
    names = sorted(match.group() for match in map(NAME.match, wanted) if match)
    lines = [f"{name} {importlib.metadata.version(name)}" for name in names]
    return "\n".join([f"python {platform.python_version()}", *lines])


def say_commit(project: Path) -> str:
    """Return the commit that a code folder was checked out at, or say that it is not known.

    Reads git's files, because the program may be missing or refuse another user's folder. They do not show changes
    since the commit, so the result says that there may be some.
    """
    try:
        folder = project / ".git"
        if folder.is_file():
            folder = project / folder.read_text(encoding="utf-8").removeprefix("gitdir:").strip()
        _, _, name = (folder / "HEAD").read_text(encoding="utf-8").strip().rpartition("ref: ")
        shared = folder / "commondir"
        common = folder / shared.read_text(encoding="utf-8").strip() if shared.is_file() else folder
        packed, loose = common / "packed-refs", common / name
        lines = packed.read_text(encoding="utf-8").splitlines() if packed.is_file() else []
        known = {ref: commit for commit, _, ref in (line.partition(" ") for line in lines)}
        commit = loose.read_text(encoding="utf-8").strip() if loose.is_file() else known.get(name, name)
    except OSError:
        commit = ""
    if re.fullmatch("[0-9a-f]{40}", commit):
        return f"{commit}, or files changed since"
    return "not known: the code folder is no checkout"


def list_imported(module: str) -> set[str]:
    """Return a module and every module of this package that it imports, directly or indirectly.

    Imports for type checking are ignored, as are the modules that decide whether a step is done.
    """
    found, waiting = set[str](), [module]
    while waiting:
        name = waiting.pop()
        if name not in found and name not in MACHINERY:
            found.add(name)
            waiting.extend(_read_module(name)[1])
    return found


@functools.cache
def _read_module(name: str) -> tuple[str, frozenset[str]]:
    """Return the hash of a module's syntax tree without docstrings, and the modules that it imports."""
    tree = ast.parse(_find_file(name).read_bytes())
    imports = frozenset(found for node in _walk(tree) for found in _name_imports(node))
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False):
            del node.body[0]
    return hash_text(ast.dump(tree)), imports


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
        # In `from package import name` the name may be a module or something inside one.
        candidates = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    else:
        return
    yield from (name for name in candidates if name.startswith(f"{PACKAGE}.") and _find_file(name).is_file())


def _find_file(name: str) -> Path:
    base = PACKAGE_DIR.parent.joinpath(*name.split("."))
    path = base.with_suffix(".py")
    return path if path.is_file() else base / "__init__.py"
