"""Whether a layer of a feature service is there, and one of its features has the columns that are wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crime_dagster.sources.catalogue.entry import Source
from crime_dagster.sources.doctor.answer import CHANGED, GONE, AnswerError
from crime_dagster.sources.doctor.shapes import judge
from crime_dagster.sources.download.arcgis import EVERYTHING, ServiceError, ask
from crime_dagster.sources.download.refusal import AGAIN
from crime_dagster.sources.download.web import Web


def examine_layer(web: Web, source: Source) -> str:
    """Ask for one feature of a layer, and of the one that is joined to it, and say that they have the columns."""
    address, join = source.download, source.download.join
    names = _list_fields(web, address.url or "", address.query)
    if join is not None:
        joined = _list_fields(web, join.url, join.query)
        lacking = [
            which for which, found in (("the layer", names), ("the joined layer", joined)) if join.key not in found
        ]
        if lacking:
            raise AnswerError(f"no {join.key} in {' and '.join(lacking)}", f"{join.key} in both layers", (join.key,))
        names += joined
    return judge(source, address.file or "the layer", [list(dict.fromkeys(names))])


def _list_fields(web: Web, url: str, query: Mapping[str, str]) -> list[str]:
    expected = f"a feature of {query.get('where') or 'the layer'}"
    _ask(web, url, {"f": "json"}, "a layer of a feature service", GONE)
    asked = {**EVERYTHING, **query, "returnGeometry": "false", "resultRecordCount": "1", "f": "geojson"}
    page = _ask(web, f"{url}/query", asked, expected, CHANGED)
    features = page.get("features")
    first = features[0] if isinstance(features, list) and features else None
    properties = first.get("properties") if isinstance(first, dict) else None
    if not isinstance(properties, dict):
        raise AnswerError("no feature", expected)
    return [str(name) for name in properties]


def _ask(web: Web, url: str, query: Mapping[str, str], expected: str, state: str) -> dict[str, Any]:
    try:
        return ask(web, url, query)
    except ServiceError as error:
        if error.remedy == AGAIN:
            raise
        raise AnswerError(error.found or "", expected, state=state) from error
