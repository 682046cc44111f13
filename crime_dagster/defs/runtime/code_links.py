"""Links to an asset's code: in the repository that pyproject.toml names, else on this machine."""

import importlib.metadata
import inspect
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from crime_dagster.core.code_version import PROJECT
from crime_dagster.core.settings import PROJECT_DIR

# Marked as beta in the pinned version, once per asset; the pin makes that safe.
for category in (dg.BetaWarning, dg.PreviewWarning):
    warnings.filterwarnings("ignore", r".*(CodeReference|map_asset_specs|map_resolved)", category=category)
REFERENCES = "dagster/code_references"
# Hosts that Dagster can link to.
HOSTS = ("github", "gitlab")


def refer_to(function: Callable[..., Any]) -> Mapping[str, Any]:
    """Return metadata with which the UI shows where a function is defined, whatever its decorators."""
    code = inspect.unwrap(function).__code__
    place = dg.LocalFileCodeReference(file_path=code.co_filename, line_number=code.co_firstlineno)
    return {REFERENCES: dg.CodeReferencesMetadataValue(code_references=[place])}


def find_repository() -> str | None:
    """Return the first address of `project.urls` on a repository host that Dagster knows."""
    listed = importlib.metadata.metadata(PROJECT).get_all("Project-URL") or []
    addresses = [one.partition(", ")[2] for one in listed]
    return next((one for one in addresses if any(host in one for host in HOSTS)), None)


def link_code(definitions: dg.Definitions, repository: str) -> dg.Definitions:
    """Link assets to their code; Dagster's own function skips those that are only declared."""
    tree = f"{repository}/-/tree/HEAD" if "gitlab" in repository else f"{repository}/tree/HEAD"

    def find(place: Any) -> Any:
        path = Path(place.file_path).relative_to(PROJECT_DIR).as_posix()
        return dg.UrlCodeReference(url=f"{tree}/{path}#L{place.line_number or 1}", label=path)

    def link(spec: dg.AssetSpec) -> dg.AssetSpec:
        said = spec.metadata.get(REFERENCES)
        if said is None:
            return spec
        places = [find(place) for place in said.code_references]
        return spec.merge_attributes(metadata={REFERENCES: dg.CodeReferencesMetadataValue(code_references=places)})

    return definitions.map_asset_specs(func=link)
