"""The usual way beside ours, for the same files, areas, frames or table: each a process of its own, for `bench.py`.

Usage: CRIME_DATA_DIR=<folder> CRIME_WAREHOUSE_DIR=<folder> python benchmarks/peers.py <name>, after `make run` on them.
The last line is JSON: what came out.
"""

import json
import re
import sys
from collections.abc import Callable
from contextlib import nullcontext
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import pandas as pd

from crime_dagster.core.crime_types import CrimeType, read_crime_types
from crime_dagster.core.settings import Settings
from crime_dagster.core.warehouse import hold_open, open_new
from crime_dagster.sources.catalogue.catalogue import load_catalogue
from crime_dagster.sources.folder.inventory import find_files

SOURCE = "mps/lsoa_crime"
MONTH = re.compile(r"(19|20)\d{4}")
KEYS = ["LSOA Code", "Major Category", "Minor Category"]
REMOTE = re.compile(r"<(?:script|link)[^>]+(?:src|href)=\"https?://")


def scan(settings: Settings) -> dict[str, Any]:
    """One query of DuckDB that reads, unpivots and sums the releases."""
    paths = list_releases(settings)
    with open_new() as connection:
        connection.execute(write_query(paths), [str(path) for path in paths])
        return {"crimes": int(connection.execute("select sum(crimes) from sums").fetchall()[0][0])}


def write_query(paths: list[Path]) -> str:
    """The query over files whose months are columns; header, delimiter, quote and types are declared."""
    parts = []
    for path in paths:
        with path.open(encoding="utf-8-sig") as stream:
            names = stream.readline().strip().split(",")
        columns = ", ".join(f"'{name}': '{'BIGINT' if MONTH.fullmatch(name) else 'VARCHAR'}'" for name in names)
        months = ", ".join(f'"{name}"' for name in names if MONTH.fullmatch(name))
        code, category = names[0], next(name for name in names if "major" in name.lower())
        read = f"read_csv(?, header = true, delim = ',', quote = '\"', auto_detect = false, columns = {{{columns}}})"
        long = f"(unpivot (from {read}) on {months} into name month value crimes)"
        parts.append(f'select "{code}" as area, "{category}" as category, month, crimes from {long}')  # noqa: S608 names of a header
    union = " union all ".join(parts)
    return f"create table sums as select area, category, month, sum(crimes) as crimes from ({union}) group by all"  # noqa: S608 names of a header


def list_releases(settings: Settings) -> list[Path]:
    """The releases of the largest source."""
    return [file.path for file in find_files(load_catalogue()[SOURCE], settings.data_dir)]


def prepare_with_pandas(settings: Settings) -> dict[str, Any]:
    """As a script would: read, unpivot, keep the newest figure of each month, pivot by category. Nothing is checked."""
    parts = []
    for path in list_releases(settings):
        table = pd.read_csv(path)
        table = table.rename(columns={name: KEYS[at] for at, name in enumerate(_find_keys(table))})
        months = [name for name in table if MONTH.fullmatch(str(name))]
        parts.append(table.melt(KEYS, months, "month", "crimes").assign(release=path.name))
    rows = pd.concat(parts).sort_values("release").drop_duplicates([*KEYS, "month"], keep="last")
    newest = rows[rows["month"].isin(sorted(rows["month"].unique())[-12:])]
    wide = newest.pivot_table(index="LSOA Code", columns="Major Category", values="crimes", aggfunc="sum")
    return {"areas": len(wide), "crimes": int(wide.sum().sum())}


def _find_keys(table: pd.DataFrame) -> list[str]:
    found = {name.lower().replace(" ", "_"): name for name in map(str, table)}
    code = next(found[name] for name in found if name.startswith("lsoa") and "name" not in name)
    return [code, found.get("major_category", ""), found.get("minor_category", "")]


def draw_with_folium(settings: Settings) -> dict[str, Any]:
    """A choropleth of the same simplified areas."""
    import folium

    areas, year, _ = _read_drawn(settings)
    frame = areas.to_wgs84().areas[["lsoa_code", "geometry"]]
    counts = year.recorded.rename("crimes").rename_axis("lsoa_code").reset_index()
    west, south, east, north = frame.total_bounds
    page = folium.Map([(south + north) / 2, (west + east) / 2], zoom_start=10)
    folium.Choropleth(
        geo_data=frame.to_json(), data=counts, columns=["lsoa_code", "crimes"], key_on="feature.properties.lsoa_code"
    ).add_to(page)
    with TemporaryDirectory() as folder:
        page.save(f"{folder}/map.html")
        return _weigh_page(Path(folder) / "map.html")


def draw_map(settings: Settings) -> dict[str, Any]:
    """Our map page: layers, scores, hot spots and an area search besides."""
    import dagster as dg

    from crime_dagster.definitions import build_defs
    from crime_dagster.defs.runtime.unchanged import FORCE

    asset = build_defs(settings).resolve_assets_def(dg.AssetKey(["maps", "crimes_by_area"]))
    dg.materialize([asset], partition_key="total", tags={FORCE: "true"})
    return _weigh_page(settings.build_dir / "maps" / "total.html")


def _weigh_page(path: Path) -> dict[str, Any]:
    text = path.read_text(encoding="utf-8")
    return {"bytes": path.stat().st_size, "scripts and styles from elsewhere": len(REMOTE.findall(text))}


