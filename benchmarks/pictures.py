"""How long the pictures take, asset by asset, on a warehouse that is built.

Usage: CRIME_DATA_DIR=<published files> python benchmarks/pictures.py [--profile], after `make run` on them.
The pictures in the build folder are drawn again for all crime types, one asset after the other as in a run. Prints a
table of seconds and of the most memory the process ever had; with `--profile` also where each asset spent its time.
"""

import argparse
import cProfile
import pstats
import resource
import sys
import time

import dagster as dg
from joblib.externals.loky import get_reusable_executor

from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import list_marts
from crime_dagster.definitions import build_defs

GROUPS = ("charts", "maps", "gifs", "gallery")
# Pictures of one's own, and the release.
OTHER = {"from_folder", "published"}
KIB_PER_MIB = 1024


def list_picture_assets(definitions: dg.Definitions) -> list[dg.AssetsDefinition]:
    """The assets that draw, in the order of their keys; pages come after the pictures they show."""
    graph = definitions.resolve_asset_graph()
    chosen = [
        asset
        for asset in definitions.assets or []
        if isinstance(asset, dg.AssetsDefinition)
        and all(graph.get(key).group_name in GROUPS and not OTHER & {*key.path} for key in asset.keys)
    ]
    return sorted(chosen, key=lambda asset: (GROUPS.index(graph.get(asset.key).group_name or ""), asset.key))


def time_asset(asset: dg.AssetsDefinition, settings: Settings, *, with_profile: bool) -> tuple[float, float]:
    """Draw one asset for all crime types and return the seconds that took, by the clock and of the processor."""
    profile = cProfile.Profile()
    started, busy = time.perf_counter(), time.process_time()
    if with_profile:
        profile.enable()
    # With a record, what is unchanged would be left as it is.
    for record in settings.records_dir.glob(f"{'__'.join(asset.key.path)}*.json"):
        record.unlink()
    dg.materialize([asset], resources={"settings": settings})
    profile.disable()
    seconds = time.perf_counter() - started, time.process_time() - busy
    if with_profile:
        pstats.Stats(profile).sort_stats("cumulative").print_stats("crime_dagster|matplotlib|PIL|built-in", 45)
    return seconds


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--profile", action="store_true", help="print where each asset spent its time")
    parser.add_argument("--only", default="", help="assets with this word in their key")
    arguments = parser.parse_args()
    settings = Settings.from_environment()
    if not settings.database.exists() or "lsoa_crimes" not in list_marts(settings.database):
        print("There is no built warehouse here: run the pipeline first.", file=sys.stderr)
        return 1
    total, work = 0.0, 0.0
    for asset in list_picture_assets(build_defs(settings)):
        name = asset.key.to_user_string()
        if arguments.only not in name:
            continue
        seconds, busy = time_asset(asset, settings, with_profile=arguments.profile)
        total, work = total + seconds, work + busy
        print(f"{name:<28} {seconds:>8.1f} s, of the processor {busy:>7.1f} s", flush=True)
    get_reusable_executor().shutdown()
    workers = resource.getrusage(resource.RUSAGE_CHILDREN)
    work += workers.ru_utime + workers.ru_stime
    print(f"{'worker processes':<28} {'':>8}    of the processor {workers.ru_utime + workers.ru_stime:>7.1f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_PER_MIB
    print(f"{'all':<28} {total:>8.1f} s, of the processor {work:>7.1f} s, at most {peak:,.0f} MiB")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
