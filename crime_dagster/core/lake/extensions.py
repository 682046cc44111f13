"""Extensions of DuckDB from their wheels: nothing is downloaded."""

from importlib import resources
from importlib.util import find_spec
from pathlib import Path

import duckdb

from crime_dagster.core.errors import InputError
from crime_dagster.core.files import write_whole

# Wheels that are called otherwise than the file that DuckDB looks for.
WHEELS = {"postgres_scanner": "postgres"}


def link_extension(connection: duckdb.DuckDBPyConnection, folder: Path, name: str) -> Path:
    """Link an extension from its wheel to where DuckDB looks for it: by version and platform below a folder."""
    row = connection.execute("select version(), (select platform from pragma_platform())").fetchone()
    version, platform = row if row else ("", "")
    wheel = WHEELS.get(name, name)
    package = f"duckdb_extension_{wheel}"
    if find_spec(package) is None:
        raise InputError(
            file=package.replace("_", "-"),
            found="no such package",
            expected=f"DuckDB's extension {name}, which a lake needs",
            remedy="pip install '.[lake]'",
        )
    source = resources.files(package) / "extensions" / version / f"{wheel}.duckdb_extension"
    target = folder / version / platform / f"{name}.duckdb_extension"
    with write_whole(target, durable=False) as partial:
        partial.symlink_to(Path(str(source)))
    return target
