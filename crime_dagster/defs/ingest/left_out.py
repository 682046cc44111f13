"""The files of the data folder that a run does not read, as a landed table and as a warning."""

from pathlib import Path

import dagster as dg
import pyarrow as pa

from crime_dagster.core.code_version import find_code_version
from crime_dagster.core.files import hash_file, hash_text
from crime_dagster.core.parquet import read_parquet, write_parquet
from crime_dagster.core.settings import Settings
from crime_dagster.defs.runtime.invalid_config import failing_for_good
from crime_dagster.defs.runtime.landed import ACCOUNTS, SET_ASIDE
from crime_dagster.defs.runtime.partitions import OWNER
from crime_dagster.defs.runtime.previews import ROW_COUNT, preview_table
from crime_dagster.defs.runtime.telling import list_lines
from crime_dagster.sources.catalogue.catalogue import CATALOGUE
from crime_dagster.sources.folder.inventory import take_inventory
from crime_dagster.sources.folder.leftovers import LeftOut, describe_all
from crime_dagster.sources.land.categories import SEED

KEY = dg.AssetKey(["landing", "left_out_files"])
CHECK = "every_file_is_used"
LEFT_OUT = "_left_out.parquet"
COLUMNS = pa.schema([(name, pa.string()) for name in ("publisher", "thing", "file", "reason", "detail")])


@dg.asset(
    key=KEY,
    group_name="landing",
    owners=[OWNER],
    kinds={"python", "parquet"},
    description="Files of the data folder that no source reads, each with the reason: half downloads, unknown "
    "columns, other editions.",
    check_specs=[
        dg.AssetCheckSpec(CHECK, asset=KEY, description="Every file of the data folder is read for some source.")
    ],
)
def left_out_files(context: dg.AssetExecutionContext, settings: dg.ResourceParam[Settings]) -> dg.MaterializeResult:
    with failing_for_good():
        inventory = take_inventory(settings.data_dir)
    path = settings.landing_dir / LEFT_OUT
    write_parquet(tabulate(inventory.left_out), path)
    words = inventory.describe()
    for line in words:
        context.log.warning(line)
    listed = list_lines(words)
    check = dg.AssetCheckResult(
        check_name=CHECK,
        passed=not inventory.left_out,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"files": len(inventory.left_out), "left_out": listed},
    )
    return dg.MaterializeResult(
        metadata={
            ROW_COUNT: len(inventory.left_out),
            "files_read": len(inventory.known),
            "left_out": listed,
            "preview": dg.MetadataValue.md(preview_table(path)),
        },
        check_results=[check],
    )


def find_reading() -> str:
    """Return a hash of the code that lands published files, and of the catalogue and categories it uses."""
    code = find_code_version("crime_dagster.defs.ingest.ingest", "crime_dagster.defs.ingest.doubtful", __name__)
    return hash_text(code, *(hash_file(one) or "" for one in (CATALOGUE, SEED)))


def list_left_out(settings: Settings) -> list[str]:
    """Return a line for each file without effect, as found by the last landing."""
    path = settings.landing_dir / LEFT_OUT
    rows = read_parquet([path]).to_pylist() if path.is_file() else []
    not_read = [LeftOut(row["file"], row["reason"], row["detail"]) for row in rows]
    accounts = sorted((settings.landing_dir / ACCOUNTS).glob("*.parquet"))
    return describe_all([*not_read, *(one for account in accounts for one in _list_without_rows(account, settings))])


def _list_without_rows(account: Path, settings: Settings) -> list[LeftOut]:
    """Return landed files without a row that counts: landing refuses all but copies and files with only a header."""
    # A source that was excluded entirely reports that itself; files of other places than the chosen one are expected.
    rows = [row for row in read_parquet([account]).to_pylist() if not row["rows_kept"] and not row.get("rows_outside")]
    empty = {row["file"] for row in rows if not row.get("excluded_because")}
    if not empty:
        return []
    set_aside = read_parquet([settings.landing_dir / SET_ASIDE / account.name]).to_pylist()
    copies = {row["file"] for row in set_aside if row["file"] in empty and row["reason"] == "duplicate"}
    return [
        LeftOut(name, "duplicate", "a copy of another file")
        if name in copies
        else LeftOut(name, "delivered_empty", "delivered empty: a header and no rows, not reported, which is not zero")
        for name in sorted(empty)
    ]


def tabulate(left_out: tuple[LeftOut, ...]) -> pa.Table:
    """Return the files as a landed table; publisher and thing are those of the nearest source."""
    rows = []
    for one in left_out:
        publisher, _, thing = (one.source or "").partition("/")
        named = {"publisher": publisher or None, "thing": thing or None}
        rows.append({**named, "file": one.file, "reason": one.reason, "detail": one.detail})
    return pa.Table.from_pylist(rows, schema=COLUMNS)
