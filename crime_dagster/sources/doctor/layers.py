"""A layer of a feature service: that it is there, and that a feature of it has the columns that are wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crime_dagster.sources.catalogue.address import Address
from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.doctor.answer import GoneError, ShapeError
from crime_dagster.sources.doctor.shapes import judge
from crime_dagster.sources.download.arcgis import EVERYTHING
from crime_dagster.sources.download.refusal import AGAIN, refuse
from crime_dagster.sources.download.web import Web

LAYER = "a layer of a feature service"
# By these the service says that there is no such layer; the status is 200 all the same.
UNKNOWN = (400, 404, 410)


def examine_layer(web: Web, source: Source) -> str:
    """Ask for one feature of a layer, and of the one that is joined to it.

    Raises:
        InputError: The service does not answer.
        GoneError: There is no such layer.
        ShapeError: It has no such features, or they lack columns.
    """
    address = source.download
    names = _list_fields(web, address.url or "", address.query)
    if address.join is not None:
        joined = _list_fields(web, address.join.url, address.join.query)
        _require_key(address, names, joined)
        names += joined
    return judge(source, address.file or "the layer", [list(dict.fromkeys(names))])


def _list_fields(web: Web, url: str, query: Mapping[str, str]) -> list[str]:
    said = _read(web, url, {"f": "json"})
    if error := _read_error(said):
        code, words = error
        if code in UNKNOWN:
            raise GoneError(f"the service answers {code}: {words}", LAYER)
        raise refuse(url, f"the service answers {code}: {words}", LAYER, AGAIN)
    asked = {**EVERYTHING, **query, "returnGeometry": "false", "resultRecordCount": "1", "f": "geojson"}
    page = _read(web, f"{url}/query", asked)
    if error := _read_error(page):
        raise ShapeError(f"the service answers {error[0]}: {error[1]}", f"a feature of {_describe(query)}")
    features = page.get("features")
    first = features[0] if isinstance(features, list) and features else None
    properties = first.get("properties") if isinstance(first, dict) else None
    if not isinstance(properties, dict):
        raise ShapeError("no feature", f"a feature of {_describe(query)}")
    return [str(name) for name in properties]


def _read(web: Web, url: str, query: Mapping[str, str]) -> dict[str, Any]:
    said = web.read_json(url, query)
    if not isinstance(said, dict):
        raise ShapeError(f"a {type(said).__name__}", LAYER)
    return said


def _read_error(said: Mapping[str, Any]) -> tuple[int, str] | None:
    """Code and words of an error in the body of an answer."""
    if "error" not in said:
        return None
    error = said["error"] if isinstance(said["error"], dict) else {"message": said["error"]}
    code = error.get("code")
    return code if isinstance(code, int) else 0, str(error.get("message") or error)[:200]


def _require_key(address: Address, names: list[str], joined: list[str]) -> None:
    key = address.join.key if address.join is not None else ""
    lacking = [which for which, found in (("the layer", names), ("the joined layer", joined)) if key not in found]
    if lacking:
        raise ShapeError(f"no {key} in {' and '.join(lacking)}", f"{key} in both layers", (key,))


def _describe(query: Mapping[str, str]) -> str:
    return str(query.get("where") or "the layer")
