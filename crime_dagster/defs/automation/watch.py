"""Redraws one page whenever a template or the code changes, from the existing tables."""

import os
import sys
from collections.abc import Iterable

import dagster as dg

from crime_dagster.core.code_version import PACKAGE_DIR
from crime_dagster.core.errors import InputError, list_some
from crime_dagster.core.records import read_record
from crime_dagster.core.settings import Settings
from crime_dagster.core.terminal import tell
from crime_dagster.defs.runtime.alerts import describe_failures
from crime_dagster.defs.runtime.unchanged import FORCE, find_record

DRAWN = ("gallery", "maps", "charts")
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
Changes = Iterable[Iterable[tuple[object, str]]]


def watch_page(settings: Settings, definitions: dg.Definitions, name: str, changes: Changes | None = None) -> int:
    """Draw a page (`index`, `maps/crimes_by_area`) now and after each change, until interrupted; nothing is published.

    Its tables and pictures are those of the last run; `changes` of files are by default those of this package.
    """
    graph, key = definitions.resolve_asset_graph(), dg.AssetKey(name.split("/") if "/" in name else ["gallery", name])
    pages = [one for one in graph.materializable_asset_keys if one.path[0] in DRAWN and one.path[-1] != "published"]
    if key not in pages:
        raise InputError(
            file="PAGE",
            found=name or "nothing",
            expected=list_some(sorted(one.to_user_string() for one in pages), most=len(pages)),
            remedy="name one of them: make watch PAGE=index",
        )
    from watchfiles import watch

    _draw(settings, graph.assets_def_for_key(key), key)
    for found in watch(PACKAGE_DIR) if changes is None else changes:
        if any(path.endswith(".py") for _, path in found):
            # A process loads modules only once.
            os.execv(sys.executable, sys.orig_argv)  # noqa: S606 ourselves, as we were started
        _draw(settings, graph.assets_def_for_key(key), key)
    return 0


def _draw(settings: Settings, asset: dg.AssetsDefinition, key: dg.AssetKey) -> None:
    """Draw in a separate process, which has not cached a template."""
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        return
    try:
        result = dg.materialize([asset], tags={FORCE: "true"}, run_config=QUIET, raise_on_error=False)
        record = read_record(find_record(settings, key))
        files = [name for name in (record.outputs if record else ()) if name.endswith(".html")]
        drawn = f"Drawn: {settings.warehouse_dir / next(iter(files), '')}"
        tell(drawn if result.success else describe_failures("watch", result.get_step_failure_events()))
        sys.stdout.flush()
    finally:
        os._exit(0)
