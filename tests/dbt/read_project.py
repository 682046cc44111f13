"""The project as parsed by dbt. A server process imports this once, so that its forks need not parse it again."""

import os
import tempfile
from pathlib import Path

from dbt.cli.main import dbtRunner
from dbt.contracts.graph.manifest import Manifest

PROJECT = Path(__file__).resolve().parents[2] / "dbt_project"


def _read() -> Manifest:
    with tempfile.TemporaryDirectory() as folder:
        before = dict(os.environ)
        os.environ |= {"CRIME_WAREHOUSE_DIR": folder, "DBT_LOG_PATH": folder}
        places = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
        done = dbtRunner().invoke(["--quiet", "parse", "--no-write-json", *places])
        os.environ.clear()
        os.environ |= before
    assert isinstance(done.result, Manifest), done.exception
    return done.result


MANIFEST = _read()