def save_with_imageio(settings: Settings) -> dict[str, Any]:
    """The frames of the months, written as imageio writes them."""
    import imageio  # noqa: TID251 the peer

    return _save_frames(settings, lambda frames, path: imageio.mimsave(path, frames, duration=0.5, loop=0))


def save_gif(settings: Settings) -> dict[str, Any]:
    """The same frames through our door: signed, one palette, and what did not change left out; a still picture too."""
    from crime_dagster.defs.runtime.pictures import build_stamp
    from crime_dagster.drawing.kit import finish

    stamp = build_stamp(settings, "")
    return _save_frames(settings, lambda frames, path: finish.save_gif(frames, path, 0.5, stamp, "Months."))


def _save_frames(settings: Settings, save: Callable[[list[Any], Path], object]) -> dict[str, Any]:
    from crime_dagster.defs.runtime.history import read_history
    from crime_dagster.drawing.gifs.month_frames import draw_months
    from crime_dagster.drawing.kit.classes import class_breaks

    areas, year, crime = _read_drawn(settings)
    history = read_history(settings, crime)
    if history is None:
        raise SystemExit("there are no months to show")
    months = history.months.reindex(areas.codes)
    totals = months.sum()
    frames = draw_months(
        areas, months, class_breaks(months), crime_label="", place=year.place, line=history.line, totals=totals
    )
    with TemporaryDirectory() as folder:
        save(frames, Path(folder) / "months.gif")
        return {"frames": len(frames), "bytes": (Path(folder) / "months.gif").stat().st_size}


def land(settings: Settings) -> dict[str, Any]:
    """All published files, read, checked and written for dbt."""
    from crime_dagster.__main__ import _execute

    if status := _execute(settings, "land_sources"):
        raise SystemExit(status)
    return {}


def draw_pictures(settings: Settings) -> dict[str, Any]:
    """The pictures of all crime that need no model: still map, months in turn, trend and ranking."""
    from crime_dagster.defs.pictures import city_charts, gifs
    from crime_dagster.defs.runtime.picture_settings import read_pictures

    areas, year, _ = _read_drawn(settings)
    make_map = partial(city_charts._make_map, areas=areas)
    for name, make in (("map", make_map), ("trend", city_charts._make_trend), ("ranked", city_charts._make_ranked)):
        city_charts._save(settings, name, make, year)
    places = gifs.read_places(settings, [])
    play = read_pictures(settings, "by_month")
    return {"bytes": sum(size for size in gifs._save_series(settings, places, play, year).values())}


def fit_forest(settings: Settings) -> dict[str, Any]:
    """A random forest as it comes, on the analysis table as it is, tried on the same folds of boroughs."""
    from sklearn.ensemble import RandomForestRegressor

    from crime_dagster.modelling.kit.validation import split_boroughs

    inputs = _read_inputs(settings)
    target = inputs.targets["total"].dropna()
    values = inputs.features.loc[target.index].fillna(inputs.features.median()).fillna(0)
    folds = split_boroughs(inputs.boroughs[target.index])
    predicted = pd.Series(np.nan, target.index)
    for fold in sorted(folds.unique()):
        kept = folds != fold
        forest = RandomForestRegressor(random_state=0).fit(values[kept], target[kept])
        predicted[~kept] = forest.predict(values[~kept])
    return {"d2": _score(target, predicted, folds)}


def fit_ours(settings: Settings) -> dict[str, Any]:
    """Our explanatory model, on the same table and folds."""
    from crime_dagster.modelling.kit.fold_models import fit_many

    inputs = _read_inputs(settings)
    models = fit_many(
        inputs.features,
        inputs.targets[["total"]],
        inputs.boroughs,
        learned=inputs.learned,
        coordinates=inputs.coordinates,
        jobs=1,
    )["total"]
    known = models.target.notna()
    return {"d2": _score(models.target[known], models.predict(inputs.features)[known], models.folds[known])}


def _score(target: pd.Series, predicted: pd.Series, folds: pd.Series) -> float:
    from crime_dagster.modelling.kit.baselines import predict_mean
    from crime_dagster.modelling.kit.scores import score_d2

    return round(score_d2(target.to_numpy(), predicted.to_numpy(), predict_mean(target, folds).to_numpy()), 3)


def _read_inputs(settings: Settings) -> Any:
    from crime_dagster.defs.runtime.model_inputs import read_model_inputs

    return read_model_inputs(settings, [_choose_total(settings)])


def _read_drawn(settings: Settings) -> tuple[Any, Any, CrimeType]:
    from crime_dagster.defs.runtime.pictures import read_areas, read_years

    crime = _choose_total(settings)
    return read_areas(settings), read_years(settings, [crime])[0], crime


def _choose_total(settings: Settings) -> CrimeType:
    return next(one for one in read_crime_types(settings.dbt_dir) if one.crime_type == "total")


PEERS: dict[str, Callable[[Settings], dict[str, Any]]] = {
    "scan": scan,
    "pandas": prepare_with_pandas,
    "folium": draw_with_folium,
    "our map": draw_map,
    "mimsave": save_with_imageio,
    "our gif": save_gif,
    "forest": fit_forest,
    "our model": fit_ours,
    "land": land,
    "our pictures": draw_pictures,
}

if __name__ == "__main__":
    chosen, here = PEERS[sys.argv[1]], Settings.from_environment()
    is_reader = chosen not in (scan, prepare_with_pandas, draw_map, land)
    with hold_open(here.database) if is_reader else nullcontext():
        print(json.dumps(chosen(here)))
