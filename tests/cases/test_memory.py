"""Memory of landing: the largest published files fit a machine of 1 GB."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT

MOST_BYTES = 1_000_000_000
MONTHS = [f"{2023 + n // 12}{n % 12 + 1:02d}" for n in range(25)]
RECORDS = 105_000
# The peak is read inside the process: what a parent is told of a child includes the parent's own memory before `exec`.
LAND = """
import json, logging, resource, sys
from pathlib import Path
from crime_dagster.core.settings import Settings
from crime_dagster.defs.ingest.ingest import land_source
from crime_dagster.sources.catalogue.catalogue import load_catalogue

settings = Settings(Path(sys.argv[1]), Path(sys.argv[2]))
said = {}
for key in sys.argv[3:]:
    found = land_source(load_catalogue()[key], settings, logging.getLogger()).metadata
    said[key] = {name: value for name, value in found.items() if isinstance(value, int)}
try:
    status = Path("/proc/self/status").read_text()
    peak = 1024 * int(status.partition("VmHWM:")[2].split()[0])
except OSError:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"peak": peak, **said}))
"""


def land(data: Path, warehouse: Path, *sources: str) -> dict:
    """Land sources in a separate process, and return its report."""
    command = [sys.executable, "-W", "ignore", "-c", LAND, str(data), str(warehouse), *sources]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_d16_many_wide_rows_fit_and_every_cell_is_there(tmp_path):
    path = tmp_path / "data" / "MPS LSOA Level Crime.csv"
    path.parent.mkdir()
    with path.open("w", encoding="utf-8") as stream:
        stream.write(f"LSOA Code,Borough,Major Category,Minor Category,{','.join(MONTHS)}\n")
        ones = ",1" * len(MONTHS)
        stream.writelines(f"E01{n // 50:06d},E09000003,THEFT,KIND {n % 50}{ones}\n" for n in range(RECORDS))
    said = land(path.parent, tmp_path / "warehouse", "mps/lsoa_crime")
    counts = said["mps/lsoa_crime"]
    assert (counts["rows_in"], counts["rows_kept"], counts["rows_set_aside"]) == (RECORDS, RECORDS, 0)
    assert counts["dagster/row_count"] == RECORDS * len(MONTHS) == 2_625_000
    assert said["peak"] < MOST_BYTES


@pytest.mark.real
def test_two_releases_and_all_street_months_fit(real_data_dir, tmp_path):
    said = land(real_data_dir, tmp_path, "mps/lsoa_crime", "police_uk/street_crime")
    assert said["mps/lsoa_crime"]["rows_in"] == 206_668
    street = said["police_uk/street_crime"]
    assert street["months_landed"] >= 30
    assert street["rows_in"] == street["rows_kept"] + street["rows_set_aside"] == 171_118
    assert said["peak"] < MOST_BYTES
